#!/usr/bin/env python3
"""Rebuild the bundled C. elegans tables from two public Python packages.

Reads the wheels `cect` 0.3.5 and `wormneuroatlas` 0.0.7.3 (their SHA-256 is checked) and writes

    celegans/edges.parquet             synapses between neurons, 19 connectomes
    celegans/neurons.parquet           392 neurons: sex, class, transmitters, receptor counts
    celegans/fenyves2020_signs.parquet 3,638 published signs of chemical connections
    celegans/randi2023_functional.parquet  1,150 pairs with significant functional connectivity
    celegans/connectomes.parquet       one row per connectome: animal, unit, counts, source, hash

With pyarrow 26.0.1 (data/requirements.txt) the files are the same byte for byte on every run.
What the tables mean, and where each comes from, is in SOURCES.md.

    pip install -r data/requirements.txt
    python data/rebuild.py --wheels wheels --download    # fetch the wheels, then rebuild
    python data/rebuild.py --wheels wheels --check       # compare with the committed files

`--check` exits with 1 if a row differs, if a byte differs although pyarrow is the pinned version, or
if the table in SOURCES.md is not the one the data give.
"""

import argparse
import contextlib
import csv
import hashlib
import importlib
import io
import json
import re
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

PYARROW_VERSION = "26.0.1"
DATA = Path(__file__).resolve().parent


class Wheel(NamedTuple):
    """A pinned wheel: what to ask PyPI for, and the file it must be."""

    requirement: str
    filename: str
    sha256: str


CECT = Wheel(
    "cect==0.3.5",
    "cect-0.3.5-py3-none-any.whl",
    "ea47f7a6b0d69a8d0bd3b0ade4037b7cc32d31ad0449f823d7ec153d6fd25057",
)
WORMNEUROATLAS = Wheel(
    "wormneuroatlas==0.0.7.3",
    "wormneuroatlas-0.0.7.3-py3-none-any.whl",
    "166289031784c9565f6b9205e30dc718bafbc092db3b46f1aef73d93dc4d1325",
)


class Source(NamedTuple):
    """What is known about a connectome beside its rows, and the counts its rows must give."""

    file: str  # inside the wheel of cect
    animal: str
    sex: str
    stage: str
    age_hours: float | None  # after hatching, where published
    region: str
    unit: str
    citation: str
    doi: str | None
    # Reference values: neurons, chemical edges, chemical weight, gap junction pairs; no self edges.
    neurons: int
    chemical_edges: int
    chemical_weight: float
    gap_pairs: int


