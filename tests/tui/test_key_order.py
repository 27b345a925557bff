"""Keys that come faster than what they do: each goes where the one before it left the focus."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from textual.events import Key, Paste
from textual.widgets import Input

from tests.tui import idle
from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import Driver, playground, until
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.insight.sample import Sample
from tui_rnn.lab.messages import OpenData, Pause, RemoveRun, Shutdown, StepOnce, Watch
from tui_rnn.tui.listings import TextListing
from tui_rnn.tui.private_api import EscapeApart
from tui_rnn.tui.screens.file_picker import FilePicker
from tui_rnn.tui.screens.help import HelpScreen
from tui_rnn.tui.widgets.entry import Entry

ROOMY, SMALL = (120, 40), (80, 24)
NAMES = {
    " ": "space",
    "/": "slash",
    "\n": "enter",
    ":": "colon",
    "\x1b": "escape",
    "\t": "tab",
    "?": "question_mark",
    "\x03": "ctrl+c",
    "↓": "down",
}


async def burst(lab: Driver, typed: str) -> list[object]:
    """All these keys at once, as a terminal hands over what was typed while nobody read; what the engine is told of it."""
    before = len(lab.engine.sent)
    for character in typed:
        lab.app.post_message(
            Key(NAMES.get(character, character), character if character.isprintable() and character != "↓" else None)
        )
    await lab.calm()
    return [command for command in lab.engine.sent[before:] if not isinstance(command, Watch)]


async def leave_the_line(lab: Driver) -> None:
    """By Escape, and empty."""
    line = lab.app.focused
    assert isinstance(line, Input)
    await burst(lab, "\x1b")
    if line.is_attached:
        line.value = ""


def typed_text(lab: Driver) -> str:
    """What stands in the line with the focus."""
    assert isinstance(lab.app.focused, Input)
    return lab.app.focused.value


@pytest.mark.parametrize("kind", ["lm", "items", "tag"])
async def test_a_prompt_typed_without_a_pause_stands_in_the_line_whatever_pane_had_the_focus(kind: str) -> None:
    async with playground(FakeEngine(kind)) as lab:
        for size, before in ((ROOMY, ""), (ROOMY, "\t"), (ROOMY, "\t\t"), (ROOMY, "m"), (SMALL, "m"), (SMALL, "")):
            await lab.pilot.resize_terminal(*size)
            await burst(lab, before)
            sent = await burst(lab, "pqXn")

            assert typed_text(lab) == "qXn", (size, before)
            assert [command for command in sent if isinstance(command, Shutdown | StepOnce | RemoveRun)] == []
            await leave_the_line(lab)


async def test_a_key_that_opens_a_line_has_opened_it_before_the_next_key() -> None:
    async with playground() as lab:
        for keys, stands in (("\t\t\nqn", "qn"), ("//q/n", "/q/n"), (":quit", "quit"), ("Ipqn", "qn")):
            sent = await burst(lab, keys)

            assert typed_text(lab) == stands, keys
            assert [command for command in sent if isinstance(command, Shutdown | StepOnce | RemoveRun)] == [], keys
            await leave_the_line(lab)


async def test_the_answer_to_a_question_may_come_before_the_question_is_seen() -> None:
    async with playground() as lab:
        assert await burst(lab, "r↓↓↓\ny") == [RemoveRun(2)]  # the fourth line of the run's menu


async def test_q_closes_what_is_open_and_quits_only_then() -> None:
    async with playground() as lab:
        for keys in ("rq", "vq", "r↓↓q", "?q"):
            assert await burst(lab, keys) == [], keys
            assert len(lab.app.screen_stack) == 1, keys

        await burst(lab, "q")
        await until(lab, lambda: bool(lab.engine.sent_of(Shutdown)))  # a thread sends it


async def test_after_the_line_is_left_the_keys_are_commands_again_at_once() -> None:
    async with playground(FakeEngine("tag")) as lab:
        assert await burst(lab, "pgo\x1bn") == [StepOnce(lab.app.lab.state.shown[0])]

        sent = await burst(lab, "pgo\n ")
        assert sent[-1] == Pause()
        assert lab.app.screen.query("TaskPane Entry").first(Entry).value == "go"


async def test_keys_after_a_page_was_closed_are_for_the_screen_below_but_a_late_one_does_nothing() -> None:
    async with playground() as lab:
        late = Key("space", None)
        late.time -= 31.0
        lab.app.post_message(late)
        assert await burst(lab, "") == [], "it waited for too long"

        sent = await burst(lab, "?\x1bn?")

        assert sent == [StepOnce(2)]
        assert isinstance(lab.app.screen, HelpScreen)


async def test_a_paste_right_behind_the_key_that_opens_the_line_lands_in_it() -> None:
    async with playground() as lab:
        lab.app.post_message(Key("p", "p"))
        lab.app.post_message(Paste("quit now"))
        lab.app.post_message(Key("enter", None))
        await lab.calm()

        assert [sample.prompt for _, sample in lab.engine.asked(Sample)] == ["quit now"]


async def test_ctrl_c_waits_for_no_other_key() -> None:
    async with playground() as lab:
        line = lab.app.lab.query("SamplePane Entry").first(Entry)
        for key in [*["p", "escape"] * 20, "p", *"late", "ctrl+c"]:
            lab.app.post_message(Key(key, key if len(key) == 1 else None))
        await lab.end()

        assert lab.engine.sent_of(Shutdown)
        assert line.value == ""


@pytest.mark.parametrize("key", ["a", "o", "p", "tab"])
async def test_keys_that_are_still_held_when_the_playground_ends_are_no_trouble(key: str) -> None:
    async with playground() as lab:
        for name in [key, "ctrl+c", *[key, "escape", "tab"] * 5]:
            lab.app.post_message(Key(name, name if len(name) == 1 else None))
        await lab.end()


async def test_a_text_that_is_typed_while_other_data_come_is_typed_on_and_is_no_command() -> None:
    async with playground() as lab:
        for other in ("lm", "tag", "classify", "lm"):
            await burst(lab, "pab")
            lab.engine.kind = other
            lab.engine.send(OpenData(DataRequest(SourceFiles("/texts/other.txt")), ()))
            lab.app.lab.beat()
            sent = await burst(lab, "qXn")

            assert typed_text(lab) == "abqXn", other
            assert [command for command in sent if isinstance(command, Shutdown | StepOnce | RemoveRun)] == [], other
            seen = "TaskPane" if other != "lm" else "SamplePane"
            assert lab.app.focused in list(lab.app.lab.query(f"{seen} Entry")), other
            await leave_the_line(lab)


async def test_what_is_typed_while_a_folder_is_read_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "tale.txt").write_text("Once")
    monkeypatch.chdir(tmp_path)
    disk, read = threading.Event(), TextListing.read
    monkeypatch.setattr(TextListing, "read", lambda *wanted: (disk.wait(10), read(*wanted))[1])
    async with playground() as lab:
        with idle.left_to_wait():
            await burst(lab, "o")
            assert isinstance(lab.app.screen, FilePicker)
            await burst(lab, "./deep\nta")
        disk.set()
        await lab.calm()

        assert typed_text(lab) == f"./deep{os.sep}ta"
        assert [entry.name for entry in lab.app.screen._shown] == ["tale.txt"]


def heard(monkeypatch: pytest.MonkeyPatch, sent: str) -> list[str]:
    """The keys that the playground's parser reads, when nothing follows."""
    parser = EscapeApart(False)
    found = [*parser.feed(sent)]
    now = time.monotonic() + 1.0
    monkeypatch.setattr("textual._parser.get_time", lambda: now)
    return [event.key for event in [*found, *parser.tick()] if isinstance(event, Key)]


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1bq", ["escape", "q"]),
        ("\x1bQ", ["escape", "Q"]),
        ("\x1b?", ["escape", "question_mark"]),
        ("\x1bb", ["escape", "b"]),
        ("\x1bf", ["escape", "f"]),
        ("\x1b1", ["escape", "1"]),
        ("\x1b=q", ["escape", "equals_sign", "q"]),
        ("\x1b\t", ["escape", "tab"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\x7f", ["ctrl+w"]),
        ("\x1b ", ["escape", "space"]),
        ("\x1b", ["escape"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1b[A", ["up"]),
        ("\x1bqx", ["escape", "q", "x"]),
        ("q\x1bq", ["q", "escape", "q"]),
    ],
)
def test_escape_and_a_key_that_follows_at_once_are_two_keys(
    monkeypatch: pytest.MonkeyPatch, sent: str, keys: list[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    assert heard(monkeypatch, sent) == keys


def test_the_linux_console_keeps_its_shift_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    assert heard(monkeypatch, "\x1b\t") == ["shift+tab"]


async def test_keys_without_end_take_no_memory_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_rnn.tui.key_order._MOST_HELD", 5)
    async with playground() as lab:
        lab.app._busy += 1
        for _ in range(50):
            lab.app.post_message(Key("n", "n"))
        with idle.left_to_wait():
            await lab.pilot.pause()
        assert len(lab.app._held) == 5
        lab.app._busy -= 1
        assert await burst(lab, "n") != []
