"""Whether runs can be compared, and their losses after equal numbers of characters, equal time, or equal arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import SETTINGS
from tui_rnn.formats import count, duration
from tui_rnn.training.run_table import RunRow

Curves = Mapping[str, NDArray[np.float64]]
"""The curves of training.history."""

AXES = {"chars": "characters", "elapsed_s": "time", "flops": "arithmetic"}
"""What can be equal between runs, in words."""
NEARLY = 0.02  # numbers count as equal if they differ by at most this share


@dataclass(frozen=True)
class Standing:
    """The runs at the place `at` of an axis (of AXES): the validation loss of each, in nats, interpolated between evaluations;
    NaN if it was not evaluated so early. tokens: what they are trained on."""

    axis: str
    at: float
    losses: tuple[float, ...]
    tokens: str = "characters"

    @property
    def told(self) -> str:
        """'2.43M characters', '3:00 of training', '1.05T FLOPs'."""
        if self.axis == "elapsed_s":
            return f"{duration(self.at)} of training"
        return f"{count(self.at)} {'FLOPs' if self.axis == 'flops' else self.tokens}"


def counted_in(rows: Sequence[RunRow]) -> str:
    """What the runs are trained on: characters, words or bytes; tokens if they differ."""
    found = {row.counted_in for row in rows}
    return found.pop() if len(found) == 1 else "tokens"


def along(axis: str, curves: Curves, flops_per_char: float, part: str = "val") -> NDArray[np.float64]:
    """The place of each point of a curve on an axis. part: val or train."""
    if axis == "elapsed_s":
        return curves[f"{part}_elapsed_s"]
    return curves[f"{part}_chars"] * (flops_per_char if axis == "flops" else 1.0)


def standings(curves: Sequence[Curves], flops_per_char: Sequence[float], tokens: str = "characters") -> list[Standing]:
    """On each axis, the losses of all runs at the place that the shortest run has reached. tokens: see counted_in."""
    found = []
    for axis in AXES:
        places = [along(axis, one, flops) for one, flops in zip(curves, flops_per_char, strict=True)]
        if not places or not all(len(place) for place in places):
            continue
        at = min(float(place[-1]) for place in places)
        losses = [_at(at, place, one["val_loss_nats"]) for place, one in zip(places, curves, strict=True)]
        found.append(Standing(axis, at, tuple(losses), tokens))
    return found


def _at(at: float, places: NDArray[np.float64], losses: NDArray[np.float64]) -> float:
    return float(np.interp(at, places, losses)) if len(places) and places[0] <= at else math.nan


def why_not_comparable(first: RunRow, other: RunRow) -> str:
    """Why the losses of two runs can't be compared; "" if they can."""
    if first.kind != other.kind:
        return f"another task ({other.kind.title}, the first is {first.kind.title})"
    if first.data_key == other.data_key:
        return ""
    if first.loss_unit != other.loss_unit:
        return f"its loss is in {other.loss_unit}, the first's in {first.loss_unit}"
    if first.data_name != other.data_name:
        return f"it learnt from {other.data_name}, the first from {first.data_name}: the validation part is not the same"
    return f"{other.data_name} was another text then, or split in another way: the validation part is not the same"


def equal_in(rows: Sequence[RunRow]) -> tuple[str, ...]:
    """What is equal between the runs, in words: parameters, characters, time, arithmetic; and whether only the seed differs."""
    amounts = {"parameters": "parameters", "chars": counted_in(rows), "elapsed_s": "time", "flops": "arithmetic"}
    found = []
    for name, words in amounts.items():
        values = [float(getattr(row, name)) for row in rows]
        if max(values) - min(values) <= NEARLY * max(values):
            found.append(f"equal {words}")
    settings = [name for name in SETTINGS if len({getattr(row.config, name) for row in rows}) > 1]
    return (*found, "only the seed differs") if settings == ["seed"] else tuple(found)


def still_falling(rows: Sequence[RunRow]) -> str:
    """A warning if earlier points of a run say less than its end: the learning rate falls towards a goal, so a run with more
    time still had a higher rate when the other one ended."""
    if any(row.config.schedule != "constant" and row.config.goal for row in rows):
        return "a run whose rate falls to its goal is best at its end: its earlier points make it look worse"
    return ""
