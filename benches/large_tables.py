#!/usr/bin/env python3
"""How long engraph takes, and how much memory, to read, sign and count XOR5 in tables as large as those of a whole fly.

    python3 benches/large_tables.py target/release/engraph [--edges 256000 2560000 25600000] [--folder DIR]

Needs numpy and pyarrow. The tables are made up: neurons with heavy-tailed numbers of outgoing synapses, partners drawn at random, a
fifth of the neurons GABAergic. For each size it writes the three flat files that the male fly's are (weights as Parquet and as
Feather, transmitters), runs the command three times and prints the fastest run.
"""
import argparse, os, pathlib, subprocess, sys, tempfile, time

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet


def write(folder, edges):
    """Writes the tables of a connectome of `edges` edges and a neuron for every 153 of them."""
    neurons = max(edges * 1667 // 256_000, 100)
    random = np.random.default_rng(1)
    bodies = np.sort(random.choice(np.arange(10_000, 10_000 + 6 * neurons), neurons, replace=False))
    share = random.pareto(2.0, neurons) + 0.2
    sent = random.multinomial(int(edges * 1.05), share / share.sum())
    pre = np.repeat(np.arange(neurons), sent)
    pairs = np.unique(pre * neurons + random.integers(0, neurons, len(pre)))
    pairs = pairs[pairs // neurons != pairs % neurons]
    pairs = np.sort(random.permutation(pairs)[:edges])
    table = pa.table({
        "body_pre": bodies[pairs // neurons],
        "body_post": bodies[pairs % neurons],
        "weight": random.geometric(0.35, len(pairs)).astype(np.int32),
    })
    parquet.write_table(table, folder / "weights.parquet")
    feather.write_feather(table, folder / "weights.feather")
    words = np.array(["acetylcholine", "gaba", "glutamate", "unclear"])
    transmitters = words[random.choice(4, neurons, p=[0.55, 0.2, 0.2, 0.05])]
    feather.write_feather(pa.table({"body": bodies, "consensus_nt": transmitters}), folder / "transmitters.feather")
    return len(pairs), neurons


def run(command):
    """Seconds and peak memory in MB of a command, and what it prints."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(map(str, command))} failed")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024, out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--edges", type=int, nargs="+", default=[256_000, 2_560_000, 25_600_000])
    parser.add_argument("--folder", type=pathlib.Path)
    asked = parser.parse_args()
    binary = pathlib.Path(asked.binary).resolve()
    print(f"{'edges':>10} {'neurons':>8} {'container':>10} {'seconds':>8} {'MB':>6} {'bytes/edge':>10}")
    for edges in asked.edges:
        with tempfile.TemporaryDirectory(dir=asked.folder) as name:
            folder = pathlib.Path(name)
            found, neurons = write(folder, edges)
            answers = set()
            for container in ("parquet", "feather"):
                command = [binary, "motifs", "--edges", folder / f"weights.{container}", "--neurons", folder / "transmitters.feather",
                           "--motif", "xor5", "--format", "json"]
                runs = [run(command) for _ in range(3)]
                answers.update(out for _, _, out in runs)
                seconds, memory, _ = min(runs)
                print(f"{found:>10} {neurons:>8} {container:>10} {seconds:>8.2f} {memory:>6.0f} {memory * 2**20 / found:>10.0f}", flush=True)
            if len(answers) != 1:
                sys.exit("the counts differ between the containers")


if __name__ == "__main__":
    main()
