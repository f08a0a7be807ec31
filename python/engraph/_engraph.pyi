"""The compiled part of engraph. Handles are opaque capsules; documents are JSON."""

from os import PathLike
from typing import Any

__version__: str

def audit(connectome: Any, /) -> Any: ...
def audit_file(edges: str, neurons: list[str], options: str, /) -> tuple[Any, Any]: ...
def bundled(name: str, /) -> Any: ...
def capacity(
    connectome: Any,
    signs: str | None,
    fraction: float | None,
    settings: str,
    seed: int,
    jobs: int | None,
    /,
) -> dict[str, Any]: ...
def columns(columns: list[tuple[str, Any]], /) -> Any: ...
def connectome_about(connectome: Any, /) -> dict[str, Any]: ...
def connectome_edges(connectome: Any, electrical: bool, /) -> list[bytes]: ...
def connectome_neurons(connectome: Any, /) -> Any: ...
def connectome_synapses(connectome: Any, /) -> Any: ...
def connectomes() -> Any: ...
def count_motifs(
    connectome: Any,
    motifs: list[Any],
    signs: str | None,
    fraction: float | None,
    settings: str,
    seed: int,
    jobs: int | None,
    /,
) -> Any: ...
def dimension(points: Any, settings: str, jobs: int | None, /) -> Any: ...
def functional_motifs(
    points: Any, connectome: Any, signs: str | None, settings: str, jobs: int | None, /
) -> dict[str, Any]: ...
def graph(
    adjacency: list[Any], nodes: list[Any], names: list[str], several: bool, /
) -> tuple[Any, Any]: ...
def infer(
    folder: str, series: Any, settings: str, jobs: int | None, /
) -> dict[str, Any]: ...
def main(arguments: list[str], /) -> int: ...
def motif(name: str, text: str, /) -> Any: ...
def motif_about(motif: Any, /) -> Any: ...
def motif_participation(
    connectome: Any,
    motifs: list[Any],
    signs: str | None,
    fraction: float | None,
    settings: str,
    seed: int,
    jobs: int | None,
    /,
) -> Any: ...
def motif_samples(
    connectome: Any,
    motifs: list[Any],
    signs: str | None,
    fraction: float | None,
    settings: str,
    seed: int,
    jobs: int | None,
    /,
) -> Any: ...
def motif_weights(
    connectome: Any,
    motifs: list[Any],
    signs: str | None,
    fraction: float | None,
    settings: str,
    seed: int,
    jobs: int | None,
    /,
) -> Any: ...
def paths(
    connectome: Any,
    signs: str | None,
    fraction: float | None,
    settings: str,
    seed: int,
    jobs: int | None,
    /,
) -> dict[str, Any]: ...
def plan(name: str | None, text: str | None, overrides: list[str], store: str, /) -> str: ...
def read_files(edges: str, neurons: list[str], unit: str, options: str, /) -> Any: ...
def read_parquet(path: str | PathLike[str], /) -> Any: ...
def read_tables(name: str, unit: str, edges: Any, neurons: Any, options: str, /) -> Any: ...
def role_fingerprints(
    connectome: Any,
    motifs: list[Any],
    signs: str | None,
    fraction: float | None,
    settings: str,
    seed: int,
    jobs: int | None,
    /,
) -> Any: ...
def run(
    name: str | None,
    text: str | None,
    overrides: list[str],
    store: str,
    out: str | None,
    until: str | None,
    only: str | None,
    jobs: int | None,
    progress: Any,
    /,
) -> tuple[str, str, list[str], str]: ...
def schema() -> str: ...
def sign(
    connectome: Any, model: str | None, fraction: float | None, seed: int, draw: int, /
) -> Any: ...
def species(
    presets: list[str],
    neurons: int | None,
    fraction: float | None,
    graphs: int,
    seed: int,
    jobs: int | None,
    /,
) -> Any: ...
def table_about(
    table: Any, /
) -> tuple[int, list[tuple[str, str, bool]], dict[str, str]]: ...
def table_column(table: Any, name: str, first: int, rows: int, /) -> list[Any]: ...
def table_schema(table: Any, /) -> Any: ...
def table_stream(table: Any, /) -> Any: ...
def take_stream(stream: Any, /) -> Any: ...
