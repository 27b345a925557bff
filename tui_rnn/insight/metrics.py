"""How good predictions are: the metrics of each task, in plain NumPy. Every share is from 0 to 1, NaN if there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from rapidfuzz.distance import Levenshtein


def accuracy(gold: ArrayLike, predicted: ArrayLike) -> float:
    """The share of equal labels in gold and predicted (N,). -1, a label that training lacks, is never right."""
    gold, predicted = _two_alike(gold, predicted)
    return float(np.mean((gold == predicted) & (gold >= 0))) if len(gold) else float("nan")


def confusion_matrix(gold: ArrayLike, predicted: ArrayLike, class_count: int) -> NDArray[np.int64]:
    """(class_count, class_count): how often each gold label, the row, was predicted as each, the column; without -1."""
    gold, predicted = _two_alike(gold, predicted)
    known = (gold >= 0) & (predicted >= 0)
    cells = np.bincount(gold[known] * class_count + predicted[known], minlength=class_count * class_count)
    return cells.astype(np.int64).reshape(class_count, class_count)


def per_class_f1(gold: ArrayLike, predicted: ArrayLike, class_count: int) -> NDArray[np.float64]:
    """2 TP / (2 TP + FP + FN) of each class: (class_count,); NaN for a class that is neither gold nor predicted.

    A prediction for a gold -1 is a false positive.
    """
    gold, predicted = _two_alike(gold, predicted)
    right = np.bincount(gold[(gold == predicted) & (gold >= 0)], minlength=class_count)
    either = sum(np.bincount(side[side >= 0], minlength=class_count) for side in (gold, predicted))
    f1 = np.full(class_count, np.nan)
    np.divide(2.0 * right, either, out=f1, where=either > 0)
    return f1


def macro_f1(gold: ArrayLike, predicted: ArrayLike, class_count: int) -> float:
    """The mean F1 over the classes that are gold or predicted; rare classes count as much as frequent ones."""
    f1 = per_class_f1(gold, predicted, class_count)
    known = f1[~np.isnan(f1)]
    return float(known.mean()) if len(known) else float("nan")


def unseen(words: Sequence[str], training_words: Sequence[str] | set[str]) -> NDArray[np.bool_]:
    """Which of the words (N,) training lacks. Upper and lower case make different words."""
    known = set(training_words)
    return np.array([word not in known for word in words], dtype=np.bool_)


def accuracy_unseen(gold: ArrayLike, predicted: ArrayLike, is_unseen: NDArray[np.bool_]) -> float:
    """The accuracy over the labels whose word training lacks."""
    gold, predicted = _two_alike(gold, predicted)
    return accuracy(gold[is_unseen], predicted[is_unseen])


def edit_distances(gold: Sequence[ArrayLike], predicted: Sequence[ArrayLike], unknown: int | None = None) -> NDArray[np.int64]:
    """How many insertions, deletions and replacements turn each predicted sequence of ids into its gold one: (N,). unknown: the
    id of all tokens that training lacks; it is never right, even if the truth is unknown too."""
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold sequences and {len(predicted)} predicted ones: expected as many")
    pairs = zip(gold, predicted, strict=True)
    return np.array([Levenshtein.distance(_ids(a), _ids(b, unknown)) for a, b in pairs], dtype=np.int64)


def token_error_rate(gold: Sequence[ArrayLike], predicted: Sequence[ArrayLike], unknown: int | None = None) -> float:
    """The sum of the edit distances divided by the number of gold tokens. A pair counts at most as many errors as it has gold
    tokens, so the rate is a share: an output that never ends is as wrong as none."""
    lengths = np.array([len(np.atleast_1d(sequence)) for sequence in gold], dtype=np.int64)
    errors = np.minimum(edit_distances(gold, predicted, unknown), lengths)
    return float(errors.sum() / lengths.sum()) if lengths.sum() else float("nan")


def matches(gold: Sequence[ArrayLike], predicted: Sequence[ArrayLike], unknown: int | None = None) -> NDArray[np.bool_]:
    """Which predicted sequences are the gold one to the last token: (N,). unknown: see `edit_distances`."""
    return np.array([_ids(a) == _ids(b, unknown) for a, b in zip(gold, predicted, strict=True)], dtype=np.bool_)


def exact_match(gold: Sequence[ArrayLike], predicted: Sequence[ArrayLike], unknown: int | None = None) -> float:
    """Share of predicted sequences that are the gold one to the last token."""
    right = matches(gold, predicted, unknown)
    return float(right.mean()) if len(right) else float("nan")


class ByLength(NamedTuple):
    """For each length that occurs, ascending: how many pairs have it, and the share of them that is right. (L,) each."""

    lengths: NDArray[np.int64]
    counts: NDArray[np.int64]
    shares: NDArray[np.float64]


def share_by_length(source_lengths: ArrayLike, right: ArrayLike) -> ByLength:
    """The share of right answers (N,) among sources of each length (N,)."""
    lengths, places, counts = np.unique(np.asarray(source_lengths), return_inverse=True, return_counts=True)
    hits = np.bincount(places, weights=np.asarray(right, dtype=np.float64), minlength=len(lengths))
    return ByLength(lengths.astype(np.int64), counts.astype(np.int64), hits / counts)


def _two_alike(gold: ArrayLike, predicted: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    gold, predicted = np.asarray(gold, dtype=np.int64), np.asarray(predicted, dtype=np.int64)
    if gold.shape != predicted.shape or gold.ndim != 1:
        raise ValueError(
            f"gold labels have shape {gold.shape}, predicted ones {predicted.shape}: expected one dimension, alike"
        )
    return gold, predicted


def _ids(sequence: ArrayLike, unknown: int | None = None) -> list[int | None]:
    """The ids of a sequence, with None for unknown ones, which equals no id."""
    return [None if id == unknown else id for id in np.atleast_1d(sequence).tolist()]
