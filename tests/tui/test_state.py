"""What the screen knows: events folded into a lab, and which runs are shown."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.insight.surprise import Surprise, Surprised
from tui_rnn.lab.messages import Answered, DataOpened, Landmark, LandmarksReady, RunAdded, RunRemoved, Snapshot, Working
from tui_rnn.tui.state import LabState

CORPUS = DataOpened("tale.txt", "/tale.txt", 10, 10, "ab", 9, 1)


def lab_of(*run_ids: int) -> LabState:
    state = LabState()
    state.apply(CORPUS)
    for run_id in run_ids:
        config = RunConfig(hidden_size=run_id)
        state.apply(RunAdded(run_id, config.name, config, 100))
    return state


def test_the_first_run_is_shown() -> None:
    assert lab_of(7, 8).shown == (7,)


def test_a_number_key_counts_places_not_ids() -> None:
    state = lab_of(7, 8)

    assert state.show_number(2)
    assert state.shown == (8,)


def test_a_number_without_a_run_changes_nothing() -> None:
    state = lab_of(7)

    assert not state.show_number(2)
    assert state.shown == (7,)


def test_comparing_puts_the_next_run_beside() -> None:
    state = lab_of(7, 8, 9)
    state.show_number(3)

    assert state.toggle_compare()
    assert state.shown == (9, 7)


def test_comparing_again_leaves_the_first() -> None:
    state = lab_of(7, 8)
    state.toggle_compare()
    state.toggle_compare()

    assert state.shown == (7,)


def test_one_run_cannot_be_compared() -> None:
    assert not lab_of(7).toggle_compare()


@pytest.mark.parametrize(("number", "shown"), [(3, (9, 8)), (2, (8, 7)), (1, (7, 8))])
def test_while_comparing_a_number_takes_the_first_place(number: int, shown: tuple[int, ...]) -> None:
    state = lab_of(7, 8, 9)
    state.toggle_compare()

    state.show_number(number)
    assert state.shown == shown


def test_a_removed_run_is_no_longer_shown() -> None:
    state = lab_of(7, 8)
    state.apply(RunRemoved(7))

    assert state.shown == (8,)


def test_another_text_clears_the_lab() -> None:
    state = lab_of(7, 8)
    state.apply(LandmarksReady((Landmark("uniform", 1.0),)))
    state.apply(CORPUS)

    assert (state.runs, state.shown, state.landmarks) == ({}, (), ())


def test_finished_work_is_no_longer_under_way() -> None:
    state = LabState()
    state.apply(Working("compiling the kernels", 3, 11, "lstm backward"))
    assert state.working is not None

    state.apply(Working("compiling the kernels", 11, 11))
    assert state.working is None


def test_numbers_of_unknown_runs_are_ignored() -> None:
    state = lab_of(7)
    state.update(Snapshot())

    assert state.runs[7].snapshot is None


def test_the_newest_answer_to_each_kind_of_question_is_kept_for_the_views() -> None:
    state = LabState()
    state.apply(RunAdded(1, "LSTM 8", RunConfig(), 100))
    assert state.runs[1].found(Surprised) is None
    for step in (5, 9):
        nothing = np.zeros(0, np.float32)
        surprised = Surprised(step, (), nothing, 0.0, 0, np.zeros(0, np.int64), (), 0)
        state.apply(Answered(1, Surprise("cat"), surprised))
    found = state.runs[1].found(Surprised)
    assert found is not None
    assert found.step == 9
