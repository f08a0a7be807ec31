"""Tables as other libraries take them."""

import json
import pickle
from pathlib import Path

import duckdb
import numpy
import pandas
import polars
import pyarrow
import pytest

import engraph

GOLDEN = Path(__file__).parents[2] / "tests" / "golden" / "schema.json"


@pytest.fixture(scope="module")
def table():
    return engraph.count_motifs(connectome="cook2019_herm", motif=["xor5", "mi2"], nulls=3)


def test_libraries_agree(table):
    arrow, frame, of_polars = table.to_arrow(), table.to_pandas(), table.to_polars()
    assert pyarrow.table(table).equals(arrow)
    assert polars.DataFrame(table).equals(of_polars)
    counts = table
    summed = duckdb.sql("select sum(count) from counts").fetchall()
    assert summed == [(sum(table["count"]),)]
    assert arrow.to_pydict() == table.to_dict() == of_polars.to_dict(as_series=False)
    for column in table.columns:
        kept = [None if v is pandas.NA or v != v else v for v in frame[column.name].tolist()]
        assert kept == table[column.name], column.name
    assert pyarrow.schema(table) == arrow.schema
    assert table.shape == frame.shape == (4, len(table.columns))


def test_meanings_are_those_of_the_schema(table):
    golden = {known["table"]: known for known in json.loads(GOLDEN.read_text())}
    assert engraph.schema() == list(golden.values())
    for column, known in zip(table.columns, golden["motif_counts"]["columns"], strict=True):
        assert column.name == known["name"] and column.description == known["description"]
        assert (column.type, column.nullable, column.unit) == (
            known["type"], known["nullable"], known["unit"],
        )
    with pytest.raises(ValueError, match="unknown table"):
        engraph.schema("no_table")


def test_notebooks_show_units_and_meanings(table):
    shown = engraph.dimension(numpy.random.default_rng(1).normal(size=(50, 3)), estimator="two_nn")
    text = shown._repr_html_()
    assert '<small>dimensions</small>' in text and 'title="Estimate;' in text
    assert "Unit: dimensions." in text
    mine = engraph.connectome([("<b>A</b>", "B")]).neurons
    assert "<b>A</b>" not in mine._repr_html_() and "&lt;b&gt;A" in mine._repr_html_()
    assert repr(table).startswith("motif_counts: 4 rows\nconnectome")


def test_rows_and_errors(table):
    assert [row["motif"] for row in table] == table["motif"]
    with pytest.raises(ValueError, match="no column `nothing`"):
        table["nothing"]


def test_pickled_tables_are_the_same(table):
    back = pickle.loads(pickle.dumps(table))
    assert back.to_dict() == table.to_dict() and back.columns == table.columns
    assert back.name == table.name


def test_a_stream_is_read_once():
    class Once:
        def __init__(self):
            self.stream = pyarrow.table({"pre": ["A"], "post": ["B"]}).__arrow_c_stream__()

        def __arrow_c_stream__(self, requested_schema=None):
            return self.stream

    once = Once()
    assert len(engraph.connectome(once)) == 2
    with pytest.raises(engraph.EngraphError, match="read before"):
        engraph.connectome(once)


def test_a_malformed_stream_is_refused():
    """Text that is no UTF-8 comes to no reader."""
    offsets = pyarrow.py_buffer(numpy.array([0, 2], "int32").tobytes())
    wrong = pyarrow.Array.from_buffers(
        pyarrow.string(), 1, [None, offsets, pyarrow.py_buffer(b"\xff\xfe")]
    )
    with pytest.raises(engraph.EngraphError, match="taken over"):
        engraph.connectome(pyarrow.table({"pre": wrong, "post": ["B"]}))
