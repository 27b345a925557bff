"""Commands among other processes: signals save and end with 130, closed pipes end quietly, nothing needs a terminal."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import tui_rnn
from tui_rnn.training.run_facts import read_facts

Run = Callable[..., "subprocess.CompletedProcess[str]"]
PATIENCE_S = 300.0
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def training(command: str, text: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    """A run without end, in a process of its own."""
    return subprocess.Popen(
        [command, "train", str(text), "--hidden-size", "32", "--steps", "100000000", "--out", str(out), "--json", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def wait_for_steps(process: subprocess.Popen[str]) -> None:
    """Read progress until the network was trained a little."""
    assert process.stdout is not None
    for line in process.stdout:
        record = json.loads(line)
        if record["event"] == "progress" and record["step"] > 10:
            return
    pytest.fail("it ended before it was trained")


@posix
def test_a_signal_saves_the_run_and_ends_with_130_and_others_that_follow_change_nothing(
    command: str, text: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run.safetensors"
    with training(command, text, out) as process:
        wait_for_steps(process)
        signals = itertools.cycle((signal.SIGHUP, signal.SIGINT))
        while process.poll() is None:  # as when a key is held
            process.send_signal(next(signals))
            time.sleep(0.01)
        rest, errors = process.communicate(timeout=PATIENCE_S)
    done = json.loads(rest.splitlines()[-1])

    assert (process.returncode, errors) == (130, "")
    assert (done["event"], done["status"], done["out"]) == ("done", "interrupted", str(out))
    assert done["step"] > 10
    assert tui_rnn.load(out).config.hidden_size == 32


@posix
def test_an_interrupted_run_goes_on_where_it_was(command: str, text: Path, tmp_path: Path) -> None:
    out = tmp_path / "run.safetensors"
    with training(command, text, out, "--schedule", "constant") as process:
        wait_for_steps(process)
        process.terminate()
        rest, errors = process.communicate(timeout=PATIENCE_S)
    done = json.loads(rest.splitlines()[-1])

    assert (process.returncode, errors, done["status"]) == (130, "", "interrupted")
    assert read_facts(out).step == done["step"] > 10


@posix
def test_a_signal_while_the_kernels_compile_ends_at_once_and_leaves_nothing(
    command: str, text: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "kernels"
    monkeypatch.setenv("TUI_RNN_KERNEL_CACHE", str(cache))
    out = tmp_path / "run.safetensors"
    with training(command, text, out) as process:
        deadline = time.monotonic() + PATIENCE_S
        while not list(cache.rglob("*.kernel")) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.terminate()
        written, errors = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, written, errors) == (130, "", "")
    assert not out.exists()


@posix
def test_a_terminal_that_hangs_up_ends_training_and_the_run_is_saved(command: str, text: Path, tmp_path: Path) -> None:
    out, (ours, theirs) = tmp_path / "run.safetensors", os.openpty()
    arguments = [command, "train", str(text), "--hidden-size", "32", "--steps", "100000000", "--out", str(out)]
    # a session without this terminal as its own: it gets no SIGHUP, only errors
    with subprocess.Popen(arguments, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        shown = b""
        while not re.search(rb"step [1-9]\d", shown):
            shown += os.read(ours, 1 << 16)
        os.close(ours)
        code = process.wait(PATIENCE_S)

    assert code == 130
    assert tui_rnn.load(out).config.hidden_size == 32


@posix
def test_training_whose_reader_has_left_saves_and_ends_quietly(command: str, text: Path, tmp_path: Path) -> None:
    out = tmp_path / "run.safetensors"
    with training(command, text, out) as process:
        wait_for_steps(process)
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
        process.wait(PATIENCE_S)

    assert (process.returncode, errors) == (130, "")
    assert tui_rnn.load(out).config.hidden_size == 32


@posix
@pytest.mark.parametrize("arguments", [["corpora", "--json"], ["--help"]])
def test_a_reader_that_leaves_early_is_no_error(command: str, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        result = subprocess.run([command, *arguments], stdout=writing, stderr=subprocess.PIPE, timeout=PATIENCE_S)
    finally:
        os.close(writing)

    assert (result.returncode, result.stderr) == (0, b"")


def test_the_playground_without_a_terminal_names_the_command_to_use(run_command: Run, text: Path) -> None:
    result = run_command(text)

    assert (result.returncode, result.stdout) == (2, "")
    assert "tui-rnn train SOURCE" in result.stderr


def test_python_m_is_the_same_command() -> None:
    module = subprocess.run(
        [sys.executable, "-m", "tui_rnn", "--version"], capture_output=True, text=True, encoding="utf-8", check=True
    )

    assert module.stdout == f"{tui_rnn.__version__}\n"


def test_names_and_output_in_a_pipe_are_utf_8_whatever_the_locale(command: str, tmp_path: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    snowy = tmp_path / "Снег"
    snowy.mkdir()
    result = subprocess.run([command, "runs", str(snowy)], capture_output=True, env=environment, timeout=PATIENCE_S)

    assert result.returncode == 0, result.stderr
    assert result.stdout.decode("utf-8").startswith(f"0 saved runs in {tmp_path}")
    assert not result.stdout.isascii()
