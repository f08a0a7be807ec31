"""What the library says names arguments of functions, not flags of the command line."""

import inspect
import re
from pathlib import Path

import pytest

import engraph

SOURCE = Path(__file__).parents[2] / "src"
#: A flag in a message: it follows a backtick, as the border of the module expects it.
FLAG = re.compile(r"`--([a-z][a-z-]*)(?:[ \\\n]+([A-Za-z_.]*=))?")


def arguments():
    """The names of the arguments of all functions."""
    functions = [getattr(engraph, name) for name in engraph.__all__]
    functions = [function for function in functions if inspect.isfunction(function)]
    return {name for function in functions for name in inspect.signature(function).parameters}


def messages():
    """The code of the rooms whose messages reach Python, without comments and tests."""
    for path in sorted(SOURCE.rglob("*.rs")):
        room = path.relative_to(SOURCE).parts[0]
        if room == "cli" or path.name in ("tests.rs", "readme.rs"):
            continue
        text = path.read_text().split("#[cfg(test)]\nmod tests")[0]
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("//")]
        yield path, "\n".join(lines)


def test_every_flag_in_a_message_is_an_argument():
    known, found = arguments(), set()
    for path, text in messages():
        for flag, pair in FLAG.findall(text):
            name = flag.replace("-", "_")
            name = "overrides" if name == "set" else name + "s" if pair else name
            assert name in known, f"{path}: `--{flag}` is no argument of a function"
            found.add(name)
    assert {"signed_weights", "edge_columns", "sheet", "store", "overrides"} <= found


def test_flags_stand_in_backticks():
    for path, text in messages():
        for line in text.splitlines():
            bare = re.findall(r"(?<![`\w-])--[a-z][a-z-]+", line)
            # The flag that `columns.rs` puts between backticks itself.
            assert not bare or path.name == "columns.rs", f"{path}: {line}"


def said(call, *arguments, **named):
    with pytest.raises(engraph.EngraphError) as caught:
        call(*arguments, **named)
    assert "--" not in str(caught.value)
    return str(caught.value)


def test_errors_name_arguments(tmp_path):
    negative = {"pre": ["A", "B"], "post": ["B", "C"], "weight": [2.0, -1.0]}
    assert "`signed_weights=True`" in said(engraph.connectome, negative)
    unnamed = {"zzz": ["A"], "www": ["B"]}
    assert '`edge_columns={"pre": "NAME"}`' in said(engraph.connectome, unnamed)
    (tmp_path / "mine.txt").write_text("mine")
    tiny = {"name": "tiny", "connectomes": ["cook2020_pharynx"], "motifs": {"patterns": ["mi2"]}}
    taken = said(engraph.run, tiny, store=tmp_path, out=tmp_path / "out")
    assert '`store="DIR"`' in taken
    assert '`overrides={"training.seeds": 3}`' in said(engraph.plan, "smoke", overrides=["seeds"])


def test_notes_name_arguments(caplog):
    caplog.set_level("INFO", "engraph")
    two = {"pre": ["A"], "post": ["B"], "count_1": [2], "count_2": [3], "synapses": [1], "n": [4]}
    engraph.connectome(two)
    assert "--" not in caplog.text


def test_commands_stay():
    text = said(engraph.infer, "no/folder", [[0.0, 1.0]])
    assert "`training.engram.checkpoints = true`" in text
