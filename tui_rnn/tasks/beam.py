"""Beam search: the likeliest outputs found by following several at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.layers.parameters import Floats

Step = Callable[[NDArray[np.int32], NDArray[np.int64]], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Hypothesis:
    """The symbols written so far, ln p of all of them, and α of each step. ended: whether the end was written too."""

    symbols: tuple[int, ...]
    log_prob: float
    attention: tuple[Floats, ...]
    ended: bool = False


def beam_search(step: Step, end: int, width: int, limit: int) -> list[Hypothesis]:
    """At most `width` outputs, the likeliest first; each has written `end`, or `limit` symbols.

    step(symbols, parents) feeds each hypothesis its latest symbol, `end` at first, and returns ln p of what may come next,
    (hypotheses, symbols), and α (hypotheses, source length). parents: for each, the earlier hypothesis that it continues.
    """
    live, finished = [Hypothesis((), 0.0, ())], list[Hypothesis]()
    symbols, parents = np.array([end], np.int32), np.array([0])
    while live:
        log_probs, attention = step(symbols, parents)
        totals = log_probs.astype(np.float64) + np.array([h.log_prob for h in live])[:, None]
        candidates = np.argsort(-totals, axis=None, kind="stable")[: 2 * width]
        going: list[tuple[int, Hypothesis]] = []
        for rank, (parent, symbol) in enumerate(zip(*np.unravel_index(candidates, totals.shape), strict=True)):
            before = live[parent]
            alphas = (*before.attention, attention[parent])
            total = float(totals[parent, symbol])
            if symbol == end and rank < width:
                finished.append(Hypothesis(before.symbols, total, alphas, ended=True))
            elif symbol != end and len(going) < width:
                going.append((int(parent), Hypothesis((*before.symbols, int(symbol)), total, alphas)))
        finished.extend(h for _, h in going if len(h.symbols) == limit)
        finished = sorted(finished, key=lambda h: -h.log_prob)[:width]
        if len(finished) == width:
            # what goes on can only get less likely
            going = [(parent, h) for parent, h in going if h.log_prob > finished[-1].log_prob]
        going = [(parent, h) for parent, h in going if len(h.symbols) < limit]
        live = [h for _, h in going]
        symbols = np.array([h.symbols[-1] for h in live], np.int32)
        parents = np.array([parent for parent, _ in going], np.int64)
    return finished
