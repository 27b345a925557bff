"""Scores a network on a part of its data: the loss, and the task's metrics."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.classification import LabelledTexts
from tui_rnn.data.examples.items import EncodedItems
from tui_rnn.data.examples.labels import Labels
from tui_rnn.data.examples.seq2seq import Pairs
from tui_rnn.data.examples.tagging import TaggedSentences
from tui_rnn.data.opening import Part
from tui_rnn.data.symbols import Symbols
from tui_rnn.insight.answers import Confusion, MatchByLength
from tui_rnn.insight.metrics import (
    accuracy,
    accuracy_unseen,
    confusion_matrix,
    exact_match,
    macro_f1,
    matches,
    per_class_f1,
    share_by_length,
    token_error_rate,
    unseen,
)
from tui_rnn.insight.translation import are_translations, scored_text, translation_metrics
from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.item_model import ItemModel
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger
from tui_rnn.training.evaluation import Evaluation

Cancelled = Callable[[], bool]
Ids = NDArray[np.int32]
Rows = NDArray[np.int64]

CONFUSION_LABELS = 512


def never() -> bool:
    return False


def score(network: Any, symbols: Symbols, part: Part, threads: int = 1, cancelled: Cancelled = never) -> Evaluation | None:
    """The score of a network on a part of data of its kind; None if `cancelled` says so meanwhile.

    Labels and tags that training lacks count as wrong and are left out of the loss. Sequence to sequence reads the truth for
    the loss, and writes greedily for the metrics.
    """
    found = SCORERS[symbols.kind.name](network, symbols, part, threads, cancelled)
    return None if cancelled() else found


def _score_text(network: LanguageModel, symbols: Symbols, ids: NDArray[Any], threads: int, cancelled: Cancelled) -> Evaluation:
    nats, count = network.evaluate(ids, threads, cancelled)
    return Evaluation(_mean(nats, count), count, symbols.loss_unit)


def _score_items(network: ItemModel, symbols: Symbols, part: EncodedItems, threads: int, cancelled: Cancelled) -> Evaluation:
    nats, count = network.evaluate(list(part.inputs), threads, cancelled)
    return Evaluation(_mean(nats, count), count, symbols.loss_unit, len(part))


def _score_tags(network: Tagger, symbols: Symbols, part: TaggedSentences, threads: int, cancelled: Cancelled) -> Evaluation:
    assert symbols.labels is not None
    found = network.log_probs(list(part.inputs), list(part.word_ends), threads, cancelled)
    log_probs, gold = np.concatenate(found), part.tag_ids.values
    if len(log_probs) < len(gold):  # cancelled
        return Evaluation(math.nan, 0)
    known = np.flatnonzero(gold >= 0)
    nats = -float(log_probs[known, gold[known]].astype(np.float64).sum())
    guess = log_probs.argmax(axis=1)
    metrics, confusion = _of_labels(gold, guess, symbols.labels)
    words = [word for sentence in part.examples for word in sentence.words]
    new = unseen(words, set(symbols.words or ()))
    metrics = {"accuracy": metrics["accuracy"], "accuracy_unseen": accuracy_unseen(gold, guess, new), **metrics}
    return Evaluation(_mean(nats, len(known)), len(known), symbols.loss_unit, len(part), metrics=metrics, confusion=confusion)


def _score_classes(
    network: Classifier, symbols: Symbols, part: LabelledTexts, threads: int, cancelled: Cancelled
) -> Evaluation:
    assert symbols.labels is not None
    gold = part.label_ids
    known, others = np.flatnonzero(gold >= 0), np.flatnonzero(gold < 0)
    nats, count, guessed = network.evaluate(part.inputs.views(known), gold[known], threads, cancelled)
    guess = np.zeros(len(part), np.int64)
    guess[known] = np.maximum(guessed, 0)  # -1 where it was cancelled
    if len(others) and not cancelled():
        guess[others] = network.log_probs(part.inputs.views(others), threads).argmax(axis=1)
    metrics, confusion = _of_labels(gold, guess, symbols.labels)
    return Evaluation(_mean(nats, count), count, symbols.loss_unit, len(part), metrics=metrics, confusion=confusion)


def _score_pairs(network: Seq2Seq, symbols: Symbols, part: Pairs, threads: int, cancelled: Cancelled) -> Evaluation:
    targets = symbols.targets
    assert targets is not None
    sources, gold = list(part.inputs), list(part.target_ids)
    nats, count = network.evaluate(sources, gold, threads, cancelled)
    outputs = network.greedy(sources, threads=threads, cancelled=cancelled)
    if len(outputs) < len(sources):  # cancelled
        return Evaluation(math.nan, 0)
    said, unknown = [output.ids for output in outputs], targets.unknown_id
    metrics = {"exact_match": exact_match(gold, said, unknown), "token_error_rate": token_error_rate(gold, said, unknown)}
    if are_translations(symbols):
        written = [scored_text(targets, ids.tolist()) for ids in said]
        metrics |= translation_metrics(written, [pair.target for pair in part.examples])
    return Evaluation(
        _mean(nats, count),
        count,
        symbols.loss_unit,
        len(part),
        metrics=metrics,
        by_length=MatchByLength(*share_by_length(part.lengths, matches(gold, said, unknown))),
        unended=sum(not output.ended for output in outputs),
    )


def _of_labels(gold: Ids, guess: NDArray[Any], labels: Labels) -> tuple[dict[str, float], Confusion]:
    """The metrics, and the confusion of the CONFUSION_LABELS labels that are most often true or predicted: with all labels, its
    size would be their number squared."""
    count = len(labels)
    metrics = {"accuracy": accuracy(gold, guess), "macro_f1": macro_f1(gold, guess, count)}
    frequency = np.bincount(gold[gold >= 0], minlength=count) + np.bincount(guess, minlength=count)
    kept = np.sort(np.argsort(-frequency, kind="stable")[:CONFUSION_LABELS])
    place = np.full(count, -1)
    place[kept] = np.arange(len(kept))
    counts = confusion_matrix(np.where(gold >= 0, place[gold], -1), place[guess], len(kept))
    return metrics, Confusion(tuple(labels.decode(kept)), counts, per_class_f1(gold, guess, count)[kept])


def _mean(nats: float, count: int) -> float:
    return nats / count if count else math.nan


SCORERS: dict[str, Callable[[Any, Symbols, Any, int, Cancelled], Evaluation]] = {
    RUNNING_TEXT.name: _score_text,
    ITEMS.name: _score_items,
    TAGGED.name: _score_tags,
    LABELLED.name: _score_classes,
    PAIRS.name: _score_pairs,
}
"""The function that scores a network on data of each kind."""
