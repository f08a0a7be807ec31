"""Tables: what every function gives."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from engraph import _engraph

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

#: Rows of a table that a notebook shows.
SHOWN = 10


class Column(NamedTuple):
    """A column of a table: its name, type, unit and meaning.

    >>> import engraph
    >>> engraph.connectomes().columns[0].name
    'connectome'
    """

    name: str
    type: str
    nullable: bool
    unit: str | None
    description: str


class Table:
    """A table, held as Arrow holds it. Other libraries take it over without copying.

    Any library that speaks the Arrow PyCapsule interface reads it as it is: `polars.DataFrame(table)`,
    `pyarrow.table(table)`, `duckdb.sql("from counts")`. `to_pandas()`, `to_polars()` and `to_arrow()`
    import those libraries when they are called; none is needed otherwise.

    >>> import engraph
    >>> worms = engraph.connectomes()
    >>> len(worms)
    19
    >>> worms["connectome"][:2]
    ['cook2019_herm', 'cook2019_male']
    >>> worms.columns[3].description
    'Developmental stage.'
    """

    __slots__ = ("_handle", "_rows", "_columns", "_footer")

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        rows, columns, footer = _engraph.table_about(handle)
        self._rows: int = rows
        self._footer: dict[str, str] = footer
        told = {c["name"]: c for c in json.loads(footer.get("engraph.columns", "[]"))}
        self._columns = [
            Column(
                name,
                kind,
                nullable,
                told.get(name, {}).get("unit"),
                told.get(name, {}).get("description", ""),
            )
            for name, kind, nullable in columns
        ]

    @property
    def name(self) -> str:
        """The name of the table, as `engraph schema` lists it.

        >>> import engraph
        >>> engraph.connectomes().name
        'connectomes'
        """
        return self._footer.get("engraph.table", "table")

    @property
    def description(self) -> str:
        """What one row stands for.

        >>> import engraph
        >>> engraph.connectome("cook2019_herm").neurons.description.split(",")[0]
        'One neuron of an exported connectome'
        """
        return self._footer.get("engraph.description", "")

    @property
    def columns(self) -> list[Column]:
        """The columns with their types, units and meanings.

        >>> import engraph
        >>> [c.name for c in engraph.connectome("cook2019_herm").synapses.columns]
        ['pre', 'post', 'weight', 'synapse_type', 'sign']
        """
        return list(self._columns)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns.

        >>> import engraph
        >>> engraph.connectome("cook2019_herm").neurons.shape
        (302, 5)
        """
        return self._rows, len(self._columns)

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, column: str) -> list[Any]:
        """The values of a column as a list; `None` where there is none."""
        return _engraph.table_column(self._handle, column, 0, self._rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows, each as a dictionary."""
        names = [column.name for column in self._columns]
        for values in zip(*(self[name] for name in names)):
            yield dict(zip(names, values))

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns as lists.

        >>> import engraph
        >>> sorted(engraph.connectome("cook2019_herm").neurons.to_dict())
        ['cell_type', 'class', 'neuron', 'sign', 'transmitter']
        """
        return {column.name: self[column.name] for column in self._columns}

    def to_pandas(self) -> pandas.DataFrame:
        """A DataFrame of pandas. Integers that may be missing are `Int64`, such flags `boolean`.

        >>> import engraph
        >>> engraph.connectome("cook2019_herm").synapses.to_pandas()["weight"].dtype
        dtype('float64')
        """
        import pandas

        def series(column: Column) -> Any:
            kinds = {"int32": "Int32", "int64": "Int64", "uint64": "UInt64", "boolean": "boolean"}
            kind = kinds.get(column.type) if column.nullable else None
            if kind is None and column.type in ("int32", "int64", "uint64", "float64"):
                kind = column.type
            elif kind is None and column.type == "boolean":
                kind = "bool"
            return pandas.Series(self[column.name], dtype=kind if kind else "object")

        data = {column.name: series(column) for column in self._columns}
        return pandas.DataFrame(data, index=pandas.RangeIndex(self._rows))

    def to_polars(self) -> polars.DataFrame:
        """A DataFrame of polars, without a copy.

        >>> import engraph
        >>> engraph.connectomes().to_polars().height
        19
        """
        import polars

        return polars.DataFrame(self)

    def to_arrow(self) -> pyarrow.Table:
        """A table of pyarrow, without a copy. Its metadata say what each column means.

        >>> import engraph
        >>> engraph.connectomes().to_arrow().schema.metadata[b"engraph.table"]
        b'connectomes'
        """
        import pyarrow

        return pyarrow.table(self)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The table as a stream of the Arrow C interface."""
        return _engraph.table_stream(self._handle)

    def __arrow_c_schema__(self) -> Any:
        """The columns as a schema of the Arrow C interface."""
        return _engraph.table_schema(self._handle)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return _rebuilt, (self.to_dict(), self._columns, self._footer)

    def _head(self, rows: int) -> list[tuple[Any, ...]]:
        columns = [_engraph.table_column(self._handle, c.name, 0, rows) for c in self._columns]
        return list(zip(*columns)) if columns else []

    def __repr__(self) -> str:
        names = [column.name for column in self._columns]
        rows = [[_shown(value) for value in row] for row in self._head(SHOWN)]
        widths = [max(map(len, cells)) for cells in zip(names, *rows)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()
            for cells in [names, *rows]
        ]
        more = [f"... {self._rows - SHOWN} more rows"] if self._rows > SHOWN else []
        title = f"{self.name}: {self._rows} {'row' if self._rows == 1 else 'rows'}"
        return "\n".join([title, *lines, *more])

    def _repr_html_(self) -> str:
        """The first rows for a notebook; the heads tell units and meanings when pointed at."""

        def head(column: Column) -> str:
            about = column.description + (f" Unit: {column.unit}." if column.unit else "")
            unit = f"<br><small>{html.escape(column.unit)}</small>" if column.unit else ""
            return f'<th title="{html.escape(about)}">{html.escape(column.name)}{unit}</th>'

        heads = "".join(head(column) for column in self._columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_shown(v))}</td>" for v in row) + "</tr>"
            for row in self._head(SHOWN)
        )
        more = f", the first {SHOWN} shown" if self._rows > SHOWN else ""
        caption = f"<caption><b>{html.escape(self.name)}</b>: {self._rows} rows{more}</caption>"
        return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _rebuilt(columns: dict[str, list[Any]], told: list[Column], footer: dict[str, str]) -> Table:
    """A table that was pickled."""
    table = Table(_engraph.columns(list(columns.items())))
    table._columns = told
    table._footer = footer
    return table


def _shown(value: Any) -> str:
    """A value for people."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return f"{len(value)} numbers"
    return str(value)
