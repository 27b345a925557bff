"""What goes wrong while the playground is open: data that can't be opened, an engine that dies, a screen that breaks."""

from __future__ import annotations

import pytest

from tests.tui.fake_engine import CRASH, FakeEngine
from tests.tui.lab_driver import playground
from tui_rnn.config import default_configs
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import RunError
from tui_rnn.lab.messages import LoadRun, Notice, OpenData, Shutdown, Snapshot
from tui_rnn.tui.app import PlaygroundApp
from tui_rnn.tui.lifecycle import ExitInfo
from tui_rnn.tui.running import run_app
from tui_rnn.tui.screens.confirm import ConfirmScreen
from tui_rnn.tui.widgets.entry import Entry


@pytest.fixture(autouse=True)
def still_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody typed when a question came by itself."""
    monkeypatch.setattr(ConfirmScreen, "CALM_S", 0.0)


async def test_a_text_that_cannot_be_opened_at_the_start_ends_with_exit_code_2() -> None:
    engine = FakeEngine(compile_s=3600)
    async with playground(engine) as lab:
        engine.emit(Notice("tale.txt holds no text", "error"))
        lab.app.lab.beat()
        info = await lab.left()

    assert (info.code, info.error) == (2, "tale.txt holds no text")


async def test_a_text_that_cannot_be_opened_later_is_only_reported_and_a_dead_engine_with_what_remains() -> None:
    async with playground() as lab:
        lab.engine.emit(Notice("other.txt holds no text", "error"))
        await lab.look()
        assert lab.notices[-1] == "other.txt holds no text"
        assert lab.app.is_running

        lab.engine.emit(CRASH)
        lab.engine.die()
        await lab.look()

        assert "the engine ended with signal 11" in lab.text
        assert "/runs/lstm-128.safetensors" in lab.text

        await lab.pilot.press("n")
        assert (await lab.left()).lost == ("Elman 128", "LSTM 128")


async def test_the_last_words_of_an_engine_are_heard_if_it_ends_while_its_news_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with playground() as lab:
        latest = lab.engine.latest

        def ends() -> Snapshot | None:
            if lab.engine.alive:
                lab.engine.emit(CRASH)
                lab.engine.die()
            return latest()

        monkeypatch.setattr(lab.engine, "latest", ends)
        lab.app.lab.beat()
        assert not isinstance(lab.app.screen, ConfirmScreen)

        lab.app.lab.beat()
        await lab.look()
        assert "the engine ended with signal 11" in lab.text


async def test_a_dead_engine_can_be_started_again_and_the_saved_runs_go_on() -> None:
    async with playground(restart=FakeEngine) as lab:
        await lab.press("s")
        lab.engine.die()
        await lab.look()
        await lab.pilot.press("y")
        await lab.pilot.pause()

        second = lab.app.engine
        assert second is not lab.engine
        assert isinstance(second, FakeEngine)
        assert second.sent_of(LoadRun) == [LoadRun("/runs/elman-128.safetensors"), LoadRun("/runs/lstm-128.safetensors")]


async def test_without_a_save_the_text_is_opened_again() -> None:
    async with playground(restart=FakeEngine) as lab:
        lab.engine.die()
        await lab.look()
        await lab.pilot.press("y")
        await lab.pilot.pause()

        second = lab.app.engine
        assert isinstance(second, FakeEngine)
        assert second.sent_of(OpenData) == lab.engine.sent_of(OpenData)


async def test_an_engine_that_cannot_be_started_again_ends_the_playground_with_the_reason() -> None:
    def refuse() -> FakeEngine:
        raise RunError("the engine process could not be started: out of memory")

    async with playground(restart=refuse) as lab:
        await lab.press("s")
        lab.engine.die()
        await lab.look()
        await lab.pilot.press("y")
        info = await lab.left()

    assert (info.code, info.error) == (1, "the engine process could not be started: out of memory")
    assert len(info.saved) == 2


@pytest.mark.parametrize("keys", ["pyes, no", "nnn"])
async def test_what_is_typed_while_the_engine_dies_is_no_answer_and_stays_in_its_line(
    keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ConfirmScreen, "CALM_S", 3600.0)
    names = {" ": "space", ",": "comma"}
    async with playground(restart=FakeEngine) as lab:
        await lab.press(*keys[:2])
        lab.engine.die()
        await lab.look()
        await lab.pilot.press(*[names.get(key, key) for key in keys[2:]], "escape", "enter")
        await lab.pilot.pause()

        assert isinstance(lab.app.screen, ConfirmScreen)
        assert lab.app.engine is lab.engine
        if keys.startswith("p"):
            assert lab.app.lab.query("SamplePane Entry").first(Entry).value == "yes, no"


def test_a_screen_that_breaks_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()
    opening = OpenData(DataRequest(SourceFiles("mill.txt")), default_configs("lm"))
    engine.send(opening)
    engine.advance(5)
    monkeypatch.setattr(PlaygroundApp, "run", lambda app: None)  # how Textual returns after an error
    info = run_app(engine, [opening])

    assert engine.sent_of(Shutdown) == [Shutdown(save=True)]
    assert engine.closed
    assert info.code == 1
    assert sorted(saved.path for saved in info.saved.values()) == ["/runs/elman-128.safetensors", "/runs/lstm-128.safetensors"]


async def test_a_file_that_is_refused_before_the_screen_is_whole_ends_the_playground_with_the_reason() -> None:
    engine = FakeEngine()
    engine.emit(Notice("tale.gz holds no text", "error"))
    app = PlaygroundApp(engine, (OpenData(DataRequest(SourceFiles("tale.gz")), None),))
    async with app.run_test() as pilot:
        await pilot.pause()

    assert app.return_value == ExitInfo(code=2, error="tale.gz holds no text")


async def test_panes_that_load_while_the_playground_ends_leave_it_at_that() -> None:
    async with playground() as lab:
        panes = lab.app.lab.panes
        await panes.remove()
        before = len(list(panes.query("*")))
        await panes.load()

    assert len(list(panes.query("*"))) == before
