"""Engram networks on connectomes: motif counts, wirings' dimensions, and pipelines.

The functions have the names and meanings of the command line, and call the same library. Every one
gives a `Table`, which pandas, polars, pyarrow and DuckDB take over as it is.

>>> import engraph
>>> engraph.count_motifs(connectome="cook2019_herm", motif="xor5")["count"]
[12171, 40]

All work is done without the interpreter's lock and stops at Ctrl-C. `jobs` sets the number of
threads; no result depends on it. What was read and what may mislead goes to the log `engraph`.
"""

from __future__ import annotations

import logging as _logging
import sys as _sys

from engraph import _engraph
from engraph._connectome import (
    Audit,
    Capacity,
    Connectome,
    FunctionalMotifs,
    Motif,
    Paths,
    audit,
    capacity,
    connectome,
    connectomes,
    count_motifs,
    dimension,
    functional_motifs,
    motif,
    motif_participation,
    motif_weights,
    paths,
    role_fingerprints,
    sample_motifs,
    species,
    species_like,
    swimmer,
)
from engraph._errors import EngraphError, UsageError
from engraph._report import Inference, Report, infer, plan, read, run, schema
from engraph._table import Column, Table

__version__: str = _engraph.__version__

__all__ = [
    "Audit",
    "Capacity",
    "Column",
    "Connectome",
    "EngraphError",
    "FunctionalMotifs",
    "Inference",
    "Motif",
    "Paths",
    "Report",
    "Table",
    "UsageError",
    "audit",
    "capacity",
    "connectome",
    "connectomes",
    "count_motifs",
    "dimension",
    "functional_motifs",
    "infer",
    "main",
    "motif",
    "motif_participation",
    "motif_weights",
    "paths",
    "plan",
    "read",
    "role_fingerprints",
    "run",
    "sample_motifs",
    "schema",
    "species",
    "species_like",
    "swimmer",
]

_logging.getLogger("engraph").addHandler(_logging.NullHandler())


def main(arguments: list[str] | None = None) -> int:
    """Runs a command of the command line, and gives its exit code.

    It behaves as the program does: it prints, takes over Ctrl-C and ends the process then. In
    programs of your own, call the functions.

    >>> import engraph
    >>> engraph.main(["schema", "--no-such-flag"])
    2
    """
    given = _sys.argv[1:] if arguments is None else arguments
    _sys.stdout.flush()
    return _engraph.main(["engraph", *given])
