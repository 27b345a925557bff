"""The bounded loss history, against the plain list of all steps."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from tui_rnn.training.history import MAX_POINTS, History


def trained(history: History, first: int, count: int) -> None:
    for step in range(first, first + count):
        history.add_step(10 * (step + 1), 0.5 * (step + 1), loss_of(step), 0.1, 2.0, clipped=step % 3 == 0)


def loss_of(step: int) -> float:
    return 3 / (1 + step) + (step * 37 % 11) / 10


def test_each_step_is_a_point_at_first() -> None:
    history = History()
    trained(history, 0, 3)
    curves = history.curves()
    assert curves["train_chars"].tolist() == [10, 20, 30]
    assert curves["train_elapsed_s"].tolist() == [0.5, 1.0, 1.5]
    assert curves["train_loss_nats"].tolist() == [loss_of(step) for step in range(3)]


@pytest.mark.parametrize("steps", [MAX_POINTS - 1, MAX_POINTS, 5000, 20_001])
def test_points_stay_bounded_and_are_the_means_of_equally_many_steps(steps: int) -> None:
    history = History()
    trained(history, 0, steps)
    width, losses = history.steps_per_point, history.curves()["train_loss_nats"]
    assert MAX_POINTS // 2 <= len(losses) < MAX_POINTS
    assert len(losses) == steps // width
    expected = np.array([loss_of(step) for step in range(len(losses) * width)]).reshape(-1, width).mean(axis=1)
    np.testing.assert_allclose(losses, expected, rtol=1e-12)


@pytest.mark.parametrize("steps", [3, MAX_POINTS + 1, 20_001])
def test_the_share_of_clipped_steps_is_exact_however_many_steps_a_point_has(steps: int) -> None:
    history = History()
    trained(history, 0, steps)
    counted = len(history.curves()["clipped"]) * history.steps_per_point
    assert history.curves()["clipped"].mean() == pytest.approx(-(-counted // 3) / counted, rel=1e-12)


def test_a_run_of_before_clipped_steps_were_counted_says_that_nobody_knows() -> None:
    history = History()
    trained(history, 0, 5)
    arrays, numbers = history.arrays(), history.numbers()
    del arrays["clipped"], numbers["sums"][3]
    restored = History.restored(arrays, numbers)
    assert np.isnan(restored.curves()["clipped"]).all()
    trained(restored, 5, 2)
    assert np.isnan(restored.curves()["clipped"]).tolist() == [True] * 5 + [True, False]  # the sum that was under way, too
    assert json.loads(json.dumps(restored.numbers()))["sums"] == [0.0, 0.0, 0.0, 0.0]


def test_a_point_stands_where_its_last_step_ended() -> None:
    history = History()
    trained(history, 0, 5000)
    width, curves = history.steps_per_point, history.curves()
    assert curves["train_chars"].tolist() == [10 * width * (k + 1) for k in range(5000 // width)]
    assert curves["train_elapsed_s"][-1] == 0.5 * width * (5000 // width)


@pytest.mark.parametrize("steps", [1, 7, 40, 5000, 20_001])
def test_the_loss_that_is_told_is_the_mean_of_the_latest_steps(steps: int) -> None:
    """Of those that trained on so many characters, ten a step here; points of several steps are taken whole."""
    history = History()
    trained(history, 0, steps)
    mean, chars = history.train_mean(10 * steps, 400)
    taken = chars // 10
    assert min(steps, 40) <= taken < 40 + history.steps_per_point
    assert mean == pytest.approx(np.mean([loss_of(step) for step in range(steps - taken, steps)]), rel=1e-12)
    assert history.grad_norm == 2.0


def test_before_the_first_step_there_is_no_loss_to_tell() -> None:
    mean, chars = History().train_mean(0, 400)
    assert math.isnan(mean)
    assert chars == 0


def test_all_evaluations_are_kept_until_they_are_too_many() -> None:
    history = History()
    for step in range(500):
        history.add_evaluation(step, 10 * step, float(step), 5.0 - step / 1000)
    assert history.curves()["val_chars"].tolist() == [10 * step for step in range(500)]


def test_later_evaluations_thin_out_evenly() -> None:
    history = History()
    for step in range(5000):
        history.add_evaluation(step, 10 * step, float(step), 5.0 - step / 10_000)
    chars = history.curves()["val_chars"]
    assert chars[0] == 0
    assert len(chars) < MAX_POINTS
    assert np.unique(np.diff(chars)).size == 1
    assert history.val_loss_nats == pytest.approx(5.0 - 0.4999)


def test_the_best_evaluation_is_remembered_after_it_was_thinned_out() -> None:
    history = History()
    for step in range(3001):
        history.add_evaluation(step, step, 0.0, 1.0 if step == 1001 else 2.0)
    assert history.best_val_loss_nats == 1.0


@pytest.mark.parametrize("steps", [0, 1, 700, 3001])
def test_a_history_goes_through_json_and_arrays_exactly(steps: int) -> None:
    straight, broken = History(), History()
    trained(straight, 0, steps)
    trained(broken, 0, steps)
    straight.add_evaluation(steps, 1, 2.0, 1 / 3)
    broken.add_evaluation(steps, 1, 2.0, 1 / 3)
    broken = History.restored(broken.arrays(), json.loads(json.dumps(broken.numbers(), allow_nan=False)))
    trained(straight, steps, 1500)
    trained(broken, steps, 1500)
    assert broken.numbers() == straight.numbers()
    for name, curve in straight.curves().items():
        assert np.array_equal(curve, broken.curves()[name], equal_nan=True)


def test_a_copy_is_independent() -> None:
    history = History()
    trained(history, 0, 10)
    copy = history.copy()
    trained(history, 10, 10)
    assert len(copy.curves()["train_chars"]) == 10


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps_per_point", 0),
        ("summed", -1),
        ("val_stride", 1.5),
        ("sums", [1, "a", 2]),
        ("val_loss_nats", "x"),
        ("evaluations", True),
    ],
)
def test_nonsense_numbers_are_refused(name: str, value: object) -> None:
    history = History()
    with pytest.raises(ValueError, match="history has"):
        History.restored(history.arrays(), history.numbers() | {name: value})


def test_too_many_points_are_refused() -> None:
    arrays = {"train": np.zeros((MAX_POINTS, 5)), "val": np.zeros((0, 4))}
    with pytest.raises(ValueError, match="fewer than 1024"):
        History.restored(arrays, History().numbers())
