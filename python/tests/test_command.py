"""The command and the module say the same."""

import json
import subprocess
import sys
from pathlib import Path

import pandas
import pytest

import engraph

COMMAND = Path(sys.executable).with_name("engraph")


def command(*arguments, code=0):
    done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done.stdout


def rows(*arguments):
    document = json.loads(command(*arguments, "--format", "json"))
    return document["rows"] if "rows" in document else document


def same(table, expected):
    assert json.loads(json.dumps(list(table))) == expected


def test_tables_are_those_of_the_command(tmp_path):
    same(engraph.connectomes(), rows("connectomes"))
    same(
        engraph.count_motifs(connectome="cook2019_herm", nulls=5, min_weight=[1, 3], seed=7),
        rows("motifs", "--nulls", 5, "--min-weight", 1, "--min-weight", 3, "--seed", 7),
    )
    edges = tmp_path / "edges.csv"
    command("export", "witvliet2021_8", "--out", edges)
    same(
        engraph.count_motifs(edges, motif="lat", assume_inhibitory=0.3, nulls=2, sign_draws=3),
        rows(
            "motifs", "--edges", edges, "--motif", "lat", "--assume-inhibitory", 0.3,
            "--nulls", 2, "--sign-draws", 3,
        ),
    )
    same(
        engraph.capacity(connectome="witvliet2021_8", snr=[1e2, 1e4], leak=0.5),
        rows(
            "capacity", "--connectome", "witvliet2021_8", "--snr", 1e2, "--snr", 1e4, "--leak", 0.5
        ),
    )
    found = engraph.capacity(connectome="cook2019_herm", snr=1e4, nulls=4, null_model="unlayered")
    both = rows("capacity", "--snr", 1e4, "--nulls", 4, "--null-model", "unlayered")
    tables = {one["schema"].split("/")[0]: one["rows"] for one in both["tables"]}
    same(found, tables["engraph.wiring_dimension"])
    same(found.nulls, tables["engraph.wiring_dimension_nulls"])
    same(
        engraph.species("worm_like", neurons=150, graphs=2, seed=3),
        rows("species", "worm_like", "--neurons", 150, "--graphs", 2, "--seed", 3),
    )
    same(engraph.audit(edges), rows("audit", edges))
    same(engraph.audit("cook2019_herm"), rows("audit", "cook2019_herm"))
    torus = Path(__file__).parents[2] / "examples" / "torus.csv"
    same(engraph.dimension(torus), rows("dimension", torus))


def test_drawn_connectomes_are_those_of_the_command():
    def exported(*arguments):
        columns = ("pre", "post", "weight", "sign")
        return [[row[c] for c in columns] for row in rows("export", *arguments)]

    def wiring(drawn):
        columns = (drawn.synapses[c] for c in ("pre", "post", "weight", "sign"))
        return [list(row) for row in zip(*columns)]

    worm = engraph.connectome("witvliet2021_8").with_signs("gaba26")
    model = "by_sign_and_class"
    null = worm.null(model, 3, swaps_per_edge=20, seed=5)
    of_null = ("--null-model", model, "--null", 3, "--swaps-per-edge", 20, "--seed", 5)
    assert wiring(null) == exported("witvliet2021_8", "--signs", "gaba26", *of_null)
    assert null.sign_model == "gaba26" and null.name == "witvliet2021_8.null3"
    model = engraph.species_like("worm_like", neurons=150, inhibitory_fraction=0.2, seed=4)
    of_model = ("--species", "worm_like", "--size", 150, "--inhibitory-fraction", 0.2, "--seed", 4)
    assert wiring(model) == exported(*of_model)
    assert wiring(engraph.swimmer(3)) == exported("--circuit", 3)
    for wrong in [
        lambda: worm.null("by_magic"),
        lambda: worm.null(number=0),
        lambda: worm.null(number=2**40),
        lambda: worm.null(swaps_per_edge=-1),
        lambda: engraph.species_like("cat_like"),
        lambda: engraph.species_like("fly_like", neurons=3),
        lambda: engraph.species("fly_like", graphs=2**32),
        lambda: engraph.swimmer(0),
    ]:
        with pytest.raises(engraph.UsageError):
            wrong()


