"""What each prediction on the validation part costs a network, one by one: two networks are compared by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.tokens import token_texts
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.metrics import matches
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.surprise import token_costs
from tui_rnn.kinds import ITEMS, KINDS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED

AT_A_TIME = 1024  # examples between two reports of progress
MOST = 1 << 24

Floats = NDArray[np.float32]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Costs(Question["CostsFound"]):
    """What each validation token of a running text, or each validation example, costs the network; and whether it is right."""

    length: int = described(1_000_000, "how many tokens of a running text, from its start", low=2, high=MOST)
    examples: int = described(100_000, "how many examples, from the first", low=1, high=MOST)


@dataclass(frozen=True, eq=False)
class CostsFound(Answer):
    """Place by place: a token of a running text, else an example. texts (N,): the text there. nats (N,): its cost in sum over
    `counts` (N,) predictions, 0 if there are none, as at a text's first token. right (N,) of `asked` (N,): what the task's main
    metric counts; both are empty if it has none. total: how many places the part has."""

    kind: str
    unit: str
    texts: tuple[str, ...]
    nats: Floats
    counts: Counts
    right: Counts
    asked: Counts
    total: int

    @property
    def loss_nats(self) -> float:
        """The mean over all predictions."""
        count = int(self.counts.sum())
        return float(self.nats.sum(dtype=np.float64) / count) if count else float("nan")

    @property
    def metric(self) -> float:
        """The task's main metric, NaN if it has none."""
        asked = int(self.asked.sum())
        return int(self.right.sum()) / asked if asked else float("nan")

    @property
    def headlines(self) -> tuple[Headline, ...]:
        main = KINDS[self.kind].main_metric
        told = [Headline(f"nats/{self.unit}", self.loss_nats)]
        return (*told, Headline(main.title, self.metric)) if main is not None else tuple(told)

    def lines(self) -> Iterator[str]:
        yield f"{self.loss_nats:.4f} nats/{self.unit} over {int(self.counts.sum()):,}"
        if (main := KINDS[self.kind].main_metric) is not None:
            yield f"{main.title} {self.metric:.1%} of {int(self.asked.sum()):,}"
        if self.total > len(self.texts):
            yield f"{len(self.texts):,} of {self.total:,} places were read"


def answer(subject: Subject, question: Costs, progress: Progress) -> CostsFound:
    """Read the part, and keep what each place costs. Raises InputError if there is nothing to predict."""
    found = COSTS[subject.kind.name](subject, question, progress)
    if not found.counts.sum():
        raise InputError("there is nothing to predict in what validates: name a source with more in it")
    return found


def _found(
    subject: Subject,
    texts: tuple[str, ...],
    nats: NDArray[np.floating],
    counts: Counts,
    total: int,
    right: Counts | None = None,
    asked: Counts | None = None,
) -> CostsFound:
    none = np.zeros(0, np.int64)
    right, asked = none if right is None else right, none if asked is None else asked
    found = texts, nats.astype(np.float32), counts.astype(np.int64), right.astype(np.int64), asked.astype(np.int64)
    return CostsFound(subject.step, subject.kind.name, subject.symbols.loss_unit, *found, total)


def _of_text(subject: Subject, question: Costs, progress: Progress) -> CostsFound:
    part: Any = subject.part
    ids, vocabulary = part[: question.length], subject.symbols.vocabulary
    nats = token_costs(subject, ids, progress) if len(ids) > 1 else np.full(len(ids), np.nan)
    texts = tuple(vocabulary.decode(ids)) if vocabulary.kind == "char" else token_texts(vocabulary, ids)
    counts = (np.arange(len(nats)) > 0).astype(np.int64)
    return _found(subject, texts, np.where(counts > 0, nats, 0.0), counts, len(part))


def _slices(subject: Subject, question: Costs, progress: Progress) -> Iterator[tuple[Any, NDArray[np.int64]]]:
    """The part, with the rows of some of its examples at a time."""
    part: Any = subject.part
    count = min(len(part), question.examples)
    for start in range(0, count, AT_A_TIME):
        progress(start, count)
        yield part, np.arange(start, min(start + AT_A_TIME, count))


