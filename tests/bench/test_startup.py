"""Timing a start in a new process."""

from typing import Any

import pytest

from tui_rnn.bench import startup
from tui_rnn.errors import RunError


def test_the_program_that_is_timed_does_one_training_step():
    found: dict[str, Any] = {}
    exec(startup.FIRST_STEP, found)
    assert found["model"].arrays()["adam_v.V"].any(), "Adam has seen a gradient"


def test_a_cold_and_a_warm_start_share_a_folder_of_kernels_that_begins_empty(monkeypatch):
    check = """
import os, pathlib
folder = pathlib.Path(os.environ["TUI_RNN_KERNEL_CACHE"])
starts = len(list(folder.iterdir()))
(folder / f"start{starts}").touch()
assert starts < 2, starts
"""
    monkeypatch.setattr(startup, "FIRST_STEP", check)
    measured = startup.measure_startup()
    assert measured.cold_s > 0
    assert measured.warm_s > 0


def test_a_start_that_fails_says_why_in_one_line(monkeypatch):
    monkeypatch.setattr(startup, "FIRST_STEP", "import sys; sys.exit('no such thing')")
    with pytest.raises(RunError, match="no such thing"):
        startup.measure_startup()
