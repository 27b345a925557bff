"""How well a network does on a part of its data: the loss, and the task's metrics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tui_rnn.fields import described
from tui_rnn.insight.answers import Confusion, MatchByLength
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject

if TYPE_CHECKING:
    from tui_rnn.training.evaluation import Evaluation


@dataclass(frozen=True)
class Scores(Question["Scored"]):
    """The loss and the task's metrics on what is asked about; with --latest, the latest evaluation of training."""

    latest: bool = described(False, "the latest evaluation of training, not one of the newest weights")
    labels: int = described(64, "how many labels, the most frequent ones, the confusion matrix has", low=1, high=512)


@dataclass(frozen=True, eq=False)
class Scored(Answer):
    """A full evaluation. loss_nats: the mean over `predictions`, each of one `unit`. metrics: the task's, by their keys.
    confusion: over the labels that are most often true or said. count: how many things the metrics are shares of: words for a
    tagger, tokens for a language model, else examples."""

    loss_nats: float
    predictions: int
    unit: str
    metrics: dict[str, float]
    confusion: Confusion | None
    by_length: MatchByLength | None
    count: int

    @property
    def headlines(self) -> tuple[Headline, ...]:
        return (
            Headline(f"nats/{self.unit}", self.loss_nats),
            *(Headline(name.replace("_", " "), value) for name, value in self.metrics.items()),
        )

    def lines(self) -> Iterator[str]:
        yield f"{self.loss_nats:.4f} nats/{self.unit} over {self.predictions:,}"
        for name, value in self.metrics.items():
            yield f"{name.replace('_', ' ')} {value:.1%} of {self.count:,}"


def answer(subject: Subject, question: Scores, progress: Progress) -> Scored:
    """The latest evaluation, or one made for this answer."""
    if question.latest and subject.evaluation is not None:
        return scored(subject.evaluation, subject.evaluated_step, question.labels)
    return scored(subject.score(subject.part, progress), subject.step, question.labels)


def scored(evaluation: Evaluation, step: int, labels: int) -> Scored:
    """An evaluation of the weights of a step as an answer."""
    confusion = evaluation.confusion
    if confusion is not None and len(confusion.labels) > labels:
        frequency = confusion.counts.sum(axis=0) + confusion.counts.sum(axis=1)
        kept = np.sort(np.argsort(-frequency, kind="stable")[:labels])
        names = tuple(confusion.labels[k] for k in kept)
        confusion = Confusion(names, confusion.counts[np.ix_(kept, kept)], confusion.f1[kept])
    count = evaluation.count if evaluation.unit == "word" else evaluation.examples or evaluation.count
    return Scored(
        step,
        evaluation.loss_nats,
        evaluation.count,
        evaluation.unit,
        dict(evaluation.metrics),
        confusion,
        evaluation.by_length,
        count,
    )
