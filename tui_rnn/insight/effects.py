"""What is changed inside a network, and what that costs: its loss with the change beside its loss without, prediction by
prediction, with the standard error of the difference."""

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
"""So many tokens are read, unless another number is asked for."""
MOST = 200_000
"""At most so many: the loss of each under each of many variants is held in memory."""
SURE = 0.95

EFFECTS: dict[str, Callable[[Subject, int], Effects]] = {
    RUNNING_TEXT.name: EffectsOnText,
    ITEMS.name: effects_on_examples.of_items,
    TAGGED.name: effects_on_examples.of_tags,
    LABELLED.name: effects_on_examples.of_labels,
    PAIRS.name: EffectsOnPairs,
}
"""A network and what it is asked about, by the kind of data: (subject, about how many tokens are read) to Effects."""


def effects_of(subject: Subject, length: int) -> Effects:
    """A network and the first `length` tokens of what it is asked about, or examples that have so many. Raises InputError where
    there is nothing to predict."""
    return EFFECTS[subject.kind.name](subject, length)


def paired(differences: NDArray[np.floating], blocks: NDArray[np.int64]) -> tuple[float, float]:
    """The mean of paired differences (N,), and its standard error over the blocks (N,) that they come in; NaN for one block."""
    found = mean_over_blocks(differences, np.ones(len(differences)), blocks)
    return found.mean, found.standard_error


def chance_of_largest(count: int, blocks: int) -> float:
    """The largest of so many differences that are nothing but chance stays below so many of its standard errors in 95 of 100
    cases, where each error is over so many blocks: a quantile of Student's t, by the expansion of Fisher and Cornish."""
    z, free = NormalDist().inv_cdf(SURE ** (1 / max(count, 1))), max(blocks - 1, 1)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return float(z + sum(term / free**power for power, term in enumerate(terms, start=1)))


@dataclass(frozen=True)
class Broken:
    """What got worse: of all `of` predictions whose truth is `symbol`, by so much in the mean; share: of all that was added to
    the loss, where it grew."""

    symbol: str
    of: int
    added_nats: float
    share: float


def broken(predictions: Predictions, differences: NDArray[np.floating], count: int) -> tuple[Broken, ...]:
    """The true symbols that lost most together under a change, the most first. differences (N,): what it added to each."""
    truth = predictions.truth
    added = np.bincount(truth, weights=differences.astype(np.float64))
    frequency, total = np.bincount(truth), float(np.maximum(added, 0).sum())
    worst = [int(k) for k in np.argsort(-added, kind="stable")[:count] if added[k] > 0]
    return tuple(
        Broken(name, int(frequency[k]), float(added[k] / frequency[k]), float(added[k]) / total)
        for k, name in zip(worst, predictions.names(worst), strict=True)
    )
