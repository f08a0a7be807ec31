"""Pipelines and their reports."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engraph import _engraph, _inputs
from engraph._connectome import _jobs, _natural, _settings
from engraph._errors import EngraphError, UsageError
from engraph._table import Table

#: Receives news of a run: what happened ("begin", "done" or "end"), the stage, and two numbers: for
#: "begin" the cells to compute and those in the store, for "done" 1 and 0.
Progress = Callable[[str, str, int, int], None]


class Report(Mapping[str, Table]):
    """The tables of a report folder. Each is read when it is first asked for.

    >>> import engraph, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> motifs = {"patterns": ["mi2"], "nulls": 0}
    >>> tiny = {"name": "tiny", "connectomes": ["cook2019_herm"], "motifs": motifs}
    >>> report = engraph.run(tiny, until="motifs", store=folder + "/store", out=folder)
    >>> report["motif_counts"].name
    'motif_counts'
    """

    def __init__(
        self, folder: str | os.PathLike[str], words: str = "", verdicts: Iterable[str] = ()
    ) -> None:
        self.folder = Path(folder)
        #: The result of the run in one sentence; empty for a report that was read.
        self.words = words
        self._verdicts = list(verdicts)
        self._tables: dict[str, Table] = {}
        self._names = sorted(path.stem for path in self.folder.glob("*.parquet"))

    @property
    def verdicts(self) -> list[str]:
        """What the numbers say, one sentence each, as far as this run said it.

        >>> import engraph
        >>> engraph.Report(".").verdicts
        []
        """
        return list(self._verdicts)

    def __getitem__(self, name: str) -> Table:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._tables:
            self._tables[name] = Table(_engraph.read_parquet(self.folder / f"{name}.parquet"))
        return self._tables[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        names = ", ".join(self._names)
        return f"<engraph.Report {self.folder}: {len(self)} tables: {names}>"


def _asked(pipeline: Any) -> tuple[str | None, str | None]:
    """A pipeline as a name or path, or else as JSON."""
    if isinstance(pipeline, (str, os.PathLike)):
        return os.fspath(pipeline), None
    if isinstance(pipeline, Mapping):
        try:
            return None, json.dumps(_without_none(pipeline), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise UsageError(f"the pipeline cannot be written as TOML: {error}", None) from None
    raise UsageError(
        f"a {type(pipeline).__name__} is no pipeline", "give a path, a name, or a dict of sections"
    )


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_none(v) for key, v in value.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(v) for v in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "shape", None) == () else value


def _overrides(given: Mapping[str, Any] | Iterable[str] | None) -> list[str]:
    if given is None:
        return []
    if isinstance(given, Mapping):
        return [f"{key}={json.dumps(value)}" for key, value in given.items()]
    return list(given)


def plan(
    pipeline: Any,
    *,
    overrides: Mapping[str, Any] | Iterable[str] | None = None,
    store: str | os.PathLike[str] = ".engraph",
) -> dict[str, Any]:
    """What a run would compute, and why: the cells with their keys, and the stages.

    `pipeline` is a path, the name of one that comes with engraph, or a dict of its sections.
    `overrides` change values, as `{"training.seeds": 3}`.

    >>> import engraph
    >>> planned = engraph.plan("smoke", store="no/store")
    >>> planned["stages"][0]["stage"], planned["stages"][0]["todo"]
    ('connectomes', 2)
    """
    name, text = _asked(pipeline)
    found: dict[str, Any] = json.loads(
        _engraph.plan(name, text, _overrides(overrides), os.fspath(store))
    )
    return found


def run(
    pipeline: Any,
    *,
    overrides: Mapping[str, Any] | Iterable[str] | None = None,
    store: str | os.PathLike[str] = ".engraph",
    out: str | os.PathLike[str] | None = None,
    until: str | None = None,
    only: str | None = None,
    checkpoint_every: int | None = None,
    jobs: int | None = None,
    progress: bool | Progress = False,
) -> Report:
    """Runs a pipeline and writes its reports, as `engraph run` does.

    What is in the store is not computed again. Ctrl-C stops the run; the same call goes on from
    there. `checkpoint_every` saves the state of networks in training every so many seconds, so that
    a killed run goes on from there. `progress=True` shows bars if tqdm is there, else lines; a
    function receives the news.

    >>> import engraph, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> motifs = {"patterns": ["mi2"], "nulls": 0}
    >>> tiny = {"name": "tiny", "connectomes": ["cook2019_herm"], "motifs": motifs}
    >>> report = engraph.run(tiny, until="motifs", store=folder + "/store", out=folder)
    >>> "motif_counts" in report
    True
    """
    name, text = _asked(pipeline)
    with _shown(progress) as told:
        folder, words, verdicts, _ = _engraph.run(
            name,
            text,
            _overrides(overrides),
            os.fspath(store),
            None if out is None else os.fspath(out),
            until,
            only,
            None if checkpoint_every is None else _natural("checkpoint_every", checkpoint_every),
            _jobs(jobs),
            told,
        )
    return Report(folder, words, verdicts)


class Inference(Table):
    """The table `inference`, with the rates of the neurons if they were asked for.

    >>> import engraph
    >>> issubclass(engraph.Inference, engraph.Table)
    True
    """

    __slots__ = ("rates",)

    #: The rates of all neurons: a row for each sequence, phase and step; the columns `phase`,
    #: `sequence` and `step`, then one for each neuron. `None` unless asked for.
    rates: Table | None

    def __init__(self, tables: dict[str, Any]) -> None:
        super().__init__(tables["inference"])
        self.rates = Table(tables["rates"]) if "rates" in tables else None


def infer(
    folder: str | os.PathLike[str],
    series: Any,
    *,
    topology: str | None = None,
    task: str | None = None,
    seed: int | None = None,
    latent_units: int | None = None,
    stride: int | None = None,
    raw: bool = False,
    rates: bool = False,
    columns: Sequence[str] | None = None,
    array: str | None = None,
    recording: str | None = None,
    jobs: int | None = None,
) -> Inference:
    """Runs a trained network on a series of your own: the table `inference`.

    `folder` is that of a run that has kept its networks (`training.engram.checkpoints = true`), or
    one on the Hugging Face Hub: `hf://datasets/OWNER/NAME[@REVISION][/FOLDER]`. `series` has a row
    for each time and a column for each channel, as many as the network's task had; it is read as the
    points of `dimension`. `topology`, `task`, `seed` and `latent_units` say which network. The series
    is cut into sequences, one every `stride` rows, and each channel is standardised unless `raw`. With
    `rates`, the table has the rates of all neurons in `.rates`, which `functional_motifs` reads.

    >>> import engraph
    >>> engraph.infer("no/folder", [[0.0, 1.0], [1.0, 0.0]])
    Traceback (most recent call last):
    ...
    engraph._errors.EngraphError: `no/folder` has no trained networks
    ...
    """
    given = {"seed": seed, "latent_units": latent_units, "stride": stride}
    found = _engraph.infer(
        os.fspath(folder),
        _inputs.points(series),
        _settings(
            topology=topology,
            task=task,
            raw=bool(raw),
            rates=bool(rates),
            columns=None if columns is None else list(columns),
            array=array,
            recording=recording,
            **{key: None if n is None else _natural(key, n) for key, n in given.items()},
        ),
        _jobs(jobs),
    )
    return Inference(found)


def read(folder: str | os.PathLike[str]) -> Report:
    """The report in a folder: all of its tables, each read when it is asked for.

    >>> import engraph
    >>> engraph.read("no/folder")
    Traceback (most recent call last):
    ...
    engraph._errors.EngraphError: `no/folder` has no tables of a report
    ...
    """
    report = Report(folder)
    if not report:
        raise EngraphError(
            f"`{os.fspath(folder)}` has no tables of a report",
            "`engraph.run` makes one, in reports/NAME",
        )
    return report


def schema(table: str | None = None) -> Any:
    """The columns of a table with types, units and meanings; of all tables without a name.

    >>> import engraph
    >>> engraph.schema("motif_counts")["columns"][0]["name"]
    'connectome'
    """
    tables = json.loads(_engraph.schema())
    if table is None:
        return tables
    for known in tables:
        if known["table"] == table:
            return known
    names = ", ".join(known["table"] for known in tables)
    raise UsageError(f"unknown table `{table}`", f"one of {names}")


class _Lines:
    """Progress as lines on standard error."""

    def __init__(self) -> None:
        self._left = 0

    def __call__(self, what: str, stage: str, first: int, second: int) -> None:
        if what == "begin":
            self._left = first
            print(f"{stage}: {first} to compute, {second} cached", file=sys.stderr)
        elif what == "end" and self._left:
            print(f"{stage}: done", file=sys.stderr)

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: Any) -> None:
        pass


class _Bars:
    """Progress as one bar of tqdm for each stage."""

    def __init__(self, tqdm: Any) -> None:
        self._tqdm = tqdm
        self._bar: Any = None

    def __call__(self, what: str, stage: str, first: int, second: int) -> None:
        if what == "begin" and first:
            self._bar = self._tqdm(total=first, desc=stage)
        elif what == "done" and self._bar is not None:
            self._bar.update(first)
        elif what == "end":
            self.__exit__()

    def __enter__(self) -> _Bars:
        return self

    def __exit__(self, *_: Any) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class _Told:
    """Progress that a function of the caller receives, or nobody."""

    def __init__(self, receiver: Progress | None) -> None:
        self._receiver = receiver

    def __enter__(self) -> Progress | None:
        return self._receiver

    def __exit__(self, *_: Any) -> None:
        pass


def _shown(progress: bool | Progress) -> Any:
    if progress is False or progress is None:
        return _Told(None)
    if callable(progress):
        return _Told(progress)
    if progress is not True:
        raise UsageError(f"`progress={progress!r}`", "give True, False or a function")
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _Lines()
    return _Bars(tqdm)
