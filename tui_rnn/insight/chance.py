"""What a network of a task gets that has learnt nothing of its input: without these lines, no curve of a task means much."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.symbols import Symbols
from tui_rnn.insight.baselines import Baseline


def chance(symbols: Symbols, train: Any, scored: Any) -> list[Baseline]:
    """Guessing blindly, and guessing by what is frequent in the training part: loss_nats, and the accuracy where labels are
    guessed. For language models none: their n-grams begin with both."""
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
    """Of the targets' tokens, </s> among them."""
    number = int(max(train.max(initial=0), scored.max(initial=0))) + 1
    distinct = len(np.unique(train))
    return [
        Baseline("uniform", {"loss_nats": math.log(distinct)}, "each token alike"),
        *_by_shares(train, scored, number, "token"),
    ]


def _by_shares(train: NDArray[Any], scored: NDArray[Any], number: int, noun: str) -> list[Baseline]:
    """The loss of always giving each of `number` ids its share in training. Ids that training lacks (-1) are left out."""
    counts = np.bincount(train[train >= 0], minlength=number) + 1e-3
    gold = scored[scored >= 0]
    if not len(gold) or not counts.any():
        return []
    loss = float(-np.log(counts / counts.sum())[gold].mean())
    return (
        [Baseline(f"{noun} shares", {"loss_nats": loss}, f"each {noun} as often as in training")] if math.isfinite(loss) else []
    )
