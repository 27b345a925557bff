"""What happened to a run, so that it can be seen where its curve changed: other learning rates, the last save, a reset."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tui_rnn.lab.messages import RunSnapshot

MarkKind = Literal["up", "down", "saved", "reset"]
MOST_MARKS = 200


@dataclass(frozen=True)
class Mark:
    """One event of a run, when it had read so many characters and trained so long. before, after: the learning rates where
    they changed."""

    kind: MarkKind
    chars: float
    elapsed_s: float
    before: float = math.nan
    after: float = math.nan


def with_rate(marks: tuple[Mark, ...], now: RunSnapshot | None, learning_rate: float) -> tuple[Mark, ...]:
    """After the rate was changed. Changes at one place, such as by a key held down, are one; back where it was: none."""
    if now is None:
        return marks
    here = next((mark for mark in marks if mark.chars == now.chars and mark.kind in ("up", "down")), None)
    before = here.before if here else now.learning_rate
    rest = tuple(mark for mark in marks if mark is not here)
    if math.isclose(learning_rate, before):
        return rest
    kind: MarkKind = "up" if learning_rate > before else "down"
    return (*rest, Mark(kind, now.chars, now.elapsed_s, before, learning_rate))[-MOST_MARKS:]


def save_of(now: RunSnapshot) -> Mark | None:
    """Where it was saved last, from which it can be loaded; None for what never was. Between two points of the curve the place
    is worked out from the step: a snapshot says no more, and it is right whenever a screen comes or a recording is entered."""
    if not 0 < now.saved_step <= now.step:
        return None
    curve, chars = now.curve, now.chars * now.saved_step / now.step
    read, passed = np.append(curve.train_chars, now.chars), np.append(curve.train_elapsed_s, now.elapsed_s)
    return Mark("saved", chars, float(np.interp(chars, np.append(0.0, read), np.append(0.0, passed))))


def marks_after(marks: tuple[Mark, ...], before: RunSnapshot | None, now: RunSnapshot) -> tuple[Mark, ...]:
    """After its newest numbers. A run that is at fewer steps than before was reset, or fell back to its last good weights:
    what happened later is no part of its curve any more."""
    if before is None or now.step >= before.step:
        return marks
    kept = tuple(mark for mark in marks if mark.chars <= now.chars and mark.kind != "reset")
    return (*kept, Mark("reset", now.chars, now.elapsed_s))
