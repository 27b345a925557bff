"""`train --watchable --record`, and `replay`, as the command line has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tui_rnn.lab.playback import Recording


def test_a_training_is_recorded_from_its_beginning_to_its_end(tui_rnn: Callable[..., Any], text: Path, tmp_path: Path) -> None:
    out, record = tmp_path / "cat.safetensors", tmp_path / "cat.rec"
    options = ["--steps", 200, "--hidden-size", 16, "--seq-len", 16, "--out", out]
    result = tui_rnn("train", text, *options, "--watchable", "--record", record)
    assert result.code == 0, result.err
    assert f"tui-rnn replay {record}" in result.err

    recording = Recording(record)
    news = [recording.read(k).news for k in range(len(recording))]
    names = [type(one).__name__ for one in news]
    assert names[0] == "DataOpened"
    assert {"RunAdded", "Snapshot", "Answered", "Saved"} <= set(names)
    assert {type(one.question).__name__ for one in news if hasattr(one, "question")} == {"Trace", "Sample"}
    assert names[-1] == "Ended" or "Ended" in names
    assert str(out) in next(one.text for one in news if type(one).__name__ == "Ended")
    again = tui_rnn("train", text, *options, "--overwrite", "--watchable", "--record", record)
    assert again.code == 2
    assert "exists: name a new file" in again.err


def test_where_nobody_can_watch_no_empty_recording_is_left(
    tui_rnn: Callable[..., Any], text: Path, tmp_path: Path, home: Path
) -> None:
    (home / "watch").write_text("where the cards would be", encoding="utf-8")
    out, record = tmp_path / "cat.safetensors", tmp_path / "cat.rec"
    result = tui_rnn("train", text, "--steps", 1, "--hidden-size", 16, "--out", out, "--watchable", "--record", record)
    assert result.code == 1
    assert "--watchable is not possible" in result.err
    assert not record.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "TEXT", "--record", "a.rec"], "needs --watchable"),
        (["train", "TEXT", "--watchable", "--record", "nowhere/a.rec"], "there is no folder nowhere: name a file in a folder"),
        (["replay", "TEXT"], "is not a recording of tui-rnn"),
        (["replay", "nowhere.rec"], "nowhere.rec can't be read: No such file"),
        (["replay", "TEXT", "--speed", "0"], "--speed is 0, expected 0.0625 to 64"),
    ],
)
def test_what_can_not_be_is_one_line(arguments: list[str], said: str, tui_rnn: Callable[..., Any], text: Path) -> None:
    result = tui_rnn(*(text if one == "TEXT" else one for one in arguments))

    assert result.code == 2
    assert said in result.err
    assert result.err.count("\n") == 1
