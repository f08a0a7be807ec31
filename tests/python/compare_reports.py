"""Compares two report folders: the same tables, columns and rows, to the last digit.

    python compare_reports.py BEFORE AFTER

Footers may differ (keys, versions). Rows are compared without regard to their order.
Exits with 1 and names the first differences where there are any.
"""

import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as parquet

SHOWN = 5


def rows(path: Path) -> tuple[list[str], list[tuple]]:
    table = parquet.read_table(path)
    columns = [table.column(name).to_pylist() for name in table.column_names]
    listed = [[tuple(v) if isinstance(v, list) else v for v in column] for column in columns]
    return table.column_names, list(zip(*listed))


def differences(before: Path, after: Path) -> list[str]:
    names = sorted({p.name for folder in (before, after) for p in folder.glob("*.parquet")})
    found = []
    for name in names:
        sides = [folder / name for folder in (before, after)]
        missing = [str(side) for side in sides if not side.exists()]
        if missing:
            found.append(f"{name}: missing in {missing[0]}")
            continue
        (old_columns, old), (new_columns, new) = (rows(side) for side in sides)
        if old_columns != new_columns:
            found.append(f"{name}: columns {old_columns} became {new_columns}")
            continue
        gone, come = (list((Counter(a) - Counter(b)).elements()) for a, b in ((old, new), (new, old)))
        if gone or come:
            found.append(f"{name}: {len(old)} rows became {len(new)}; {len(gone)} gone, {len(come)} new")
            for label, changed in (("-", gone), ("+", come)):
                found.extend(f"  {label} {row}" for row in changed[:SHOWN])
    return found


def main() -> int:
    before, after = (Path(argument) for argument in sys.argv[1:3])
    found = differences(before, after)
    print("\n".join(found) or f"{after}: the same rows in every table")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
