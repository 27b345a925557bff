"""The loss chart closer: what is zoomed stays, says so, and comes back."""

from __future__ import annotations

import pytest

from tests.tui.lab_driver import PART, ZOOM_IN, ZOOM_OUT, Act, chart_of, playground
from tui_rnn.tui.widgets.loss_plot import LossPlot


async def test_zooming_says_how_to_come_back_and_zero_comes_back() -> None:
    async with playground() as lab:
        await lab.look()
        before = chart_of(lab)
        await lab.press(ZOOM_IN)
        assert "· zoomed" in chart_of(lab)

        await lab.press(PART)
        assert chart_of(lab) == before


async def test_zero_goes_back_from_a_zoom_to_the_range_before_it() -> None:
    async with playground() as lab:
        await lab.press(PART)
        whole = lab.app.screen.query_one(LossPlot).limits
        await lab.press(ZOOM_IN, PART)

        assert lab.app.screen.query_one(LossPlot).limits == whole


async def test_a_zoomed_range_stays_while_training_goes_on() -> None:
    async with playground() as lab:
        await lab.press(ZOOM_IN)
        before = lab.app.screen.query_one(LossPlot).limits
        await lab.train(20)

        assert lab.app.screen.query_one(LossPlot).limits == before


@pytest.mark.parametrize("zoom", [ZOOM_IN, ZOOM_OUT], ids=["in", "out"])
async def test_no_amount_of_zoom_breaks_the_chart(zoom: Act) -> None:
    async with playground() as lab:
        for _ in range(8):
            for _ in range(15):
                zoom(lab)
            await lab.pilot.pause()
        await lab.press(PART)

        assert "uniform" in chart_of(lab)