def _sources() -> dict[str, Source]:
    """The 19 connectomes by name."""
    adult, larva = "adult hermaphrodite", "L4 hermaphrodite"
    herm, white, durbin = "hermaphrodite", "White et al. 1986", "Durbin 1987 (PhD thesis)"
    white_doi = "10.1098/rstb.1986.0056"
    witvliet, witvliet_doi = "Witvliet et al. 2021", "10.1038/s41586-021-03778-8"
    cook, cook_doi = "Cook et al. 2019", "10.1038/s41586-019-1352-7"
    synapses, sections = "synapses", "EM sections"
    sources = {
        "cook2019_herm": Source(
            "cache/Cook2019HermReader.json", adult, herm, "adult", None, "whole animal", sections,
            cook, cook_doi, 302, 3671, 20848, 1091),
        "cook2019_male": Source(
            "cache/Cook2019MaleReader.json", "adult male", "male", "adult", None, "whole animal", sections,
            cook, cook_doi, 380, 3988, 36510, 1281),
        "cook2020_pharynx": Source(
            "cache/Cook2020DataReader.json", adult, herm, "adult", None, "pharynx", sections,
            "Cook et al. 2020", "10.1002/cne.24932", 22, 147, 652.5, 28),
        "durbin1987_jsh": Source(
            "cache/DurbinJSHDataReader.json", f"{larva} (JSH)", herm, "L4", None, "head", synapses,
            durbin, None, 183, 1293, 3699, 289),
        "durbin1987_n2u": Source(
            "cache/DurbinN2UDataReader.json", f"{adult} (N2U)", herm, "adult", None, "head", synapses,
            durbin, None, 188, 1433, 3772, 271),
        "haspel2011_vnc": Source(
            "cache/HaspelODonovanDataReader.json", f"{adult}, model of a repeating unit", herm, "adult", None,
            "ventral cord", synapses, "Haspel and O'Donovan 2011", "10.1523/JNEUROSCI.2244-11.2011",
            64, 183, 1206, 87),
        "varshney2011": Source(
            "cache/VarshneyDataReader.json", adult, herm, "adult", None, "somatic nervous system", synapses,
            "Varshney et al. 2011", "10.1371/journal.pcbi.1001066", 279, 2194, 6394, 514),
        "white1986_jsh": Source(
            "data/aconnectome_white_1986_L4.csv", f"{larva} (JSH)", herm, "L4", None, "head", synapses,
            white, white_doi, 178, 1291, 3702, 284),
        "white1986_n2u": Source(
            "data/aconnectome_white_1986_A.csv", f"{adult} (N2U)", herm, "adult", None, "head", synapses,
            white, white_doi, 180, 1414, 3740, 262),
        "white1986_whole": Source(
            "cache/White_whole.json", f"{adult}, composite", herm, "adult", None, "whole animal", synapses,
            white, white_doi, 299, 2266, 6509, 563),
        "yim2024_dauer": Source(
            "cache/Yim2024NonNormDataReader.json", "dauer hermaphrodite", herm, "dauer", None, "head", "nm3",
            "Yim et al. 2024", "10.1038/s41467-024-45943-3", 179, 1955, 808405838.1, 0),
    }
    series = [  # stage, age, counts
        ("L1", 0, (161, 675, 1152, 81)),
        ("L1", 5, (162, 865, 1687, 119)),
        ("L1", 8, (162, 887, 1884, 92)),
        ("L1", 16, (168, 1011, 2521, 202)),
        ("L2", 23, (174, 1324, 3644, 283)),
        ("L3", 27, (175, 1315, 3894, 210)),
        ("adult", 45, (180, 1933, 6575, 261)),
        ("adult", 45, (180, 1933, 7099, 296)),
    ]
    for number, (stage, age, counts) in enumerate(series, start=1):
        sources[f"witvliet2021_{number}"] = Source(
            f"cache/WitvlietDataReader{number}.json", f"{stage} hermaphrodite", herm, stage, float(age), "head",
            synapses, witvliet, witvliet_doi, *counts)
    return dict(sorted(sources.items()))


SOURCES = _sources()
LICENCE = "see publisher; redistributed through cect (MIT)"

# Synapse classes in cect's cached matrices. Haspel's model splits the chemical synapses by sign.
CHEMICAL_CLASSES = {"Generic_CS", "ExcitatoryChem", "InhibitoryChem"}
ELECTRICAL_CLASSES = {"Generic_GJ"}


# ---------------------------------------------------------------- wheels


def download(directory: Path) -> None:
    """Let pip put the two pinned wheels into `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--dest", directory]
        + [CECT.requirement, WORMNEUROATLAS.requirement],
        check=True,
    )


def open_wheel(directory: Path, wheel: Wheel) -> zipfile.ZipFile:
    """Open a wheel after checking that it is the pinned one."""
    path = directory / wheel.filename
    if not path.is_file():
        sys.exit(f"error: `{path}` not found\nhint: add `--download`, or `pip download --no-deps {wheel.requirement}`")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != wheel.sha256:
        sys.exit(f"error: `{path}` has SHA-256 {found}, expected {wheel.sha256}")
    return zipfile.ZipFile(path)


def load_cells(directory: Path):
    """Import `cect.Cells`, the module of cell names and classes, straight from the wheel."""
    sys.path.insert(0, str(directory / CECT.filename))
    return importlib.import_module("cect.Cells")


def read_sheet(wheel: zipfile.ZipFile, member: str, sheet: str):
    """A worksheet of an Excel file in a wheel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # extensions openpyxl does not know
        return openpyxl.load_workbook(io.BytesIO(wheel.read(member)), data_only=True)[sheet]


