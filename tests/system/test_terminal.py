"""The playground in a real terminal: it trains, it can be left in every way, and the terminal is as it was."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tui_rnn
from tui_rnn.training.run_facts import read_facts

Start = Callable[..., Any]


def until_both_train(screen: Any) -> None:
    """Wait until the header has told the speed of either network: only then does leaving save both."""
    screen.until(r"2 ▶ \S+[kM] char/s")
    screen.press("1")
    screen.until(r"1 ▶ \S+[kM] char/s")


def names_all(farewell: str, paths: list[Path]) -> bool:
    """Whether the farewell's command names these runs: by the end of each name, since a shell completes the rest."""
    command = farewell.replace("\n", "").partition("go on with: tui-rnn ")[2]
    return bool(paths) and all(path.stem.rpartition("-")[2] in command for path in paths)


def until_left(screen: Any, code: int) -> str:
    """Wait for the end, which leaves the terminal as it was; returns what is told then."""
    farewell = str(screen.until("exit code .* settings"))
    assert f"exit code {code}, same settings" in farewell, farewell
    assert screen.left_behind() == set()
    return farewell


BROKEN = """
from tui_rnn.__main__ import main
from tui_rnn.tui.app import PlaygroundApp

def break_down(app):
    raise ZeroDivisionError("the screen broke")

PlaygroundApp.action_toggle_dark = break_down
main()
"""
HOSTILE = "\x1b]0;owned\x07 \x1b[31mred\x1b[0m [/bold] [bold]x \u202eabc\u202c \x9b31m \x1b[?1049l \x1bc the cat sat\n"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A text whose name and characters would steer a terminal."""
    path = tmp_path / "a[red]\x1b[31m.txt"
    path.write_text(HOSTILE * 200, encoding="utf-8")
    return path


def test_a_hostile_text_is_trained_on_until_the_screen_breaks_and_the_command_it_names_goes_on_in_any_locale_until_sighup(
    terminal: Start, hostile: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One test: each start costs seconds."""
    monkeypatch.setenv("SHELL", "/bin/bash")
    screen = terminal(hostile, columns=120, lines=40, program=(sys.executable, "-c", BROKEN))
    until_both_train(screen)
    assert "a[red]␛[31m.txt" in screen.shown
    screen.until(r"sample .*[\s\S]*␛")
    assert "alternate screen" in screen.left_behind()
    screen.press(":dark\r")
    farewell = until_left(screen, 1)

    assert "the screen broke" in farewell
    saved = sorted((home / "runs").glob("*.safetensors"))
    assert {tui_rnn.load(path).config.cell for path in saved} == {"elman", "lstm"}
    assert names_all(farewell, saved)
    go_on = re.search(r"go on with: tui-rnn (.+?)  ", farewell.replace("\n", ""))  # longer than a line
    assert go_on is not None
    named = subprocess.run(["bash", "-c", f"printf '%s\\n' {go_on[1]}"], capture_output=True, text=True, check=True)
    assert sorted(named.stdout.split()) == [str(path) for path in saved]

    before = {path: read_facts(path).step for path in saved}
    for name, value in {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}.items():  # it knows no UTF-8
        monkeypatch.setenv(name, value)
    again = terminal(*saved)
    shown = again.until(r"a\[red\]␛\[31m\.txt[\s\S]*[kM] char/s")
    assert "╭─" in shown
    assert "\\u2" not in shown
    os.kill(again.pid(), signal.SIGHUP)
    until_left(again, 130)
    assert any(read_facts(path).step > step for path, step in before.items())
    for sequence in ("\x1b]0;owned", "\x1b[31mred", "\u202e", "\x9b", "\x1bc"):
        assert sequence.encode("utf-8") not in screen.raw + again.raw, repr(sequence)


def test_it_can_be_left_while_it_still_compiles(
    terminal: Start, text: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TUI_RNN_KERNEL_CACHE", str(tmp_path / "empty"))
    screen = terminal(text)
    screen.until("compiling")
    screen.press("q")
    until_left(screen, 0)
