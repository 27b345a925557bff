"""Sequence classification: a distribution over the classes for a whole text, from its final state or by mean pooling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.layers.encoder import directions, labelling_layout
from tui_rnn.layers.parameters import Floats
from tui_rnn.layers.pooling import Pick
from tui_rnn.tasks.encoder_layers import LabellingLayers
from tui_rnn.tasks.network import Integers, Network, SequenceTrace, checked, chunks

PREFIX_LIMIT = 2000
"""Longest text whose prefixes are all classified: in both directions, each prefix is read from its beginning."""


class ClassifierLayers(LabellingLayers):
    """An encoder, and a readout of each text's final state or mean."""

    def begin(self, texts: Sequence[Integers], labels: Integers | None = None, step: int | None = None) -> None:
        """Make ready for texts. step: in training, what noise is drawn from."""
        batch = self.begin_reading(texts, step)
        if isinstance(self.pool, Pick):
            first, last = batch.first_and_last()
            self.pool.begin(batch, *(rows[batch.sorted] for rows in (last, first)[: len(directions(self._config))]))
        else:
            self.pool.begin(batch)
        if labels is not None:
            labels = checked(np.asarray(labels, np.int32), self._classes, "labels")[batch.sorted]
        self.readout.begin(len(texts), labels)


class Classifier(Network[ClassifierLayers]):
    """ŷ = softmax(V s + b_out), where s is the final state [h_n^f ; h_1^b] or, with pool 'mean', 1/n Σ_t h_t.

    Texts are arrays of character ids, labels 0 … class_count-1. Texts of any lengths go together; the result for each is the
    same as if it were alone.
    """

    layout = staticmethod(labelling_layout)

    def __init__(self, config: RunConfig, vocab_size: int, class_count: int, letters: int = 0, unknown: int | None = None):
        """letters: how many distinct letters words are spelled with; sequences then are Spelled. unknown: the id of <unk>."""
        if vocab_size < 1 or class_count < 1:
            raise InputError(f"a classifier has {vocab_size} characters and {class_count} classes, expected at least 1 of each")
        layout = labelling_layout(config, vocab_size, class_count, letters)
        super().__init__(
            config,
            layout,
            lambda store: ClassifierLayers(config, store, vocab_size, class_count, letters, unknown, config.pool),
            in_rows=("E",),
        )
        self.vocab_size, self.class_count = vocab_size, class_count

    # ---------------------------------------------------------------- training

    def train(
        self, texts: Sequence[Integers], labels: Integers, learning_rate: float, step: int, threads: int = 1
    ) -> tuple[float, float]:
        """One training step without the GIL: forward, backward through time, clip, Adam; `step` counts from 0.

        Returns the mean loss in nats per text, and the gradient's norm before clipping; when one of them is not finite,
        the step was not applied. The result does not depend on `threads`.
        """
        return self._learn(learning_rate, step, threads, self._begin(texts, labels, step))

    def loss_and_gradients(
        self, texts: Sequence[Integers], labels: Integers, threads: int = 1
    ) -> tuple[float, dict[str, Floats]]:
        """Mean loss (nats per text) and its gradient by name, with dropout and noise as in step 0. Changes nothing."""
        return self._loss_and_gradients(threads, self._begin(texts, labels, 0))

    def _begin(self, texts: Sequence[Integers], labels: Integers, step: int) -> int:
        """Divide a batch into shards; returns how many it fills."""
        if len(labels) != len(texts):
            raise ValueError(f"{len(texts)} texts and {len(labels)} labels")
        labels = np.asarray(labels)
        return self._begin_shards(
            [len(text) for text in texts], lambda layers, own: layers.begin([texts[k] for k in own], labels[own], step)
        )

    # -------------------------------------------------------------- prediction

    def log_probs(self, texts: Sequence[Integers], threads: int = 1) -> Floats:
        """ln p of each class for each text, (texts, classes)."""
        return self._log_probs(texts, threads, lambda: False)[0]

    def evaluate(
        self,
        texts: Sequence[Integers],
        labels: Integers,
        threads: int = 1,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[float, int, Integers]:
        """Summed loss in nats, texts scored, and each text's likeliest class. `cancelled` is called now and then; once it
        returns True, texts that were not read have class -1."""
        found, read = self._log_probs(texts, threads, cancelled)
        nats = -float(found[read, np.asarray(labels)[read]].astype(np.float64).sum())
        return nats, int(read.sum()), np.where(read, found.argmax(axis=1), -1)

    def _log_probs(
        self, texts: Sequence[Integers], threads: int, cancelled: Callable[[], bool]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """ln p of each class for each text, and which texts were read before `cancelled` returned True."""
        found, read = np.zeros((len(texts), self.class_count), np.float32), np.zeros(len(texts), np.bool_)
        for chunk in chunks([len(text) for text in texts]):
            if cancelled():
                break
            self._layers.begin([texts[k] for k in chunk])
            self._read(threads)
            numbers = chunk[self._layers.batch.sorted]
            found[numbers], read[numbers] = self._layers.readout.log_probs(), True
        return found, read

    def logits(self, ids: Integers) -> Floats:
        """V s + b_out of one text, (classes,)."""
        self._layers.begin([ids])
        self._read(1)
        (found,) = self._layers.readout.values()
        return np.asarray(found)

    def after_each_character(self, ids: Integers, threads: int = 1) -> Floats:
        """ln p of each class after each character, as if the text ended there: (T, classes)."""
        if not 1 <= len(ids) <= PREFIX_LIMIT:
            raise InputError(f"text to classify step by step has {len(ids)} characters, expected 1 to {PREFIX_LIMIT}")
        return self.log_probs([ids[: k + 1] for k in range(len(ids))], threads)

    def contributions(self, ids: Integers) -> Floats:
        """With mean pooling, what each position adds to the logits: V h_t / n, (T, classes). With b_out, they sum up."""
        if self.config.pool != "mean":
            raise InputError("contributions by position need pool 'mean': the final state does not split into positions")
        self._layers.begin([ids])
        self._read(1)
        H = self.config.hidden_size
        states = self._layers.encoder.states[: len(ids)].reshape(len(ids), len(directions(self.config)), -1)[:, :, :H]
        return states.reshape(len(ids), -1) @ self.parameters["V"].T / np.float32(len(ids))

    def trace(self, ids: Integers) -> SequenceTrace:
        """Every gate and state while reading one text."""
        return next(self.traces([ids]))[1]

    def traces(self, texts: Sequence[Integers], threads: int = 1) -> Iterator[tuple[int, SequenceTrace]]:
        """In any order, the number of each text with every gate and state while it is read."""
        lengths = [len(text) for text in texts]
        return self._traces(lengths, lambda numbers: self._layers.begin([texts[k] for k in numbers]), threads)
