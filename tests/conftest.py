"""For the whole suite: kernels are compiled once, nobody's saved runs are touched, and no test is timed."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from tui_rnn import paths

# The kernels stay where this machine keeps them, whatever home a test works in: compiling takes seconds.
os.environ["TUI_RNN_KERNEL_CACHE"] = str(paths.kernels_dir())

# Several builds may share the machine: how long an example takes says nothing.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has an empty home of its own for runs and logs."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("TUI_RNN_HOME", str(home))
    return home