def unpadded(neuron: str) -> str:
    """`VB01` -> `VB1`: the name without the leading zero of its index, in the classes of the ventral cord."""
    return re.sub(r"^(AS|DA|DB|DD|VA|VB|VC|VD)0(\d)$", r"\1\2", neuron)


# ---------------------------------------------------------------- edges


def read_matrices(text: bytes) -> dict[tuple[str, str, str], float]:
    """Weights by (synapse_type, pre, post) from a connectome cached by cect as adjacency matrices."""
    cached = json.loads(text)
    nodes, weights = cached["nodes"], defaultdict(float)
    for name, matrix in cached["connections"].items():
        for pre, row in zip(nodes, matrix, strict=True):
            for post, weight in zip(nodes, row, strict=True):
                if weight == 0:
                    continue
                if name in CHEMICAL_CLASSES:
                    weights["chemical", pre, post] += weight
                elif name in ELECTRICAL_CLASSES:
                    # Both directions are one pair. They agree everywhere but in Haspel's model, where 17 pairs
                    # are given in one direction only.
                    key = ("electrical", min(pre, post), max(pre, post))
                    weights[key] = max(weights[key], weight)
                else:
                    raise ValueError(f"unknown synapse class `{name}`")
    return weights


def read_edge_list(text: bytes) -> dict[tuple[str, str, str], float]:
    """Weights by (synapse_type, pre, post) from White's tables for N2U and JSH, which cect does not cache."""
    directed = defaultdict(float)
    rows = csv.reader(io.StringIO(text.decode()), delimiter="\t")
    next(rows)
    for pre, post, synapse_type, weight in rows:
        pre, post = unpadded(pre), unpadded(post)
        directed[synapse_type, pre, post] += float(weight)
        if synapse_type == "electrical":
            # Entered from both ends, so a gap junction of a neuron with itself (RIBL, RIBR) counts twice.
            directed[synapse_type, post, pre] += float(weight)
    return {key: weight for key, weight in directed.items() if key[0] == "chemical" or key[1] <= key[2]}


def build_edges(cect: zipfile.ZipFile, neurons: set[str]) -> pa.Table:
    """Every connection between two neurons in every connectome, sorted by connectome, synapse_type, pre, post."""
    rows = []
    for connectome, source in SOURCES.items():
        text = cect.read(f"cect/{source.file}")
        weights = read_matrices(text) if source.file.endswith(".json") else read_edge_list(text)
        rows += [
            (connectome, pre, post, synapse_type, float(weight))
            for (synapse_type, pre, post), weight in weights.items()
            if pre in neurons and post in neurons
        ]
    rows.sort(key=lambda row: (row[0], row[3], row[1], row[2]))
    return table(rows, connectome=pa.string(), pre=pa.string(), post=pa.string(), synapse_type=pa.string(),
                 weight=pa.float64())


# ---------------------------------------------------------------- neurons

# Wang et al. 2024 as written in their tables (lower case, without the marks of novelty) -> our code.
WANG_CODES = {
    "ach": "ACh",
    "gaba": "GABA",
    "glu": "Glu",
    "da": "DA",
    "octopamine": "OA",
    "tyramine": "TA",
    "tyramine (synthesis + uptake)": "TA",
    "5-ht": "5HT",
    "5-ht (synthesis + uptake)": "5HT",
    "5-ht (alternative synthesis/uptake mechanism)": "5HT",
    "male - 5-ht (alternative synthesis/uptake mechanism?)": "5HT",
    "5-ht (uptake)": "5HTup",
    "5-htp": "5-HTP",
    "5-htp (synthesis) and 5-ht (uptake)": "5-HTP_synthesis_5-HT_uptake",
    "gaba (uptake)": "GABAup",
    "betaine (uptake)": "Bet",
    "peoh?": "Possible_PEOH",
    "unknown (orphan)": "orphan",
    "unknown (orphan, unc-46 expression)": "orphan",
    "unknown (orphan, unc-47 expression)": "orphan",
    "unknown (orphan; unc-47 positive)": "orphan",
    "unknown monoamine": "unkMA",
    "unknown monoamine?": "unkMA",
    "bas-1-depen unknown monoamine?": "unkMA",
}

