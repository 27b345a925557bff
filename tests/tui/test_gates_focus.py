"""What the gates pane looks at, and that it stays there while traces and runs come and go."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tui.pane_examples import TEXT, traced
from tui_rnn.cells import CELLS
from tui_rnn.insight.trace import Traced
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.signals import beyond, steady_limit


def looking_at(trace: Traced, order_by: str = "index") -> Focus:
    focus = Focus()
    focus.order.by = order_by
    focus.choose_signal("f")
    focus.put(0, 0)
    focus.take(trace, 1)
    return focus


def ranked(*means: float) -> np.ndarray:
    """Constant units with these means, over TEXT."""
    return np.tile(np.array(means, np.float32), (len(TEXT), 1))


# ---------------------------------------------------------------- signals


def test_g_steps_through_the_signals_in_their_order_and_around() -> None:
    focus = looking_at(traced())
    seen = []
    for _ in range(7):
        seen.append(focus.signal.name)
        focus.step_signal(1)
    assert seen == ["f", "g", "o", "c", "h", "i", "f"]


def test_an_elman_network_shows_h_and_the_gate_is_back_with_the_lstm() -> None:
    focus = looking_at(traced())
    focus.take(traced(cell="elman"), 2)
    assert focus.signal.name == "h"
    focus.step_signal(1)
    focus.take(traced(), 1)
    assert focus.signal.name == "f"


def test_a_gru_has_its_own_signals() -> None:
    assert [s.name for s in looking_at(traced(cell="gru")).signals] == ["z", "r", "n", "h"]


def test_gates_run_from_0_to_1_and_states_from_minus_1_to_1() -> None:
    limits = {s.name: (s.map_low * s.limit, s.limit) for s in CELLS["lstm"].signals}
    assert limits == {"i": (0, 1), "f": (0, 1), "g": (-1, 1), "o": (0, 1), "c": (-2, 2), "h": (-1, 1)}


def test_layers_step_around_and_a_shallower_network_shows_its_last() -> None:
    focus = looking_at(traced(layers=3))
    focus.step_layer(-1)
    assert focus.layer == 2
    focus.take(traced(layers=2), 2)
    assert focus.layer == 1


# ---------------------------------------------------------------- limits

CELL = CELLS["lstm"].signal("c")


def spread(share_beyond: float, size: float) -> np.ndarray:
    """1000 values, this share of them of this size and the others 0."""
    values = np.zeros(1000)
    values[: round(1000 * share_beyond)] = size
    return values


def test_the_limit_of_a_signal_without_bounds_grows_when_too_much_lies_beyond() -> None:
    assert steady_limit(CELL, spread(0.04, 4.0), 2.0) == 2.0
    assert steady_limit(CELL, spread(0.06, 4.0), 2.0) == 5.0


def test_the_limit_shrinks_only_when_next_to_nothing_would_lie_beyond() -> None:
    assert steady_limit(CELL, spread(0.04, 4.0), 5.0) == 5.0
    assert steady_limit(CELL, spread(0.02, 4.0), 5.0) == 2.0


def test_the_limit_never_falls_below_its_first_value() -> None:
    assert steady_limit(CELL, spread(0.0, 0.0), 5.0) == 2.0


def test_a_bounded_signal_keeps_its_limit() -> None:
    assert steady_limit(CELLS["lstm"].signal("h"), spread(0.5, 9.0), 1.0) == 1.0


def test_values_without_end_have_a_limit_too() -> None:
    assert np.isfinite(steady_limit(CELL, np.full(10, np.inf), 2.0))


def test_the_share_beyond_counts_both_signs() -> None:
    assert beyond(np.array([-3.0, 0.0, 1.0, 3.0]), 2.0) == 0.5


# ---------------------------------------------------------------- the order of units


def test_rows_do_not_jump_from_one_trace_to_the_next() -> None:
    focus = looking_at(traced(f=ranked(0.1, 0.9, 0.5), units=3), "mean")
    focus.order.sort_again()
    before = focus.sorting.order.tolist()
    focus.take(traced(f=ranked(0.9, 0.1, 0.5), units=3, step=5000), 1)
    assert before == [1, 2, 0]
    assert focus.sorting.order.tolist() == before


def test_rows_stay_when_another_signal_is_shown() -> None:
    focus = looking_at(traced(f=ranked(0.1, 0.9, 0.5), o=ranked(0.9, 0.5, 0.1), units=3), "mean")
    before = focus.sorting.order.tolist()
    focus.choose_signal("o")
    assert focus.sorting.order.tolist() == before
    assert "mean of f" in focus.sorting.words


def test_sorting_again_takes_the_values_of_now() -> None:
    focus = looking_at(traced(f=ranked(0.1, 0.9, 0.5), units=3), "mean")
    assert focus.sorting.order.tolist() == [1, 2, 0]
    focus.take(traced(f=ranked(0.9, 0.1, 0.5), units=3, step=1234), 1)
    focus.order.sort_again()
    assert focus.sorting.order.tolist() == [0, 2, 1]
    assert focus.sorting.words == "by mean of f at step 1,234"


def test_another_text_is_sorted_anew() -> None:
    focus = looking_at(traced("some text", f=np.tile([0.1, 0.9], (9, 1)), units=2), "mean")
    assert focus.sorting.order.tolist() == [1, 0]
    focus.take(traced("other one", f=np.tile([0.9, 0.1], (9, 1)), units=2), 1)
    assert focus.sorting.order.tolist() == [0, 1]


def test_more_of_the_same_text_is_no_other_text() -> None:
    focus = looking_at(traced("some", f=np.tile([0.1, 0.9], (4, 1)), units=2), "mean")
    before = focus.sorting
    focus.take(traced("some text", f=np.tile([0.9, 0.1], (9, 1)), units=2), 1)
    assert focus.sorting is before


def test_an_order_that_nobody_asked_for_is_made_again_once_the_network_has_learnt_more() -> None:
    focus = looking_at(traced(f=ranked(0.1, 0.9), units=2, step=20), "mean")
    assert focus.sorting.step == 20
    focus.take(traced(f=ranked(0.9, 0.1), units=2, step=199), 1)
    assert focus.sorting.step == 20
    focus.take(traced(f=ranked(0.9, 0.1), units=2, step=200), 1)
    assert focus.sorting.step == 200


def test_each_run_and_layer_has_an_order_of_its_own() -> None:
    focus = looking_at(traced(f=ranked(0.1, 0.9), units=2), "mean")
    focus.order.sort_again()
    assert focus.sorting.order.tolist() == [1, 0]
    focus.take(traced(f=ranked(0.9, 0.1), units=2), 2)
    assert focus.sorting.order.tolist() == [0, 1]
    focus.take(traced(f=ranked(0.9, 0.1), units=2), 1)
    assert focus.sorting.order.tolist() == [1, 0]


def test_a_run_with_other_units_does_not_take_over_an_order_that_does_not_fit() -> None:
    focus = looking_at(traced(units=3), "mean")
    assert len(focus.sorting.order) == 3
    focus.take(traced(units=5), 1)
    assert sorted(focus.sorting.order.tolist()) == [0, 1, 2, 3, 4]


# ---------------------------------------------------------------- the cursor


def test_the_cursor_moves_by_characters_and_by_rows_in_the_order_of_the_units() -> None:
    focus = looking_at(traced(f=ranked(0.1, 0.9, 0.5), units=3), "mean")
    focus.put(0, 1)
    focus.move(2, 1)
    assert focus.pinned == (2, 2)


@pytest.mark.parametrize(
    ("by", "expected"), [((-1, 0), (0, 0)), ((999, 0), (len(TEXT) - 1, 0)), ((0, -1), (0, 0)), ((0, 99), (0, 7))]
)
def test_the_cursor_stops_at_the_edges(by: tuple[int, int], expected: tuple[int, int]) -> None:
    focus = looking_at(traced(units=8))
    focus.move(*by)
    assert focus.pinned == expected


def test_the_cursor_keeps_its_unit_when_the_rows_are_sorted() -> None:
    focus = looking_at(traced(f=ranked(0.1, 0.9, 0.5), units=3))
    focus.put(4, 1)
    focus.order.by = "mean"
    assert focus.place == (4, 1)
    assert focus.cell == (4, 0)


def test_a_shorter_text_or_a_smaller_layer_keeps_the_cursor_inside() -> None:
    focus = looking_at(traced(units=8))
    focus.put(20, 7)
    focus.take(traced("abc", units=2), 1)
    assert focus.place == (2, 1)


def test_the_mouse_reads_another_character_of_the_same_unit_and_gives_it_back_to_the_cursor() -> None:
    focus = looking_at(traced())
    focus.put(1, 1)
    focus.hover = 5
    assert focus.place == (5, 1)
    focus.hover = None
    assert focus.place == (1, 1)


def test_before_anyone_moves_it_the_cursor_is_in_mid_text_in_the_first_row() -> None:
    focus = looking_at(traced("x" * 30, f=np.tile([0.1, 0.9, 0.5], (30, 1)), units=3), "mean")
    focus.selection.position = focus.selection.unit = None
    assert focus.place == (10, 1)
    assert focus.cell == (10, 0)


def test_a_trace_of_an_empty_text_is_no_trace() -> None:
    focus = looking_at(traced(""))
    assert focus.trace is None
