"""What is said when the playground was left: what was saved where, and the command that opens it again."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tui_rnn.lab.messages import Saved
from tui_rnn.tui.lifecycle import ExitInfo


@pytest.mark.skipif(sys.platform == "win32", reason="quoted for another shell")
def test_the_farewell_names_the_files_and_the_command_that_opens_them_again() -> None:
    paths = ["/my runs/lstm.safetensors", "/runs/elman's.safetensors"]
    info = ExitInfo(saved={"LSTM 128": Saved(1, paths[0], 4000), "Elman 64": Saved(2, paths[1], 7)})
    lines = info.farewell().splitlines()

    assert lines[:2] == ["saved in /my runs: LSTM 128 at step 4,000", "saved in /runs: Elman 64 at step 7"]
    assert shlex.split(lines[-1].removeprefix("go on with: ")) == ["tui-rnn", *paths]


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="asks bash")
@pytest.mark.parametrize(
    ("stem", "shell", "written"),
    [
        ("prose", "/bin/bash", "~/'my runs'/*-{3f9c,07aa}.safetensors"),
        ("prose", "/bin/sh", "~/'my runs/prose-0-"),  # it completes no {a,b}: each path is written out
        ("a b's", "/bin/bash", "~/'my runs/a b"),
    ],
)
def test_the_farewell_of_runs_in_the_home_folder_is_two_short_lines_that_a_shell_understands(
    stem: str, shell: str, written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my runs"
    folder.mkdir()
    ends = ("3f9c", "07aa") if stem == "prose" else ("", "")
    paths = [str(folder / f"{stem}-{k}-20260131-154210{end and '-'}{end}.safetensors") for k, end in enumerate(ends)]
    for path in (*paths, str(folder / "prose-9-20260131-154210-ffff.safetensors")):
        Path(path).touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHELL", shell)
    saved, command = ExitInfo(saved={"A": Saved(1, paths[0], 4), "B": Saved(2, paths[1], 7)}).farewell().splitlines()

    assert saved == "saved in ~/my runs: A at step 4, B at step 7"
    assert command.startswith(f"go on with: tui-rnn {written}")
    words = command.removeprefix("go on with: tui-rnn ")
    asked = subprocess.run(["bash", "-c", f"printf '%s\\n' {words}"], capture_output=True, text=True, check=True)
    assert asked.stdout.splitlines() == paths


def test_the_farewell_says_what_is_lost() -> None:
    assert ExitInfo(lost=("LSTM 128",)).farewell() == "LSTM 128: the steps since the last save are lost"


def test_nothing_to_say_is_nothing_said() -> None:
    assert ExitInfo().farewell() == ""
