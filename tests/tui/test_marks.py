"""What happened to a run leaves a trace on its chart: typed d for D, the learning rate is another one from there on."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.fake_run import FakeRun
from tests.tui.lab_driver import RATE_DOWN, REMOVE, RESET, chart_of, playground
from tui_rnn.config import RunConfig
from tui_rnn.lab.messages import RemoveRun, ResetRun
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.marks import Mark, marks_after, save_of, with_rate
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.chart_events import happened, legend
from tui_rnn.tui.views.chart_series import series
from tui_rnn.tui.widgets.loss_series import Axes

NOW = replace(FakeRun(1, RunConfig(cell="lstm"), step=40, elapsed_s=3.0, learning_rate=0.01).snapshot(), chars=40_960)


def test_another_rate_is_marked_where_it_was_changed() -> None:
    assert with_rate((), NOW, 0.008) == (Mark("down", 40_960, 3.0, 0.01, 0.008),)
    assert with_rate((), NOW, 0.0125)[0].kind == "up"


def test_a_key_held_down_leaves_one_mark_and_one_taken_back_none() -> None:
    held = with_rate(with_rate((), NOW, 0.008), NOW, 0.0064)

    assert held == (Mark("down", 40_960, 3.0, 0.01, 0.0064),)
    assert with_rate(held, NOW, 0.01) == ()


def test_the_last_save_is_marked_where_it_was_however_much_later_a_screen_hears_of_it() -> None:
    later = replace(NOW, step=80, chars=81_920, elapsed_s=6.0, saved_step=40)
    curve = replace(NOW.curve, train_chars=np.array([40_960.0]), train_elapsed_s=np.array([2.0]), steps_per_point=40)

    assert save_of(replace(NOW, saved_step=40)) == Mark("saved", 40_960, 3.0)
    assert save_of(replace(later, curve=curve)) == Mark("saved", 40_960, 2.0)


@pytest.mark.parametrize("saved_step", [0, 50])
def test_what_was_never_saved_or_only_before_it_fell_back_has_no_mark_of_it(saved_step: int) -> None:
    assert save_of(replace(NOW, saved_step=saved_step)) is None


def test_a_save_is_on_the_chart_of_a_screen_that_came_later() -> None:
    state = LabState(runs={1: RunState(1, "LSTM", RunConfig(), 1, snapshot=replace(NOW, saved_step=20))})

    (mark,) = happened(state, Axes("nats"), "learning_rate", Paint("true", True))
    assert (mark.x, mark.glyph, legend([mark])) == (20_480.0, "s", ("s saved",))


def test_a_reset_takes_away_what_is_no_part_of_the_curve_any_more() -> None:
    marks = with_rate((), NOW, 0.008)

    assert marks_after(marks, NOW, replace(NOW, step=50)) == marks
    assert marks_after(marks, NOW, replace(NOW, step=0, chars=0, elapsed_s=0.0)) == (Mark("reset", 0, 0.0),)


def test_the_best_evaluation_is_marked_on_the_curve_unless_it_is_the_last() -> None:
    curve = replace(
        NOW.curve, val_chars=np.array([1.0, 2.0, 3.0]), val_elapsed_s=np.arange(3.0), val_loss_nats=np.array([3.0, 1.0, 2.0])
    )
    run = RunState(1, "LSTM", RunConfig(), 1, snapshot=replace(NOW, curve=curve))
    state = LabState(runs={1: run})
    (best,) = happened(state, Axes("nats"), None, Paint("true", True))
    assert (best.x, best.y, best.glyph) == (2.0, 1.0, "*")

    run.snapshot = replace(NOW, curve=replace(curve, val_loss_nats=np.array([3.0, 2.0, 1.0])))
    assert happened(state, Axes("nats"), None, Paint("true", True)) == []
    assert legend([best]) == ("* best",)


async def test_a_run_that_went_back_to_its_best_weights_names_their_loss_at_its_height_and_marks_it() -> None:
    async with playground() as lab:
        await lab.train(300)
        run = lab.app.lab.state.runs[1]
        assert run.snapshot is not None
        curve, at = run.snapshot.curve, 4
        best = float(curve.val_loss_nats[at])
        kept = replace(run.snapshot, kept_step=120, val_step=120, val_loss_nats=best, status="finished")
        run.snapshot = kept
        state = LabState(runs={1: run})
        (mark,) = happened(state, Axes("nats"), None, Paint("true", True))
        _, validation = series(state, Axes("nats"), None, Paint("true", True))

        assert (mark.x, mark.y, mark.glyph) == (curve.val_chars[at], best, "◂")
        assert legend([mark]) == ("◂ back to here",)
        assert validation.y[-1] != best == validation.label_height
        assert validation.age == "step 120"
        lab.app.lab.bars.show()
        await lab.pilot.pause()
        assert "◂120" in lab.text.splitlines()[-4]
        assert " now " in lab.text.splitlines()[-4]


async def test_a_change_of_the_rate_is_seen_on_the_chart_with_its_legend() -> None:
    async with playground() as lab:
        await lab.train(10)
        assert "rate" not in chart_of(lab)
        await lab.press(RATE_DOWN)
        await lab.train(10)
        lines = [line[:60] for line in lab.text.splitlines()]

        assert any("↓ rate" in line for line in lines)
        assert sum(line.count("↓") for line in lines) == 2  # in the legend, and where it happened


async def test_enter_pressed_without_a_look_loses_nothing() -> None:
    async with playground() as lab:
        for key, command in ((RESET, ResetRun), (REMOVE, RemoveRun)):
            await lab.press(key, "enter")
            assert lab.engine.sent_of(command) == []
            await lab.press(key, "y")
            assert len(lab.engine.sent_of(command)) == 1


async def test_what_loses_nothing_is_ready_to_be_confirmed() -> None:
    async with playground(restart=FakeEngine) as lab:
        lab.engine.die()
        await lab.look()

        focused = lab.app.screen.focused
        assert focused is not None
        assert re.search("yes", str(focused.id))
