#!/usr/bin/env python3
"""Makes the arrays beside it, with NumPy alone: python tests/points/make.py

The value in row i and column j is 10 i + j - 3 (in 8 bits without a sign: + 3), in 4 rows and 3 columns.
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
ROWS = np.array([[10 * i + j - 3 for j in range(3)] for i in range(4)])

for kind in ("<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "<i2", ">i4", "<i8", ">i8", "|i1"):
    name = kind.replace("<", "little_").replace(">", "big_").replace("|", "")
    np.save(HERE / f"{name}.npy", ROWS.astype(kind))
for kind in ("|u1", "<u2", ">u4", "<u8"):
    name = kind.replace("<", "little_").replace(">", "big_").replace("|", "")
    np.save(HERE / f"{name}.npy", (ROWS + 3).astype(kind))
np.save(HERE / "fortran.npy", np.asfortranarray(ROWS, dtype="<f8"))
np.save(HERE / "line.npy", ROWS[:, 1].astype("<f8"))
with open(HERE / "version_2.npy", "wb") as file:
    np.lib.format.write_array(file, ROWS.astype("<f8"), version=(2, 0))
np.save(HERE / "cube.npy", np.zeros((2, 3, 4)))
np.save(HERE / "objects.npy", np.array([[1, "x"]], dtype=object), allow_pickle=True)
np.save(HERE / "fields.npy", np.zeros(3, dtype=[("x", "<f8"), ("y", "<f4")]))
np.save(HERE / "complex.npy", np.zeros((3, 2), dtype="<c16"))
np.save(HERE / "booleans.npy", np.ones((3, 2), dtype=bool))
np.save(HERE / "times.npy", np.zeros((3, 2), dtype="<M8[s]"))
np.save(HERE / "empty.npy", np.zeros((0, 3)))
np.savez(HERE / "one.npz", points=ROWS.astype("<f8"), labels=np.arange(4))
np.savez_compressed(HERE / "two.npz", train=ROWS.astype("<f4"), test=-ROWS.astype("<f8"))
np.savez(HERE / "lines.npz", ROWS[:, 0], ROWS[:, 1])
