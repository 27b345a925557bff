"""What happened to a run, for marks on its curve: changes of its learning rate, the last save, a reset."""

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
    """One event of a run, after so many characters and seconds of training. before, after: the learning rates of a change."""

    kind: MarkKind
    chars: float
    elapsed_s: float
    before: float = math.nan
    after: float = math.nan


def with_rate(marks: tuple[Mark, ...], now: RunSnapshot | None, learning_rate: float) -> tuple[Mark, ...]:
    """The marks after a change of the rate. Several changes at one place are one; a change back to the old rate is none."""
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
    """Where the run was saved last; None: never. Between two points of the curve the step gives the place: a snapshot has no
    more, and so a screen that comes late, or a recording, has the right place, too."""
    if not 0 < now.saved_step <= now.step:
        return None
    curve, chars = now.curve, now.chars * now.saved_step / now.step
    read, passed = np.append(curve.train_chars, now.chars), np.append(curve.train_elapsed_s, now.elapsed_s)
    return Mark("saved", chars, float(np.interp(chars, np.append(0.0, read), np.append(0.0, passed))))


def marks_after(marks: tuple[Mark, ...], before: RunSnapshot | None, now: RunSnapshot) -> tuple[Mark, ...]:
    """The marks after its newest numbers. A run with fewer steps than before was reset, or went back to its last good weights:
    later events are no longer part of its curve."""
    if before is None or now.step >= before.step:
        return marks
    kept = tuple(mark for mark in marks if mark.chars <= now.chars and mark.kind != "reset")
    return (*kept, Mark("reset", now.chars, now.elapsed_s))
