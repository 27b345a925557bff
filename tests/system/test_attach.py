"""A training and the screens that watch it, as processes, on real terminals."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.system.conftest import PATIENCE_S, Terminal
from tui_rnn.tui.screens.confirm import ConfirmScreen

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tests' terminals are those of Unix")


@pytest.fixture
def trainer(command: str, text: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A training that lets screens in, and goes on until it is ended."""
    arguments = ["--steps", "9999999", "--hidden-size", "16", "--threads", "1", "--out", str(tmp_path / "cat.safetensors")]
    with subprocess.Popen(
        [command, "train", str(text), *arguments, "--watchable"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stderr is not None
            while "tui-rnn attach" not in (line := process.stderr.readline()):
                assert line, "it ended without letting anybody in"
            assert line.split()[-1] == str(process.pid)
            yield process
        finally:
            process.kill()


def test_two_screens_watch_a_training_one_leaves_and_the_other_sees_the_end(
    trainer: subprocess.Popen[str], tmp_path: Path, terminal: Callable[..., Terminal]
) -> None:
    """One test: each start costs a second."""
    one = terminal("attach", columns=120, lines=40)  # the only training there is
    other = terminal("attach", str(trainer.pid), "--steer", columns=120, lines=40)
    one.until(rf"watches {trainer.pid}.*\d[kM]? char/s")
    other.until(rf"steers {trainer.pid}.*\d[kM]? char/s")
    other.press(" ")
    one.until("paused")
    other.press(" ")
    one.until(r"▶ +[\d.,]+[kM]? char/s")

    one.press("q")
    one.until("trains on: tui-rnn attach")
    one.until("exit code 0, same settings")
    assert trainer.poll() is None

    trainer.send_signal(signal.SIGINT)
    other.until(r"was interrupted at step[\s\S]*Leave \(y\)")
    while "exit code" not in other.shown:  # the dialog opens unasked, and hears no key until nobody has typed for a moment
        other.press("y")
        calm = time.monotonic() + 1.5 * ConfirmScreen.CALM_S
        while time.monotonic() < calm and "exit code" not in other.shown:
            other.read()
    other.until("exit code 0, same settings")
    assert trainer.wait(PATIENCE_S) == 130
    assert (tmp_path / "cat.safetensors").is_file()


def test_without_a_training_one_line_says_how_to_begin_one(run_command: Callable[..., Any]) -> None:
    result = run_command("attach")

    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert re.search("tui-rnn train SOURCE --watchable", result.stderr)
