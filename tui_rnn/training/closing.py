"""The scores at the end of a run: of the whole validation part, of the test part, and of the data of the run that it began
from, or of as much of them as the time allows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from tui_rnn.data.opening import Part
from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.stopwatch import Stopwatch
from tui_rnn.training.trainer import Trainer

SURELY = 0.8  # if this share of what fits at the speed so far is the whole part, the whole part is scored
CAUTION = 0.5  # else only this share of what fits is scored, which shows the speed better
WORTH = 1.5  # a further score must be of so many times as much as the last one


class Closing(NamedTuple):
    """None if there is no such part, or its score was cancelled. old: of the data of the run that it began from."""

    validation: Evaluation | None
    test: Evaluation | None
    old: Evaluation | None


def closing_scores(trainer: Trainer, cancelled: Callable[[], bool]) -> Closing:
    """The scores of a run that has ended. With a goal in seconds they take the remaining time: of a part that would take
    longer, fewer examples are scored, but at least as many as while it trained, and its `cut_from` says how many there are."""
    left_s, watch = trainer.closing_s, Stopwatch()
    parts: list[Part | None] = [trainer.data.validation, trainer.data.test, trainer.old.whole if trainer.old else None]
    sizes, found = [0 if part is None else len(part) for part in parts], list[Evaluation | None]()
    for number, part in enumerate(parts):
        seconds = math.inf if math.isinf(left_s) else max(0.0, left_s - watch.passed())
        share = sizes[number] / max(1, sum(sizes[number:]))
        found.append(None if part is None else _score(trainer, part, seconds * share if share else 0.0, cancelled))
    return Closing(*found)


def _score(trainer: Trainer, part: Part, seconds: float, cancelled: Callable[[], bool]) -> Evaluation | None:
    """The score of a part, in so much time: first of some of it, if perhaps not all of it can be scored."""
    learner, watch, speed = trainer.learner, Stopwatch(), trainer.scored_per_s
    best = _known(trainer) if part is trainer.data.validation else None
    count = 0 if best is None else len(trainer.scored)

    def late() -> bool:
        return cancelled() or (best is not None and watch.passed() > seconds)

    while best is None or count < len(part):
        left_s = seconds - watch.passed()
        fits = left_s * speed if left_s > 0 else 0.0
        more = len(part) if SURELY * fits >= len(part) else int(CAUTION * fits)
        if best is None:
            more = min(len(part), max(more, len(trainer.scored)))
        elif more < WORTH * count:
            break
        begun = watch.passed()
        found = learner.evaluate(learner.share(part, more), trainer.threads, late)
        if found is None:
            break
        best, count, speed = found, more, more / max(watch.passed() - begun, 1e-9)
    if best is None or cancelled():
        return None
    return best if count == len(part) else replace(best, cut_from=len(part))


def _known(trainer: Trainer) -> Evaluation | None:
    """The score of the present weights on what is scored while it trains, if it is known."""
    return trainer.latest if trainer.latest_step == trainer.weights_step else None
