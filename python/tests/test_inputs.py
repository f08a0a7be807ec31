"""One connectome in every form, and what is refused."""

import multiprocessing

import networkx
import numpy
import pandas
import polars
import pyarrow
import pytest
import scipy.sparse

import engraph


def counts(edges, neurons=None, **given):
    return engraph.count_motifs(edges, neurons, motif="xor5", **given)["count"]


@pytest.fixture(scope="module")
def edges(worm):
    return worm.synapses.to_pandas()


def test_tables_of_every_library(edges, xor5, tmp_path):
    arrow = pyarrow.Table.from_pandas(edges, preserve_index=False)
    edges.to_csv(tmp_path / "edges.csv", index=False)
    forms = {
        "pandas": edges,
        "pandas of text": edges.astype({"pre": "str", "sign": "category"}),
        "pandas of objects": edges.astype({"pre": "object", "post": "object"}),
        "pandas of Arrow": edges.convert_dtypes(dtype_backend="pyarrow"),
        "polars": polars.DataFrame(edges.to_dict("list")),
        "polars of categories": polars.DataFrame(edges.to_dict("list")).with_columns(
            polars.col("sign").cast(polars.Categorical)
        ),
        "pyarrow": arrow,
        "pyarrow in pieces": pyarrow.concat_tables([arrow.slice(0, 1000), arrow.slice(1000)]),
        "pyarrow stream": arrow.to_reader(max_chunksize=500),
        "dict": edges.to_dict("list"),
        "numpy records": edges.to_records(index=False),
        "path": tmp_path / "edges.csv",
        "text": str(tmp_path / "edges.csv"),
        "engraph": engraph.connectome(edges).synapses,
    }
    for form, given in forms.items():
        assert counts(given) == xor5, form


def test_graphs(worm, xor5):
    many = worm.to_networkx()
    assert many.number_of_nodes() == 302
    assert counts(many) == xor5
    one = networkx.DiGraph()
    one.add_nodes_from(many.nodes(data=True))
    chemical = [
        (pre, post, told)
        for pre, post, told in many.edges(data=True)
        if told["synapse_type"] == "chemical"
    ]
    one.add_edges_from(chemical)
    assert counts(one) == xor5
    read = engraph.connectome(one)
    assert len(read) == 302, "nodes without edges are neurons"
    # Signs of nodes do, where edges have none.
    for _, _, told in one.edges(data=True):
        told.pop("sign")
    assert counts(one) == xor5
    with pytest.raises(engraph.UsageError, match="no directions"):
        engraph.connectome(networkx.Graph([(1, 2)]))


def test_attributes_of_graphs():
    graph = networkx.DiGraph()
    graph.add_edge("A", "B", weight=numpy.int64(2), sign=None, pos=(0.5, 1.0))
    graph.add_edge("B", "C", **{"".join(["wei", "ght"]): 3})
    graph.add_edge("C", "D", weight=pandas.NA, note="no weight")
    graph.add_node("E", transmitter="GABA")
    graph.nodes["A"][7] = "an attribute whose name is no text"
    read = engraph.connectome(graph)
    assert read.neurons["neuron"] == list("ABCDE")
    assert (read.synapses["pre"], read.synapses["weight"]) == (["A", "B"], [2.0, 3.0])
    part = engraph.connectome(graph.subgraph(["A", "B"]))
    assert part.synapses["post"] == ["B"] and len(part) == 2, "a view of a part"
    many = networkx.MultiDiGraph([("A", "B", {"weight": 1}), ("A", "B", {"weight": 4})])
    assert engraph.connectome(many).synapses["weight"] == [5.0]
    assert engraph.connectome(many.edge_subgraph([("A", "B", 0)])).synapses["weight"] == [1.0]
    graph.add_edge("D", "E", **{"weight": 1})
    graph.edges["D", "E"][7] = 1
    with pytest.raises(engraph.UsageError, match="7, which is no text"):
        engraph.connectome(graph)


