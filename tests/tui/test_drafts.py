"""Drafts are saved, opened, exported, and read by Inspect."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.tui.lab_driver import Driver, playground, until
from tui_rnn.insight import draft_file
from tui_rnn.tui.views.desk.writing import Writing
from tui_rnn.tui.widgets.entry import Entry


@pytest.fixture
async def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Driver]:
    monkeypatch.chdir(tmp_path)
    async with playground(size=(120, 40)) as driver:
        await driver.train(3)
        await driver.press("W")
        await until(driver, lambda: writing(driver).candidates is not None)
        yield driver


def writing(lab: Driver) -> Writing:
    return lab.app.lab.panes.views.desk.writing


async def write(lab: Driver, text: str) -> None:
    await lab.press("p", *text, "enter", "escape")


async def save(lab: Driver, name: str) -> None:
    await lab.press("S")
    lab.app.screen.query_one(Entry).value = name
    await lab.press("enter")
    await lab.look()


async def test_a_draft_is_saved_with_its_branches_and_opened_again(lab: Driver, tmp_path: Path) -> None:
    await write(lab, "abc")
    await lab.press("left", "left")
    await write(lab, "xy")
    writing(lab).change_seed(4)
    await save(lab, "first")
    assert any("saved the draft" in note for note in lab.notices)
    path = tmp_path / "first.draft.json"
    saved = draft_file.read(path)
    assert (saved.draft.text(), [branch.tail for branch in saved.draft.branches()]) == ("axy", ["bc"])
    assert (saved.seed, saved.writer.name) == (5, "LSTM 128")

    await lab.press("home")
    await write(lab, "else")
    lab.app.lab.drafts._open(path)
    await lab.look()
    assert (writing(lab).text, writing(lab).seed) == ("axy", 5)
    assert any("the same weights wrote it" in note for note in lab.notices)
    await lab.press("z")
    assert writing(lab).text == "else"


async def test_a_draft_of_other_weights_says_so(lab: Driver, tmp_path: Path) -> None:
    await write(lab, "abc")
    await save(lab, "a")
    record = json.loads((tmp_path / "a.draft.json").read_text("utf-8"))
    record["writer"] |= {"weights_sha256": "f" * 64, "name": "GRU \x1b[31m", "step": 7}
    (tmp_path / "a.draft.json").write_text(json.dumps(record), "utf-8")
    lab.app.lab.drafts._open(tmp_path / "a.draft.json")
    await lab.look()
    assert any("other weights wrote it: GRU ␛[31m, step 7" in note for note in lab.notices)
    assert writing(lab).text == "abc"


async def test_a_file_that_is_no_draft_changes_nothing(lab: Driver, tmp_path: Path) -> None:
    await write(lab, "abc")
    (tmp_path / "b.json").write_text("{}", "utf-8")
    lab.app.lab.drafts._open(tmp_path / "b.json")
    lab.app.lab.drafts._open(tmp_path / "none.json")
    await lab.look()
    assert any("b.json is no draft" in note for note in lab.notices)
    assert any("can't be read" in note for note in lab.notices)
    assert writing(lab).text == "abc"


async def test_a_file_of_somebody_else_is_not_written_over_but_the_own_one_is(lab: Driver, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    await write(lab, "abc")
    await save(lab, "mine.txt")
    assert any("is there already" in note for note in lab.notices)
    assert (tmp_path / "mine.txt").read_text("utf-8") == "mine"
    await save(lab, "a")
    await write(lab, "d")
    await save(lab, "a.draft.json")
    assert draft_file.read(tmp_path / "a.draft.json").draft.text() == "abcd"


async def test_the_list_of_drafts_names_what_was_saved(lab: Driver) -> None:
    await write(lab, "abc")
    await save(lab, "listed")
    await lab.press("O")
    await until(lab, lambda: "listed.draft.json" in lab.text)


async def test_what_is_written_is_exported_whole_and_safe(lab: Driver, tmp_path: Path) -> None:
    writing(lab).type("<b>&\x1b[31m " + "a long text that is scrolled away " * 60)
    await lab.look()
    for name in ("a.svg", "a.html", "a.txt", "a.json"):
        lab.app.lab.navigation.export(name)
    assert (tmp_path / "a.txt").read_text("utf-8") == writing(lab).text
    for name in ("a.svg", "a.html"):
        text = (tmp_path / name).read_text("utf-8")
        assert "\x1b" not in text
        assert "<b>" not in text
        assert text.count("scrolled") >= 55  # some are cut at a line's end
    found = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert "".join(found["tokens"]) == found["text"] == writing(lab).text


async def test_inspect_reads_what_is_written_up_to_the_cursor(lab: Driver) -> None:
    await write(lab, "some text")
    await lab.press("left", "left", "I")
    await lab.look()
    selection = lab.app.lab.panes.selection
    assert (selection.text, selection.position) == ("some te", 6)
    await lab.press("z")
    assert lab.app.lab.panes.selection.text is None
    await lab.press("W", "I")
    assert lab.app.lab.panes.selection.text is None  # the same draft once more is no news
    await lab.press("W", "right", "I")
    assert str(lab.app.lab.panes.selection.text).startswith("some te")


async def test_the_network_writes_until_a_string_comes(lab: Driver) -> None:
    await lab.press("U", *"the ", "enter")
    desk = lab.app.lab.panes.views.desk
    await until(lab, lambda: bool(writing(lab).text) and not desk.stoppable)
    assert writing(lab).text.index("the ") == len(writing(lab).text) - 4
