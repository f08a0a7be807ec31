"""How long peers take for the same, as ratios of processor time: `python python/tests/peers.py`.

XOR5 in Cook's hermaphrodite from a graph of networkx, conversion included, against networkx's own
VF2 (which is stopped after a while, so that the ratio is a lower bound); `capacity` against the same
in dense numpy; TwoNN against scikit-dimension. Every ratio is measured in one run.
"""

import sys
import time

import networkx
import numpy
import skdim
from test_peers import vf2

import engraph


def best(call, times=5):
    """The shortest processor time of a call, and what it gave."""
    seconds = []
    for _ in range(times):
        began = time.process_time()
        found = call()
        seconds.append(time.process_time() - began)
    return min(seconds), found


def xor5(patience):
    worm = engraph.connectome("cook2019_herm").with_signs().to_networkx()
    signs = {"excitatory": 1, "inhibitory": -1}
    gaps = [e for e, told in worm.edges.items() if told["synapse_type"] == "electrical"]
    worm.remove_edges_from(gaps)
    graph = networkx.DiGraph(worm)
    for _, told in [*graph.edges.items(), *graph.nodes.items()]:
        told["sign"] = signs.get(told["sign"], 0)
    ours, counts = best(lambda: engraph.count_motifs(graph, motif="xor5")["count"][0], times=50)
    matcher = vf2(graph)
    began, found = time.process_time(), 0
    finished = True
    for _ in matcher.subgraph_monomorphisms_iter():
        found += 1
        if time.process_time() - began > patience:
            finished = False
            break
    theirs = time.process_time() - began
    if finished:
        assert found // 2 == counts, (found, counts)
    share = f"{found // 2} of {counts} found" if not finished else f"{counts}, the same"
    print(f"XOR5 from networkx: engraph {ours * 1e3:.1f} ms, VF2 {theirs:.1f} s ({share})")
    print(f"  ratio {'' if finished else 'at least '}{theirs / ours:.0f}")


def two_nn():
    points = numpy.random.default_rng(1).normal(size=(5000, 8))
    ours, _ = best(lambda: engraph.dimension(points, estimator="two_nn", intervals=False))
    theirs, _ = best(lambda: skdim.id.TwoNN().fit(points))
    print(f"TwoNN of 5,000 points in 8 axes: engraph {ours * 1e3:.0f} ms, scikit-dimension {theirs * 1e3:.0f} ms")
    print(f"  ratio {theirs / ours:.1f}")


def capacity():
    worm = engraph.connectome("cook2019_herm").with_signs()
    ours, _ = best(lambda: engraph.capacity(worm, snr=1e4))
    step = numpy.random.default_rng(1).normal(size=(300, 300)) / 20
    sensory, motor, held = step[:, :80], step[:100], numpy.arange(80, 200)

    def theirs():
        numpy.linalg.eigvals(step)
        powers = [numpy.eye(300)]
        for _ in range(15):
            powers.append(step @ powers[-1])
        control = numpy.hstack([p @ sensory for p in powers])[held]
        observe = numpy.vstack([motor @ p for p in powers])[:, held]
        return [numpy.linalg.svd(m, compute_uv=False) for m in (control, observe, observe @ control)]

    seconds, _ = best(theirs)
    print(f"capacity of a worm: engraph {ours * 1e3:.0f} ms, numpy {seconds * 1e3:.0f} ms")
    print(f"  ratio {seconds / ours:.1f}")


if __name__ == "__main__":
    two_nn()
    capacity()
    xor5(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