def test_nodes_of_graphs():
    graph = networkx.DiGraph([(2, 10), (10, 2), (2, 3)])
    graph.add_node(1)
    read = engraph.connectome(graph)
    assert read.neurons["neuron"] == ["1", "2", "3", "10"]
    assert read.synapses["pre"] == ["2", "2", "10"]
    graph = networkx.DiGraph([("A", "B"), ("B", "A"), ("A", 7)])
    with pytest.raises(engraph.UsageError, match="column `post` mixes .* row 1 is 'B', row 2 is 7"):
        engraph.connectome(graph)
    graph = networkx.DiGraph([(("A", 1), "B")])
    with pytest.raises(engraph.UsageError, match="column `pre`, row 1: .*tuple"):
        engraph.connectome(graph)


def test_matrices(worm, xor5):
    names = worm.neurons["neuron"]
    matrix = worm.to_scipy()
    neurons = worm.neurons.to_pandas()[["neuron", "sign"]]
    numbered = neurons.assign(neuron=range(len(names)))
    dense = matrix.toarray()
    assert counts(matrix, numbered) == xor5
    assert counts(scipy.sparse.coo_matrix(dense), numbered) == xor5
    assert counts(dense, numbered) == xor5
    assert counts(numpy.asfortranarray(dense), numbered) == xor5
    labelled = pandas.DataFrame(dense, index=names, columns=names)
    assert counts(labelled, neurons) == xor5
    signed = engraph.connectome(worm.to_scipy(signed=True), signed_weights=True)
    assert counts(signed) == xor5
    assert len(engraph.connectome(matrix)) == len(names), "rows without entries are neurons"
    assert (engraph.connectome(matrix).to_scipy() != matrix).nnz == 0
    gaps = worm.to_scipy(synapse_type="electrical")
    assert (gaps != gaps.T).nnz == 0 and gaps.nnz > 1105


def test_lists():
    three = [("A", "B", 2.0), ("B", "C", 1.0), ("A", "B", 1.0)]
    assert engraph.connectome(three).synapses["weight"] == [3.0, 1.0]
    assert engraph.connectome(numpy.array([[1, 2], [2, 3], [3, 1]] * 2)).synapses["pre"] == list("123")
    assert len(engraph.connectome([(1, 2)], ["1", "2", "3"])) == 3
    assert engraph.connectome(iter([("A", "B")])).neurons["neuron"] == ["A", "B"]


def test_widths_of_numbers():
    for kind in ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]:
        table = {"pre": numpy.array([1, 2], kind), "post": numpy.array([2, 3], kind)}
        assert engraph.connectome(table).neurons["neuron"] == ["1", "2", "3"], kind
    for kind in ["float16", "float32", "float64", ">f8", "int8", ">i4", "bool"]:
        table = {"pre": ["A"], "post": ["B"], "weight": numpy.array([1], kind)}
        if kind == "bool":
            with pytest.raises(engraph.EngraphError, match="weight"):
                engraph.connectome(table)
        else:
            assert engraph.connectome(table).synapses["weight"] == [1.0], kind
    large = {"pre": [720575940621280688, 2**63 + 1], "post": [720575940621280689, 1]}
    assert engraph.connectome(large).neurons["neuron"][-1] == str(2**63 + 1)
    strided = numpy.arange(20)[::2]
    assert engraph.connectome({"pre": strided, "post": strided + 1}).synapses["pre"][1] == "2"


