"""Reads every report table with pyarrow, polars and DuckDB and compares names, types, nulls, documentation and row counts.

    python read_reports.py REPORTS schema.json OCCURRENCES DIMENSION

schema.json is the output of `engraph schema --json`; OCCURRENCES is what `engraph motifs --motif xor5 --enumerate` wrote and DIMENSION what
`engraph dimension` did, the tables that no pipeline writes.
"""

import json
import sys
from pathlib import Path

import duckdb
import polars
import pyarrow
import pyarrow.parquet

ARROW = {
    "string": pyarrow.string(),
    "int32": pyarrow.int32(),
    "int64": pyarrow.int64(),
    "uint64": pyarrow.uint64(),
    "float64": pyarrow.float64(),
    "boolean": pyarrow.bool_(),
    "list<float64>": pyarrow.list_(pyarrow.float64()),
}
POLARS = {
    "string": polars.String,
    "int32": polars.Int32,
    "int64": polars.Int64,
    "uint64": polars.UInt64,
    "float64": polars.Float64,
    "boolean": polars.Boolean,
    "list<float64>": polars.List(polars.Float64),
}
DUCKDB = {
    "string": "VARCHAR",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "uint64": "UBIGINT",
    "float64": "DOUBLE",
    "boolean": "BOOLEAN",
    "list<float64>": "DOUBLE[]",
}


def expect(found, wanted, what):
    if found != wanted:
        sys.exit(f"{what}: found {found!r}, expected {wanted!r}")


def same_type(found, kind):
    """List items may carry any field name."""
    if kind == "list<float64>":
        return pyarrow.types.is_list(found) and found.value_type == pyarrow.float64()
    return found == ARROW[kind]


def check(path, table, rows, pipeline=True):
    columns = table["columns"]
    names = [c["name"] for c in columns]

    read = pyarrow.parquet.read_table(path)
    expect(read.column_names, names, f"{path.name} columns in pyarrow")
    expect(read.num_rows, rows, f"{path.name} rows in pyarrow")
    for column, field in zip(columns, read.schema):
        if not same_type(field.type, column["type"]):
            sys.exit(f"{path.name} {field.name}: pyarrow reads {field.type}, documented {column['type']}")
        expect(field.nullable, column["nullable"], f"{path.name} {field.name} nullable")
        if not column["nullable"]:
            expect(read[field.name].null_count, 0, f"{path.name} {field.name} nulls")
    said = {k.decode(): v.decode() for k, v in (read.schema.metadata or {}).items()}
    footer = {k.decode(): v.decode() for k, v in (pyarrow.parquet.read_metadata(path).metadata or {}).items()}
    expect(said, footer, f"{path.name} metadata of the schema")
    expect(footer["engraph.table"], table["table"], f"{path.name} footer")
    expect(footer["engraph.schema_version"], str(table["version"]), f"{path.name} footer")
    expect(json.loads(footer["engraph.columns"]), columns, f"{path.name} documentation")
    for key in ["engraph.key", "engraph.pipeline", "engraph.sources", "engraph.citation"]:
        if pipeline and not footer.get(key):
            sys.exit(f"{path.name}: the footer has no {key}")

    frame = polars.read_parquet(path)
    expect(frame.columns, names, f"{path.name} columns in polars")
    expect(frame.height, rows, f"{path.name} rows in polars")
    expect(list(frame.dtypes), [POLARS[c["type"]] for c in columns], f"{path.name} types in polars")

    relation = duckdb.read_parquet(str(path))
    expect(relation.columns, names, f"{path.name} columns in DuckDB")
    expect([str(t) for t in relation.types], [DUCKDB[c["type"]] for c in columns], f"{path.name} types in DuckDB")
    expect(relation.count("*").fetchall()[0][0], rows, f"{path.name} rows in DuckDB")


def main():
    reports, schema = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    listed, dimension = Path(sys.argv[3]), Path(sys.argv[4])
    tables = {f"{t['table']}.parquet": t for t in schema}
    # XOR5 in cook2019_herm under gaba26: 3,117 and 24 occurrences of five neurons.
    check(listed, tables.pop("motif_occurrences.parquet"), 5 * (3117 + 24), pipeline=False)
    estimators = polars.read_parquet(dimension)["estimator"]
    expect(estimators[0], "recommended", "the first estimator")
    check(dimension, tables.pop("dimension.parquet"), len(estimators), pipeline=False)
    # Commands alone write these: `engraph audit`, `export`, `verify`, `diff`, `functional-motifs` and `infer`.
    of_commands = {"audit", "source_agreement", "export_edges", "export_neurons", "verification", "differences", "pipeline_changes", "functional_motifs", "functional_motif_neurons", "functional_motif_courses", "inference"}
    tables = {name: t for name, t in tables.items() if t["table"] not in of_commands}
    run = json.loads((reports / "run.json").read_text())
    rows = {t["file"]: t["rows"] for t in run["tables"] if t["file"].endswith(".parquet")}
    expect(sorted(rows), sorted(tables), "tables written")
    expect(sorted(p.name for p in reports.glob("*.parquet")), sorted(tables), "files")
    for name, table in tables.items():
        check(reports / name, table, rows[name])
        print(f"{name}: {rows[name]} rows, {len(table['columns'])} columns")
    counts = duckdb.sql(
        f"select count from read_parquet('{reports}/motif_counts.parquet') where connectome = 'witvliet2021_1' "
        "and sign_model = 'wang2024' and min_weight = 1 and motif = 'xor5' and matching = 'subgraph'"
    ).fetchall()
    expect(counts, [(107,)], "XOR5 in witvliet2021_1")
    learnt = polars.read_parquet(reports / "latent_dimension.parquet")
    unread = learnt.filter((polars.col("status") != "ok") & polars.col("value").is_not_null())
    expect(unread.height, 0, "numbers from networks that did not learn")


main()
