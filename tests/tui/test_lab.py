"""The lab screen: what it shows of the engine, and what each key asks of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import HOTTER, READ, THEME, UNIT, playground
from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.trace import Trace
from tui_rnn.lab.messages import (
    Fault,
    Notice,
    OpenData,
    Saved,
    Watch,
    Working,
)
from tui_rnn.tui.layout import layout_for
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.views.sample import SamplePane

# ------------------------------------------------------------------ what is shown


async def test_the_header_names_the_text_and_the_current_run_which_is_the_first_with_gates() -> None:
    async with playground() as lab:
        header = lab.top
        assert lab.current.name == "LSTM 128"

    assert "tale.txt · 1.1 MB · 62 characters" in header
    assert "LSTM 128 ▶" in header
    assert "char/s · epoch" in header


async def test_a_text_that_is_all_control_characters_by_name_stays_harmless() -> None:
    async with playground(source="/texts/[bold]\x1b[31m\u202e.txt") as lab:
        assert "[bold]␛[31m�.txt" in lab.top


async def test_compiling_is_shown_kernel_by_kernel_and_then_no_more() -> None:
    async with playground() as lab:
        lab.engine.emit(Working("compiling the kernels", 3, 11, "lstm backward"))
        await lab.look()
        assert "compiling the kernels" in lab.line(2)
        assert "3 of 11 · lstm backward" in lab.line(2)

        lab.engine.emit(Working("compiling the kernels", 11, 11))
        await lab.look()
        assert "compiling" not in lab.text


async def test_before_the_first_run_trains_every_pane_says_what_will_come() -> None:
    async with playground(FakeEngine(compile_s=3600)) as lab:
        assert "opening …" in lab.top
        assert "The curves begin with the first training steps" in lab.text
        assert "The first sample comes as soon as" in lab.text

        await lab.press("I")
        assert "The page comes when the network has read its first text." in lab.text
        assert "Now: compiling the kernels" in lab.text


async def test_a_number_key_or_a_click_on_a_run_switches_every_pane() -> None:
    async with playground() as lab:
        await lab.pilot.click("#runs", offset=(4, 1))
        await lab.look()
        assert lab.current.name == "Elman 128"

        await lab.press("2", "1")
        await lab.train(4)

        assert "Elman 128 ▶" in lab.top
        assert "sample · Elman 128" in lab.text
        assert "states · Elman 128" in lab.text


async def test_comparing_puts_two_runs_side_by_side_in_every_pane_with_one_prompt_and_one_temperature() -> None:
    async with playground() as lab:
        await lab.press("1", "c")
        await lab.train(4)

        for title in ("sample · 1 Elman 128", "sample · 2 LSTM 128", "states · 1 Elman 128", "gates · 2 LSTM 128"):
            assert title in lab.text

        await lab.press("c")
        assert "LSTM 128 · layer" not in lab.text

        await lab.press("c", "p", *"sun", "enter")
        assert [(run_id, sample.prompt) for run_id, sample in lab.engine.asked(Sample)] == [(1, "sun"), (2, "sun")]
        samples = [pane.sample for pane in lab.app.screen.query(SamplePane)]
        assert {sample and sample.answer.prompt for sample in samples} == {"sun"}

        await lab.press(HOTTER)
        assert lab.engine.question(Sample).sampling.temperature == pytest.approx(0.9)
        assert {pane.sampling.temperature for pane in lab.app.screen.query(SamplePane)} == {0.9}


async def test_messages_are_shown_as_they_are_a_failed_run_is_reported_and_the_lab_goes_on() -> None:
    async with playground() as lab:
        before = lab.notices
        lab.engine.emit(Saved(1, "/runs/elman-128.safetensors", 40))
        await lab.look()
        assert lab.notices == before, "nobody asked for the save"

        lab.engine.emit(Notice("[/bold] and \x1b[2J stay text", "warning"))
        await lab.look()
        assert lab.notices[-1] == "[/bold] and ␛[2J stay text"

        lab.engine.emit(Fault("LSTM 128 diverged at step 12: the last finite weights are kept", run_id=2))
        await lab.look()

        assert "LSTM 128 diverged" in lab.notices[-1]
        assert lab.app.is_running


# --------------------------------------------------------------------------- panes


@pytest.mark.parametrize(
    ("size", "layout"),
    [((120, 40), "full"), ((200, 60), "full"), ((80, 24), "single"), ((120, 20), "single"), ((20, 5), "tiny")],
)
def test_the_layout_follows_the_terminal(size: tuple[int, int], layout: str) -> None:
    assert layout_for(*size) == layout


async def test_a_small_terminal_shows_one_pane_and_tab_the_next_and_the_engine_is_asked_for_no_other() -> None:
    async with playground(size=(80, 24)) as lab:
        assert "tab views 1/3" in lab.line(-1), "the way to the next pane is named"
        assert lab.engine.sent_of(Watch)[-1].questions == ()
        await lab.press("tab")
        samples = lab.engine.watched(Sample)
        assert samples is not None
        assert samples.run_ids == (2,)
        assert samples.interval_s < 10
        assert lab.engine.watched(Trace) is None

        await lab.press("g")  # a key of a hidden pane brings it
        assert "─ gates · LSTM 128" in lab.text
        await lab.press("tab")

        seen = []
        for _ in range(3):
            seen.append([title for title in ("loss · ", "sample · ", "gates · ") if f"─ {title}" in lab.text])
            await lab.press("tab")

    assert seen == [["loss · "], ["sample · "], ["gates · "]]


async def test_maximising_gives_the_pane_with_the_focus_the_screen_and_gives_it_back() -> None:
    async with playground() as lab:
        await lab.press("tab")
        gates = lab.app.screen.query_one("#gates-1", GatesPane)
        before = gates.border_title
        await lab.press("g")
        await lab.train(1)
        assert gates.border_title != before, "the keys of the gates work wherever the focus is"

        await lab.press("m")
        assert "─ loss · " in lab.text
        assert "─ gates · " not in lab.text

        await lab.press("m")
        assert "─ gates · " in lab.text


async def test_a_terminal_too_small_says_so_and_recovers_and_no_size_fails_while_training() -> None:
    sizes = [(80, 24), (36, 9), (200, 60), (1, 1), (120, 10), (99, 28), (120, 40)]
    async with playground() as lab:
        lab.engine.emit(Working("compiling the kernels", 3, 11))
        await lab.pilot.resize_terminal(20, 5)
        await lab.look()
        assert "too small" in lab.text
        assert "LSTM" not in lab.text
        assert "compiling" not in lab.text

        await lab.pilot.resize_terminal(120, 40)
        await lab.look()
        assert "too small" not in lab.text
        assert "─ loss · " in lab.text

        await lab.press("c")
        for width, height in sizes:
            await lab.pilot.resize_terminal(width, height)
            lab.app.lab.panes.move(1)
            await lab.train(0.5)

        assert lab.app.is_running


async def test_where_no_view_has_room_the_keys_of_workspaces_and_views_are_harmless() -> None:
    async with playground(size=(20, 5)) as lab:
        for workspace in "LTIWC":
            await lab.press(workspace, "tab", "m", "shift+tab", "m", "full_stop", "g", "escape")
        assert "too small" in lab.text
        await lab.pilot.resize_terminal(120, 40)
        await lab.press("T")
        assert "gates" in lab.text


async def test_a_typed_probe_is_what_the_network_reads_and_other_data_are_read_from_their_beginning() -> None:
    async with playground() as lab:
        await lab.press(READ, *"so", "enter")
        assert lab.engine.question(Trace).text == "so"

        lab.engine.send(OpenData(DataRequest(SourceFiles("/texts/other.txt")), (RunConfig(),)))
        await lab.train(1)

        assert lab.engine.question(Trace).text is None


async def test_the_unit_of_loss_changes_wherever_a_loss_stands_and_so_does_the_theme() -> None:
    async with playground() as lab:
        before = lab.app.current_theme.dark
        await lab.press(THEME)
        assert lab.app.current_theme.dark is not before

        assert "bits/char over characters" in lab.text

        await lab.press(UNIT)
        assert "nats/char over characters" in lab.text
        assert "bits/char" not in lab.text


async def test_what_a_beat_brings_to_the_gates_is_painted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one write to the terminal: no picture of it holds gates that are half old, half new."""
    async with playground() as lab:
        await lab.train(20)
        await lab.pilot.pause()
        region, display = lab.app.lab.panes.query_one("#gates").region, lab.app._display
        painted: list[Any] = []

        def noting(screen: Any, update: Any) -> None:
            spans = getattr(update, "spans", ())
            if any(region.y <= y < region.bottom for y, *_ in spans):
                painted.append(spans)
            display(screen, update)

        monkeypatch.setattr(lab.app, "_display", noting)
        await lab.train(1)
        await lab.pilot.pause()
        assert len(painted) == 1