def test_nulls_are_those_that_counts_stand_beside():
    worm = engraph.connectome("cook2019_herm")
    model = "by_sign_and_class"
    survey = engraph.count_motifs(worm, motif="xor5", nulls=4, null_model=model, seed=9)
    nulls = [worm.null(model, number, seed=9) for number in range(1, 5)]
    counts = [engraph.count_motifs(null, motif="xor5")["count"] for null in nulls]
    means = [sum(count) / 4 for count in zip(*counts)]
    assert survey["null_mean"] == means


def test_participation_and_samples():
    told = command(
        "motifs", "--motif", "xor5", "--participation", "--sample", 9, "--format", "json"
    )
    tables = {one["schema"].split("/")[0]: one["rows"] for one in json.loads(told)["tables"]}
    same(
        engraph.motif_participation(connectome="cook2019_herm", motif="xor5"),
        tables["engraph.motif_participation"],
    )
    same(
        engraph.sample_motifs(connectome="cook2019_herm", motif="xor5", samples=9),
        tables["engraph.motif_samples"],
    )


def tables_of(*arguments):
    told = json.loads(command(*arguments, "--format", "json"))
    return {one["schema"].split("/")[0]: one["rows"] for one in told["tables"]}


def test_weights_and_fingerprints():
    told = tables_of(
        "motifs", "--motif", "xor5", "--motif", "mi2", "--weights", "--fingerprints", "--nulls", 3,
        "--signs", "gaba26", "--min-weight", 2, "--seed", 4,
    )
    asked = {"connectome": "cook2019_herm", "motif": ["xor5", "mi2"], "signs": "gaba26"}
    same(
        engraph.motif_weights(**asked, min_weight=2, nulls=3, seed=4),
        told["engraph.motif_weights"],
    )
    same(
        engraph.role_fingerprints(**asked, min_weight=2, seed=4),
        told["engraph.role_fingerprints"],
    )


def test_paths():
    told = tables_of(
        "paths", "--connectome", "witvliet2021_8", "--from", "sensory", "--from", "AVAL",
        "--to", "motor", "--steps", 3, "--pairs", 4, "--strongest", 6,
    )
    found = engraph.paths(
        connectome="witvliet2021_8", from_=["sensory", "AVAL"], to="motor", steps=3, pairs=4,
        strongest=6,
    )
    same(found, told["engraph.effective_connectivity"])
    same(found.strongest, told["engraph.strongest_paths"])
    alone = engraph.paths(connectome="witvliet2021_8", strongest=0)
    assert alone.strongest is None
    with pytest.raises(ValueError, match="`steps` must be from 1 to 20"):
        engraph.paths(connectome="witvliet2021_8", steps=21)
    with pytest.raises(ValueError, match="`from_` is empty"):
        engraph.paths(connectome="witvliet2021_8", from_=[])
    with pytest.raises(ValueError, match="sensorry"):
        engraph.paths(connectome="witvliet2021_8", from_="sensorry")


def test_inference():
    root = Path(__file__).parents[2]
    folder, waves = root / "reports" / "networks", root / "examples" / "waves.csv"
    expected = rows("infer", folder, waves, "--latent-units", 2, "--stride", 5)
    same(engraph.infer(folder, waves, latent_units=2, stride=5), expected)
    frame = pandas.read_csv(waves)
    same(engraph.infer(str(folder), frame, latent_units=2, stride=5), expected)
    raw = engraph.infer(folder, frame, latent_units=2, raw=True)
    same(raw, rows("infer", folder, waves, "--latent-units", 2, "--raw"))
    assert max(raw["error"]) < 0.05
    assert raw.rates is None
    rates = engraph.infer(folder, waves, latent_units=2, raw=True, rates=True).rates
    assert rates is not None and rates.name == "rates" and len(rates) == 32 * 2 * 16
    assert rates["phase"][15:17] == ["encoding", "decoding"] and rates["step"][15:17] == [16, 1]
    found = engraph.functional_motifs(rates, window=32, stride=32, components=2, starts=2)
    assert found["windows"] == [32, 32]
    assert set(found.neurons["neuron"]) == {column.name for column in rates.columns[3:]}
    with pytest.raises(engraph.EngraphError, match="2 networks may be meant"):
        engraph.infer(folder, waves)
    with pytest.raises(ValueError, match="stride"):
        engraph.infer(folder, waves, stride=0.5)
    with pytest.raises(ValueError, match="hf://datasets/OWNER/NAME"):
        engraph.infer("hf://owner", waves)


