"""How changes inside a network affect its loss on examples. Each is read from the zero state; similar lengths go together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.tokens import token_texts
from tui_rnn.errors import InputError
from tui_rnn.insight.examples import chosen_rows
from tui_rnn.insight.interventions import (
    CONTEXT,
    Predictions,
    Variant,
    batches,
    changes_of,
    padded,
    pooled,
    readout_of,
)
from tui_rnn.insight.question import Subject
from tui_rnn.insight.spelled import stack_over
from tui_rnn.insight.stepping import Ids, Numbers, Place
from tui_rnn.insight.trace import DIRECTIONS


class Examples(NamedTuple):
    """Sequences as the network reads them. For each: the positions where it is read out, and the truth there.

    shown: the text before its k-th prediction. names: of predicted ids. pooled: a whole sequence is read out together,
    "final" or "mean"; "": at the positions.
    """

    sequences: Sequence[Any]
    positions: list[Ids]
    truth: list[Ids]
    shown: list[Callable[[int], str]]
    names: Callable[[Sequence[int]], tuple[str, ...]]
    pooled: str = ""


class EffectsOnExamples:
    """The effects on examples of any kind."""

    def __init__(self, subject: Subject, examples: Examples) -> None:
        parameters = subject.network.parameters
        self.stack, sequences = stack_over(parameters, subject.config, examples.sequences)
        self.readout, self._examples = readout_of(parameters), examples._replace(sequences=sequences)
        self.places: Mapping[Place, str] = {place: DIRECTIONS[place[1]] for place in self.stack.layers}
        counts = np.array([len(truth) for truth in examples.truth])
        self._first = np.cumsum(counts) - counts
        owner = np.repeat(np.arange(len(counts)), counts)
        if not counts.sum():
            raise InputError("there is nothing to predict, expected at least one example whose truth is known")

        def before(n: int) -> str:
            number = int(owner[n])
            return examples.shown[number](n - int(self._first[number]))

        self.predictions = Predictions(np.concatenate(examples.truth).astype(np.int64), examples.names, owner, before)

    @property
    def steps(self) -> int:
        return sum(map(len, self._examples.sequences))

    def nats(self, variants: Sequence[Variant], progress: Callable[[int], None]) -> NDArray[np.float32]:
        R, found = len(variants), np.empty((len(variants), len(self.predictions)), np.float32)
        for numbers in batches(self._examples.sequences, R * 4 * self.stack.hidden_size):
            ids, lengths = padded([self._examples.sequences[k] for k in numbers])
            B = len(lengths)
            reading = self.stack.read(np.tile(ids, R), lengths=np.tile(lengths, R), changes=changes_of(variants, B))
            top = reading.top.reshape(len(ids), R, B, -1)
            picked, places = self._picked(top, numbers, lengths)
            found[:, places] = self.readout.nats(picked, np.broadcast_to(self.predictions.truth[places], picked.shape[:2]))
            progress(int(lengths.sum()) * R)
        return found

    def _picked(self, top: Numbers, numbers: NDArray[np.int64], lengths: Ids) -> tuple[Numbers, NDArray[np.int64]]:
        """The states that are read out of top (T, R, B, D·H), (R, predictions, D·H), and the predictions they are for."""
        examples = self._examples
        counts = [len(examples.truth[k]) for k in numbers]
        places = np.concatenate([self._first[k] + np.arange(n) for k, n in zip(numbers, counts, strict=True)])
        b = np.repeat(np.arange(len(numbers)), counts)
        if not examples.pooled:
            t = np.concatenate([examples.positions[k] for k in numbers])
            return np.moveaxis(top[t, :, b], 0, 1), places
        return pooled(top, lengths, examples.pooled, self.stack.hidden_size)[:, b], places

    def means(self) -> dict[Place, Numbers]:
        sums = {place: np.zeros(self.stack.hidden_size) for place in self.stack.layers}
        for numbers in batches(self._examples.sequences, 16 * self.stack.hidden_size):  # all moments are kept
            ids, lengths = padded([self._examples.sequences[k] for k in numbers])
            inside = np.arange(len(ids))[:, None] < lengths
            for place, moments in self.stack.read(ids, lengths=lengths, keep=True).moments.items():
                h = np.array([now["h"] for now in moments[1:]])
                sums[place] += h[inside].sum(axis=0, dtype=np.float64)
        return {place: total / self.steps for place, total in sums.items()}


# ------------------------------------------------------------------ the kinds


def of_items(subject: Subject, length: int) -> EffectsOnExamples:
    """The effects on items: on each token, and </s>."""
    part: Any = subject.part
    vocabulary, mark = subject.symbols.vocabulary, len(subject.symbols.vocabulary)
    items = [np.asarray(part.inputs[row], np.int64) for row in chosen_rows(part.inputs.lengths, length)]

    def names(ids: Sequence[int]) -> tuple[str, ...]:
        return tuple("</s>" if k == mark else token_texts(vocabulary, np.array([k]))[0] for k in ids)

    def shown(item: Ids) -> Callable[[int], str]:
        return lambda k: vocabulary.decode(item[max(0, k - CONTEXT) : k])

    return EffectsOnExamples(
        subject,
        Examples(
            [np.append(mark, item) for item in items],
            [np.arange(len(item) + 1) for item in items],
            [np.append(item, mark) for item in items],
            [shown(item) for item in items],
            names,
        ),
    )


def of_tags(subject: Subject, length: int) -> EffectsOnExamples:
    """The effects on tagged sentences: on the tag of each word, if training knows the tag."""
    part: Any = subject.part
    labels = subject.symbols.labels
    assert labels is not None
    rows = chosen_rows(part.inputs.lengths, length)
    known = [np.flatnonzero(part.tag_ids[row] >= 0) for row in rows]

    def shown(row: int, words: Ids) -> Callable[[int], str]:
        return lambda k: " ".join(part.examples[row].words[max(0, words[k] - 4) : words[k] + 1])

    return EffectsOnExamples(
        subject,
        Examples(
            [part.inputs[row] for row in rows],
            [part.word_ends[row][words] for row, words in zip(rows, known, strict=True)],
            [part.tag_ids[row][words] for row, words in zip(rows, known, strict=True)],
            [shown(row, words) for row, words in zip(rows, known, strict=True)],
            lambda ids: tuple(labels.decode(np.asarray(ids))),
        ),
    )


def of_labels(subject: Subject, length: int) -> EffectsOnExamples:
    """The effects on labelled texts: on the class of each, if training knows the class."""
    part: Any = subject.part
    labels = subject.symbols.labels
    assert labels is not None
    rows = [row for row in chosen_rows(part.inputs.lengths, length) if part.label_ids[row] >= 0]

    def shown(row: int) -> Callable[[int], str]:
        return lambda k: str(part.shown(row).text)

    return EffectsOnExamples(
        subject,
        Examples(
            [part.inputs[row] for row in rows],
            [np.zeros(1, np.int64) for _ in rows],
            [part.label_ids[row : row + 1] for row in rows],
            [shown(row) for row in rows],
            lambda ids: tuple(labels.decode(np.asarray(ids))),
            pooled=subject.config.pool,
        ),
    )
