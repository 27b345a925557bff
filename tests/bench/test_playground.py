"""What the screen costs: both kinds are measured, compared run by run, and a failure says what it was."""

import json
import sys

import pytest

from tui_rnn.bench import playground
from tui_rnn.bench.playground import Turn
from tui_rnn.errors import InputError, RunError

TURNS = [Turn((90.0, 50.0), (100.0, 50.0)), Turn((60.0, 30.0), (100.0, 50.0)), Turn((95.0, 45.0), (100.0, 50.0))]


def test_a_share_is_the_median_of_what_each_round_gave():
    assert playground.shares(TURNS) == [0.9, 0.9]


def test_a_row_names_the_run_and_its_share():
    row = playground.markdown(TURNS).splitlines()[2]
    assert row == "| Elman 128 | 90 | 100 | 90% |"


def test_a_line_of_json_has_everything():
    record = json.loads(json.dumps(playground.record(TURNS[0])))
    assert record == {"event": "round", "playground": [90.0, 50.0], "without_screen": [100.0, 50.0]}


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
def test_both_kinds_train_the_runs_that_a_text_is_opened_with(monkeypatch):
    monkeypatch.setattr(playground, "WARM_UP_S", 0.01)
    monkeypatch.setattr(playground, "STARTING_S", 0.01)
    (turn,) = playground.measure_playground(1, seconds=0.05)
    assert len(turn.playground) == len(turn.without_screen) == 2
    assert min(*turn.playground, *turn.without_screen) > 0


TELL_FOLDERS = """
import json, sys
from pathlib import Path
from tui_rnn.paths import kernels_dir, runs_dir
Path(sys.argv[4]).write_text(json.dumps([str(kernels_dir()), str(runs_dir())]), encoding="utf-8")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
def test_the_playground_writes_into_a_fresh_folder_with_the_kernels_that_are_compiled_already(monkeypatch, tmp_path):
    monkeypatch.setenv("TUI_RNN_HOME", str(tmp_path))
    monkeypatch.delenv("TUI_RNN_KERNEL_CACHE", raising=False)
    monkeypatch.setattr(playground, "WATCH", TELL_FOLDERS)
    kernels, runs = map(str, playground._playground(0.0))
    assert kernels == str(tmp_path / "kernels")
    assert not runs.startswith(str(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
def test_a_playground_that_does_not_come_to_measuring_is_a_failure(monkeypatch):
    monkeypatch.setattr(playground, "WATCH", "raise SystemExit(3)")
    with pytest.raises(RunError, match="ended with code 3"):
        next(playground.measure_playground(1, seconds=0.3))


def test_without_pseudo_terminals_the_command_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "pty", None)
    with pytest.raises(InputError, match="needs a pseudo-terminal"):
        next(playground.measure_playground(1, seconds=0.3))
