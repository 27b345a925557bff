"""The signals inside a cell: their names, what their values mean, and the limits they are drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.tui.colours import Kind

_STEPS = tuple(m * 10.0**e for e in range(9) for m in (1, 2, 3, 5))
# Shares of values beyond the limits. A few large cells must not dim all others; the gap keeps the limits from flickering.
_TOO_MANY, _FEW = 0.05, 0.025


@dataclass(frozen=True)
class Signal:
    """One signal. `limit` is where its map ends, `bounded` whether its values can't lie beyond."""

    name: str
    title: str
    meaning: str
    kind: Kind = "diverging"
    limit: float = 1.0
    bounded: bool = True

    @property
    def low(self) -> float:
        """The lower limit for the upper limit 1."""
        return 0.0 if self.kind == "sequential" else -1.0


_STATE = "what goes on to the next step and the output"
SIGNALS = {
    "lstm": (
        Signal("i", "input gate", "0 shuts the cell, 1 lets the candidate in", "sequential"),
        Signal("f", "forget gate", "0 erases the cell, 1 keeps it", "sequential"),
        Signal("g", "candidate", "what would be written into the cell"),
        Signal("o", "output gate", "0 hides the cell, 1 shows it", "sequential"),
        Signal("c", "cell state", "the memory: what f kept and what i let in", limit=2.0, bounded=False),
        Signal("h", "hidden state", _STATE),
    ),
    "gru": (
        Signal("z", "update gate", "0 takes the candidate, 1 keeps the old state", "sequential"),
        Signal("r", "reset gate", "0 hides the old state from the candidate, 1 shows it", "sequential"),
        Signal("n", "candidate", "what the new state would be"),
        Signal("h", "hidden state", _STATE),
    ),
    "elman": (Signal("h", "hidden state", _STATE, bounded=False),),
}


def signals_of(names: tuple[str, ...]) -> tuple[Signal, ...]:
    """The signals of a trace that holds these names, in the order of the keys."""
    for signals in SIGNALS.values():
        if {s.name for s in signals} == set(names):
            return signals
    return tuple(Signal(name, name, "", bounded=False) for name in names)


def steady_limit(signal: Signal, values: NDArray[np.floating[Any]], limit: float) -> float:
    """Where the map of these values ends, given where it ended before: it changes seldom, and only in round steps.

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
