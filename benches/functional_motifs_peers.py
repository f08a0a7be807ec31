#!/usr/bin/env python3
"""Functional motifs beside tensorly: the same affinities in numpy, factorised with a mask.

    python3 benches/functional_motifs_peers.py target/release/engraph

A made-up recording of 30 neurons, 1200 steps and three groups that come and go. Needs numpy and
tensorly. Prints the share of the squared affinities between different neurons that three components
explain, for both.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import tensorly
from tensorly.decomposition import non_negative_parafac

NEURONS, STEPS, RANK, WINDOW, STRIDE = 30, 1200, 3, 60, 30


def recording():
    random = np.random.default_rng(7)
    time = np.arange(STEPS)
    drives = np.stack([np.sin(time / 7), np.sin(time / 11 + 1), np.sign(np.sin(time / 23))])
    courses = np.stack([time < 800, time > 300, (time // 200) % 2 == 0])
    member = random.random((NEURONS, 3)) * (random.random((NEURONS, 3)) < 0.4)
    return member @ (drives * courses) + 0.4 * random.standard_normal((NEURONS, STEPS))


def affinities(traces):
    slices = []
    for first in range(0, STEPS - WINDOW + 1, STRIDE):
        slices.append(np.clip(np.corrcoef(traces[:, first : first + WINDOW]), 0, None))
    return np.stack(slices, axis=2)


def peer(tensor):
    mask = np.ones_like(tensor)
    mask[np.arange(NEURONS), np.arange(NEURONS)] = 0
    best = np.inf
    for seed in range(5):
        found = non_negative_parafac(
            tensor, RANK, n_iter_max=3000, tol=1e-10, init="random", random_state=seed, mask=mask
        )
        left = (tensor - tensorly.cp_to_tensor(found)) * mask
        best = min(best, (left**2).sum() / ((tensor * mask) ** 2).sum())
    return 1 - best


def main():
    traces = recording()
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "traces.csv"
        names = [f"N{neuron}" for neuron in range(NEURONS)]
        np.savetxt(table, traces.T, delimiter=",", header=",".join(names), comments="", fmt="%.17g")
        command = [sys.argv[1], "functional-motifs", table, "--components", str(RANK)]
        command += ["--window", str(WINDOW), "--stride", str(STRIDE), "--format", "json"]
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    tables = found["tables"] if "tables" in found else [found]
    own = tables[0]["rows"][0]["explained"]
    print(f"explained: engraph {own:.6f}, tensorly {peer(affinities(traces)):.6f}")


if __name__ == "__main__":
    main()
