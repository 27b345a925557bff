"""The loss pane on the screen: curves, names at their ends, units, axes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.tui import idle
from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import ACROSS, AXES, GLYPHS, METRIC, PART, UNIT, chart_of, playground
from tests.tui.pane_examples import PaneApp
from tui_rnn.config import RunConfig
from tui_rnn.lab.messages import Landmark, LandmarksReady
from tui_rnn.tui.views import chart_series
from tui_rnn.tui.views.loss_chart import LossPane
from tui_rnn.tui.widgets.loss_plot import Limits, LossPlot, Name, Stroke


@asynccontextmanager
async def bare_plot() -> AsyncIterator[tuple[LossPlot, Pilot[None]]]:
    """The plot alone, as large as beside other panes."""
    plot = LossPlot()
    async with PaneApp(plot).opened(46, 17) as pilot:
        yield plot, pilot


def lines(pilot: Pilot[None]) -> list[str]:
    return [strip.text for strip in idle.lines_of(pilot.app.screen)]


async def test_every_landmark_and_every_curve_is_named_with_its_loss_and_what_a_training_point_means_is_said() -> None:
    async with playground() as lab:
        for name in ("uniform", "unigram", "bigram", "trigram", "5-gram", "1 val", "1 train", "2 val", "2 train"):
            assert re.search(rf"{name} \d\.\d\d", chart_of(lab)), name
        plot_only = "\n".join(line[7:40] for line in chart_of(lab).splitlines()[1:-2])
        assert "1" in plot_only, "without colour its number tells a curve"
        assert "2" in plot_only

        assert lab.app.lab.state.corpus is not None
        lab.app.lab.state.corpus = replace(lab.app.lab.state.corpus, entropy_rate_nats=1.0)
        await lab.train(30)
        assert "entropy rate 1.44" in chart_of(lab), "if it is known"
        assert re.search(r"faint: train(ing)?, mean of [\d.k–]+ chars", chart_of(lab))

        lab.engine.emit(LandmarksReady((Landmark("unigram", 3.0),)))
        await lab.look()
        assert "unigram 4.33" in chart_of(lab), "landmarks that come late are drawn"
        assert "5-gram" not in chart_of(lab)


async def test_the_numbers_of_two_curves_never_stand_side_by_side_before_their_ends() -> None:
    """ "1" and "2" in neighbouring cells would read as run 12."""
    async with bare_plot() as (plot, pilot):
        x = np.linspace(0.0, 1.0, 200)
        curves = [Stroke(x, np.full(200, 0.3), "#ff0000", "1"), Stroke(x[:-3], np.full(197, 0.3), "#00ff00", "2")]
        plot.draw(curves, [], Limits(0.0, 1.0, 0.0, 1.0), log=(False, False), by_time=False, braille=True)
        await pilot.pause()

        inside = [line.split("┃")[1] for line in lines(pilot) if line.count("┃") == 2]
        marked = "".join(line for line in inside if re.search("[12]", line))
        assert re.search("[12]", marked[:-4])
        assert not re.search("[12]{2}", marked[:-4])


@pytest.mark.parametrize(("sampled_softmax", "said"), [(0, "mean of 1.02k words"), (9, "mean of 1.02k words, estimated")])
def test_a_training_loss_that_is_estimated_from_a_sample_is_said_to_be(sampled_softmax: int, said: str) -> None:
    run = SimpleNamespace(config=RunConfig(sampled_softmax=sampled_softmax), snapshot=SimpleNamespace(train_loss_chars=1024))
    state = SimpleNamespace(runs={1: run}, corpus=SimpleNamespace(token="word"))
    assert chart_series.mean_of(cast("Any", state)) == said


async def test_the_axes_say_what_they_are_and_blocks_can_be_drawn_where_braille_looks_broken() -> None:
    async with playground() as lab:
        await lab.look()
        braille = re.compile("[\u2801-\u28ff]")
        assert "loss · bits/char over characters" in chart_of(lab)
        assert braille.search(chart_of(lab))
        await lab.press(UNIT, ACROSS, GLYPHS)
        assert re.search(r"\d:\d\d +\d:\d\d", chart_of(lab)), "time is read as on a stopwatch"
        assert not braille.search(chart_of(lab))
        await lab.press(AXES)
        assert "loss · nats/char over time · log loss" in chart_of(lab)


async def test_until_the_others_are_counted_the_entropy_rate_does_not_keep_the_curves_out_of_the_chart() -> None:
    async with playground() as lab:
        state = lab.app.lab.state
        assert state.corpus is not None
        state.corpus, state.landmarks = replace(state.corpus, entropy_rate_nats=0.1), ()
        await lab.train(30)
        limits = lab.app.screen.query_one(LossPlot).limits
        newest = [run.snapshot.val_loss_nats / np.log(2) for run in state.runs.values() if run.snapshot is not None]
        assert all(limits.y_low <= loss <= limits.y_high for loss in newest)


async def test_the_unit_of_loss_is_remembered_for_the_next_start() -> None:
    async with playground() as lab:
        await lab.press(UNIT)
        await lab.app.workers.wait_for_complete()
    async with playground() as lab:
        assert "loss · nats/char" in chart_of(lab)
        assert "nats/char" in lab.text.splitlines()[-5]


async def test_the_steep_start_is_left_out_until_zero_shows_it() -> None:
    async with playground() as lab:
        await lab.train(300)
        late = lab.app.screen.query_one(LossPlot).limits
        snapshots = [run.snapshot for run in lab.app.lab.state.runs.values()]
        first = max(float(one.curve.train_loss_nats[0]) for one in snapshots if one is not None) / np.log(2)
        assert late.y_high < first
        assert "start left out" in chart_of(lab)

        await lab.press(PART)
        assert lab.app.screen.query_one(LossPlot).limits.y_high > first
        assert "left out" not in chart_of(lab)

        await lab.press(PART)
        assert lab.app.screen.query_one(LossPlot).limits == late


async def test_the_arrows_move_the_chart_that_has_the_focus() -> None:
    async with playground() as lab:
        await lab.press("tab")
        await lab.pilot.pause()
        before = lab.app.screen.query_one(LossPlot).limits
        await lab.press("right")

        assert lab.app.screen.query_one(LossPlot).limits.x_low > before.x_low


async def test_a_chart_that_is_unchanged_or_not_seen_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground() as lab:
        drawn = []
        monkeypatch.setattr(LossPlot, "draw", lambda *_, **__: drawn.append(1))
        lab.app.lab.panes.draw_chart()
        assert drawn == []

        lab.engine.advance(5)
        await lab.look()
        assert drawn == [1]

        await lab.press("m")  # the gates fill the screen
        drawn.clear()
        await lab.train(5)
        assert drawn == []


async def test_in_too_little_room_the_chart_gives_way_to_a_line() -> None:
    async with playground(size=(60, 9)) as lab:
        assert "too little room for the chart" in lab.text
        assert lab.app.screen.query_one(LossPane).query_one(LossPlot).display is False


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-2.0, 102.0), (97.0, 101.0)])
async def test_no_tick_tells_a_share_that_cannot_be(low: float, high: float) -> None:
    """Where all or none is right, the axis has room beyond: without a number."""
    async with bare_plot() as (plot, pilot):
        limits = Limits(0.0, 1.0, low, high)
        plot.draw([], [], limits, log=(False, False), by_time=False, braille=True, highest=100.0)
        await pilot.pause()

        shown = [float(label) for line in lines(pilot) for label in re.findall(r"^ *(-?[\d.]+) ┫", line)]
        assert shown
        assert all(0 <= value <= 100 for value in shown)


async def test_beside_a_narrow_chart_losses_stay_baselines_are_named_at_its_edge_and_the_numbers_of_its_axis_stand_apart() -> (
    None
):
    async with playground(FakeEngine("classify"), size=(100, 30)) as lab:
        await lab.press("c", METRIC)
        await lab.train(1)
        last = [row for row in chart_of(lab).splitlines() if re.match("│ .*[┃┫]", row)][-1]
        assert re.search("┃ ↓ the … 25.0% ┃", last)
        assert "─ accuracy · % over chars ─" in chart_of(lab)

        await lab.press(METRIC)
        await lab.train(1)
        for number in (1, 2):
            assert len(re.findall(rf"┃ {number} \d\.\d\d|┣ {number} \d\.\d\d", chart_of(lab))) == 2  # training and validation

        plot = lab.app.screen.query_one(LossPlot)
        assert plot.columns // 2 < 17  # cells: two numbers have room
        for highest in (120_000.0, 290_000.0, 436_000.0, 490_000.0, 980_000.0):
            plot.draw([], [], Limits(0.0, highest, 0.0, 1.0), log=(False, False), by_time=False, braille=True)
            await lab.pilot.pause()

            (axis,) = (line[:32] for line in lab.text.splitlines() if re.search(r"^│ +0 +\d", line))
            shown = [float(number) * 1000 for number in re.findall(r"(\d+)k", axis)]
            assert shown, highest
            assert len(shown) == len(set(shown)), highest
            assert all(0 < value <= highest for value in shown)


async def test_no_number_is_cut_at_the_right_end_of_the_axis() -> None:
    async with bare_plot() as (plot, pilot):
        for highest in (100_000.0 + k * 1000 for k in range(0, 20, 3)):
            plot.draw([], [], Limits(0.0, highest, 0.0, 1.0), log=(False, False), by_time=False, braille=True)
            await pilot.pause()

            (axis,) = (line for line in lines(pilot) if re.search(r"^ +0 +\d", line))
            assert re.fullmatch(r" +0( +\d+k)+ *", axis), highest


@pytest.mark.parametrize("kind", ["tag", "classify", "seq2seq"])
async def test_between_compared_runs_the_curves_keep_enough_of_the_pane(kind: str) -> None:
    async with playground(FakeEngine(kind), size=(120, 40)) as lab:
        await lab.press("c")
        for size in ((120, 40), (100, 28)):
            await lab.pilot.resize_terminal(*size)
            for measure in ("loss", "metric"):
                await lab.look()
                pane, plot = lab.app.screen.query_one(LossPane), lab.app.screen.query_one(LossPlot)
                assert plot.columns // 2 >= min(pane.size.width // 2, 17), (size, measure)
                await lab.press(METRIC)


async def test_a_baseline_without_room_beside_the_plot_is_named_on_its_line() -> None:
    async with playground(FakeEngine("classify")) as lab:
        await lab.press("c", METRIC, PART)
        await lab.train(1)

        best, other = "┃.* counting alone 50.0% .*┃", "┃.* the most freq… 25.0% .*┃"
        assert re.search(f"(?s){best}.*{other}", chart_of(lab))


async def test_the_name_on_a_line_hides_as_little_of_the_curves_as_it_can() -> None:
    async with bare_plot() as (plot, pilot):
        curve = Stroke(np.array([0.5, 1.0]), np.array([0.5, 0.5]), "#ff0000")
        plot.draw([curve], [], Limits(0.0, 1.0, 0.0, 1.0), log=(False, False), by_time=False, braille=True)
        plot.name_lines([Name(0.5, "baseline", "#888888")])
        await pilot.pause()

        (line,) = (line for line in lines(pilot) if "baseline" in line)
        assert line.index("baseline") < plot.columns // 4
