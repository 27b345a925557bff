"""The losses of a run, in bounded memory however long it trains."""

from __future__ import annotations

import math
import sys
from collections import deque
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.training.tensor_file import Shapes, TensorFile

MAX_POINTS = 1024

TRAIN_COLUMNS = ("train_chars", "train_elapsed_s", "train_loss_nats", "learning_rate", "grad_norm")
CLIPPED, OLD = "clipped", "old"
VAL_COLUMNS = ("val_chars", "val_elapsed_s", "val_loss_nats", "val_metric")
RECENT_POINTS = 16
WINDOW_S = 3.0
LARGEST = sys.float_info.max


class TrainMean(NamedTuple):
    """The training loss over the latest steps: their mean, in nats per unit, and how many characters they trained on."""

    loss_nats: float
    chars: int


class History:
    """Two curves. Each training point is the mean of `steps_per_point` steps; when MAX_POINTS are full, neighbours are
    averaged in pairs and steps_per_point doubles. Validation points are all kept until MAX_POINTS, then every second
    one, then every fourth … (the first is always kept). Losses are in nats per unit; the metric is the task's main one, NaN if
    it has none. Each training point also has the share of its steps whose gradient was clipped, NaN if that was not counted.
    Each validation point also has the loss on the data of the run that it began from, NaN if there is none.
    """

    def __init__(self) -> None:
        self.steps_per_point = 1
        self.evaluated_step = -1  # the step of the latest evaluation
        self.val_loss_nats = math.nan
        self.best_val_loss_nats = math.nan
        self.val_metric = math.nan
        self.old_loss_nats = math.nan
        self._train = np.zeros((MAX_POINTS, len(TRAIN_COLUMNS)))
        self._train_count = 0
        self._clipped = np.full(MAX_POINTS, math.nan)
        self._sums = [0.0, 0.0, 0.0, 0.0]  # loss, learning rate, norm and clipped of the steps that are not a point yet
        self._summed = 0
        self._val = np.zeros((MAX_POINTS, len(VAL_COLUMNS)))
        self._old = np.full(MAX_POINTS, math.nan)
        self._val_count = 0
        self._val_stride = 1
        self._evaluations = 0

    def train_mean(self, chars: int, least_chars: int) -> TrainMean:
        """The mean loss of the latest steps that together trained on at least `least_chars` characters, and on as few more as
        the points allow; of all steps while there are fewer. chars: characters trained on up to now. NaN before the first
        step."""
        points = self._train[: self._train_count]
        first = int(np.searchsorted(points[:, 0], chars - least_chars, side="right"))  # the first point that belongs to them
        taken = points[first:, 2]
        steps = len(taken) * self.steps_per_point + self._summed
        if not steps:
            return TrainMean(math.nan, 0)
        since = int(points[first - 1, 0]) if first else 0
        return TrainMean((float(taken.sum()) * self.steps_per_point + self._sums[0]) / steps, chars - since)

    @property
    def recent_train_loss_nats(self) -> float:
        """The mean loss of the latest RECENT_POINTS training points; NaN before the first."""
        recent = self._train[max(0, self._train_count - RECENT_POINTS) : self._train_count, 2]
        return float(recent.mean()) if len(recent) else math.nan

    @property
    def grad_norm(self) -> float:
        """The latest training point's gradient norm, before clipping; NaN before the first."""
        return float(self._train[self._train_count - 1, 4]) if self._train_count else math.nan

    def add_step(
        self, chars: int, elapsed_s: float, loss_nats: float, learning_rate: float, grad_norm: float, clipped: bool
    ) -> None:
        """Note one training step. chars, elapsed_s: of the whole training up to its end. clipped: whether its gradient was."""
        sums = self._sums
        sums[0] += loss_nats
        sums[1] += learning_rate
        sums[2] += grad_norm
        sums[3] += clipped
        self._summed += 1
        if self._summed < self.steps_per_point:
            return
        loss, rate, norm, share = (total / self._summed for total in sums)
        self._train[self._train_count], self._clipped[self._train_count] = (chars, elapsed_s, loss, rate, norm), share
        self._train_count += 1
        self._sums, self._summed = [0.0, 0.0, 0.0, 0.0], 0
        if self._train_count == MAX_POINTS:
            pairs = self._train.reshape(MAX_POINTS // 2, 2, -1)
            merged = pairs.mean(axis=1)
            merged[:, :2] = pairs[:, 1, :2]  # a point stands where its last step ended
            self._train_count = MAX_POINTS // 2
            self._train[: self._train_count] = merged
            self._clipped[: self._train_count] = self._clipped.reshape(-1, 2).mean(axis=1)
            self.steps_per_point *= 2

    def add_evaluation(
        self,
        step: int,
        chars: int,
        elapsed_s: float,
        loss_nats: float,
        metric: float = math.nan,
        old_loss_nats: float = math.nan,
    ) -> None:
        """Note the validation loss, the task's main metric, and the loss on the old data, after `step` steps."""
        self.evaluated_step, self.old_loss_nats = step, old_loss_nats
        self.val_loss_nats, self.val_metric = loss_nats, metric
        self.best_val_loss_nats = min(loss_nats, self.best_val_loss_nats) if self._evaluations else loss_nats
        keep = self._evaluations % self._val_stride == 0
        self._evaluations += 1
        if not keep:
            return
        self._val[self._val_count] = chars, elapsed_s, loss_nats, metric
        self._old[self._val_count] = old_loss_nats
        self._val_count += 1
        if self._val_count == MAX_POINTS:
            self._val_count = MAX_POINTS // 2
            self._val[: self._val_count] = self._val[::2].copy()
            self._old[: self._val_count] = self._old[::2].copy()
            self._val_stride *= 2

    def curves(self) -> dict[str, NDArray[np.float64]]:
        """Copies of the curves: train_chars, train_elapsed_s, train_loss_nats, learning_rate, grad_norm, clipped, all (N,), and
        val_chars, val_elapsed_s, val_loss_nats, val_metric, old_loss_nats, all (M,)."""
        train, val = self._train[: self._train_count], self._val[: self._val_count]
        curves = {name: train[:, column].copy() for column, name in enumerate(TRAIN_COLUMNS)}
        curves[CLIPPED] = self._clipped[: self._train_count].copy()
        curves["old_loss_nats"] = self._old[: self._val_count].copy()
        return curves | {name: val[:, column].copy() for column, name in enumerate(VAL_COLUMNS)}

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """The arrays of the state: train (N, 5), val (M, 4), clipped (N,), and old (M,) if it is known."""
        train, val, clipped = self._train[: self._train_count], self._val[: self._val_count], self._clipped[: self._train_count]
        arrays = {"train": train.copy(), "val": val.copy(), CLIPPED: clipped.copy()}
        old = self._old[: self._val_count]
        return arrays if np.isnan(old).all() else arrays | {OLD: old.copy()}

    def numbers(self) -> dict[str, Any]:
        """The rest of the state, for JSON."""
        return {
            "steps_per_point": self.steps_per_point,
            "sums": [None if math.isnan(total) else total for total in self._sums],
            "summed": self._summed,
            "val_stride": self._val_stride,
            "evaluations": self._evaluations,
            "evaluated_step": self.evaluated_step,
            "val_loss_nats": None if math.isnan(self.val_loss_nats) else self.val_loss_nats,
            "best_val_loss_nats": None if math.isnan(self.best_val_loss_nats) else self.best_val_loss_nats,
            "val_metric": None if math.isnan(self.val_metric) else self.val_metric,
            "old_loss_nats": None if math.isnan(self.old_loss_nats) else self.old_loss_nats,
        }

    @classmethod
    def restored(cls, arrays: dict[str, NDArray[np.float64]], numbers: dict[str, Any]) -> History:
        """The history whose `arrays()` and `numbers()` these are; an older file has no clipped steps. Raises ValueError if they
        are not possible."""
        history = cls()
        train, val = arrays["train"], arrays["val"]
        for name, array, columns in (("train", train, TRAIN_COLUMNS), ("val", val, VAL_COLUMNS)):
            if array.ndim != 2 or array.shape[1] != len(columns) or len(array) >= MAX_POINTS:
                raise ValueError(f"history {name} has shape {array.shape}, expected fewer than {MAX_POINTS} × {len(columns)}")
        if not np.isfinite(train).all() or not np.isfinite(val[:, :2]).all() or np.isinf(val).any():
            raise ValueError("history has NaN or infinity where finite numbers were expected")
        clipped = arrays.get(CLIPPED, np.full(len(train), math.nan))
        if clipped.shape != (len(train),) or ((clipped < 0) | (clipped > 1)).any():
            raise ValueError(f"history {CLIPPED} has shape {clipped.shape}, expected a share for each of {len(train)} points")
        old = arrays.get(OLD, np.full(len(val), math.nan))
        if old.shape != (len(val),) or np.isinf(old).any():
            raise ValueError(f"history {OLD} has shape {old.shape}, expected a loss for each of {len(val)} evaluations")
        history._train[: len(train)], history._train_count = train, len(train)
        history._clipped[: len(train)] = clipped
        history._val[: len(val)], history._val_count, history._old[: len(val)] = val, len(val), old
        history.steps_per_point = _whole(numbers["steps_per_point"], 1)
        history._val_stride = _whole(numbers["val_stride"], 1)
        history._summed = _whole(numbers["summed"], 0)
        history._evaluations = _whole(numbers["evaluations"], 0)
        history.evaluated_step = _whole(numbers["evaluated_step"], -1)
        history.val_loss_nats = _loss(numbers["val_loss_nats"])
        history.best_val_loss_nats = _loss(numbers["best_val_loss_nats"])
        history.val_metric = _loss(numbers["val_metric"])
        history.old_loss_nats = _loss(numbers.get("old_loss_nats"))
        loss, rate, norm, *clipped_steps = numbers["sums"]
        history._sums = [_number(loss), _number(rate), _number(norm), _loss(clipped_steps[0] if clipped_steps else None)]
        return history

    def copy(self) -> History:
        """An independent copy."""
        return History.restored(self.arrays(), self.numbers())


def read_history(file: TensorFile, numbers: dict[str, Any]) -> History:
    """The history in a run's file. numbers: from its metadata. Raises KeyError or ValueError if it is not possible."""
    shapes: Shapes = {"train": ((-1, len(TRAIN_COLUMNS)), "float64"), "val": ((-1, len(VAL_COLUMNS)), "float64")}
    for name in (CLIPPED, OLD):  # older files have no clipped steps, and few runs have old data
        if f"history.{name}" in file.tensors:
            shapes |= {name: ((-1,), "float64")}
    return History.restored(file.read_part("history.", shapes, MAX_POINTS), numbers)


class Pace:
    """How fast training is, over the last WINDOW_S of training time, evaluations included."""

    def __init__(self, elapsed_s: float, chars: int) -> None:
        self._marks = deque([(elapsed_s, chars)])

    def note(self, elapsed_s: float, chars: int) -> None:
        """Note how many characters were trained on up to elapsed_s."""
        marks = self._marks
        marks.append((elapsed_s, chars))
        while len(marks) > 2 and marks[-1][0] - marks[1][0] > WINDOW_S:
            marks.popleft()

    @property
    def chars_per_s(self) -> float:
        """0 before the first step."""
        (since, chars), (until, now) = self._marks[0], self._marks[-1]
        return (now - chars) / (until - since) if until > since else 0.0


def _whole(value: Any, low: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value < 2**62:
        raise ValueError(f"history has {value!r:.60} where a whole number from {low} on was expected")
    return value


def _number(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not -LARGEST <= value <= LARGEST:
        raise ValueError(f"history has {value!r:.60} where a finite number was expected")
    return float(value)


def _loss(value: Any) -> float:
    return math.nan if value is None else _number(value)