# Cells whose identity Wang et al. leave open, in the order of their rows.
WANG_AMBIGUOUS = {
    "DB1/3": ["DB1"],
    "DB3/1": ["DB3"],
    "DX1/2": ["DX1", "DX2"],
    "DX3/4": ["DX3", "DX4"],
    "EF1/2": ["EF1", "EF2"],
    "EF3/4": ["EF3", "EF4"],
}


def read_wang2024(cect: zipfile.ZipFile) -> dict[str, str]:
    """Transmitters by neuron, `+` between several, as cect 0.3.5 reads Wang et al. 2024."""
    transmitters, met = {}, Counter()
    # The second range ends at SPVL, as in cect: the row below, SPVR (ACh), is left out there and so here.
    for supplement, rows, first in ((2, range(5, 307), 21), (3, range(6, 103), 22)):
        sheet = read_sheet(cect, f"cect/data/elife-95402-supp{supplement}-v1.xlsx", f"Supp File {supplement}")
        for row in rows:
            name = sheet.cell(row, 3).value
            if name is None:
                continue
            if name in WANG_AMBIGUOUS:
                met[name] += 1
                name = WANG_AMBIGUOUS[name][met[name] - 1]
            neuron = re.sub(r"^(CA|CP)(\d)$", r"\g<1>0\2", name)
            # cect counts betaine where cat-1 is marked by a fill and snf-3 is newly reported.
            betaine = sheet.cell(row, 9).fill.patternType == "solid" and "NEW" in str(sheet.cell(row, 16).value)
            codes = []
            for column in range(first, first + 3):
                text = sheet.cell(row, column).value
                if text is None:
                    continue
                text = " ".join(re.sub(r"\*| - new$|\(new\)$", "", text.strip().lower()).split())
                code = WANG_CODES[text]
                if code != "Bet" or betaine:
                    codes.append(code)
            if codes:
                transmitters[neuron] = "+".join(codes)
    return transmitters


FENYVES_WORKBOOK = "wormneuroatlas/data/journal.pcbi.1007974.s003.xlsx"


def build_neurons(cells, cect: zipfile.ZipFile, wormneuroatlas: zipfile.ZipFile) -> pa.Table:
    """One row per neuron of either sex, sorted by name."""
    with contextlib.redirect_stdout(io.StringIO()):  # it prints as it goes
        classification = cells.get_primary_classification()
    wang = read_wang2024(cect)
    expression = read_sheet(wormneuroatlas, FENYVES_WORKBOOK, "1. NT expr").iter_rows(min_row=2, values_only=True)
    dominant_and_alternative = {unpadded(row[0]): row[1:3] for row in expression if row[0]}
    receptors = read_sheet(wormneuroatlas, FENYVES_WORKBOOK, "4. Receptor type expression ")
    receptor_counts = {unpadded(row[0]): row[1:8] for row in receptors.iter_rows(min_row=3, values_only=True) if row[0]}
    rows = []
    for neuron in sorted(cells.ALL_PREFERRED_NEURON_NAMES):
        if neuron in cells.MALE_SPECIFIC_NEURONS:
            sex = "male"
        else:
            sex = "herm" if neuron in cells.HERM_SPECIFIC_MOTORNEURONS else "shared"
        dominant, alternative = dominant_and_alternative.get(neuron, (None, None))
        *counts, fenyves_type = receptor_counts.get(neuron, (None,) * 7)
        rows.append((neuron, sex, neuron in cells.PHARYNGEAL_NEURONS, wang.get(neuron), dominant, alternative,
                     classification[neuron], *counts, fenyves_type))
    return table(rows, neuron=pa.string(), sex=pa.string(), pharyngeal=pa.bool_(), nt_wang2024=pa.string(),
                 nt_fenyves=pa.string(), nt_fenyves_alt=pa.string(), classification=pa.string(),
                 glu_pos=pa.int16(), glu_neg=pa.int16(), ach_pos=pa.int16(), ach_neg=pa.int16(),
                 gaba_pos=pa.int16(), gaba_neg=pa.int16(), type_fenyves=pa.string())


