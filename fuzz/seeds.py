"""Writes seeds in binary formats, for the targets that read files.

    pip install pyarrow openpyxl
    python3 fuzz/seeds.py fuzz/corpus/binary
"""

import gzip
import pathlib
import sys

import openpyxl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet

folder = pathlib.Path(sys.argv[1])
edges, numbers = folder / "edges", folder / "numbers"
for each in (edges, numbers, folder / "recording"):
    each.mkdir(parents=True, exist_ok=True)

names = ["A", "B", "C", "A"]
columns = {
    "pre": names,
    "post": ["B", "C", "A", "C"],
    "weight": [2, 1, 5, 1],
    "sign": [True, False, True, None],
}
table = pa.table(columns)
wide = pa.table(
    {
        "pre_root_id": pa.array([2**63 + 5, 7, 8, 9], pa.uint64()),
        "post_root_id": pa.array([7, 8, 9, 7], pa.int64()),
        "syn_count": pa.array([1.5, 2, None, 4], pa.float32()),
        "raw": pa.array([b"ab", b"cd", None, b"ef"], pa.binary(2)),
        "kind": pa.array(["x", "y", "x", "y"]).dictionary_encode(),
        "when": pa.array([1, 2, 3, 4], pa.timestamp("us")),
        "lag": pa.array([1, 2, 3, 4], pa.duration("ns")),
    }
)
for name, made in (("small", table), ("wide", wide)):
    for compression in ("none", "snappy", "zstd", "gzip", "brotli", "lz4"):
        path = edges / f"{name}_{compression}.parquet"
        parquet.write_table(made, path, compression=compression, write_page_checksum=True)
    for compression in ("uncompressed", "lz4", "zstd"):
        feather.write_feather(made, str(edges / f"{name}_{compression}.feather"), compression=compression)
    with pa.OSFile(str(edges / f"{name}.arrows"), "wb") as sink, pa.ipc.new_stream(sink, made.schema) as writer:
        writer.write_table(made)
(edges / "small.csv.gz").write_bytes(gzip.compress(b"pre,post,weight\nA,B,2\nB,A,1\n"))
book = openpyxl.Workbook()
for row in (["pre", "post", "weight"], ["A", "B", 2], ["B", "C", 0.25]):
    book.active.append(row)
book.save(edges / "small.xlsx")

points = pa.table({"x": [0.5, 1.5, 2.0], "y": [1, 2, 4], "label": ["a", "b", "c"]})
parquet.write_table(points, numbers / "points.parquet")
feather.write_feather(points, str(numbers / "points.feather"))

traces = pa.table(
    {
        "source_dataset": ["a", "a"],
        "worm": ["w", "w"],
        "neuron": ["AVAL", "1"],
        "is_labeled_neuron": [True, False],
        "calcium_data": [[0.5, 1.0, 2.0], [1.0, 0.0, -1.0]],
    }
)
parquet.write_table(traces, folder / "recording" / "traces.parquet")
