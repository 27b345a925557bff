"""The limits of a signal's map. The signals themselves are in the table of cells."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cell_facts import Signal

_STEPS = tuple(m * 10.0**e for e in range(9) for m in (1, 2, 3, 5))
# Shares of values beyond the limits. A few large cells must not dim all others; the gap between the two stops flicker.
_TOO_MANY, _FEW = 0.05, 0.025


def steady_limit(signal: Signal, values: NDArray[np.floating[Any]], limit: float) -> float:
    """The limit of the map of these values, given the limit before: it changes seldom, and only in round steps.

    A bounded signal keeps its limit. Otherwise the limit grows while too many values lie beyond it, and shrinks, never
    below `signal.limit`, when next to none would lie beyond the smaller one.
    """
    if signal.bounded:
        return limit
    steps = [s for s in _STEPS if s >= signal.limit]
    at = steps.index(limit)
    while at + 1 < len(steps) and beyond(values, steps[at]) > _TOO_MANY:
        at += 1
    while at > 0 and beyond(values, steps[at - 1]) <= _FEW:
        at -= 1
    return steps[at]


def beyond(values: NDArray[np.floating[Any]], limit: float) -> float:
    """The share of the values whose size exceeds `limit`."""
    return float(np.mean(np.abs(values) > limit)) if values.size else 0.0