def _joined(subject: Subject, pieces: list[tuple[tuple[str, ...], Any, Any, Any, Any]]) -> CostsFound:
    """The places of all slices, one after another."""
    if not pieces:
        raise InputError("there is nothing to predict in what validates: name a source with more in it")
    texts, *arrays = zip(*pieces, strict=True)
    nats, counts, right, asked = (np.concatenate(arrays[k]) if arrays[k][0] is not None else None for k in range(4))
    assert nats is not None
    assert counts is not None
    part: Any = subject.part
    return _found(subject, tuple(text for piece in texts for text in piece), nats, counts, len(part), right, asked)


def _of_items(subject: Subject, question: Costs, progress: Progress) -> CostsFound:
    pieces = []
    for part, rows in _slices(subject, question, progress):
        items = part.inputs.views(rows)
        nats = subject.network.costs(items, subject.threads)
        pieces.append((_texts(part, rows), nats, part.lengths[rows], None, None))
    return _joined(subject, pieces)


def _of_tags(subject: Subject, question: Costs, progress: Progress) -> CostsFound:
    """Words whose tag training lacks count as wrong and are left out of the loss, as in training/scoring.py."""
    pieces = []
    for part, rows in _slices(subject, question, progress):
        found = subject.network.log_probs(part.inputs.views(rows), part.word_ends.views(rows), subject.threads)
        gold = part.tag_ids.views(rows)
        nats = [-float(p[g >= 0, g[g >= 0]].astype(np.float64).sum()) for p, g in zip(found, gold, strict=True)]
        right = [int((p.argmax(axis=1) == g).sum()) for p, g in zip(found, gold, strict=True)]
        known = [int((g >= 0).sum()) for g in gold]
        pieces.append((_texts(part, rows), np.array(nats), np.array(known), np.array(right), part.tag_ids.lengths[rows]))
    return _joined(subject, pieces)


def _of_labels(subject: Subject, question: Costs, progress: Progress) -> CostsFound:
    """As with tags, a text whose label training lacks counts as wrong."""
    pieces = []
    for part, rows in _slices(subject, question, progress):
        found, gold = subject.network.log_probs(part.inputs.views(rows), subject.threads), part.label_ids[rows]
        known = gold >= 0
        nats = np.where(known, -found[np.arange(len(rows)), np.maximum(gold, 0)], 0.0)
        right = (found.argmax(axis=1) == gold) & known
        pieces.append((_texts(part, rows), nats, known, right, np.ones(len(rows))))
    return _joined(subject, pieces)


def _of_pairs(subject: Subject, question: Costs, progress: Progress) -> CostsFound:
    """For the loss the decoder is fed the truth; for the matches it writes greedily."""
    pieces, targets = [], subject.symbols.targets
    assert targets is not None
    for part, rows in _slices(subject, question, progress):
        sources, gold = part.inputs.views(rows), part.target_ids.views(rows)
        nats = subject.network.costs(sources, gold, subject.threads)
        said = [output.ids for output in subject.network.greedy(sources, threads=subject.threads)]
        right, counts = matches(gold, said, targets.unknown_id), part.target_ids.lengths[rows] + 1
        pieces.append((_texts(part, rows), nats, counts, right, np.ones(len(rows))))
    return _joined(subject, pieces)


def _texts(part: Any, rows: NDArray[np.int64]) -> tuple[str, ...]:
    return tuple(part.shown(row).text for row in rows.tolist())


COSTS: dict[str, Callable[[Subject, Costs, Progress], CostsFound]] = {
    RUNNING_TEXT.name: _of_text,
    ITEMS.name: _of_items,
    TAGGED.name: _of_tags,
    LABELLED.name: _of_labels,
    PAIRS.name: _of_pairs,
}
"""How each place is scored, by the kind of data."""