def test_a_run_is_that_of_the_command(tmp_path):
    news = []
    planned = engraph.plan("smoke", store=tmp_path / "store")
    assert sum(stage["todo"] for stage in planned["stages"]) == len(planned["cells"])
    report = engraph.run(
        "smoke",
        store=tmp_path / "store",
        out=tmp_path / "one",
        checkpoint_every=0,
        progress=lambda *told: news.append(told),
    )
    command("run", "smoke", "--store", tmp_path / "other", "--out", tmp_path / "two", "--quiet")
    files = sorted(path.name for path in (tmp_path / "two").iterdir() if path.is_file())
    assert sorted(path.name for path in (tmp_path / "one").iterdir() if path.is_file()) == files
    for name in files:
        # These tell when the run was.
        if name not in ("run.json", "SHA256SUMS", "ro-crate-metadata.json"):
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert [what for what, *_ in news if what != "done"] == ["begin", "end"] * len(
        planned["stages"]
    )
    todo = sum(first for what, _, first, _ in news if what == "begin")
    assert sum(first for what, _, first, _ in news if what == "done") == todo > 0
    assert report.verdicts and report.words.startswith(f"{todo} results computed")
    again = engraph.run("smoke", store=tmp_path / "store", out=tmp_path / "one")
    assert "nothing to compute, reports unchanged" in again.words
    back = engraph.read(tmp_path / "one")
    assert list(back) == list(report) == sorted(f[:-8] for f in files if f.endswith(".parquet"))
    assert back["motif_counts"].to_dict() == report["motif_counts"].to_dict()
    assert all(back[name].name == name for name in back)


def test_a_pipeline_as_a_dict(tmp_path):
    spec = {
        "name": "mine",
        "connectomes": ["cook2019_herm"],
        "motifs": {"patterns": ["xor5"], "sign_models": ["gaba26"], "nulls": 0},
    }
    where = {"store": tmp_path / "store", "out": tmp_path / "out", "until": "motifs"}
    report = engraph.run(spec, overrides={"motifs.nulls": 2}, **where)
    assert set(report["motif_counts"]["nulls"]) == {2}
    with pytest.raises(ValueError, match="connectomess"):
        engraph.run({**spec, "connectomess": []}, **where)
    with pytest.raises(ValueError, match="unknown stage `no`"):
        engraph.run(spec, store=tmp_path / "store", out=tmp_path / "out", until="no")
    with pytest.raises(ValueError, match="no pipeline"):
        engraph.run(3)
    with pytest.raises(ValueError):
        engraph.plan("no/such.toml")


def test_progress_in_lines_or_bars(tmp_path, capsys, monkeypatch):
    engraph.run("smoke", store=tmp_path / "a", out=tmp_path / "o", until="motifs", progress=True)
    assert "motifs: 100%" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    engraph.run("smoke", store=tmp_path / "b", out=tmp_path / "p", until="motifs", progress=True)
    assert "motifs: done\n" in capsys.readouterr().err


def test_damaged_tables(tmp_path):
    (tmp_path / "motif_counts.parquet").write_bytes(b"PAR1 and no more")
    report = engraph.read(tmp_path)
    assert list(report) == ["motif_counts"]
    with pytest.raises(engraph.EngraphError, match="not readable as Parquet"):
        report["motif_counts"]
    with pytest.raises(KeyError):
        report["nothing"]


def test_exit_codes():
    assert command("--version") == f"engraph {engraph.__version__}\n"
    command("motifs", "--motif", "xor55", code=2)
    command("audit", "no/such.csv", code=1)
    done = subprocess.run([sys.executable, "-m", "engraph", "--version"], capture_output=True)
    assert done.returncode == 0
