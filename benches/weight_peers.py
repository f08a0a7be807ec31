"""Intensity and coherence of motifs as networkx lists their occurrences.

    python benches/weight_peers.py        prints the numbers that a test of `src/motif/intensity.rs` has

Reads the connectome of White et al. 1986 from `data/celegans`, with the 26 classical GABA neurons inhibitory and all others
excitatory. `DiGraphMatcher` lists every filling of the roles, as a subgraph or induced; each is weighed with numpy, and the
sums are divided by the symmetries of the motif. Needs `networkx` (3.6.1 was used), `numpy`, `pyarrow`.
"""

from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow.parquet as pq
from networkx.algorithms.isomorphism import DiGraphMatcher

DATA = Path(__file__).resolve().parent.parent / "data" / "celegans"
GABA = {"RMED", "RMEV", "RMEL", "RMER", "AVL", "DVB", "RIS"} | {f"DD{i}" for i in range(1, 7)} | {f"VD{i}" for i in range(1, 14)}
# Roles that excite or inhibit by their synapses or by identity; synapses; symmetries.
MOTIFS = {
    "xor5": ("A:E B:E C:E D:E I:I", "A>C B>D A>I B>I I>C I>D", 2),
    "xor6": ("A:E B:E C:E D:E I:I O:", "A>C B>D A>I B>I I>C I>D C>O D>O", 2),
    "ffli": ("A:E C:E I:I D:E", "A>C A>I I>D", 1),
    "li3": ("X:E I:I Y:E", "X>I I>Y", 1),
    "wta3": ("E1:E E2:E I:I", "E1>I E2>I I>E1 I>E2", 2),
}


def main():
    edges = pq.read_table(DATA / "edges.parquet").to_pylist()
    graph = nx.DiGraph()
    for e in edges:
        if e["connectome"] == "white1986_whole" and e["synapse_type"] == "chemical" and e["pre"] != e["post"]:
            if e["weight"] >= 1:
                graph.add_edge(e["pre"], e["post"], weight=e["weight"])
    for name in graph:
        graph.nodes[name]["sign"] = "I" if name in GABA else "E"
    for motif, (roles, synapses, symmetries) in MOTIFS.items():
        pattern = nx.DiGraph()
        for role in roles.split():
            name, sign = role.split(":")
            pattern.add_node(name, sign=sign)
        pattern.add_edges_from(s.split(">") for s in synapses.split())
        matcher = DiGraphMatcher(graph, pattern, node_match=lambda a, b: b["sign"] in ("", a["sign"]))
        lists = {"Subgraph": matcher.subgraph_monomorphisms_iter, "Induced": matcher.subgraph_isomorphisms_iter}
        for matching, occurrences in lists.items():
            count, total, coherence = 0, 0.0, 0.0
            for occurrence in occurrences():
                neuron = {role: name for name, role in occurrence.items()}
                w = np.array([graph[neuron[a]][neuron[b]]["weight"] for a, b in pattern.edges])
                intensity = np.prod(w) ** (1 / len(w))
                count, total, coherence = count + 1, total + intensity, coherence + intensity / w.mean()
            found = (count // symmetries, float(total / symmetries), float(coherence / max(count, 1)))
            print(motif, matching, *map(repr, found), flush=True)


if __name__ == "__main__":
    main()
