"""Measures of the undirected graph of ten connectomes by networkx.

    python benches/graph_peers.py        prints the numbers that a test of `src/topology/graph_measures.rs` has

Reads the connectomes from `data/celegans`. Two neurons are joined where a chemical synapse leads from one to the other; those
with gap junctions alone are joined to nobody. Sigma and omega follow from the clustering and path length of networkx and the
references of random graphs and lattices that the source names. Needs `networkx` (3.6.1 was used), `numpy`, `scipy`, `pyarrow`.
"""

from math import log
from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow.parquet as pq

DATA = Path(__file__).resolve().parent.parent / "data" / "celegans"
CONNECTOMES = [
    "cook2019_herm", "cook2019_male", "cook2020_pharynx", "durbin1987_n2u", "haspel2011_vnc",
    "varshney2011", "white1986_whole", "witvliet2021_1", "witvliet2021_8", "yim2024_dauer",
]


def main():
    edges = pq.read_table(DATA / "edges.parquet").to_pylist()
    for connectome in CONNECTOMES:
        own = [e for e in edges if e["connectome"] == connectome]
        names = sorted({e[end] for e in own for end in ("pre", "post")})
        place = {name: at for at, name in enumerate(names)}
        graph = nx.empty_graph(len(names))
        pairs = ((place[e["pre"]], place[e["post"]]) for e in own if e["synapse_type"] == "chemical")
        graph.add_edges_from((a, b) for a, b in pairs if a != b)
        largest = graph.subgraph(max(nx.connected_components(graph), key=len))
        length, clustering = nx.average_shortest_path_length(largest), nx.average_clustering(largest)
        n, k = len(largest), 2 * largest.size() / len(largest)
        random_length = (log(n) - np.euler_gamma) / log(k) + 0.5
        sigma = clustering / (k / (n - 1)) / (length / random_length)
        omega = random_length / length - clustering / (3 * (k - 2) / (4 * (k - 1)))
        degrees = sorted(dict(graph.degree).values(), reverse=True)
        rich = next(d for d in range(max(degrees) + 1) if sum(other > d for other in degrees) <= len(degrees) / 10)
        club = nx.rich_club_coefficient(graph, normalized=False).get(rich)
        communities = nx.community.greedy_modularity_communities(graph)
        found = nx.communicability_exp(graph)
        exponential = np.array([[found[i][j] for j in graph] for i in graph])
        mean = (exponential.sum() - np.trace(exponential)) / (len(graph) * (len(graph) - 1))
        values = [
            len(graph), graph.size(), length, nx.global_efficiency(graph), rich, club,
            len(communities), nx.community.modularity(graph, communities), sigma, omega, log(mean),
        ]
        print(connectome, *(repr(float(v)) if isinstance(v, float) else v for v in values), flush=True)


if __name__ == "__main__":
    main()