def build_signs(wormneuroatlas: zipfile.ZipFile) -> pa.Table:
    """The published sign of every chemical connection in Fenyves et al. 2020, sorted by (pre, post)."""
    rows = []
    predictions = read_sheet(wormneuroatlas, FENYVES_WORKBOOK, "5. Sign prediction")
    for row in predictions.iter_rows(min_row=3, values_only=True):
        if row[0] is None:
            continue
        sign = "none" if row[16] == "no pred" else row[16]
        rows.append((unpadded(row[0]), unpadded(row[3]), row[4], row[1] or None, row[2] or None, sign))
    rows.sort(key=lambda row: row[:2])
    return table(rows, pre=pa.string(), post=pa.string(), weight=pa.int32(), nt1=pa.string(), nt2=pa.string(),
                 pred=pa.string())


def build_functional(cect: zipfile.ZipFile) -> pa.Table:
    """The pairs (stimulated, responding) of Randi et al. 2023 that are significant (q < 0.05), sorted."""
    cached = json.loads(cect.read("cect/cache/WormNeuroAtlasFuncReader.json"))
    nodes, matrix = cached["nodes"], cached["connections"]["Functional"]
    rows = sorted((pre, post) for pre, row in zip(nodes, matrix, strict=True)
                  for post, weight in zip(nodes, row, strict=True) if weight != 0)
    assert len(rows) == 1150, f"{len(rows)} significant functional pairs, expected 1150"
    return table(rows, pre=pa.string(), post=pa.string())


# ---------------------------------------------------------------- connectomes


def build_connectomes(edges: pa.Table) -> pa.Table:
    """One row per connectome, its counts checked against the reference values in `SOURCES`."""
    by_connectome = defaultdict(list)
    for row in edges.to_pylist():
        by_connectome[row["connectome"]].append((row["pre"], row["post"], row["synapse_type"], row["weight"]))
    rows = []
    for name, source in SOURCES.items():
        edges_here = by_connectome[name]
        lines = "".join(f"{pre},{post},{synapse_type},{weight:.9g}\n" for pre, post, synapse_type, weight in edges_here)
        between = [edge for edge in edges_here if edge[0] != edge[1]]
        chemical = [edge for edge in between if edge[2] == "chemical"]
        neurons = len({neuron for edge in between for neuron in edge[:2]})
        weight = round(sum(edge[3] for edge in chemical), 6)
        autapses = sum(edge[0] == edge[1] and edge[2] == "chemical" for edge in edges_here)
        gap_pairs = len(between) - len(chemical)
        found = (neurons, len(chemical), gap_pairs)
        expected = (source.neurons, source.chemical_edges, source.gap_pairs)
        assert found == expected, f"{name}: neurons, chemical edges, gap pairs are {found}, expected {expected}"
        assert abs(weight - source.chemical_weight) <= 1e-9 * weight, f"{name}: chemical weight is {weight}"
        rows.append((name, source.animal, source.sex, source.stage, source.age_hours, source.region, source.unit,
                     neurons, len(chemical), weight, autapses, gap_pairs, source.citation, source.doi, LICENCE,
                     hashlib.sha256(lines.encode()).hexdigest()))
    return table(rows, connectome=pa.string(), animal=pa.string(), sex=pa.string(), stage=pa.string(),
                 age_hours=pa.float64(), region=pa.string(), unit=pa.string(), neurons=pa.int32(),
                 chemical_edges=pa.int32(), chemical_weight=pa.float64(), autapses=pa.int32(), gap_pairs=pa.int32(),
                 citation=pa.string(), doi=pa.string(), licence=pa.string(), sha256=pa.string())


def markdown_lines(connectomes: pa.Table) -> list[str]:
    """The rows of the table in SOURCES.md."""
    return [
        f"| {row['connectome']} | {row['citation']} | {row['doi'] or 'none'} | {row['licence']} | {row['unit']} "
        f"| `{row['sha256']}` |"
        for row in connectomes.to_pylist()
    ]


# ---------------------------------------------------------------- files


def table(rows: list[tuple], **types: pa.DataType) -> pa.Table:
    """A table from rows, its columns named and typed by `types`."""
    columns = zip(*rows, strict=True)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, types.values(), strict=True)], list(types))


