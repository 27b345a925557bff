"""How much of a part can be scored in a given time, found by scoring a little of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui_rnn.data.opening import Data, Part
from tui_rnn.training.learner import Learner
from tui_rnn.training.scoring import never
from tui_rnn.training.stopwatch import Stopwatch

SCORED_SHARE_AT_ONCE = 0.015  # of a goal in seconds: one evaluation while it trains takes no more
LEAST_EXAMPLES, LEAST_TOKENS = 16, 4096  # fewer say nothing
GROWTH = 4
TELLING_SHARE = 0.25  # of the time: what took so long tells how long the rest takes; less may be the start of threads


def fitted(
    learner: Learner, part: Part, seconds: float, threads: int, cancelled: Callable[[], bool] = never
) -> tuple[Part, float]:
    """As much of a part as is scored in `seconds` by the network as it is, and how long that takes. A part that is small, or
    scored soon enough, is answered whole; one that is slow, with LEAST_EXAMPLES or LEAST_TOKENS."""
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
    """How many examples or tokens the closing score is of, beyond those that the last evaluation scores."""
    test: Any = data.test
    whole = len(data.validation)
    return (0 if len(scored) == whole else whole) + (0 if test is None else len(test))
