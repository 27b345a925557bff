"""The words that a sampled softmax compares the true one with: K of the vocabulary, drawn anew for each training step.

Word w is among them with the probability P_w = min(1, c · count_w^0.75), where c makes the sum K. They are drawn systematically
(Madow 1949): the P_w lie one after another on a line, and of it each point u, u + 1, u + 2 … is a word, for one random u in
[0, 1). So the K words differ, and each has its probability exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError
from tui_rnn.layers.batch import Ids

POWER = 0.75
"""Of the counts: Mikolov et al. 2013."""


class DrawnWords:
    """What is drawn is a function of (seed, step) and the counts: nothing to store, nothing to resume. With a count of 0,
    nothing is.

    words (n, K) int32: those of each step of a call, ascending. corrections (vocab,): −ln P_w.
    """

    def __init__(self, count: int, vocab_size: int, seed: int):
        if count >= vocab_size:
            raise InputError(
                f"sampled_softmax is {count:,}, expected fewer than the vocabulary's {vocab_size:,}: "
                "set it to 0, which compares with all"
            )
        self.count, self._seed = count, seed
        self.corrections = np.zeros(vocab_size, np.float32)
        self.words = np.zeros((1, count), np.int32)
        self.weigh(np.ones(vocab_size))

    def weigh(self, counts: NDArray[np.integer] | NDArray[np.floating]) -> None:
        """Draw by how often each word occurs; one that never does counts as once."""
        if not self.count:
            return
        chances = _capped(np.maximum(counts, 1.0) ** POWER, self.count)
        self._ends = np.cumsum(chances)
        self.corrections[:] = -np.log(chances)

    def begin(self, first_step: int, steps: int) -> None:
        """Draw for a call of so many steps."""
        self.words = np.zeros((steps, self.count), np.int32)
        for k in range(steps if self.count else 0):
            self.words[k] = self.of(first_step + k)

    def of(self, step: int) -> Ids:
        """The words of a step, ascending."""
        points = np.random.default_rng((self._seed, step)).random() + np.arange(self.count)
        found = np.searchsorted(self._ends, points, side="right")
        return np.minimum(found, len(self._ends) - 1).astype(np.int32)  # the sum of the P_w is K but for rounding


def _capped(weights: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """min(1, c · weight), where c makes their sum `count`."""
    chances = np.ones_like(weights)
    below = np.ones(len(weights), np.bool_)
    while True:
        left = count - int((~below).sum())
        chances[below] = weights[below] * (left / weights[below].sum())
        over = below & (chances >= 1)
        if not over.any():
            return chances
        chances[over], below = 1, below & ~over
