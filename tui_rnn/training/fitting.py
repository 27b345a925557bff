"""How much of a part can be scored in a given time: it scores a little of it to find out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui_rnn.data.opening import Data, Part
from tui_rnn.training.learner import Learner
from tui_rnn.training.scoring import never
from tui_rnn.training.stopwatch import Stopwatch

SCORED_SHARE_AT_ONCE = 0.015  # one evaluation while it trains takes at most this share of a goal in seconds
LEAST_EXAMPLES, LEAST_TOKENS = 16, 4096  # fewer say nothing
GROWTH = 4
TELLING_SHARE = 0.25  # a score that takes this share of the time shows the speed; a shorter one may only show threads starting


def fitted(
    learner: Learner, part: Part, seconds: float, threads: int, cancelled: Callable[[], bool] = never
) -> tuple[Part, float]:
    """As much of a part as the network scores in `seconds`, and how long that takes. A small or fast part is returned whole; of
    a slow one, LEAST_EXAMPLES or LEAST_TOKENS."""
    count, whole = LEAST_TOKENS if learner.data.kind.is_stream else LEAST_EXAMPLES, len(part)
    least = count
    while count < whole:
        watch = Stopwatch()
        done = learner.evaluate(learner.share(part, count), threads, cancelled) is not None
        took_s = watch.passed()
        if not done:
            return learner.share(part, least), took_s
        if took_s * whole <= seconds * count:
            return part, took_s * whole / count
        if took_s >= TELLING_SHARE * seconds:
            fits = min(whole, max(least, int(count * seconds / took_s)))
            return learner.share(part, fits), took_s * fits / count
        count *= GROWTH
    return part, 0.0


def closing_count(data: Data, scored: Part) -> int:
    """How many examples or tokens the closing score has to score besides those of the last evaluation."""
    test: Any = data.test
    whole = len(data.validation)
    return (0 if len(scored) == whole else whole) + (0 if test is None else len(test))
