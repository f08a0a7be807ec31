"""What Python programs have, as tables of edges, of neurons and of points."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engraph import _engraph
from engraph._errors import UsageError
from engraph._table import Table

#: Attributes of nodes of a graph that say something of a neuron.
NEURON_COLUMNS = ["transmitter", "sign", "class", "super_class", "cell_type"]


def is_path(given: Any) -> bool:
    """Whether something is the path of a file."""
    return isinstance(given, (str, os.PathLike))


def table(given: Any, what: str) -> Any:
    """The handle of a table of columns: from Arrow, pandas, numpy or a mapping."""
    if isinstance(given, Table):
        return given._handle
    if _is_pandas(given):
        return _engraph.columns(_of_pandas(given, what))
    if hasattr(given, "__arrow_c_stream__"):
        return _engraph.take_stream(given.__arrow_c_stream__())
    if isinstance(given, Mapping):
        return _engraph.columns([(_name(k, what), column(k, v)) for k, v in given.items()])
    names = getattr(getattr(given, "dtype", None), "names", None)
    if names:
        return _engraph.columns([(name, column(name, given[name])) for name in names])
    kind = type(given).__name__
    raise UsageError(
        f"{what}: a {kind} is no table",
        "give a path, a DataFrame of pandas or polars, a table of pyarrow, or a dict of columns",
    )


def column(name: Any, values: Any) -> Any:
    """A column in a form that is taken over: an array of numbers, or a list."""
    if hasattr(values, "to_numpy") and not hasattr(values, "__array_interface__"):
        values = values.to_numpy()
    array = values
    if hasattr(array, "dtype") and hasattr(array, "__array__"):
        if not hasattr(array, "__array_interface__"):
            array = array.__array__()
        kind = array.dtype.kind
        if kind in "fc" and array.dtype.itemsize not in (4, 8) or kind == "c":
            if kind == "c":
                raise _wrong_type(name, array.dtype)
            array = array.astype("float64")
        if kind in "iuf":
            return array.astype(array.dtype.newbyteorder("="), copy=False)
        if kind in "bOUT":
            return array.tolist()
        raise _wrong_type(name, array.dtype)
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise UsageError(f"column `{name}` is a {type(values).__name__}", "give a list or an array")
    return list(values)


def _wrong_type(name: Any, dtype: Any) -> UsageError:
    return UsageError(
        f"column `{name}` holds values of the type `{dtype}`",
        "give text, integers, floating point numbers or booleans",
    )


def _name(name: Any, what: str) -> str:
    if not isinstance(name, str):
        raise UsageError(
            f"{what}: a column is called {name!r}, which is no text",
            "name the columns by text, such as `pre`, `post` and `weight`",
        )
    return name


def _is_pandas(given: Any) -> bool:
    return type(given).__module__.split(".")[0] == "pandas" and hasattr(given, "columns")


def _of_pandas(frame: Any, what: str) -> list[tuple[str, Any]]:
    """The columns of a DataFrame, by position: names may repeat."""
    return [
        (_name(name, what), _of_series(name, frame.iloc[:, at]))
        for at, name in enumerate(frame.columns)
    ]


def _of_series(name: Any, series: Any) -> Any:
    """A column of a DataFrame. What pandas calls missing is None, but for floating point numbers."""
    dtype = series.dtype
    if hasattr(dtype, "categories"):
        return _of_series(name, series.astype(dtype.categories.dtype))
    if type(dtype).__module__.split(".")[0] == "numpy":
        values = series.to_numpy()
        if dtype.kind == "O":
            return column(name, [_absent(value) for value in values.tolist()])
        return column(name, values)
    if getattr(dtype, "kind", "O") not in "biufOU":
        raise _wrong_type(name, dtype)
    absent = series.isna().tolist()
    if dtype.kind in "biuf" and hasattr(dtype, "numpy_dtype") and not any(absent):
        return column(name, series.to_numpy(dtype=dtype.numpy_dtype))
    values = zip(series.tolist(), absent)
    return column(name, [None if is_absent else value for value, is_absent in values])


def _absent(value: Any) -> Any:
    """NaN in a column of objects is what pandas writes for a missing text."""
    return None if isinstance(value, float) and value != value else value


# Edges


def edges(given: Any, neurons: Any, unit: str, name: str, options: str) -> Any:
    """The handle of a connectome from edges in any form, and neurons in any form or None."""
    if is_path(given):
        given = os.fspath(given)
        listed = [] if neurons is None else _paths(neurons)
        return _engraph.read_files(given, listed, unit, options)
    table_of_edges, table_of_neurons = _tables(given)
    if neurons is not None:
        table_of_neurons = _neurons(neurons)
    return _engraph.read_tables(name, unit, table_of_edges, table_of_neurons, options)


def _paths(neurons: Any) -> list[str]:
    several = [neurons] if is_path(neurons) else neurons
    if not isinstance(several, Sequence) or not all(is_path(path) for path in several):
        raise UsageError(
            "the edges are a file and the neurons are not",
            "give both as files, or read the file of edges with pandas or polars first",
        )
    return [os.fspath(path) for path in several]


def _neurons(neurons: Any) -> Any:
    if is_path(neurons):
        raise UsageError(
            "the neurons are a file and the edges are not",
            "give both as files, or read the file of neurons with pandas or polars first",
        )
    if _is_list_of_names(neurons):
        return _engraph.columns([("neuron", column("neuron", neurons))])
    return table(neurons, "neurons")


def _is_list_of_names(neurons: Any) -> bool:
    return isinstance(neurons, (list, tuple)) and all(isinstance(n, (str, int)) for n in neurons)


def _tables(given: Any) -> tuple[Any, Any]:
    """Tables of edges and, where the edges tell of them, of neurons."""
    module = type(given).__module__.split(".")[0]
    if hasattr(given, "is_directed") and hasattr(given, "edges") and hasattr(given, "nodes"):
        return _of_graph(given)
    if module == "scipy" and hasattr(given, "tocoo"):
        return _of_sparse(given)
    if _is_pandas(given):
        matrix = _of_matrix_frame(given)
        return (matrix if matrix else (table(given, "edges"), None))
    if hasattr(given, "__arrow_c_stream__") or isinstance(given, (Table, Mapping)):
        return table(given, "edges"), None
    if getattr(getattr(given, "dtype", None), "names", None):
        return table(given, "edges"), None
    if hasattr(given, "__array__"):
        return _of_array(given)
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes)):
        return _of_tuples(given), None
    return table(given, "edges"), None


def _of_tuples(rows: Iterable[Any]) -> Any:
    rows = list(rows)
    if not rows:
        raise UsageError("there are no edges", "give tuples `(pre, post)` or `(pre, post, weight)`")
    width = len(rows[0]) if isinstance(rows[0], (tuple, list)) else 0
    if width not in (2, 3):
        raise UsageError(
            f"edge 1 is {rows[0]!r}", "give tuples `(pre, post)` or `(pre, post, weight)`"
        )
    for at, row in enumerate(rows):
        if not isinstance(row, (tuple, list)) or len(row) != width:
            raise UsageError(f"edge {at + 1} is {row!r}, and edge 1 has {width} entries", None)
    names = ("pre", "post", "weight")[:width]
    return _engraph.columns(
        [(name, column(name, values)) for name, values in zip(names, zip(*rows))]
    )


def _of_graph(graph: Any) -> tuple[Any, Any]:
    """A graph of networkx. Attributes of edges are columns; nodes are neurons."""
    if not graph.is_directed():
        raise UsageError(
            "the graph has no directions, and synapses have", "`graph.to_directed()` gives both"
        )
    adjacency, nodes = list(graph.adjacency()), list(graph.nodes(data=True))
    return _engraph.graph(adjacency, nodes, NEURON_COLUMNS, graph.is_multigraph())


def _of_sparse(matrix: Any) -> tuple[Any, Any]:
    """A sparse matrix of scipy: row is presynaptic, column postsynaptic, counted from 0."""
    found = matrix.tocoo()
    _square(found.shape)
    return _numbered(found.shape[0], found.row, found.col, found.data)


def _square(shape: tuple[int, ...]) -> None:
    if len(shape) != 2 or shape[0] != shape[1]:
        raise UsageError(
            f"a matrix of the shape {shape} is no adjacency matrix",
            "give as many rows as columns, or a table of edges with the columns `pre` and `post`",
        )


def _numbered(neurons: int, pre: Any, post: Any, weights: Any) -> tuple[Any, Any]:
    edges = [("pre", pre), ("post", post), ("weight", weights)]
    table = _engraph.columns([(name, column(name, values)) for name, values in edges])
    return table, _engraph.columns([("neuron", list(range(neurons)))])


def _of_array(given: Any) -> tuple[Any, Any]:
    """An array of numpy: an adjacency matrix if it is square, else edges in two or three columns."""
    array = given.__array__() if not hasattr(given, "__array_interface__") else given
    if array.ndim == 2 and array.shape[0] != array.shape[1] and array.shape[1] in (2, 3):
        names = ("pre", "post", "weight")
        return _engraph.columns(
            [(name, column(name, array[:, at])) for at, name in zip(range(array.shape[1]), names)]
        ), None
    _square(array.shape)
    column("matrix", array.reshape(-1))
    pre, post = array.nonzero()
    return _numbered(array.shape[0], pre, post, array[pre, post])


def _of_matrix_frame(frame: Any) -> tuple[Any, Any] | None:
    """A DataFrame whose rows and columns have the same names, as an adjacency matrix."""
    names = list(frame.index)
    if frame.shape[0] != frame.shape[1] or names != list(frame.columns):
        return None
    array = frame.to_numpy()
    if array.dtype.kind not in "biuf":
        return None
    pre, post = array.nonzero()
    edges = [
        ("pre", column("pre", [names[at] for at in pre])),
        ("post", column("post", [names[at] for at in post])),
        ("weight", column("weight", array[pre, post])),
    ]
    return _engraph.columns(edges), _engraph.columns([("neuron", column("neuron", names))])


# Points


def points(given: Any) -> Any:
    """The path of points, or the handle of their table."""
    if is_path(given):
        return os.fspath(given)
    if _is_pandas(given) or isinstance(given, (Table, Mapping)):
        return table(given, "points")
    if hasattr(given, "__arrow_c_stream__"):
        return table(given, "points")
    if hasattr(given, "tocoo"):
        given = given.toarray()
    if not hasattr(given, "__array__"):
        return _points_of_rows(given)
    array = given.__array__() if not hasattr(given, "__array_interface__") else given
    if array.ndim != 2:
        raise UsageError(
            f"points of the shape {array.shape}", "give a row for each point, a column for each axis"
        )
    return _engraph.columns(
        [(str(at + 1), column(at + 1, array[:, at])) for at in range(array.shape[1])]
    )


def _points_of_rows(given: Any) -> Any:
    if isinstance(given, (bytes, str)) or not isinstance(given, Iterable):
        raise UsageError(f"points: a {type(given).__name__} is no table of points", None)
    rows = [list(row) for row in given]
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise UsageError(f"points have {min(widths)} to {max(widths)} coordinates", None)
    columns = list(zip(*rows))
    return _engraph.columns([(str(at + 1), column(at + 1, c)) for at, c in enumerate(columns)])
