"""`tui-rnn export`, called as a person does."""

from __future__ import annotations

import importlib.util
import inspect
import json
import subprocess
import sys
from typing import get_args

import pytest

from tests.cli.conftest import Result
from tui_rnn.cli import export
from tui_rnn.export import writing
from tui_rnn.export.proof import Proof
from tui_rnn.export.registry import TARGETS

PROVED = "largest difference of the logits from the run's: "


def test_an_export_proves_itself_on_text_that_was_kept_back(tui_rnn, saved, tmp_path):
    done: Result = tui_rnn("export", saved, "--to", "numpy", "--out", tmp_path / "n")

    assert done.code == 0
    assert done.out.splitlines()[1].startswith(PROVED)
    assert done.out.splitlines()[1].endswith("over 200 tokens of the validation part")


def test_json_tells_the_difference_and_the_files(tui_rnn, saved, tmp_path):
    (record,) = tui_rnn("export", saved, "--to", "numpy", "--out", tmp_path / "n", "--json").records

    assert record["event"] == "export"
    assert record["files"].keys() == {"model.py", "weights.npz", "about.json"}
    assert 0 <= record["largest_difference"][""] <= 1e-4
    assert (record["tokens"], record["text"]) == (200, "tokens of the validation part")


def test_the_numpy_program_writes_on_with_numpy_alone(tui_rnn, saved, tmp_path):
    tui_rnn("export", saved, "--to", "numpy", "--out", tmp_path / "n")
    blocked = "import sys; sys.modules['tui_rnn'] = None; sys.argv = ['model.py', 'the cat', '20']; "
    program = blocked + f"import runpy; runpy.run_path({str(tmp_path / 'n' / 'model.py')!r}, run_name='__main__')"

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert said.startswith("the cat")
    assert len(said) == len("the cat") + 20 + 1


def test_a_folder_that_holds_other_things_stays_as_it_is(tui_rnn, saved, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")

    done = tui_rnn("export", saved, "--to", "numpy", "--out", tmp_path, "--overwrite")

    assert done.code == 2
    assert "holds other things ('mine.txt')" in done.err
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_an_export_takes_the_place_of_another_only_when_told(tui_rnn, saved, tmp_path):
    arguments = ("export", saved, "--to", "numpy", "--out", tmp_path / "n")
    tui_rnn(*arguments)

    assert "holds an export already" in tui_rnn(*arguments).err
    assert tui_rnn(*arguments, "--overwrite").code == 0


def test_a_moment_of_the_past_can_be_exported(tui_rnn, saved, tmp_path):
    tui_rnn("export", saved, "--to", "numpy", "--out", tmp_path / "n", "--at-step", "0")

    assert json.loads((tmp_path / "n" / "about.json").read_text())["step"] == 0


def test_without_the_extra_a_line_says_what_to_install(tui_rnn, saved, tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    done = tui_rnn("export", saved, "--to", "onnx", "--out", tmp_path / "o")

    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "pip install 'tui-rnn[export]'" in done.err
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("wrong", [float("inf"), 0.5])
def test_an_export_that_differs_fails_and_says_by_how_much(tui_rnn, saved, tmp_path, monkeypatch, wrong):
    monkeypatch.setattr(writing, "prove", lambda *arguments: Proof({"": wrong}, 3.0, 200, "x"))

    done = tui_rnn("export", saved, "--to", "numpy", "--out", tmp_path / "n")

    assert done.code == 1
    assert "does not equal the run" in done.err


def test_the_command_offers_every_target_of_the_registry():
    offered, *_ = get_args(inspect.signature(export.run, eval_str=True).parameters["to"].annotation)

    assert set(get_args(offered)) == set(TARGETS)


def test_where_the_data_are_gone_it_is_proved_on_random_tokens(tui_rnn, text, tmp_path):
    copy = tmp_path / "gone.txt"
    copy.write_bytes(text.read_bytes())
    tui_rnn("train", copy, "--hidden-size", 9, "--steps", 2, "--out", tmp_path / "r.safetensors")
    copy.unlink()

    done = tui_rnn("export", tmp_path / "r.safetensors", "--to", "numpy", "--out", tmp_path / "n")

    assert done.code == 0
    assert done.out.rstrip().endswith("over 200 random tokens, since the run's data can't be opened")


def test_the_working_folder_is_no_folder_of_its_own(tui_rnn, saved, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert "expected the name of a folder of its own" in tui_rnn("export", saved, "--to", "numpy", "--out", ".").err
