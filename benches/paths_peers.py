"""Effective connectivity and strongest paths as connectome_interpreter and networkx compute them.

    python benches/paths_peers.py        prints the numbers that the tests of `src/paths` and `docs/concepts/paths.md` have

Reads the connectome of Cook et al. 2019 from `data/celegans`. Signs are those of the sign model wang2024: acetylcholine or
glutamate excite, else GABA inhibits, else none. connectome_interpreter multiplies in single precision; numpy repeats its
products in double precision. networkx lists all simple paths. Needs `connectome_interpreter` (2.9.5 was used), `networkx`,
`pyarrow`.
"""

from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow.parquet as pq
from connectome_interpreter.compress_paths import compress_paths_signed, result_summary
from scipy.sparse import csc_matrix

DATA = Path(__file__).resolve().parent.parent / "data" / "celegans"
CONNECTOME, STEPS = "cook2019_herm", 4
CLASSES = {"sensory neuron": "sensory", "motor neuron": "motor"}


def read():
    edges = pq.read_table(DATA / "edges.parquet").to_pylist()
    edges = [e for e in edges if e["connectome"] == CONNECTOME]
    names = sorted({e[end] for e in edges for end in ("pre", "post")})
    about = {row["neuron"]: row for row in pq.read_table(DATA / "neurons.parquet").to_pylist()}
    place = {name: at for at, name in enumerate(names)}
    weights = np.zeros((len(names), len(names)))
    for e in edges:
        if e["synapse_type"] == "chemical":
            weights[place[e["pre"]], place[e["post"]]] = e["weight"]

    def sign(name):
        transmitters = (about[name]["nt_wang2024"] or "").split("+")
        if "ACh" in transmitters or "Glu" in transmitters:
            return 1
        return -1 if "GABA" in transmitters else 0

    classes = [CLASSES.get(about[name]["classification"]) for name in names]
    return names, weights, [sign(name) for name in names], classes


def main():
    names, weights, signs, classes = read()
    total = weights.sum(0)
    shares = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    sources = [i for i, c in enumerate(classes) if c == "sensory"]
    targets = [i for i, c in enumerate(classes) if c == "motor"]
    print(len(names), "neurons,", len(sources), "sensory,", len(targets), "motor")

    exc, inh = compress_paths_signed(csc_matrix(shares), dict(enumerate(signs)), STEPS, output_threshold=0)
    positive = shares * (np.array(signs)[:, None] == 1)
    negative = shares * (np.array(signs)[:, None] == -1)
    e, i, power = np.eye(len(names)), np.zeros_like(shares), np.eye(len(names))
    group = dict.fromkeys(sources, "sensory") | dict.fromkeys(targets, "motor")
    for step in range(STEPS):
        e, i, power = e @ positive + i @ negative, e @ negative + i @ positive, power @ shares
        theirs = [
            float(result_summary(m[step], sources, targets, group, display_output=False, display_threshold=0).iloc[0, 0])
            for m in (exc, inh)
        ]
        ours = [float(m[np.ix_(sources, targets)].sum(0).mean()) for m in (e, i, power)]
        print(step + 1, "steps: connectome_interpreter", theirs, "numpy excitatory, inhibitory, all", ours)
    at = names.index("ASHL"), names.index("VA8")
    print("ASHL to VA8 in 3 steps", [float(m[2][at]) for m in (exc, inh)])

    graph = nx.DiGraph([(int(i), int(j)) for i, j in zip(*np.nonzero(shares)) if i != j])
    # One source before all sources and one target behind all targets.
    graph.add_edges_from(("from", s) for s in sources)
    graph.add_edges_from((t, "to") for t in targets)
    found = {}
    for path in nx.all_simple_paths(graph, "from", "to", cutoff=5):
        path = path[1:-1]
        product = 1.0
        for pair in zip(path, path[1:]):
            product *= shares[pair]
        found.setdefault(len(path) - 1, []).append((-product, [names[at] for at in path]))
    for steps in (1, 2, 3):
        print(steps, "steps:", len(found[steps]), "paths")
        for product, path in sorted(found[steps])[:5]:
            print(" ".join(path), repr(float(-product)))


if __name__ == "__main__":
    main()
