"""The wiring dimension of bundled connectomes, recomputed with numpy from the tables in `data/celegans` alone.

    python benches/wiring_dimension.py                 reference values; exit code 1 if one differs from `REFERENCE` in four digits
    python benches/wiring_dimension.py --simulate      the covariance of a simulated linear network against the closed form
    python benches/wiring_dimension.py --program PATH  every bundled connectome and several settings, against `PATH capacity`
    python benches/wiring_dimension.py --nulls N       nulls of four connectomes by a chain of its own: mean, sd, z of carried DoF(1e4)

Nothing is shared with the program: the matrix is dense, its radius comes from LAPACK, and singular values from an SVD of the whole
controllability, observability and Hankel matrices.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

DATA = Path(__file__).resolve().parent.parent / "data" / "celegans"
LEAK, HORIZON, RADIUS, GAP = 0.45, 16, 0.9, 0.2
MEASURES = ("encoded", "decoded", "carried")

# connectome, weights: input/held/output, carried DoF at 1e2, 1e4, 1e6, encoded and decoded at 1e4, carried bits at 1e4.
REFERENCE = {
    ("cook2019_herm", "counts"): ("83/96/123", 2.5289, 9.7223, 29.3318, 57.1452, 41.4045, 22.3967),
    ("cook2019_herm", "binary"): ("83/96/123", 2.2606, 15.7194, 48.8490, 66.2474, 72.8803, 27.3233),
    ("varshney2011", "counts"): ("83/81/115", 1.9947, 8.4841, 27.5525, 52.5821, 42.0537, 18.8566),
    ("witvliet2021_1", "counts"): ("61/68/32", 1.9927, 7.1158, 16.2809, 46.0132, 18.8395, 17.7506),
    ("witvliet2021_8", "counts"): ("69/75/36", 1.2061, 5.6697, 17.8329, 52.0664, 20.8118, 12.7042),
    ("witvliet2021_8", "binary"): ("69/75/36", 1.9082, 11.8420, 33.5596, 59.2406, 40.8867, 22.9034),
}


def tables():
    return [pq.read_table(DATA / f"{name}.parquet").to_pylist() for name in ("connectomes", "edges", "neurons")]


class Wiring:
    """Signed weights and neurons of one bundled connectome under `wang2024`, unsigned neurons taken as excitatory."""

    def __init__(self, name, all_tables):
        connectomes, edges, neurons = all_tables
        known = {row["neuron"]: row for row in neurons}
        edges = [row for row in edges if row["connectome"] == name]
        volume = next(row["unit"] for row in connectomes if row["connectome"] == name) == "nm3"
        self.names = sorted({row["pre"] for row in edges} | {row["post"] for row in edges})
        place = {neuron: i for i, neuron in enumerate(self.names)}
        n = len(self.names)
        self.counts, self.gaps = np.zeros((n, n)), np.zeros((n, n))
        for row in edges:
            i, j, weight = place[row["pre"]], place[row["post"]], row["weight"]
            weight = np.log1p(weight) if volume else weight
            if i == j:
                continue
            if row["synapse_type"] == "chemical":
                self.counts[j, i] = weight
            else:
                self.gaps[i, j] = self.gaps[j, i] = weight
        released = [set((known.get(name, {}).get("nt_wang2024") or "").split("+")) for name in self.names]
        self.sign = np.array([-1.0 if "GABA" in t and not t & {"ACh", "Glu"} else 1.0 for t in released])
        self.sign_class = np.array([0 if t & {"ACh", "Glu"} else 1 if "GABA" in t else 2 for t in released])
        classes = [known.get(name, {}).get("classification") or "" for name in self.names]
        self.classes = classes
        is_in, is_out = (np.array([c == f"{word} neuron" for c in classes]) for word in ("sensory", "motor"))
        self.input, self.output = np.flatnonzero(is_in), np.flatnonzero(is_out)
        self.held = np.flatnonzero(~is_in & ~is_out)
        # Where a class is missing, every neuron takes its part.
        self.input, self.output, self.held = (x if len(x) else np.arange(n) for x in (self.input, self.output, self.held))


def step_matrix(weights, gaps=None, leak=LEAK, radius=RADIUS, gap=GAP):
    n = len(weights)
    found = np.abs(np.linalg.eigvals(weights)).max()
    scaled = weights * (radius / found)
    if gaps is not None and gaps.any():
        g = gaps * (gap / gaps.sum(1).max())
        scaled = scaled + g - np.diag(g.sum(1))
    return (1 - leak) * np.eye(n) + leak * scaled


def blocks(step, input_, held, output, horizon=HORIZON):
    x, y = np.eye(len(step))[:, input_], np.eye(len(step))[output]
    ctr, obs = [], []
    for _ in range(horizon):
        ctr.append(x[held])
        obs.append(y[:, held])
        x, y = step @ x, y @ step
    return np.hstack(ctr), np.vstack(obs)


def singular_values(ctr, obs):
    def orthogonal_part(tall):
        return np.linalg.qr(tall, mode="r")

    carried = orthogonal_part(obs) @ orthogonal_part(ctr.T).T
    return dict(zip(MEASURES, (np.linalg.svd(m, compute_uv=False) for m in (ctr, obs, carried))))


def degrees_of_freedom(sigma, s):
    share = (sigma / sigma[0]) ** 2
    return float((share / (share + 1 / s)).sum())


def bits(sigma, s):
    return float(0.5 * np.log2(1 + s * (sigma / sigma[0]) ** 2).sum())


def units(sigma, error):
    squares = sigma**2
    rest = 1 - np.concatenate([[0], np.cumsum(squares)]) / squares.sum()
    return int(np.flatnonzero(rest <= error)[0])


def signed(wiring, counts, weights):
    return (counts > 0) * wiring.sign if weights == "binary" else counts * wiring.sign


def reference(all_tables):
    wrong = 0
    for (name, weights), (sizes, *expected) in REFERENCE.items():
        w = Wiring(name, all_tables)
        found = singular_values(*blocks(step_matrix(signed(w, w.counts, weights)), w.input, w.held, w.output))
        values = [degrees_of_freedom(found["carried"], s) for s in (1e2, 1e4, 1e6)]
        values += [degrees_of_freedom(found[m], 1e4) for m in ("encoded", "decoded")] + [bits(found["carried"], 1e4)]
        same = sizes == f"{len(w.input)}/{len(w.held)}/{len(w.output)}" and np.allclose(values, expected, rtol=0, atol=6e-5)
        wrong += not same
        print(f"{name:16} {weights:7} {sizes:10}", *(f"{v:9.4f}" for v in values), "ok" if same else "DIFFERS")
    return wrong


def simulate(all_tables):
    """A million white inputs through the linear network, one frame after the other: the covariance of the held state, and that
    of the output of a network without input that starts from a white held state."""
    w = Wiring("witvliet2021_1", all_tables)
    step = step_matrix(signed(w, w.counts, "counts"))
    ctr, obs = blocks(step, w.input, w.held, w.output)
    random = np.random.default_rng(1)
    for samples in (10_000, 100_000, 1_000_000):
        held = np.zeros((len(w.held),) * 2)
        error = signal = 0.0
        cut = np.linalg.svd(obs @ ctr)
        units_kept = 5
        keep = cut[2][:units_kept].T @ cut[2][:units_kept]
        for _ in range(samples // 10_000):
            x, frames = np.zeros((len(step), 10_000)), []
            for _ in range(HORIZON):
                u = random.standard_normal((len(w.input), 10_000))
                frames.insert(0, u)
                x = step @ x
                x[w.input] += u
            state = x[w.held]
            held += state @ state.T
            z, y, y_cut = np.zeros_like(x), [], []
            z[w.held] = state
            past = keep @ np.vstack(frames)
            z_cut = np.zeros_like(x)
            z_cut[w.held] = ctr @ past
            for _ in range(HORIZON):
                y.append(z[w.output])
                y_cut.append(z_cut[w.output])
                z, z_cut = step @ z, step @ z_cut
            y, y_cut = np.vstack(y), np.vstack(y_cut)
            signal += (y**2).sum()
            error += ((y - y_cut) ** 2).sum()
        covariance = np.abs(held / samples - ctr @ ctr.T).max() / np.abs(ctr @ ctr.T).max()
        sigma = cut[1]
        curve = (sigma[units_kept:] ** 2).sum() / (sigma**2).sum()
        print(f"{samples:9} inputs: covariance off by {covariance:.1e} of its largest entry; "
              f"E({units_kept}) {error / signal:.6f}, closed form {curve:.6f}")
    return int(covariance > 5e-3 or abs(error / signal / curve - 1) > 0.02)


def program(path, all_tables):
    wrong, worst = 0, 0.0
    settings = [(w, t, a, g, gap) for w in ("counts", "binary") for t, a, g, gap in
                ((16, 0.45, 0.9, False), (16, 0.45, 0.9, True), (8, 0.45, 0.9, True), (32, 0.2, 0.5, False))]
    for row in all_tables[0]:
        w = Wiring(row["connectome"], all_tables)
        for weights, horizon, leak, radius, gap in settings:
            command = [path, "capacity", "--connectome", row["connectome"], "--signs", "wang2024", "--weights", weights,
                       "--horizon", str(horizon), "--leak", str(leak), "--spectral-radius", str(radius),
                       "--snr", "1e2", "--snr", "1e4", "--snr", "1e6", "--format", "json"]
            command += [] if gap else ["--no-gap-junctions"]
            rows = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["rows"]
            gaps = None if not gap else (w.gaps > 0) * 1.0 if weights == "binary" else w.gaps
            step = step_matrix(signed(w, w.counts, weights), gaps, leak, radius)
            found = singular_values(*blocks(step, w.input, w.held, w.output, horizon))
            for r in rows:
                sigma = found[r["measure"]]
                if r["value"] is None:
                    print(row["connectome"], r["status"], r["note"])
                    continue
                off = abs(degrees_of_freedom(sigma, r["snr"]) / r["value"] - 1)
                off = max(off, abs(bits(sigma, r["snr"]) / r["bits"] - 1))
                same = off < 1e-6 and (units(sigma, 0.1), units(sigma, 0.01)) == (r["k90"], r["k99"])
                worst = max(worst, off)
                if not same:
                    wrong += 1
                    print("DIFFERS", row["connectome"], r, degrees_of_freedom(sigma, r["snr"]), units(sigma, 0.1), units(sigma, 0.01))
    print(f"largest relative difference {worst:.1e}, {wrong} rows differ")
    return wrong


def rewired(w, layered, attempts, random):
    """Swaps of targets inside layers; the weight stays with the source's half."""
    pre, post = [list(map(int, x)) for x in np.nonzero(w.counts.T)]
    weight = [w.counts[j, i] for i, j in zip(pre, post)]
    kind = {"sensory neuron": 0, "interneuron": 1, "motor neuron": 2}
    classes = [kind.get(c, 3) for c in w.classes]
    keys = [(w.sign_class[i], classes[i], classes[j]) if layered else w.sign_class[i] for i, j in zip(pre, post)]
    members = {}
    for edge, key in enumerate(keys):
        members.setdefault(key, []).append(edge)
    there = set(zip(pre, post))
    for a in random.integers(len(pre), size=int(attempts * len(pre))):
        own = members[keys[a]]
        b = own[int(random.random() * len(own))]
        x, y = (pre[a], post[b]), (pre[b], post[a])
        if x in there or y in there or x[0] == x[1] or y[0] == y[1]:
            continue
        there -= {(pre[a], post[a]), (pre[b], post[b])}
        there |= {x, y}
        post[a], post[b] = post[b], post[a]
    counts = np.zeros_like(w.counts)
    counts[post, pre] = weight
    return counts


