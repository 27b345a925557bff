"""Where a training that can be watched is met: folders, sockets and cards."""

from __future__ import annotations

import gc
import json
import os
import socket
import stat
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.lab.watching import Training
from tui_rnn.errors import InputError, RunError
from tui_rnn.lab import meeting
from tui_rnn.lab.meeting import Card, cards, find
from tui_rnn.paths import watch_dir

on_unix = pytest.mark.skipif(sys.platform == "win32", reason="about the rights of Unix's folders and sockets")


@on_unix
def test_the_places_are_this_users_alone(training: Training) -> None:
    card = find("")
    for folder in (watch_dir(), Path(card.address).parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((watch_dir() / f"{os.getpid()}.json").stat().st_mode) == 0o600


@on_unix
@pytest.mark.parametrize("mode", [0o755, 0o770, 0o711])
def test_a_folder_that_others_can_open_is_not_used(mode: int) -> None:
    watch_dir().mkdir(parents=True)
    watch_dir().chmod(mode)

    with pytest.raises(RunError, match="can be opened by others"):
        meeting.private_folder()
    assert cards() == []


@on_unix
def test_a_socket_whose_path_is_too_long_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ("x" * 110)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with pytest.raises(RunError, match="too long; set TMPDIR to a folder whose path is shorter"):
        meeting.Meeting("/a", "b", "c")
    assert list(folder.iterdir()) == []


def test_where_the_card_can_not_be_written_no_door_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor a word about it: what the door leaves behind would be told when it is forgotten."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    (meeting.private_folder() / f"{os.getpid()}.json").mkdir()
    with pytest.raises(RunError, match="--watchable is not possible"):
        meeting.Meeting("/a", "b", "c")
    gc.collect()
    assert told == []
    assert list(tmp_path.iterdir()) == []


def test_a_training_is_found_by_its_number_its_file_and_the_end_of_its_name(training: Training) -> None:
    for named in ("", str(os.getpid()), str(training.out), "run", "run.safetensors"):
        assert find(named).run == str(training.out)
    with pytest.raises(InputError, match="nothing-like-it is not a training that can be watched"):
        find("nothing-like-it")


def test_where_there_is_none_the_command_is_named() -> None:
    with pytest.raises(InputError, match="tui-rnn train SOURCE --watchable"):
        find("")


@pytest.mark.parametrize("held", ["[]", "{}", "no JSON", "[" * 9999, json.dumps({"pid": 1}), '{"pid": "1"}'])
def test_a_card_that_is_none_and_one_of_a_dead_process_are_taken_away(held: str) -> None:
    folder = meeting.private_folder()
    (folder / "1.json").write_text(held, encoding="utf-8")
    dead = Card(1, "/a", "b", "c", "/d", "e")
    (folder / "2.json").write_text(json.dumps(vars(dead)), encoding="utf-8")

    assert cards() == []
    assert list(folder.iterdir()) == []


@on_unix
def test_what_a_killed_process_left_is_taken_away_with_its_socket(tmp_path: Path) -> None:
    """Also where another process has its number by now: this one's own stands for that."""
    place = meeting.private_folder()
    folder = Path(tempfile.mkdtemp(prefix=meeting.PREFIX))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(folder / meeting.SOCKET))
    card = Card(os.getpid(), "/a", "b", "c", str(folder / meeting.SOCKET), "k")
    (place / "1.json").write_text(json.dumps(vars(card)), encoding="utf-8")

    assert cards() == []
    assert list(place.iterdir()) == []
    assert not folder.exists()


@on_unix
def test_a_card_can_have_nothing_else_taken_away(tmp_path: Path) -> None:
    place = meeting.private_folder()
    kept = tmp_path / "tui-rnn-mine" / "socket"
    kept.parent.mkdir(mode=0o700)
    kept.write_text("mine", encoding="utf-8")
    card = Card(os.getpid(), "/a", "b", "c", str(kept), "k")
    (place / "1.json").write_text(json.dumps(vars(card)), encoding="utf-8")

    assert cards() == []
    assert kept.read_text(encoding="utf-8") == "mine"
