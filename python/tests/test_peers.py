"""Numbers that others compute as well."""

import itertools
from pathlib import Path

import networkx
import numpy
import pytest
import scipy.linalg
import skdim

import engraph

XOR5 = [(0, 2, 1), (1, 3, 1), (0, 4, 1), (1, 4, 1), (4, 2, -1), (4, 3, -1)]


def random_graph(neurons, chance, seed):
    random = numpy.random.default_rng(seed)
    graph = networkx.DiGraph()
    # A neuron excites or inhibits: the hub of XOR5 must be a neuron that inhibits.
    signs = random.choice([-1, 1, 1], neurons)
    graph.add_nodes_from((at, {"sign": int(sign)}) for at, sign in enumerate(signs))
    for pre, post in itertools.permutations(range(neurons), 2):
        if random.random() < chance:
            graph.add_edge(pre, post, sign=int(signs[pre]))
    return graph


def vf2(graph):
    """XOR5 in a graph of networkx whose edges and nodes have signs; both relays must excite."""
    pattern = networkx.DiGraph()
    pattern.add_weighted_edges_from(XOR5, weight="sign")
    networkx.set_node_attributes(pattern, {2: 1, 3: 1}, "sign")
    return networkx.algorithms.isomorphism.DiGraphMatcher(
        graph,
        pattern,
        node_match=lambda neuron, role: role.get("sign") in (None, neuron["sign"]),
        edge_match=lambda synapse, edge: synapse["sign"] == edge["sign"],
    )


def by_networkx(graph, induced):
    matcher = vf2(graph)
    found = (
        matcher.subgraph_isomorphisms_iter() if induced else matcher.subgraph_monomorphisms_iter()
    )
    # XOR5 has one symmetry besides the identity.
    return sum(1 for _ in found) // 2


@pytest.mark.parametrize("seed", range(3))
def test_counts_against_networkx(seed):
    graph = random_graph(14, 0.35, seed)
    counts = engraph.count_motifs(graph, motif="xor5")["count"]
    assert counts == [by_networkx(graph, False), by_networkx(graph, True)]
    assert counts[0] > 0


def test_triads_of_a_written_motif():
    graph = random_graph(20, 0.3, 5)
    plain = networkx.DiGraph(graph.edges)
    motif = engraph.motif("A => B; B => C; A => C", name="feed_forward")
    counts = engraph.count_motifs(graph, motif=motif)
    induced = dict(zip(counts["matching"], counts["count"]))["induced"]
    assert induced == networkx.triadic_census(plain)["030T"]


def test_capacity_against_numpy():
    """The worm's wiring, made linear as `docs/concepts/capacity.md` says, in dense matrices."""
    worm = engraph.connectome("cook2019_herm").with_signs()
    leak, radius, horizon, snr = 0.5, 0.95, 12, 1e4
    weights = worm.to_scipy().toarray().T
    signs = worm.to_scipy(signed=True).toarray().T
    signed = numpy.where(signs < 0, -weights, weights)
    numpy.fill_diagonal(signed, 0)
    signed *= radius / max(abs(numpy.linalg.eigvals(signed)))
    step = (1 - leak) * numpy.eye(len(worm)) + leak * signed
    classes = numpy.array(worm.neurons["class"])
    ports = {word: numpy.eye(len(worm))[:, classes == word] for word in ("sensory", "motor")}
    held = (classes != "sensory") & (classes != "motor")
    powers = [numpy.eye(len(worm))]
    for _ in range(horizon - 1):
        powers.append(step @ powers[-1])
    control = numpy.hstack([p @ ports["sensory"] for p in powers])[held]
    observe = numpy.vstack([ports["motor"].T @ p for p in powers])[:, held]
    values = {
        "encoded": scipy.linalg.svdvals(control),
        "decoded": scipy.linalg.svdvals(observe),
        "carried": scipy.linalg.svdvals(observe @ control),
    }
    found = engraph.capacity(
        worm, leak=leak, spectral_radius=radius, horizon=horizon, snr=snr, gap_junctions=False
    )
    assert found["measure"] == list(values)
    for measure, value in zip(found["measure"], found["value"]):
        power = (values[measure] / values[measure][0]) ** 2
        expected = (power / (power + 1 / snr)).sum()
        assert value == pytest.approx(expected, rel=1e-6), measure


def test_dimension_against_scikit_dimension():
    random = numpy.random.default_rng(1)
    points = numpy.hstack([random.normal(size=(500, 3)), numpy.zeros((500, 2))])
    points = points @ numpy.linalg.qr(random.normal(size=(5, 5)))[0]
    found = engraph.dimension(points, estimator=["two_nn", "participation_ratio", "pca_90"])
    by_name = dict(zip(found["estimator"], found["value"]))
    # Our TwoNN is the estimate of maximum likelihood, theirs a fit without the largest tenth.
    assert by_name["two_nn"] == pytest.approx(skdim.id.TwoNN().fit(points).dimension_, rel=0.1)
    variances = numpy.linalg.eigvalsh(numpy.cov(points.T))
    ratio = variances.sum() ** 2 / (variances**2).sum()
    assert by_name["participation_ratio"] == pytest.approx(ratio, rel=1e-9)
    assert by_name["pca_90"] == 3


