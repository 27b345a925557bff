"""What a network of a task gets that has learnt nothing of its input: without these lines, no curve of a task means much."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.classification import LabelledTexts
from tui_rnn.data.examples.seq2seq import Pairs
from tui_rnn.data.examples.tagging import TaggedSentences
from tui_rnn.data.opening import Part
from tui_rnn.data.symbols import Symbols
from tui_rnn.insight.baselines import Baseline


def chance(symbols: Symbols, train: Part, scored: Part) -> list[Baseline]:
    """Guessing blindly, and guessing by what is frequent in training: loss_nats, and the accuracy where labels are guessed.
    For language models none: their n-grams begin with both."""
    match train, scored:
        case TaggedSentences(), TaggedSentences():
            counts, gold, noun = train.tag_ids.values, scored.tag_ids.values, "tag"
        case LabelledTexts(), LabelledTexts():
            counts, gold, noun = train.label_ids, scored.label_ids, "class"
        case Pairs(), Pairs():
            return _of_outputs(train.target_ids.values, scored.target_ids.values)
        case _:
            return []
    assert symbols.labels is not None
    number = len(symbols.labels)
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