REFUSED = {
    "mixed identifiers": ({"pre": ["A", 1], "post": ["B", "C"]}, "mixes text and integers: row 1"),
    "mixed in pandas": (pandas.DataFrame({"pre": ["A", 1], "post": ["B", "C"]}), "mixes"),
    "wrong types": ({"pre": [b"A"], "post": ["B"]}, "type"),
    "times": (pandas.DataFrame({"pre": pandas.to_datetime(["2020-01-01"]), "post": ["B"]}), "type"),
    "complex": ({"pre": ["A"], "post": ["B"], "weight": numpy.array([1j])}, "type"),
    "lengths": ({"pre": ["A", "B"], "post": ["B"]}, "column `post` has 1 values"),
    "no name": (pandas.DataFrame([["A", "B"]]), "called 0"),
    "no edges": ([], "no edges"),
    "ragged": ([("A", "B"), ("A",)], "edge 2"),
    "no table": (3, "int is no table"),
    "no square": (numpy.ones((2, 5)), "shape"),
    "huge numbers": ({"pre": [2**70], "post": [1]}, "64 bits"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_use_is_a_value_error(name):
    given, told = REFUSED[name]
    with pytest.raises(ValueError, match=told) as error:
        engraph.connectome(given)
    assert isinstance(error.value, engraph.EngraphError)


FAULTY = {
    "negative": [("A", "B", -1.0)],
    "NaN": {"pre": ["A"], "post": ["B"], "weight": [float("nan")]},
    "NaN in numpy": {"pre": ["A"], "post": ["B"], "weight": numpy.array([numpy.nan])},
    "NaN in pandas": pandas.DataFrame({"pre": ["A"], "post": ["B"], "weight": [numpy.nan]}),
    "infinite": [("A", "B", float("inf"))],
    "empty pandas": pandas.DataFrame({"pre": [], "post": []}),
    "empty polars": polars.DataFrame({"pre": [], "post": []}),
    "empty matrix": numpy.zeros((3, 3)),
    "nothing in common": {"a": ["x"], "b": ["y"]},
    "no file": "no/such.csv",
    "ends missing": {"pre": [None, None], "post": ["A", "B"]},
}


@pytest.mark.parametrize("name", FAULTY)
def test_faulty_tables_are_refused(name):
    with pytest.raises(engraph.EngraphError) as error:
        engraph.connectome(FAULTY[name])
    assert str(error.value).strip()


def test_hints_are_told():
    with pytest.raises(engraph.EngraphError) as error:
        engraph.connectome("cook2019_hermm")
    assert error.value.hint == "did you mean `cook2019_herm`?"
    assert "hint: did you mean" in str(error.value)
    with pytest.raises(ValueError):
        engraph.count_motifs(connectome="cook2019_herm", nulls=-1)
    with pytest.raises(ValueError):
        engraph.count_motifs(connectome="cook2019_herm", null_model="by_sign")
    with pytest.raises(ValueError):
        engraph.count_motifs(connectome="cook2019_herm", jobs=0)
    with pytest.raises(ValueError):
        engraph.count_motifs(connectome="cook2019_herm", motif=3)
    with pytest.raises(ValueError):
        engraph.capacity(connectome="cook2019_herm", snr=float("nan"))


def test_missing_values_are_no_synapses():
    """What a table leaves empty is read as the command line reads an empty cell."""
    table = pandas.DataFrame({"pre": ["A", "B", None], "post": ["B", "C", "C"]})
    read = engraph.connectome(table)
    assert read.neurons["neuron"] == ["A", "B", "C"]
    assert any("without a partner" in note for note in read.notes)


def test_a_table_that_changes_meanwhile():
    """Arrays are copied before anything is read: what comes out is of one moment."""
    import threading

    size = 200_000
    pre, post = numpy.arange(size) % 1000, numpy.arange(size) % 997
    stop = threading.Event()

    def change():
        while not stop.is_set():
            pre[:] = numpy.random.randint(0, 1000, size)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(5):
            read = engraph.connectome({"pre": pre, "post": post})
            assert 997 <= len(read) <= 1000
    finally:
        stop.set()
        thread.join()


def _count_in_child(queue):
    queue.put(engraph.count_motifs(connectome="cook2019_herm", motif="xor5", signs="gaba26")["count"])


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes(method, xor5):
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    children = [context.Process(target=_count_in_child, args=(queue,)) for _ in range(2)]
    for child in children:
        child.start()
    assert [queue.get(timeout=120) for _ in children] == [xor5, xor5]
    for child in children:
        child.join(timeout=60)
        assert child.exitcode == 0