def write(tables: dict[str, pa.Table], directory: Path) -> None:
    """Write the tables as small Parquet files."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in tables.items():
        pq.write_table(content, directory / name, compression="zstd", compression_level=22, use_dictionary=True,
                       write_statistics=False, store_schema=False)


def differing_rows(rebuilt: pa.Table, committed: pa.Table, limit: int = 5) -> list[str]:
    """What differs between two tables, as lines to print; empty if rows, order and columns are equal."""
    if rebuilt.schema != committed.schema:
        return [f"  columns differ: rebuilt {rebuilt.schema.names}, committed {committed.schema.names}, or their types"]
    rows = [Counter(tuple(row.values()) for row in each.to_pylist()) for each in (rebuilt, committed)]
    lines = []
    for sign, only in (("+", rows[0] - rows[1]), ("-", rows[1] - rows[0])):
        found = list(only.elements())
        if found:
            lines.append(f"  {len(found)} rows only in the {'rebuilt' if sign == '+' else 'committed'} file, such as")
            lines += [f"    {sign} {row}" for row in found[:limit]]
    if not lines and not rebuilt.equals(committed):
        lines.append("  the same rows in another order")
    return lines


def check(tables: dict[str, pa.Table], committed: Path) -> bool:
    """Compare rebuilt tables with the committed files and SOURCES.md; print what differs."""
    good = True
    with tempfile.TemporaryDirectory() as temporary:
        write(tables, Path(temporary))
        for name in tables:
            rebuilt, path = Path(temporary) / name, committed / name
            if not path.is_file():
                print(f"{name}: missing in `{committed}`")
                good = False
            elif rebuilt.read_bytes() == path.read_bytes():
                print(f"{name}: equal, byte for byte")
            elif lines := differing_rows(pq.read_table(rebuilt), pq.read_table(path)):
                print(f"{name}: differs", *lines, sep="\n")
                good = False
            else:
                print(f"{name}: equal rows, other bytes (pyarrow {pa.__version__}, pinned {PYARROW_VERSION})")
                good &= pa.__version__ != PYARROW_VERSION
    text = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    missing = [line for line in markdown_lines(tables["connectomes.parquet"]) if line not in text]
    if missing:
        print("SOURCES.md: lines missing", *missing, sep="\n")
        good = False
    return good


def main() -> None:
    """Parse the arguments, rebuild, and write or compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0], epilog="See the docstring for more.")
    parser.add_argument("--wheels", type=Path, required=True, metavar="DIR", help="folder of the two wheels")
    parser.add_argument("--download", action="store_true", help="let pip download the pinned wheels into DIR first")
    parser.add_argument("--output", type=Path, default=DATA / "celegans", metavar="DIR",
                        help="folder of the Parquet files (default: celegans/ beside this script)")
    parser.add_argument("--check", action="store_true", help="write nothing; compare with the files in --output")
    arguments = parser.parse_args()

    if arguments.download:
        download(arguments.wheels)
    with open_wheel(arguments.wheels, CECT) as cect, open_wheel(arguments.wheels, WORMNEUROATLAS) as wormneuroatlas:
        cells = load_cells(arguments.wheels)
        edges = build_edges(cect, set(cells.ALL_PREFERRED_NEURON_NAMES))
        tables = {
            "connectomes.parquet": build_connectomes(edges),
            "edges.parquet": edges,
            "fenyves2020_signs.parquet": build_signs(wormneuroatlas),
            "neurons.parquet": build_neurons(cells, cect, wormneuroatlas),
            "randi2023_functional.parquet": build_functional(cect),
        }
    if arguments.check:
        sys.exit(0 if check(tables, arguments.output) else 1)
    if pa.__version__ != PYARROW_VERSION:
        message = f"warning: pyarrow {pa.__version__} may write other bytes than the pinned {PYARROW_VERSION}"
        print(message, file=sys.stderr)
    write(tables, arguments.output)
    for name, content in tables.items():
        print(f"{name}: {content.num_rows} rows, {(arguments.output / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()
