"""Connectomes, and what is asked of their wiring."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engraph import _engraph, _inputs
from engraph._errors import UsageError
from engraph._table import Table

if TYPE_CHECKING:
    import networkx
    import scipy.sparse

#: The bundled connectome that functions take where none is named.
USUAL = "cook2019_herm"


class Connectome:
    """A wiring diagram: neurons, and synapses with their weights, types and signs.

    It never changes; `with_signs` gives another one. Make it with `engraph.connectome`.

    >>> import engraph
    >>> worm = engraph.connectome("cook2019_herm")
    >>> worm
    <engraph.Connectome cook2019_herm: 302 neurons, 3709 chemical synapses, 1105 gap junctions>
    >>> len(worm)
    302
    """

    __slots__ = ("_handle", "_about")

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._about: dict[str, Any] = _engraph.connectome_about(handle)

    @property
    def name(self) -> str:
        """The name of the connectome.

        >>> import engraph
        >>> engraph.connectome([("A", "B")], name="two").name
        'two'
        """
        return str(self._about["name"])

    @property
    def unit(self) -> str:
        """The unit of the weights.

        >>> import engraph
        >>> engraph.connectome("witvliet2021_8").unit
        'synapses'
        """
        return str(self._about["unit"])

    @property
    def sign_model(self) -> str | None:
        """What gave the synapses their signs, if `with_signs` did.

        >>> import engraph
        >>> engraph.connectome("cook2019_herm").with_signs("gaba26").sign_model
        'gaba26'
        """
        model: str | None = self._about["sign_model"]
        return model

    @property
    def notes(self) -> list[str]:
        """How the tables were read, one sentence each; they are logged as well.

        >>> import engraph
        >>> engraph.connectome([("A", "B"), ("A", "B"), ("B", "C")]).notes[1:]
        ['no column of weights found: every row weighs 1', '1 repeated row summed']
        """
        return list(self._about["notes"])

    @property
    def neurons(self) -> Table:
        """The neurons: class, cell type, transmitters, sign.

        >>> import engraph
        >>> engraph.connectome([("A", "B")]).neurons["neuron"]
        ['A', 'B']
        """
        return Table(_engraph.connectome_neurons(self._handle))

    @property
    def synapses(self) -> Table:
        """The chemical synapses and, once per pair, the gap junctions.

        >>> import engraph
        >>> engraph.connectome([("A", "B", 2.5)]).synapses["weight"]
        [2.5]
        """
        return Table(_engraph.connectome_synapses(self._handle))

    def __len__(self) -> int:
        return int(self._about["neurons"])

    def __repr__(self) -> str:
        neurons, chemical, electrical = (
            _counted(self._about[what], word)
            for what, word in [
                ("neurons", "neuron"),
                ("chemical", "chemical synapse"),
                ("electrical", "gap junction"),
            ]
        )
        return f"<engraph.Connectome {self.name}: {neurons}, {chemical}, {electrical}>"

    def with_signs(
        self,
        signs: str | None = None,
        *,
        assume_inhibitory: float | None = None,
        seed: int = 1,
        sign_draw: int = 1,
    ) -> Connectome:
        """The connectome with the signs of a sign model, or with assumed ones.

        `signs` is wang2024, gaba26, gaba32, fenyves2020, fenyves2020+wang2024, or file for the
        input's own signs; without it the input's own signs if it has any, else wang2024.
        `assume_inhibitory` makes this fraction of the neurons, drawn at random, inhibitory.

        >>> import engraph
        >>> signs = engraph.connectome("cook2019_herm").with_signs("gaba26").neurons["sign"]
        >>> signs.count("inhibitory")
        26
        """
        draw = _natural("sign_draw", sign_draw, 32)
        if draw == 0:
            raise UsageError("`sign_draw=0`: draws are counted from 1", None)
        fraction = _number("assume_inhibitory", assume_inhibitory)
        signed = _engraph.sign(self._handle, signs, fraction, _natural("seed", seed), draw)
        return Connectome(signed)

    def null(
        self,
        null_model: str = "by_source_sign",
        number: int = 1,
        *,
        null_chain: str | None = None,
        swaps_per_edge: float | None = None,
        global_trades: int | None = None,
        seed: int = 1,
    ) -> Connectome:
        """A random wiring of the same neurons: a null, as `count_motifs` and `capacity` draw them.

        `null_model` says what it keeps: by_transmitter, by_source_sign, by_sign_and_class,
        by_strength, by_sign_pair, unlayered or erdos_renyi. Nulls of one seed are numbered from 1:
        `count_motifs(nulls=100)` counts in numbers 1 to 100. Autapses and gap junctions stay.
        A connectome without signs gets those of wang2024 first.

        >>> import engraph
        >>> worm = engraph.connectome("cook2019_herm")
        >>> null = worm.null("by_sign_and_class", 7)
        >>> null.name, sorted(null.synapses["pre"]) == sorted(worm.synapses["pre"])
        ('cook2019_herm.null7', True)
        """
        settings = _settings(
            null_chain=null_chain,
            swaps_per_edge=swaps_per_edge,
            global_trades=global_trades,
        )
        number, seed = _natural("number", number, 32), _natural("seed", seed)
        return Connectome(_engraph.null(self._handle, null_model, number, settings, seed))

    def to_networkx(self) -> networkx.MultiDiGraph:
        """A graph of networkx. Gap junctions go both ways.

        Edges have the attributes `weight`, `synapse_type` and `sign`, nodes those of the table of
        neurons.

        >>> import engraph
        >>> graph = engraph.connectome([("A", "B", 2), ("B", "C", 1)]).to_networkx()
        >>> graph.edges["A", "B", "chemical"]["weight"]
        2.0
        """
        import networkx

        graph = networkx.MultiDiGraph(name=self.name)
        for neuron in self.neurons:
            told = {key: value for key, value in neuron.items() if value is not None}
            graph.add_node(told.pop("neuron"), **told)
        for edge in self.synapses:
            ends = [(edge.pop("pre"), edge.pop("post"))]
            if edge["synapse_type"] == "electrical":
                ends.append((ends[0][1], ends[0][0]))
            for pre, post in dict.fromkeys(ends):
                graph.add_edge(pre, post, key=edge["synapse_type"], **edge)
        return graph

    def to_scipy(
        self, *, synapse_type: str = "chemical", signed: bool = False
    ) -> scipy.sparse.csr_array:
        """A sparse matrix of scipy: entry (i, j) is the weight from neuron i to neuron j.

        Neurons are counted as in `neurons`. `synapse_type` is chemical or electrical; gap junctions
        stand in both directions. With `signed=True` inhibitory weights are negative and those
        without a sign are left out.

        >>> import engraph
        >>> engraph.connectome([("A", "B", 2), ("B", "C", 1)]).to_scipy().toarray()[0]
        array([0., 2., 0.])
        """
        import numpy
        import scipy.sparse

        if synapse_type not in ("chemical", "electrical"):
            raise UsageError(f"`synapse_type={synapse_type!r}`", "chemical or electrical")
        electrical = synapse_type == "electrical"
        pre, post, weights, signs = (
            numpy.frombuffer(bytes_, dtype)
            for bytes_, dtype in zip(
                _engraph.connectome_edges(self._handle, electrical),
                ("uint32", "uint32", "float64", "int8"),
            )
        )
        if signed:
            weights, known = weights * signs, signs != 0
            pre, post, weights = pre[known], post[known], weights[known]
        if electrical:
            other = pre != post
            pre, post, weights = (
                numpy.concatenate([pre, post[other]]),
                numpy.concatenate([post, pre[other]]),
                numpy.concatenate([weights, weights[other]]),
            )
        shape = (len(self), len(self))
        return scipy.sparse.csr_array((weights.astype("float64"), (pre, post)), shape=shape)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" + ("" if count == 1 else "s")


def connectomes() -> Table:
    """The bundled connectomes: animal, sex, stage, size, source.

    >>> import engraph
    >>> "cook2019_herm" in engraph.connectomes()["connectome"]
    True
    """
    return Table(_engraph.connectomes())


def connectome(
    edges: Any = None,
    neurons: Any = None,
    *,
    name: str = "edges",
    unit: str = "synapses",
    edge_columns: Mapping[str, str] | None = None,
    neuron_columns: Mapping[str, str] | None = None,
    matrix_rows: str | None = None,
    sheet: str | None = None,
    signed_weights: bool = False,
) -> Connectome:
    """A connectome: a bundled one by its name, or your own from edges in any form.

    `edges` is a name of `connectomes()`; a file as `engraph motifs --edges` reads it; a DataFrame of
    pandas or polars, a table of pyarrow, or anything else with `__arrow_c_stream__`; a dict of
    columns; a list of tuples `(pre, post)` or `(pre, post, weight)`; a directed graph of networkx;
    a square array of numpy or a sparse matrix of scipy, whose rows are presynaptic and whose neurons
    are called by their numbers from 0. Columns are understood by name: `pre`, `post`, `weight`,
    `synapse_type`, `sign`, or what the field's exports call them.

    `neurons` is a table in one of these forms with `neuron` and `transmitter` or `sign`, `class`,
    `cell_type`; or a list of names, which keeps neurons without synapses. Beside a file of edges it
    is a file, or several.

    `edge_columns` and `neuron_columns` say which column holds what (`{"pre": "source"}`);
    `signed_weights=True` reads weights below 0 as inhibitory.

    How each column was read is in `notes` and goes to the log `engraph`.

    >>> import engraph
    >>> mine = engraph.connectome({"pre": ["A", "B"], "post": ["B", "C"], "sign": [1, -1]})
    >>> mine.synapses["sign"]
    ['excitatory', 'inhibitory']
    """
    if isinstance(edges, Connectome):
        if neurons is not None:
            raise UsageError("a `Connectome` has its neurons", "leave `neurons` out")
        return edges
    if edges is None:
        edges = USUAL
    if isinstance(edges, str) and _is_name(edges):
        if neurons is not None:
            raise UsageError(f"`{edges}` is bundled, and needs no tables", "leave `neurons` out")
        return Connectome(_engraph.bundled(edges))
    options: dict[str, Any] = {"signed_weights": bool(signed_weights)}
    for key, value in [
        ("columns", dict(edge_columns) if edge_columns else None),
        ("neuron_columns", dict(neuron_columns) if neuron_columns else None),
        ("matrix_rows", matrix_rows),
        ("sheet", sheet),
    ]:
        if value is not None:
            options[key] = value
    return Connectome(_inputs.edges(edges, neurons, unit, name, json.dumps(options)))


def _is_name(text: str) -> bool:
    """Whether a text names a bundled connectome, or was meant to: it is no path."""
    import os

    return text in connectomes()["connectome"] or not (
        os.path.exists(text) or any(character in text for character in "/\\.")
    )


def _wiring(edges: Any, connectome_: Any, neurons: Any) -> Connectome:
    """The connectome that a function works on."""
    if edges is not None and connectome_ is not None:
        raise UsageError("`edges` and `connectome` are two connectomes", "give one of them")
    return connectome(edges if edges is not None else connectome_, neurons)


def _natural(name: str, value: Any, bits: int = 64) -> int:
    """An integer of at least 0 and below 2^bits, from whatever counts as one."""
    try:
        number = value.__index__()
    except AttributeError:
        raise UsageError(f"`{name}={value!r}`", "give an integer") from None
    if not 0 <= number < 2**bits:
        raise UsageError(f"`{name}={value!r}`", f"give an integer from 0 to 2^{bits} - 1")
    return int(number)


def _number(name: str, value: Any) -> float | None:
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise UsageError(f"`{name}={value!r}`", "give a number") from None
    if not math.isfinite(number):
        raise UsageError(f"`{name}={value!r}`", "give a finite number")
    return number


def _setting(name: str, value: Any) -> Any:
    """A setting as JSON has it."""
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, Sequence) or (hasattr(value, "__iter__") and hasattr(value, "__len__")):
        return [_setting(name, one) for one in value]
    if hasattr(value, "__index__"):
        return value.__index__()
    return _number(name, value)


def _settings(**given: Any) -> str:
    """Settings that were given, as JSON."""
    return json.dumps({k: _setting(k, v) for k, v in given.items() if v is not None})


def _jobs(jobs: Any) -> int | None:
    return None if jobs is None else _natural("jobs", jobs)


def _listed(values: Any) -> list[Any]:
    """One value or several, as a list."""
    if isinstance(values, (str, Motif)) or not isinstance(values, Iterable):
        return [values]
    return list(values)


class Motif:
    """A circuit motif: roles, and signed edges between them. Make it with `engraph.motif`.

    >>> import engraph
    >>> loop = engraph.motif("A -> B; B -| A", name="feedback")
    >>> loop.roles
    2
    """

    __slots__ = ("_handle", "_about")

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._about = next(iter(Table(_engraph.motif_about(handle))))

    @property
    def name(self) -> str:
        """The name of the motif in tables.

        >>> import engraph
        >>> engraph.motif("A -> B; B -| A", name="feedback").name
        'feedback'
        """
        return str(self._about["motif"])

    @property
    def roles(self) -> int:
        """The number of neurons.

        >>> import engraph
        >>> engraph.motif("A -> B").roles
        2
        """
        return int(self._about["roles"])

    @property
    def automorphisms(self) -> int:
        """In how many ways the roles can be exchanged without a change.

        >>> import engraph
        >>> engraph.motif("A -> C; B -> C").automorphisms
        2
        """
        return int(self._about["automorphisms"])

    @property
    def notation(self) -> str:
        """The motif in the notation of `.motif` files.

        >>> import engraph
        >>> print(engraph.motif("A -> B").notation.strip())
        A -> B
        """
        return str(self._about["notation"])

    def __repr__(self) -> str:
        return f"<engraph.Motif {self.name}: {_counted(self.roles, 'role')}>"


def motif(text: str, *, name: str = "motif") -> Motif:
    """A motif in the notation of `.motif` files: `->` excites, `-|` inhibits, `=>` either.

    >>> import engraph
    >>> loop = engraph.motif("A -> B; B -| A", name="feedback")
    >>> counts = engraph.count_motifs(connectome="cook2019_herm", motif=loop)
    >>> counts["count"]
    [78, 78]
    """
    if not isinstance(text, str) or not isinstance(name, str):
        raise UsageError("a motif and its name are text", "such as `A -> B; B -| A`")
    return Motif(_engraph.motif(name, text))


def _motif_arguments(
    wiring: Connectome,
    motifs: Any,
    signs: str | None,
    assume_inhibitory: float | None,
    seed: int,
    jobs: int | None,
    **settings: Any,
) -> tuple[Any, list[Any], str | None, float | None, str, int, int | None]:
    """What the compiled functions about motifs take."""
    handles = [m._handle if isinstance(m, Motif) else m for m in _listed(motifs)]
    for handle in handles:
        if isinstance(handle, (int, float)) or handle is None:
            raise UsageError(f"`motif={handle!r}`", "give a name, a path or an `engraph.motif`")
    return (
        wiring._handle,
        handles,
        signs,
        _number("assume_inhibitory", assume_inhibitory),
        _settings(**settings),
        _natural("seed", seed),
        _jobs(jobs),
    )


def count_motifs(
    edges: Any = None,
    neurons: Any = None,
    *,
    connectome: Any = None,
    motif: Any = "all",
    signs: str | None = None,
    assume_inhibitory: float | None = None,
    sign_draws: int | None = None,
    min_weight: Any = None,
    nulls: int = 0,
    null_model: str | None = None,
    null_chain: str | None = None,
    swaps_per_edge: float | None = None,
    global_trades: int | None = None,
    seed: int = 1,
    jobs: int | None = None,
) -> Table:
    """Counts motifs exactly, and beside random wirings if `nulls` are asked for: `motif_counts`.

    `edges` and `neurons` are what `connectome` takes, a `Connectome` among it; or `connectome` is
    the name of a bundled one. `motif` is xor5, xor6, sxor8, lat, ffli, li3, wta3, mi2, all, a path
    ending in .motif, what `engraph.motif` gives, or a list of these. `min_weight` leaves out weaker
    synapses: a number, a list of them, or "all" for every weight that occurs; the default is 1.
    `null_model` says what a null keeps: by_transmitter, by_source_sign (the default),
    by_sign_and_class, by_strength, by_sign_pair, unlayered, erdos_renyi.

    >>> import engraph
    >>> counts = engraph.count_motifs(connectome="cook2019_herm", motif="xor5")
    >>> dict(zip(counts["matching"], counts["count"]))
    {'subgraph': 12171, 'induced': 40}
    """
    arguments = _motif_arguments(
        _wiring(edges, connectome, neurons),
        motif,
        signs,
        assume_inhibitory,
        seed,
        jobs,
        sign_draws=sign_draws,
        min_weight=min_weight,
        nulls=nulls,
        null_model=null_model,
        null_chain=null_chain,
        swaps_per_edge=swaps_per_edge,
        global_trades=global_trades,
    )
    return Table(_engraph.count_motifs(*arguments))


def motif_participation(
    edges: Any = None,
    neurons: Any = None,
    *,
    connectome: Any = None,
    motif: Any = "all",
    signs: str | None = None,
    assume_inhibitory: float | None = None,
    min_weight: Any = None,
    seed: int = 1,
    jobs: int | None = None,
) -> Table:
    """Which neuron plays which role how often: `motif_participation`.

    >>> import engraph
    >>> parts = engraph.motif_participation(connectome="cook2019_herm", motif="xor5")
    >>> hubs = [row for row in parts if row["role"] == "I" and row["matching"] == "subgraph"]
    >>> sum(row["count"] for row in hubs)
    12171
    """
    arguments = _motif_arguments(
        _wiring(edges, connectome, neurons),
        motif,
        signs,
        assume_inhibitory,
        seed,
        jobs,
        min_weight=min_weight,
        participation=True,
        sign_draws=1,
    )
    return Table(_engraph.motif_participation(*arguments))


def sample_motifs(
    edges: Any = None,
    neurons: Any = None,
    *,
    samples: int = 100,
    connectome: Any = None,
    motif: Any = "all",
    signs: str | None = None,
    assume_inhibitory: float | None = None,
    min_weight: Any = None,
    seed: int = 1,
    jobs: int | None = None,
) -> Table:
    """Occurrences drawn at random, exactly uniform and independent: `motif_samples`.

    >>> import engraph
    >>> drawn = engraph.sample_motifs(connectome="cook2019_herm", motif="mi2", samples=3)
    >>> set(drawn["motif"])
    {'mi2'}
    """
    arguments = _motif_arguments(
        _wiring(edges, connectome, neurons),
        motif,
        signs,
        assume_inhibitory,
        seed,
        jobs,
        min_weight=min_weight,
        samples=samples,
        sign_draws=1,
    )
    return Table(_engraph.motif_samples(*arguments))


def motif_weights(
    edges: Any = None,
    neurons: Any = None,
    *,
    connectome: Any = None,
    motif: Any = "all",
    signs: str | None = None,
    assume_inhibitory: float | None = None,
    min_weight: Any = None,
    nulls: int = 0,
    null_model: str | None = None,
    null_chain: str | None = None,
    swaps_per_edge: float | None = None,
    global_trades: int | None = None,
    seed: int = 1,
    jobs: int | None = None,
) -> Table:
    """How strong the synapses of occurrences are, and how even: `motif_weights`.

    Intensity and coherence after Onnela et al. 2005, beside random wirings if `nulls` are asked for.
    The arguments are those of `count_motifs`.

    >>> import engraph
    >>> pair = engraph.connectome({"pre": ["A", "B"], "post": ["B", "A"], "weight": [2, 8]})
    >>> loop = engraph.motif("A => B; B => A", name="loop")
    >>> found = engraph.motif_weights(pair, motif=loop)
    >>> row = next(row for row in found if row["measure"] == "mean_intensity")
    >>> round(row["value"], 6)
    4.0
    """
    return Table(
        _engraph.motif_weights(
            *_motif_arguments(
                _wiring(edges, connectome, neurons),
                motif,
                signs,
                assume_inhibitory,
                seed,
                jobs,
                min_weight=min_weight,
                nulls=nulls,
                null_model=null_model,
                null_chain=null_chain,
                swaps_per_edge=swaps_per_edge,
                global_trades=global_trades,
            )
        )
    )


def role_fingerprints(
    edges: Any = None,
    neurons: Any = None,
    *,
    connectome: Any = None,
    motif: Any = "all",
    signs: str | None = None,
    assume_inhibitory: float | None = None,
    min_weight: Any = None,
    seed: int = 1,
    jobs: int | None = None,
) -> Table:
    """Which classes of neurons play which role, beside their shares of all: `role_fingerprints`.

    It is what `engraph motifs --fingerprints` gives.

    >>> import engraph
    >>> found = engraph.role_fingerprints(connectome="cook2019_herm", motif="xor5")
    >>> hub = [r for r in found if r["role"] == "I" and r["matching"] == "subgraph"]
    >>> sum(row["count"] for row in hub), round(sum(row["share"] for row in hub), 9)
    (12171, 1.0)
    """
    return Table(
        _engraph.role_fingerprints(
            *_motif_arguments(
                _wiring(edges, connectome, neurons),
                motif,
                signs,
                assume_inhibitory,
                seed,
                jobs,
                min_weight=min_weight,
                participation=True,
                sign_draws=1,
            )
        )
    )


class Paths(Table):
    """The table `effective_connectivity`, with the strongest paths by name.

    >>> import engraph
    >>> found = engraph.paths(connectome="cook2019_herm", steps=2)
    >>> found.strongest.name
    'strongest_paths'
    """

    __slots__ = ("strongest",)

    #: The strongest paths for each number of steps: `strongest_paths`. None with `strongest=0`.
    strongest: Table | None

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        self.strongest = None


def paths(
    edges: Any = None,
    neurons: Any = None,
    *,
    connectome: Any = None,
    signs: str | None = None,
    assume_inhibitory: float | None = None,
    from_: Any = None,
    to: Any = None,
    steps: int | None = None,
    pairs: int | None = None,
    strongest: int | None = None,
    seed: int = 1,
    jobs: int | None = None,
) -> Paths:
    """How much of whose input comes from where over several synapses: `effective_connectivity`.

    `edges`, `neurons` and `connectome` are as in `count_motifs`. Paths begin at `from_` (sensory
    without it) and end at `to` (motor): a class, the name of a neuron or a cell type, or several of
    these, each a group of its own. `steps` is the most synapses of a path, `pairs` adds so many
    strongest pairs of neurons for each number of steps, and `strongest` says how many paths
    `.strongest` lists.

    >>> import engraph
    >>> chain = [("A", "B", 1), ("C", "B", 3), ("B", "D", 2)]
    >>> found = engraph.paths(chain, from_="A", to="D", steps=2)
    >>> found["steps"], found["unsigned"]
    ([1, 2], [0.0, 0.25])
    >>> found.strongest["path"]
    ['A > B > D']
    """
    wiring = _wiring(edges, connectome, neurons)
    given = {"from": from_, "to": to}
    tables = _engraph.paths(
        wiring._handle,
        signs,
        _number("assume_inhibitory", assume_inhibitory),
        _settings(
            **{key: None if ends is None else _listed(ends) for key, ends in given.items()},
            steps=None if steps is None else _natural("steps", steps),
            pairs=None if pairs is None else _natural("pairs", pairs),
            strongest=None if strongest is None else _natural("strongest", strongest),
        ),
        _natural("seed", seed),
        _jobs(jobs),
    )
    found = Paths(tables["effective_connectivity"])
    if strongest != 0:
        found.strongest = Table(tables["strongest_paths"])
    return found


class Capacity(Table):
    """The table `wiring_dimension`, with the tables that were asked for beside it.

    >>> import engraph
    >>> found = engraph.capacity(connectome="cook2019_herm", snr=1e4, curves=True)
    >>> found.curves.name
    'wiring_dimension_curves'
    """

    __slots__ = ("nulls", "curves", "held_neurons")

    #: The dimensions of the nulls: `wiring_dimension_nulls`. None without `nulls`.
    nulls: Table | None
    #: The error curves E(k): `wiring_dimension_curves`. None without `curves`.
    curves: Table | None
    #: What is carried without each held neuron: `wiring_dimension_neurons`. None without.
    held_neurons: Table | None

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        self.nulls = self.curves = self.held_neurons = None


def capacity(
    edges: Any = None,
    neurons: Any = None,
    *,
    connectome: Any = None,
    signs: str | None = None,
    assume_inhibitory: float | None = None,
    weights: str | None = None,
    horizon: int | None = None,
    leak: float | None = None,
    spectral_radius: float | None = None,
    snr: Any = None,
    gap_junctions: bool = True,
    nulls: int = 0,
    null_model: Any = None,
    null_chain: str | None = None,
    swaps_per_edge: float | None = None,
    global_trades: int | None = None,
    curves: bool = False,
    held_neurons: bool = False,
    seed: int = 1,
    jobs: int | None = None,
) -> Capacity:
    """How many dimensions a wiring offers, in closed form, without training: `wiring_dimension`.

    `edges`, `neurons` and `connectome` are as in `count_motifs`. `weights` is counts or binary; `snr`
    is a signal-to-noise ratio or several. With `nulls` the result has the table `.nulls`, with
    `curves` and `held_neurons` the tables of these names.

    >>> import engraph
    >>> found = engraph.capacity(connectome="cook2019_herm", snr=1e4)
    >>> {row["measure"]: round(row["value"], 2) for row in found}["carried"]
    9.66
    """
    wiring = _wiring(edges, connectome, neurons)
    tables = _engraph.capacity(
        wiring._handle,
        signs,
        _number("assume_inhibitory", assume_inhibitory),
        _settings(
            weights=weights,
            horizon=horizon,
            leak=leak,
            spectral_radius=spectral_radius,
            snr=snr,
            gap_junctions=gap_junctions,
            nulls=nulls,
            null_model=None if null_model is None else _listed(null_model),
            null_chain=null_chain,
            swaps_per_edge=swaps_per_edge,
            global_trades=global_trades,
            curves=curves,
            held_neurons=held_neurons,
        ),
        _natural("seed", seed),
        _jobs(jobs),
    )
    found = Capacity(tables["wiring_dimension"])
    if nulls:
        found.nulls = Table(tables["wiring_dimension_nulls"])
    if curves:
        found.curves = Table(tables["wiring_dimension_curves"])
    if held_neurons:
        found.held_neurons = Table(tables["wiring_dimension_neurons"])
    return found


class Audit(Table):
    """The table `audit`; of a consensus table also how far its sources agree.

    >>> import engraph
    >>> engraph.audit("cook2019_herm").agreement is None
    True
    """

    __slots__ = ("agreement",)

    #: `source_agreement`; None where the table is no consensus of several sources.
    agreement: Table | None

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        self.agreement = None


def audit(edges: Any, neurons: Any = None, **reading: Any) -> Audit:
    """What was read of a connectome, and what in it would mislead: `audit`.

    Takes what `connectome` takes. A file with the column `data_sources` is audited as a consensus
    of several sources.

    >>> import engraph
    >>> found = engraph.audit([("A", "B"), ("A", "B"), ("B", "B")])
    >>> {row["check"]: row["severity"] for row in found}["autapses"]
    'note'
    """
    if _inputs.is_path(edges) and not _is_name(str(edges)):
        given = {"columns": "edge_columns", "neuron_columns": "neuron_columns"}
        names = {python: rust for rust, python in given.items()}
        options = {names.get(key, key): value for key, value in reading.items()}
        listed = [] if neurons is None else _inputs._paths(neurons)
        import os

        checks, agreement = _engraph.audit_file(os.fspath(edges), listed, json.dumps(options))
        found, sources = Audit(checks), Table(agreement)
        found.agreement = sources if len(sources) else None
        return found
    return Audit(_engraph.audit(connectome(edges, neurons, **reading)._handle))


def dimension(
    points: Any,
    *,
    estimator: Any = None,
    columns: Sequence[str] | None = None,
    array: str | None = None,
    recording: str | None = None,
    theiler: int = 0,
    intervals: bool = True,
    seed: int = 1,
    jobs: int | None = None,
) -> Table:
    """The intrinsic dimension of points, one row for each: the table `dimension`.

    `points` is an array of numpy, a DataFrame, a list of rows, or a file as `engraph dimension` reads
    it. `estimator` is a name such as recommended, two_nn or participation_ratio, or a list of them;
    all without it. Columns that count or date the rows are left out unless `columns` names them; the
    log says which. `theiler` is for rows that are times: points at most so many rows apart are no
    neighbours.

    >>> import engraph
    >>> plane = [((i * 0.754877666) % 1, (i * 0.569840291) % 1, 0.5) for i in range(1, 601)]
    >>> found = engraph.dimension(plane, estimator="recommended")
    >>> round(found["value"][0])
    2
    """
    found = _engraph.dimension(
        _inputs.points(points),
        _settings(
            estimator=None if estimator is None else _listed(estimator),
            columns=None if columns is None else list(columns),
            array=array,
            recording=recording,
            theiler=theiler,
            intervals=bool(intervals),
            seed=seed,
        ),
        _jobs(jobs),
    )
    return Table(found)


class FunctionalMotifs(Table):
    """The table `functional_motifs`, with the loadings of the neurons and the courses in time.

    >>> import engraph, math
    >>> rows = [[math.sin(t / 3), math.sin(t / 3) + 0.1, math.cos(t / 5)] for t in range(300)]
    >>> engraph.functional_motifs(rows, components=1).neurons.name
    'functional_motif_neurons'
    """

    __slots__ = ("neurons", "courses")

    #: Which neurons belong to a component: `functional_motif_neurons`.
    neurons: Table
    #: When a component is active: `functional_motif_courses`.
    courses: Table

    def __init__(self, tables: dict[str, Any]) -> None:
        super().__init__(tables["functional_motifs"])
        self.neurons = Table(tables["functional_motif_neurons"])
        self.courses = Table(tables["functional_motif_courses"])


def functional_motifs(
    traces: Any,
    *,
    window: int = 60,
    stride: int | None = None,
    components: int = 5,
    starts: int = 10,
    connectome: Any = None,
    signs: str | None = None,
    columns: Sequence[str] | None = None,
    array: str | None = None,
    recording: str | None = None,
    seed: int = 1,
    jobs: int | None = None,
) -> FunctionalMotifs:
    """Groups of neurons whose activity goes together for some of the time: `functional_motifs`.

    `traces` has a column for each neuron and a row for each time; it is read as the points of
    `dimension`. `window` and `stride` are rows; without `stride` it is half a window. With
    `connectome`, the loadings are related to how often neurons take part in XOR5.

    >>> import engraph, math
    >>> rows = [[math.sin(t / 3), math.sin(t / 3) + 0.1, math.cos(t / 5)] for t in range(300)]
    >>> found = engraph.functional_motifs(rows, components=1)
    >>> found["core_neurons"]
    [2]
    """
    wiring = None if connectome is None else _wiring(None, connectome, None)._handle
    tables = _engraph.functional_motifs(
        _inputs.points(traces),
        wiring,
        signs,
        _settings(
            window=_natural("window", window),
            stride=None if stride is None else _natural("stride", stride),
            components=_natural("components", components),
            starts=_natural("starts", starts),
            columns=None if columns is None else list(columns),
            array=array,
            recording=recording,
            seed=_natural("seed", seed),
        ),
        _jobs(jobs),
    )
    return FunctionalMotifs(tables)


def species(
    presets: Any = None,
    *,
    neurons: int | None = None,
    inhibitory_fraction: float | None = None,
    graphs: int = 10,
    seed: int = 1,
    jobs: int | None = None,
) -> Table:
    """Species-like topologies beside what was published: `species_targets`.

    `presets` is a name such as worm_like or human_like, or several; all without it. Values are means
    over `graphs` graphs.

    >>> import engraph
    >>> found = engraph.species("worm_like", neurons=120, graphs=1)
    >>> found["quantity"][:2]
    ['density', 'reciprocity']
    """
    return Table(
        _engraph.species(
            [] if presets is None else _listed(presets),
            None if neurons is None else _natural("neurons", neurons, 32),
            _number("inhibitory_fraction", inhibitory_fraction),
            _natural("graphs", graphs, 32),
            _natural("seed", seed),
            _jobs(jobs),
        )
    )


def species_like(
    preset: str,
    *,
    neurons: int | None = None,
    inhibitory_fraction: float | None = None,
    seed: int = 1,
) -> Connectome:
    """A random wiring with published statistics of a species: the first graph of `species`.

    `preset` is worm_like, worm_l1_like, ciona_like, platynereis_like, larva_like, fly_like,
    mouse_like or human_like. `neurons` is 300 unless given.

    >>> import engraph
    >>> len(engraph.species_like("worm_like", neurons=200))
    200
    """
    return Connectome(
        _engraph.species_like(
            preset,
            None if neurons is None else _natural("neurons", neurons, 32),
            _number("inhibitory_fraction", inhibitory_fraction),
            _natural("seed", seed),
        )
    )


def swimmer(joints: int = 5) -> Connectome:
    """The worm's swimming circuit, which `[circuit_prior]` trains: 5 joints as published.

    >>> import engraph
    >>> engraph.swimmer().name
    'swimmer'
    """
    return Connectome(_engraph.swimmer(_natural("joints", joints, 32)))