def nulls(number, all_tables):
    for name in ("cook2019_herm", "witvliet2021_8", "witvliet2021_1"):
        w = Wiring(name, all_tables)

        def carried(counts, weights):
            step = step_matrix(signed(w, counts, weights))
            return degrees_of_freedom(singular_values(*blocks(step, w.input, w.held, w.output))["carried"], 1e4)

        for layered in (False, True):
            random = np.random.default_rng(1)
            drawn = [rewired(w, layered, 20, random) for _ in range(number)]
            for weights in ("counts", "binary"):
                values = np.array([carried(counts, weights) for counts in drawn])
                observed = carried(w.counts, weights)
                z = (observed - values.mean()) / values.std(ddof=1)
                kind = "by_sign_and_class" if layered else "by_source_sign"
                print(f"{name:16} {weights:7} {kind:18} observed {observed:.4f}, nulls {values.mean():.3f} "
                      f"+- {values.std(ddof=1):.3f}, z {z:.2f}")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulate", action="store_true")
    parser.add_argument("--program", metavar="PATH")
    parser.add_argument("--nulls", type=int, metavar="N")
    arguments = parser.parse_args()
    all_tables = tables()
    if arguments.simulate:
        return simulate(all_tables)
    if arguments.program:
        return int(program(arguments.program, all_tables) > 0)
    if arguments.nulls:
        return nulls(arguments.nulls, all_tables)
    return int(reference(all_tables) > 0)


if __name__ == "__main__":
    sys.exit(main())
