"""`tui-rnn import`, called as a person does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Result


@pytest.fixture
def exported(tui_rnn, saved, tmp_path) -> Path:
    """A state_dict with PyTorch's names, beside about.json, which knows the symbols."""
    assert tui_rnn("export", saved, "--to", "torch", "--out", tmp_path / "t").code == 0
    return Path(tmp_path, "t")


def test_an_imported_network_writes_as_the_run_that_it_came_from(tui_rnn, saved, exported, tmp_path):
    out = tmp_path / "back.safetensors"
    done: Result = tui_rnn("import", exported / "model.safetensors", "--vocab", exported / "about.json", "--out", out)

    assert done.code == 0
    assert done.out.splitlines()[0].endswith(f"saved in {out}")
    said = [tui_rnn("sample", run, "--prompt", "the", "--length", 50, "--seed", 3).out for run in (saved, out)]
    assert said[0] == said[1]


def test_it_is_asked_and_scored_and_trained_on_like_any_other(tui_rnn, text, exported, tmp_path):
    out = tmp_path / "back.safetensors"
    arguments = ("import", exported / "model.safetensors", "--vocab", exported / "about.json", "--out", out, "--data", text)
    assert tui_rnn(*arguments).out.splitlines()[-1] == f"in the playground: tui-rnn {out}"

    assert tui_rnn("ask", "trace", out, "the cat").code == 0
    assert tui_rnn("eval", out).code == 0
    done = tui_rnn("train", "--resume", out, "--steps", 3, "--json")
    assert done.records[-1]["step"] == 3


def test_a_run_that_is_there_stays(tui_rnn, saved, exported):
    before = saved.read_bytes()
    done = tui_rnn("import", exported / "model.safetensors", "--vocab", exported / "about.json", "--out", saved)

    assert done.code == 2
    assert saved.read_bytes() == before


@pytest.mark.parametrize("name", ["gone.safetensors", "about.json", "."])
def test_what_is_no_state_dict_is_refused_in_one_line(tui_rnn, exported, tmp_path, name):
    done = tui_rnn("import", exported / name, "--out", tmp_path / "r.safetensors")

    assert (done.code, done.err.count("\n")) == (2, 1)


def test_a_run_of_this_program_is_named_for_what_it_is(tui_rnn, saved, tmp_path):
    done = tui_rnn("import", saved, "--out", tmp_path / "r.safetensors")

    assert "is a run of tui-rnn already" in done.err
