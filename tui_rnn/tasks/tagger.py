"""Sequence labelling: from characters to a distribution over the tags for each word, read out at the word's last character."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.layers.batch import Batch, Ids
from tui_rnn.layers.encoder import directions, labelling_layout
from tui_rnn.layers.parameters import Floats
from tui_rnn.layers.pooling import Pick
from tui_rnn.tasks.encoder_layers import LabellingLayers
from tui_rnn.tasks.network import Integers, Network, SequenceTrace, checked, chunks


class TaggerLayers(LabellingLayers):
    """An encoder, and a readout of the rows where words end."""

    what = "a sentence"

    def begin(
        self,
        sentences: Sequence[Integers],
        ends: Sequence[Integers],
        tags: Sequence[Integers] | None = None,
        step: int | None = None,
    ) -> None:
        """Make ready for sentences. step: in training, what noise is drawn from."""
        batch = self.begin_reading(sentences, step)
        number = np.repeat(np.arange(len(ends)), [len(e) for e in ends])
        position = np.concatenate(ends).astype(np.int64)
        if not len(position) or position.min() < 0 or (position >= batch.lengths[number]).any():
            raise InputError("words must end within their sentence, and there must be at least one")
        assert isinstance(self.pool, Pick)
        self.pool.begin(batch, *self._read_out(batch, number, position)[: len(directions(self._config))])
        truth = None if tags is None else np.concatenate(tags).astype(np.int32)
        self.readout.begin(len(position), truth if truth is None else checked(truth, self._classes, "a sentence's tags"))

    def _read_out(self, batch: Batch, number: Integers, position: Integers) -> tuple[Ids, Ids]:
        """The rows of h^f and of h^b that are joined at positions of sentences: h_t^f with h_t^b or, without overlap, with
        h_t+1^b, which after a sentence's last position is the row of zeros."""
        rows = batch.at(number, position)
        if self._config.overlap:
            return rows, rows
        after = np.minimum(position + 1, batch.lengths[number] - 1)
        return rows, np.where(after > position, batch.at(number, after), batch.rows).astype(np.int32)


class Tagger(Network[TaggerLayers]):
    """h_t = [h_t^f ; h_t^b] over the characters of a sentence, ŷ = softmax(V h_t + b_out) where a word ends. Without the
    setting overlap, h_t = [h_t^f ; h_t+1^b].

    Sentences are arrays of character ids. For each sentence, `ends` has the positions of its words' last characters, and
    `tags` their tags, 0 … tag_count-1. Sentences of any lengths go together; the result for each is the same as if it were
    alone.
    """

    layout = staticmethod(labelling_layout)

    def __init__(self, config: RunConfig, vocab_size: int, tag_count: int, letters: int = 0, unknown: int | None = None):
        """letters: how many distinct letters words are spelled with; sequences then are Spelled. unknown: the id of <unk>."""
        if vocab_size < 1 or tag_count < 1:
            raise InputError(f"a tagger has {vocab_size} characters and {tag_count} tags, expected at least 1 of each")
        layout = labelling_layout(config, vocab_size, tag_count, letters)
        super().__init__(
            config,
            layout,
            lambda store: TaggerLayers(config, store, vocab_size, tag_count, letters, unknown, "final"),
            in_rows=("E",),
        )
        self.vocab_size, self.tag_count = vocab_size, tag_count

    # ---------------------------------------------------------------- training

    def train(
        self,
        sentences: Sequence[Integers],
        ends: Sequence[Integers],
        tags: Sequence[Integers],
        learning_rate: float,
        step: int,
        threads: int = 1,
    ) -> tuple[float, float]:
        """One training step without the GIL: forward, backward through time, clip, Adam; `step` counts from 0.

        Returns the mean loss in nats per word, and the gradient's norm before clipping; when one of them is not finite,
        the step was not applied. The result does not depend on `threads`.
        """
        return self._learn(learning_rate, step, threads, self._begin(sentences, ends, tags, step))

    def loss_and_gradients(
        self, sentences: Sequence[Integers], ends: Sequence[Integers], tags: Sequence[Integers], threads: int = 1
    ) -> tuple[float, dict[str, Floats]]:
        """Mean loss (nats per word) and its gradient by name, with dropout and noise as in step 0. Changes nothing."""
        return self._loss_and_gradients(threads, self._begin(sentences, ends, tags, 0))

    def _begin(self, sentences: Sequence[Integers], ends: Sequence[Integers], tags: Sequence[Integers], step: int) -> int:
        """Divide a batch into shards; returns how many it fills."""
        if not len(sentences) == len(ends) == len(tags):
            raise ValueError(f"{len(sentences)} sentences, the word ends of {len(ends)} and the tags of {len(tags)}")
        return self._begin_shards(
            [len(sentence) for sentence in sentences],
            lambda layers, own: layers.begin([sentences[k] for k in own], [ends[k] for k in own], [tags[k] for k in own], step),
        )

    # -------------------------------------------------------------- prediction

    def log_probs(
        self,
        sentences: Sequence[Integers],
        ends: Sequence[Integers],
        threads: int = 1,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> list[Floats]:
        """For each sentence ln p of each tag for each word, (words, tags). A sentence without words is not read.

        `cancelled` is called now and then; once it returns True, sentences that were not read have no rows.
        """
        found = [np.zeros((0, self.tag_count), np.float32) for _ in sentences]
        wanted = np.array([k for k, e in enumerate(ends) if len(e)], np.int64)
        for chunk in chunks([len(sentences[k]) for k in wanted]):
            if cancelled():
                break
            numbers = wanted[chunk]
            self._layers.begin([sentences[k] for k in numbers], [ends[k] for k in numbers])
            self._read(threads)
            parts = np.split(self._layers.readout.log_probs(), np.cumsum([len(ends[k]) for k in numbers])[:-1])
            for k, rows in zip(numbers, parts, strict=True):
                found[k] = rows
        return found

    def evaluate(
        self,
        sentences: Sequence[Integers],
        ends: Sequence[Integers],
        tags: Sequence[Integers],
        threads: int = 1,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[float, int, list[Integers]]:
        """Summed loss in nats, words scored, and each sentence's likeliest tags; of what was read before `cancelled`."""
        found = self.log_probs(sentences, ends, threads, cancelled)
        scored = [rows[np.arange(len(rows)), truth[: len(rows)]] for rows, truth in zip(found, tags, strict=True)]
        nats = -sum(float(s.astype(np.float64).sum()) for s in scored)
        return nats, sum(map(len, scored)), [rows.argmax(axis=1) for rows in found]

    def logits(self, ids: Integers) -> Floats:
        """V h_t + b_out at every character of a sentence, as if a word ended there: (T, tags)."""
        self._layers.begin([ids], [np.arange(len(ids))])
        self._read(1)
        return self._layers.readout.values()

    def trace(self, ids: Integers) -> SequenceTrace:
        """Every gate and state while reading one sentence."""
        return next(self.traces([ids]))[1]

    def traces(self, sentences: Sequence[Integers], threads: int = 1) -> Iterator[tuple[int, SequenceTrace]]:
        """In any order, the number of each sentence with every gate and state while it is read."""

        def begin(numbers: NDArray[np.int64]) -> None:
            self._layers.begin([sentences[k] for k in numbers], [np.array([len(sentences[k]) - 1]) for k in numbers])

        return self._traces([len(sentence) for sentence in sentences], begin, threads)
