"""Ctrl-Z, STOP, CONT and QUIT in a real terminal, under a shell that has jobs."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Start = Callable[..., Any]
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
PATIENCE_S = 300.0
SHELL = ("/bin/bash", "--norc", "--noprofile", "-i")


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def state(pid: int) -> str:
    """R, S, T …"""
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]


def until_states(expected: set[str], *pids: int) -> None:
    """Wait until each process is in one of these states: a signal to a group reaches its processes one after the other, and one
    with threads stops when the last of them has."""
    deadline = time.monotonic() + PATIENCE_S
    while not {state(pid) for pid in pids} <= expected:
        assert time.monotonic() < deadline, f"{[state(pid) for pid in pids]}, expected {sorted(expected)}"
        time.sleep(0.01)


def threads(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/task"))


def until_threads(most: int, pid: int) -> None:
    """Wait until the process has no more threads than that: one that ends may still be seen for a moment."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := threads(pid)) > most:
        assert time.monotonic() < deadline, f"{found} threads, expected at most {most}"
        time.sleep(0.01)


@linux
def test_ctrl_z_stops_the_playground_with_its_engine_and_fg_brings_both_back(
    terminal: Start, command: str, text: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PS1", "ready> ")
    screen = terminal(program=SHELL, columns=120, lines=40)
    screen.until("ready> ")
    screen.press("stty -g\r")
    settings = re.findall(r"[0-9a-f]+(?::[0-9a-f]+)+", screen.until(r"[0-9a-f]+(:[0-9a-f]+)+\s+ready> "))[0]
    screen.press(f"{command} {text}\r")
    screen.until(r"[kM] char/s")
    (playground,) = children(screen.pid())
    (engine,) = children(playground)
    running = threads(playground)

    screen.press("\x1a")
    screen.until("Stopped")
    assert screen.left_behind() <= {"paste"}  # the shell's own
    until_states({"T"}, playground, engine)
    screen.press("clear; stty -g\r")
    assert settings in screen.until(r"[0-9a-f]+(:[0-9a-f]+)+\s+ready> ").replace("\n", "")

    screen.press("fg\r")
    screen.until(r"[kM] char/s")
    assert "alternate screen" in screen.left_behind()
    until_states({"R", "S", "D"}, playground, engine)
    screen.press("?")
    screen.until("all keys")
    until_threads(running, playground)
    screen.press("\x1bq")  # at once: no Alt-q
    screen.until(r"go on with:[\s\S]*ready> ")
    assert list((home / "runs").glob("*.safetensors"))
    assert screen.left_behind() <= {"paste"}


@linux
def test_after_stop_and_cont_the_first_key_is_heard_and_no_thread_is_added_until_quit_saves(
    terminal: Start, text: Path, home: Path
) -> None:
    screen = terminal(text, columns=120, lines=40)
    screen.until(r"[kM] char/s")
    playground = screen.pid()
    running = threads(playground)
    for _ in range(2):
        os.kill(playground, signal.SIGSTOP)
        while state(playground) != "T":
            time.sleep(0.01)
        screen.screen.reset()  # the shell wrote over it
        before = len(screen.raw)
        os.kill(playground, signal.SIGCONT)
        screen.press("?")
        screen.until_written(b"\x1b[?1049h", before)  # the alternate screen
        screen.until_on({"mouse", "paste", "focus"})
        screen.until("all keys")
        screen.press("\x1b")
        screen.until(r"[kM] char/s[\s\S]*loss ·")
        until_threads(running, playground)
    os.kill(playground, signal.SIGQUIT)
    assert "exit code 130, same settings" in screen.until("exit code .* settings")
    assert list((home / "runs").glob("*.safetensors"))


STUCK = """
import os, time
from pathlib import Path
from tui_rnn.__main__ import main
from tui_rnn.tui.app import PlaygroundApp

def get_stuck(app):
    Path(os.environ["STUCK"]).touch()
    time.sleep(1000)

PlaygroundApp.action_toggle_dark = get_stuck
main()
"""


@linux
def test_a_screen_that_is_stuck_gives_the_terminal_back_to_a_second_quit(
    terminal: Start, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = tmp_path / "stuck"
    monkeypatch.setenv("STUCK", str(stuck))
    screen = terminal(text, program=(sys.executable, "-c", STUCK))
    screen.until(r"[kM] char/s")
    screen.press(":dark\r")
    deadline = time.monotonic() + PATIENCE_S
    while not stuck.exists():
        assert time.monotonic() < deadline, f"the key is not heard:\n{screen.shown}"
        screen.read()
    playground = screen.pid()
    with contextlib.suppress(
        ProcessLookupError, FileNotFoundError
    ):  # two of a kind at once are one: asked again until it has ended
        while state(playground) != "Z" and "exit code" not in screen.shown:
            os.kill(playground, signal.SIGQUIT)
            screen.read()

    assert f"exit code {128 + signal.SIGQUIT}, same settings" in screen.until("exit code .* settings")
    assert screen.left_behind() == set()
