"""The scores of guessing without looking at the input: without these lines, no curve of a task means much."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.symbols import Symbols
from tui_rnn.insight.baselines import Baseline


def chance(symbols: Symbols, train: Any, scored: Any) -> list[Baseline]:
    """Guessing uniformly, and guessing by the frequencies in the training part: loss_nats, and for labels the accuracy. None
    for language models: their n-grams begin with both."""
    kind = symbols.kind
    if symbols.targets is not None:
        end = len(symbols.targets)
        return _of_outputs(*(np.append(part.target_ids.values, np.full(len(part), end)) for part in (train, scored)))
    if kind.label is None or symbols.labels is None:
        return []
    number, noun = len(symbols.labels), kind.label.one
    counts, gold = (part.tag_ids.values if kind.labels_words else part.label_ids for part in (train, scored))
    uniform = {"loss_nats": math.log(number), "accuracy": 1 / number}
    found = [Baseline("uniform", uniform, f"each {noun} alike")]
    return [*found, *_by_shares(counts, gold, number, noun)]


def _of_outputs(train: NDArray[Any], scored: NDArray[Any]) -> list[Baseline]:
    """For the targets' tokens, with </s>."""
    number = int(max(train.max(initial=0), scored.max(initial=0))) + 1
    uniform = Baseline("uniform", {"loss_nats": math.log(len(np.unique(train)))}, "each token alike")
    return [uniform, *_by_shares(train, scored, number, "token")]


def _by_shares(train: NDArray[Any], scored: NDArray[Any], number: int, noun: str) -> list[Baseline]:
    """The loss when each of `number` ids always has its share in training. Ids that training lacks (-1) are left out."""
    counts = np.bincount(train[train >= 0], minlength=number) + 1e-3
    gold = scored[scored >= 0]
    if not len(gold):
        return []
    loss = float(-np.log(counts / counts.sum())[gold].mean())
    return [Baseline(f"{noun} shares", {"loss_nats": loss}, f"each {noun} as often as in training")]
