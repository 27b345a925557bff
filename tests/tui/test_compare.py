"""Compare: the table of all runs, marks, filters, files that are changed, and how far marked runs are apart."""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

import tui_rnn
from tests.tui.lab_driver import GLYPHS, Driver, playground, until
from tui_rnn.formats import loss
from tui_rnn.insight.costs import Costs
from tui_rnn.lab.messages import Ask, AskFile, CancelAsk, LoadRun
from tui_rnn.training.run_facts import read_facts
from tui_rnn.tui.screens.confirm import ConfirmScreen
from tui_rnn.tui.views.runs import table_pane
from tui_rnn.tui.views.runs.known import KnownRuns
from tui_rnn.tui.views.runs.table_lines import MARK_CELLS


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run on a text of its own."""
    path = tmp_path_factory.mktemp("saved") / "small.safetensors"
    text = path.with_name("tale.txt")
    text.write_text("the cat sat on the mat and ran off. " * 200, encoding="utf-8")
    tui_rnn.train(text, hidden_size=8, steps=12, seq_len=16, batch_size=4, threads=1).save(path)
    return path


@pytest.fixture
async def lab(home: Path, saved: Path) -> AsyncIterator[Driver]:
    (home / "runs").mkdir(parents=True, exist_ok=True)
    for name in ("one", "two"):
        shutil.copy(saved, home / "runs" / f"{name}.safetensors")
    async with playground(size=(120, 40)) as driver:
        await driver.train(20)
        known = driver.app.lab.panes.views.known
        known.begun = True  # nothing is marked
        await driver.press("C")
        await until(driver, lambda: len(known.rows) == 4)
        yield driver


def marked(lab: Driver) -> list[str]:
    return [row.config.name for _, row in lab.app.lab.panes.views.known.compared]


async def test_the_runs_of_the_lab_are_marked_to_begin_with() -> None:
    async with playground(size=(120, 40)) as driver:
        await driver.train(20)
        await driver.press("C")
        await until(driver, lambda: "2 − 1" in driver.text)
        assert marked(driver) == ["Elman 128", "LSTM 128"]
        await driver.press("x", "T", "C")
        assert marked(driver) == ["LSTM 128"], "a mark that was taken away stays away"


def test_the_curves_of_a_file_are_read_once_until_they_come(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = list[Callable[[], None]]()
    monkeypatch.setattr(KnownRuns, "_thread", lambda known, work: reads.append(work))
    known = KnownRuns(lambda: None, post=lambda what: what(), folder=saved.parent)
    known.read()
    reads.pop()()
    assert known.curves_of(saved) is known.curves_of(saved) is None
    (read,) = reads
    read()
    assert known.curves_of(saved) is not None


async def test_marked_runs_are_scored_and_compared_with_a_standard_error(lab: Driver) -> None:
    await lab.press("x", "down", "x")
    await until(lab, lambda: "2 − 1" in lab.text)
    assert marked(lab) == ["Elman 128", "LSTM 128"]
    assert [ask.run_id for ask in lab.engine.sent_of(Ask) if isinstance(ask.question, Costs)] == [1, 2]
    told = lab.app.lab.panes.views.difference.to_copy
    for words in ("± one paired standard error", "is better", "settings apart", "after equal training"):
        assert words in told
    assert "same text" in lab.text
    assert "validation loss · over characters" in lab.text

    await lab.train(30)
    await lab.press("equals_sign")
    await until(lab, lambda: "2 − 1" in lab.text)
    assert len([ask for ask in lab.engine.sent_of(Ask) if isinstance(ask.question, Costs)]) == 4, "they are scored again"


async def test_saved_runs_are_asked_without_being_loaded(lab: Driver) -> None:
    await lab.press("end", "x", "up", "x")
    await until(lab, lambda: "4 − 3" in lab.text or "3 − 4" in lab.text)
    assert {Path(ask.path).stem for ask in lab.engine.sent_of(AskFile)} == {"one", "two"}
    assert lab.engine.sent_of(LoadRun) == []
    told = lab.app.lab.panes.views.difference.to_copy
    assert "no more than chance" in told
    assert "all settings are alike" in told


async def test_a_run_on_other_data_is_named_with_the_reason_and_not_scored(lab: Driver) -> None:
    await lab.press("x", "end", "x")
    await until(lab, lambda: "not comparable" in lab.text)
    assert "mark another run on the same data" in lab.app.lab.panes.views.difference.to_copy
    assert lab.engine.sent_of(AskFile) == []
    assert not [ask for ask in lab.engine.sent_of(Ask) if isinstance(ask.question, Costs)]


async def test_scoring_is_stopped_by_escape_and_when_a_mark_goes(lab: Driver) -> None:
    lab.engine.canned.pop(Costs)
    await lab.press("x", "down", "x")
    await until(lab, lambda: "nobody told this engine" in lab.text)  # why there is no score is said in its place
    lab.app.lab.panes.views.difference.scoring.pause()
    assert not lab.engine.sent_of(CancelAsk)


async def test_a_filter_is_typed_and_kept_and_what_is_wrong_with_it_said(lab: Driver) -> None:
    await lab.press("f", *"hidden_size<16", "enter")
    await until(lab, lambda: "2 runs of 4" in lab.text)
    assert "only hidden_size<16" in lab.text
    await lab.press("f", *"x", "enter")
    await until(lab, lambda: "expected a number such as 128" in lab.text)
    assert lab.app.is_running


async def test_the_table_of_lab_and_saved_runs_is_sorted_by_key_and_by_a_click_on_a_heading_and_grouped(lab: Driver) -> None:
    known = lab.app.lab.panes.views.known
    await until(lab, lambda: "4 runs of 4" in lab.text)
    for told in ("Elman 128", "LSTM 128", "LSTM 8", "tale.txt", "99,137", "weights", "flops"):
        assert told in lab.text
    await lab.press("b")
    assert known.order == "name"
    heads = lab.app.lab.panes.views.table.query_one(".heads")
    column = heads.region.y, lab.line(heads.region.y).index("weights")
    await lab.pilot.click(offset=(column[1] + 2, column[0]))
    assert known.order == "parameters"
    await lab.pilot.click(offset=(column[1] + 2, column[0]))
    assert known.order == "-parameters"
    assert next(row.parameters for _, row in known.shown) == 99_137

    await lab.press("g")
    await until(lab, lambda: "mean ± the standard deviation of one run" in lab.text)
    assert lab.app.lab.panes.views.table.why_no_run.startswith("groups are shown")
    while known.group:
        await lab.press("g")
    await until(lab, lambda: "4 runs of 4" in lab.text and "99,137" in lab.text)


async def test_a_mark_draws_anew_what_looks_otherwise_and_nothing_else(lab: Driver) -> None:
    rows = lab.app.lab.panes.views.table._rows
    before = rows.rows
    await lab.press("x")
    after = rows.rows
    marked, beside, *others = after
    assert str(marked.content).startswith("1")
    assert beside is before[1]
    assert [row is one for row, one in zip(others, before[2:], strict=True)] == [False, False]  # on other data: dim now


async def test_a_long_table_is_drawn_at_once_for_a_key_and_now_and_then_for_runs_that_go_on(
    lab: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_pane, "MANY", 3)
    monkeypatch.setattr(table_pane, "REST_S", math.inf)
    table = lab.app.lab.panes.views.table

    def drawn() -> str:
        return "\n".join(str(row.content) for row in table._rows.rows)

    before = drawn()
    await lab.train(30)
    assert drawn() == before
    await lab.press("x")
    seen = drawn()
    assert seen[MARK_CELLS:] != before[MARK_CELLS:]
    monkeypatch.setattr(table_pane, "REST_S", 0.0)
    await lab.train(30)
    assert drawn() != seen


async def test_a_remark_stays_with_the_run_and_a_saved_run_is_brought_into_the_lab(lab: Driver, home: Path) -> None:
    await lab.press("end", "r", "right", *"wide and slow", "enter")
    await until(lab, lambda: any(read_facts(path).remark == "wide and slow" for path in (home / "runs").iterdir()))
    await until(lab, lambda: any(row.remark for row in lab.app.lab.panes.views.known.rows.values()))
    await lab.press("z")
    assert "nothing was changed yet" in lab.notices, "what a menu did to a file is no setting that can be taken back"

    await lab.press("home", "r", "right")
    assert "the run is in the lab" in lab.text, "and its file stays as it is"
    await lab.press("escape", "end", "l")
    (load,) = lab.engine.sent_of(LoadRun)
    assert Path(load.path).parent == home / "runs"


async def test_a_file_is_renamed_but_never_over_another(lab: Driver, home: Path) -> None:
    await lab.press("end")
    path = lab.app.lab.panes.views.table.chosen
    assert path is not None
    other = next(name for name in ("one", "two") if name != Path(str(path[0])).stem)
    await lab.press("r", "down", "right", *["backspace"] * 5, *other, "enter")
    assert any("exists already" in notice for notice in lab.notices)
    await lab.press("r", "down", "right", *["backspace"] * 5, *"best", "enter")
    await until(lab, lambda: (home / "runs" / "best.safetensors").exists())


async def test_a_run_goes_to_the_trash_only_when_that_is_confirmed(
    lab: Driver, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thrown: list[Path] = []
    monkeypatch.setattr("tui_rnn.training.filing.to_trash", thrown.append)
    await lab.press("end", "r", "down", "down", "right")
    assert isinstance(lab.app.screen, ConfirmScreen)
    await lab.press("enter")  # Cancel is the button with the focus
    assert thrown == []
    await lab.press("r", "down", "down", "right", "y")
    assert len(thrown) == 1


async def test_curves_that_are_seen_alone_go_on_with_their_runs(home: Path, saved: Path) -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.train(20)
        await lab.press("C", "tab")
        await until(lab, lambda: "over characters" in lab.text)
        await lab.train(30)
        now = lab.app.lab.state.runs[1].snapshot
        assert now is not None
        assert f"1 Elman 128 {loss(now.val_loss_nats, 'bits')}" in lab.text


async def test_curves_are_drawn_in_what_was_chosen_for_the_loss_chart(home: Path, saved: Path) -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.train(20)
        await lab.press(GLYPHS, "C", "tab")
        await until(lab, lambda: re.search("[▖-▟]", lab.text) is not None)
        assert not re.search("[\u2801-\u28ff]", lab.text)


async def test_everything_is_reached_on_a_small_screen(home: Path, saved: Path) -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.train(20)
        await lab.press("C")
        assert "runs" in lab.text
        await lab.press("tab")
        await until(lab, lambda: "over characters" in lab.text)
        await lab.press("tab")
        await until(lab, lambda: "2 − 1" in lab.text)
