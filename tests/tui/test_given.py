"""A visitor opens what was given, the built-in corpora and the session's own runs; whatever else is asked for is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import MISSING, fields
from pathlib import Path
from typing import get_args

import pytest
from textual.widgets import OptionList

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import Driver
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.sources import together
from tui_rnn.insight.trace import Trace
from tui_rnn.lab.messages import (
    AskFile,
    BeginFrom,
    Command,
    LoadRun,
    Notice,
    OpenData,
    Pause,
    Saved,
    SaveRuns,
    Unanswered,
)
from tui_rnn.paths import settings_path
from tui_rnn.tui.app import PlaygroundApp
from tui_rnn.tui.given import Given, GivenEngine
from tui_rnn.tui.session import Session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is given, beside one that is not, with a link from the one to the other."""
    for name in ("given", "secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text("once upon a time\n" * 50, encoding="utf-8")
    (tmp_path / "given" / "link.txt").symlink_to(tmp_path / "secret" / "secret.txt")
    (tmp_path / "given" / "away").symlink_to(tmp_path / "secret")
    return tmp_path / "given"


def opens(source: str, validation: str | None = None, test: str | None = None) -> OpenData:
    return OpenData(DataRequest(SourceFiles(source, validation, test)))


def test_what_was_given_and_what_is_built_in_can_be_opened(folder: Path) -> None:
    given = Given((str(folder),))
    for source in ("prose", "messages", str(folder), str(folder / "given.txt")):
        assert given.why_not(opens(source)) == "", source


def test_no_other_file_can_be_opened_by_whatever_name(folder: Path) -> None:
    given, secret = Given((str(folder), "prose")), str(folder.parent / "secret" / "secret.txt")
    ways: list[Command] = [
        opens(secret),
        opens(f"{folder}/../secret/secret.txt"),
        opens(f"{folder}/link.txt"),
        opens(f"{folder}/away/secret.txt"),
        opens(f"{folder}/../secret/*.txt"),
        opens(together([str(folder / "given.txt"), secret])),
        opens("/dev/stdin"),
        opens("~"),
        opens(str(folder.parent)),
        opens("prose", validation=secret),
        opens("prose", test=secret),
        LoadRun(secret),
        LoadRun(str(folder / "given.txt")),
        SaveRuns(1, secret),
    ]
    for way in ways:
        assert "here" in given.why_not(way), way


NAMING = [one for one in get_args(Command) if {"path", "request"} & {spec.name for spec in fields(one)}]


@pytest.mark.parametrize("kind", NAMING, ids=lambda one: str(one.__name__))
def test_every_command_that_names_a_file_is_refused_where_it_was_not_given(kind: type, folder: Path) -> None:
    """Also one that will be added: it fails here until Given knows it."""
    secret = str(folder.parent / "secret" / "secret.txt")
    named = {"path": secret, "request": DataRequest(SourceFiles(secret)), "question": Trace()}
    known = {spec.name: named.get(spec.name, 1) for spec in fields(kind) if spec.name in named or spec.default is MISSING}

    assert Given((str(folder),)).why_not(kind(**known))


def test_the_weights_of_a_run_that_was_not_given_can_not_be_begun_from(folder: Path) -> None:
    given, request = Given((str(folder), "/runs/a.safetensors")), opens("prose").request

    assert given.why_not(BeginFrom(request, path="/runs/a.safetensors")) == ""
    assert given.why_not(BeginFrom(request, run_id=1)) == ""
    assert "/runs/b.safetensors" in given.why_not(BeginFrom(request, path="/runs/b.safetensors"))


def test_who_asks_a_file_that_was_not_given_is_told_why_there_is_no_answer() -> None:
    engine = GivenEngine(FakeEngine(), Given(()))
    engine.send(AskFile("/runs/b.safetensors", 7, Trace()))

    [event] = engine.events()
    assert isinstance(event, Unanswered)
    assert event.request_id == 7
    assert "is not among the given" in event.reason


async def test_a_visitor_saves_and_opens_no_draft(folder: Path) -> None:
    async with visited(Given((str(folder),)), opens("prose")) as lab:
        for act in (lab.app.lab.drafts.save, lab.app.lab.drafts.open):
            act()
            await lab.pilot.pause()
            assert lab.app.screen is lab.app.screen_stack[0]
        assert any("a browser can't use files" in notice for notice in lab.notices)


def test_a_refusal_is_said_and_reaches_no_engine(folder: Path) -> None:
    fake = FakeEngine()
    engine = GivenEngine(fake, Given(()))
    engine.send(opens(str(folder)))
    engine.send(Pause())

    assert fake.sent == [Pause()]
    [event] = engine.events()
    assert isinstance(event, Notice)
    assert str(folder) in event.text


def test_a_run_that_the_session_saved_can_be_loaded_again() -> None:
    fake = FakeEngine()
    engine = GivenEngine(fake, Given(()))
    fake.emit(Saved(1, "/runs/a.safetensors", 10))
    engine.events()
    engine.send(LoadRun("/runs/a.safetensors"))
    engine.send(LoadRun("/runs/b.safetensors"))

    assert fake.sent == [LoadRun("/runs/a.safetensors")]


@asynccontextmanager
async def visited(given: Given, *opening: Command) -> AsyncIterator[Driver]:
    engine = FakeEngine()
    app = PlaygroundApp(GivenEngine(engine, given), opening, session=Session(given))
    for command in opening:
        engine.send(command)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        yield Driver(app, engine, pilot)


async def test_the_start_offers_what_was_given_and_no_file_dialogue_of_the_machine(folder: Path) -> None:
    async with visited(Given((str(folder), "prose"))) as lab:
        text = lab.text
        assert "given" in text.splitlines()[1]
        assert "your own" not in text
        assert "a saved run" not in text


async def test_the_picker_lists_given_files_alone_and_takes_no_path(folder: Path) -> None:
    async with visited(Given((str(folder),)), opens("prose")) as lab:
        await lab.press("o")
        await lab.look()
        assert "given.txt" in lab.text

        await lab.press(*str(folder.parent / "secret"), "slash")
        await lab.look()
        assert lab.app.screen.query_one("#entries", OptionList).option_count == 0
        await lab.press("enter")
        assert len(lab.engine.sent_of(OpenData)) == 1


async def test_a_visitor_changes_no_preference_of_the_machine(folder: Path) -> None:
    async with visited(Given((str(folder),)), opens("prose")) as lab:
        lab.app.remember(loss_unit="nats", recent=(str(folder),))
        await lab.app.workers.wait_for_complete()

    assert not settings_path().exists()