def test_paths_are_powers_of_the_matrix_of_shares(worm):
    """Effective connectivity beside powers of a matrix of numpy."""
    weights = worm.to_scipy().toarray()
    signed = worm.to_scipy(signed=True).toarray()
    shares = weights / numpy.maximum(weights.sum(axis=0), 1e-300)
    net = signed / numpy.maximum(weights.sum(axis=0), 1e-300)
    classes = numpy.array([c or "" for c in worm.neurons["class"]])
    found = engraph.paths(worm, from_="sensory", to="motor", steps=4, strongest=0)
    assert [row["steps"] for row in found] == [1, 2, 3, 4]
    for row in found:
        power = numpy.linalg.matrix_power(shares, row["steps"])
        total = power[classes == "sensory"][:, classes == "motor"].sum(axis=0).mean()
        told = row["excitatory"] + row["inhibitory"] + row["unsigned"]
        assert numpy.isclose(told, total, rtol=1e-12)
        # Unknown signs are 0 in `net`, so that their paths are left out of both sides.
        power = numpy.linalg.matrix_power(net, row["steps"])
        left = power[classes == "sensory"][:, classes == "motor"].sum(axis=0).mean()
        assert numpy.isclose(row["net"], left, rtol=1e-9, atol=1e-15)


def test_weights_are_means_over_occurrences(worm):
    """Intensity and coherence of mutual excitation beside numpy."""
    weights = worm.to_scipy(signed=True).toarray()
    numpy.fill_diagonal(weights, 0.0)
    pre, post = numpy.nonzero(numpy.triu((weights > 0) & (weights.T > 0)))
    one, other = weights[pre, post], weights[post, pre]
    intensity = numpy.sqrt(one * other)
    coherence = intensity / ((one + other) / 2)
    both = engraph.motif("A -> B; B -> A", name="both")
    found = {
        row["measure"]: row
        for row in engraph.motif_weights(worm, motif=both)
        if row["matching"] == "subgraph"
    }
    assert found["mean_intensity"]["occurrences"] == len(pre) > 100
    assert numpy.isclose(found["mean_intensity"]["value"], intensity.mean())
    assert numpy.isclose(found["mean_coherence"]["value"], coherence.mean())
    assert numpy.isclose(found["total_intensity"]["value"], intensity.sum())


def test_an_inferred_network_is_that_of_its_equations():
    """A published network in numpy, by the equations of `engraph::network`."""
    root = Path(__file__).parents[2]
    table = engraph.read(root / "reports" / "networks")["checkpoints"]
    of = {
        row["group"]: numpy.array(row["values"])
        for row in table
        if row["quantity"] == "parameters" and row["latent_units"] == 2
    }
    worm = engraph.connectome("witvliet2021_8").with_signs("wang2024")
    classes = numpy.array([c or "" for c in worm.neurons["class"]])
    n = len(worm)
    sensory, motor = (numpy.flatnonzero(classes == c) for c in ("sensory", "motor"))
    inner = numpy.flatnonzero((classes != "sensory") & (classes != "motor"))
    # Synapses stand by their targets, then by their sources. Unsigned ones excite.
    connected = worm.to_scipy().toarray().T != 0
    signs = numpy.where(worm.to_scipy(signed=True).toarray().T < 0, -1.0, 1.0)
    chemical = numpy.zeros((n, n))
    chemical[connected] = numpy.abs(of["recurrent"])
    chemical *= signs
    coupled = numpy.triu(worm.to_scipy(synapse_type="electrical").toarray(), 1) != 0
    gap = numpy.zeros((n, n))
    gap[coupled] = numpy.abs(of["gap"])
    gap += gap.T
    leak = 0.5 / (1 + numpy.exp(-of["leak"]))
    steps, channels = 16, 8
    read_in = numpy.zeros((n, channels))
    read_in[sensory] = of["input"].reshape(len(sensory), channels)
    readout = of["readout"].reshape(channels, len(motor))
    encode, decode = of["encode"].reshape(2, len(inner)), of["decode"].reshape(len(inner), 2)

    def step(state, given):
        current = of["bias"] + given + gap @ state - gap.sum(axis=1) * state
        rates = numpy.maximum(state, 0.0)
        return (1 - leak) * state + leak * (chemical @ rates + current)

    series = numpy.loadtxt(root / "examples" / "waves.csv", delimiter=",", skiprows=1)
    seen = (series - series.mean(axis=0)) / series.std(axis=0, ddof=1)
    found = engraph.infer(root / "reports" / "networks", series, latent_units=2, stride=40)
    assert found["first_row"] == list(range(1, 498, 40))
    for row in found:
        sequence = seen[row["first_row"] - 1 : row["last_row"]]
        state = numpy.zeros(n)
        for frame in sequence:
            state = step(state, read_in @ frame)
        units = encode @ numpy.maximum(state, 0.0)[inner] + of["encode_bias"]
        state = numpy.zeros(n)
        state[inner] = decode @ units + of["decode_bias"]
        output = numpy.empty((steps, channels))
        for at in range(steps):
            state = step(state, 0.0)
            output[at] = readout @ numpy.maximum(state, 0.0)[motor] + of["readout_bias"]
        # Networks compute in single precision.
        assert numpy.allclose(row["latent"], units, rtol=1e-4, atol=1e-4)
        assert numpy.allclose(row["reconstruction"], output.T.ravel(), rtol=1e-3, atol=1e-3)
        assert numpy.isclose(row["error"], ((output - sequence) ** 2).mean(), rtol=1e-3)
