"""Going on with other text: the dialogs that lead there, what is sent, and the old loss beside the new one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from textual.widgets import Input

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import Driver, playground
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.lab.messages import BeginFrom
from tui_rnn.tui.bars.run_table import layout
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.screens.file_picker import FilePicker
from tui_rnn.tui.screens.go_on_form import GoOnForm
from tui_rnn.tui.views.chart_series import series
from tui_rnn.tui.widgets.loss_series import Axes


async def to_the_form(lab: Driver) -> GoOnForm:
    """Choose the built-in verse for the shown run to go on with."""
    lab.app.lab.openings.go_on_elsewhere()
    await lab.pilot.pause()
    picker = lab.app.screen
    assert isinstance(picker, FilePicker)
    picker.dismiss("verse")
    await lab.pilot.pause()
    form = lab.app.screen
    assert isinstance(form, GoOnForm)
    return form


async def test_the_shown_run_goes_on_with_the_text_that_was_chosen() -> None:
    async with playground(FakeEngine()) as lab:
        shown = lab.app.lab.state.current
        assert shown is not None
        await to_the_form(lab)
        await lab.press("enter")

        begun = BeginFrom(DataRequest(SourceFiles("verse")), shown.run_id, None, shown.config.learning_rate, False)
        assert lab.engine.sent_of(BeginFrom) == [begun]


async def test_the_optimiser_and_the_rate_are_as_they_were_said() -> None:
    async with playground(FakeEngine()) as lab:
        form = await to_the_form(lab)
        form.query_one("#rate", Input).value = "0.5"
        form.query_one("#optimizer").focus()
        await lab.press("right", "enter")

        (begun,) = lab.engine.sent_of(BeginFrom)
        assert (begun.learning_rate, begun.keep_optimizer) == (0.5, True)


async def test_a_rate_that_can_not_be_is_named_and_nothing_is_sent() -> None:
    async with playground(FakeEngine()) as lab:
        form = await to_the_form(lab)
        form.query_one("#rate", Input).value = "-1"
        await lab.pilot.pause()
        told = str(form.query_one("#go-on-error").render())
        await lab.press("enter", "escape")

        assert "learning_rate is -1.0, expected more than 0" in told
        assert lab.engine.sent_of(BeginFrom) == []


async def test_what_a_run_forgets_has_a_column_and_a_curve_of_its_own() -> None:
    async with playground(FakeEngine()) as lab:
        await lab.train()
        state = lab.app.lab.state
        run = state.current
        assert run is not None
        assert run.snapshot is not None
        plain = [column.head for column in layout([run], state, 120)[1]]
        curve = run.snapshot.curve
        forgets = replace(curve, old_loss_nats=np.linspace(1.0, 2.0, len(curve.val_chars)))
        run.snapshot = replace(run.snapshot, old_name="alice.txt", old_loss_nats=2.0, curve=forgets)

        drawn = [one.label for one in series(state, Axes("bits"), None, Paint("true", True))]

        assert "old" not in plain
        assert [column.head for column in layout([run], state, 120)[1]][:3] == ["train", "val", "old"]
        assert any("old 2.89" in label for label in drawn)
