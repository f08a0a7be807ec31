"""The closed forms of the sample in the repository, beside those of this program.

    python compare_sample.py reports/sample OTHER

Counts are equal; numbers of a decomposition may differ in their last digits on another processor.
"""

import pathlib
import sys

import polars

TABLES = ("motif_counts", "wiring_dimension", "wiring_dimension_nulls")
TOLERANCE = 1e-9


def main(sample, other):
    for name in TABLES:
        kept, made = (polars.read_parquet(folder / f"{name}.parquet") for folder in (sample, other))
        assert kept.schema == made.schema, f"{name}: other columns"
        assert kept.height == made.height > 0, f"{name}: {kept.height} rows, and {made.height}"
        for column, kind in kept.schema.items():
            a, b = kept[column], made[column]
            same = a.eq_missing(b)
            if kind.is_float():
                apart = (a - b).abs() <= TOLERANCE * a.abs()
                same = same | apart.fill_null(False)
            assert same.all(), f"{name}: `{column}` differs in {(~same).sum()} rows"
        print(f"{name}: {kept.height} rows as in the sample")


if __name__ == "__main__":
    main(*(pathlib.Path(folder) for folder in sys.argv[1:]))
