"""What a change inside a network costs: its loss with and without the change, prediction by prediction, with the standard error
of the difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tui_rnn.insight import effects_on_examples
from tui_rnn.insight.blocks import mean_over_blocks
from tui_rnn.insight.effects_on_pairs import EffectsOnPairs
from tui_rnn.insight.effects_on_text import EffectsOnText
from tui_rnn.insight.interventions import Effects, Predictions
from tui_rnn.insight.question import Subject
from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED

LENGTH = 12_000
"""How many tokens are read by default."""
MOST = 200_000
"""The most tokens: the loss of each of them under each of many variants is held in memory."""
SURE = 0.95

EFFECTS: dict[str, Callable[[Subject, int], Effects]] = {
    RUNNING_TEXT.name: EffectsOnText,
    ITEMS.name: effects_on_examples.of_items,
    TAGGED.name: effects_on_examples.of_tags,
    LABELLED.name: effects_on_examples.of_labels,
    PAIRS.name: EffectsOnPairs,
}
"""By the kind of data, a function from (subject, about how many tokens are read) to Effects."""


def effects_of(subject: Subject, length: int) -> Effects:
    """A network with the first `length` tokens of what it is asked about, or with examples that have so many tokens. Raises
    InputError if there is nothing to predict."""
    return EFFECTS[subject.kind.name](subject, length)


def paired(differences: NDArray[np.floating], blocks: NDArray[np.int64]) -> tuple[float, float]:
    """The mean of paired differences (N,), and its standard error over their blocks (N,); NaN for one block."""
    found = mean_over_blocks(differences, np.ones(len(differences)), blocks)
    return found.mean, found.standard_error


def chance_of_largest(count: int, blocks: int) -> float:
    """How many standard errors the largest of `count` differences by pure chance exceeds in 5 of 100 cases, where each error is
    over so many blocks: a quantile of Student's t, by the expansion of Fisher and Cornish."""
    z, free = NormalDist().inv_cdf(SURE ** (1 / max(count, 1))), max(blocks - 1, 1)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return float(z + sum(term / free**power for power, term in enumerate(terms, start=1)))


@dataclass(frozen=True)
class Broken:
    """A symbol whose predictions got worse. of: how many predictions have it as truth; added_nats: the mean that is added to
    their loss; share: their share of everything that is added where the loss grew."""

    symbol: str
    of: int
    added_nats: float
    share: float


def broken(predictions: Predictions, differences: NDArray[np.floating], count: int) -> tuple[Broken, ...]:
    """The true symbols whose predictions lost most in sum, the most first. differences (N,): what a change adds to each."""
    truth = predictions.truth
    added = np.bincount(truth, weights=differences.astype(np.float64))
    frequency, total = np.bincount(truth), float(np.maximum(added, 0).sum())
    worst = [int(k) for k in np.argsort(-added, kind="stable")[:count] if added[k] > 0]
    return tuple(
        Broken(name, int(frequency[k]), float(added[k] / frequency[k]), float(added[k]) / total)
        for k, name in zip(worst, predictions.names(worst), strict=True)
    )
