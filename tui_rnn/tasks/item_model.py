"""A language model over items: each is read from <s> to </s> on its own, from the zero state, many side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.kinds import RUNNING_TEXT
from tui_rnn.layers.batch import batch_of
from tui_rnn.layers.encoder import Encoder, encoder_plan
from tui_rnn.layers.linear import Readout
from tui_rnn.layers.parameters import Floats, Layout, ParameterPlace
from tui_rnn.layers.store import Store
from tui_rnn.tasks.encoder_layers import EncoderLayers
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.tasks.network import Integers, Network, SequenceTrace, checked, chunks


class ItemLayers(EncoderLayers):
    """An encoder that reads from the start only, and a readout of every row."""

    def __init__(self, config: RunConfig, store: Store, vocab_size: int):
        self._vocab_size = vocab_size
        self.encoder = Encoder(config, store, vocab_size + 1)
        self.readout = Readout(store, vocab_size + 1, "E" if config.tie_weights else "V")

    def begin(self, items: Sequence[Integers]) -> None:
        """Make ready for items."""
        mark = np.array([self._vocab_size])
        self.batch = batch = batch_of([len(item) + 1 for item in items])
        read = checked(batch.pack([part for item in items for part in (mark, item)]), self._vocab_size + 1, "an item")
        self.encoder.begin(batch, read)
        self.readout.begin(batch.rows, batch.pack([part for item in items for part in (item, mark)]))


def layout_of(config: RunConfig, vocab_size: int) -> Layout:
    """Parameters by the language model's names: E, W0, U0, b0 …, V (unless tied), b_out."""
    plan = encoder_plan(config, vocab_size + 1)
    if not config.tie_weights:
        plan.append(ParameterPlace("V", vocab_size + 1, config.hidden_size))
    return Layout.of([*plan, ParameterPlace("b_out", 1, vocab_size + 1)] if config.bias else plan)


class ItemModel(Network[ItemLayers]):
    """The language model's network, h_t from what came before and ŷ_t = softmax(V h_t + b_out), over items.

    Items are arrays of ids 0 … vocab_size-1, none empty. <s> and </s> are added here, as the symbol vocab_size: it begins
    every item and is predicted at its end. Items of any lengths go together; the result for each is the same as if it were
    alone.
    """

    layout = staticmethod(layout_of)

    def __init__(self, config: RunConfig, vocab_size: int):
        if vocab_size < 1:
            raise InputError(f"vocabulary has {vocab_size} tokens, expected at least 1")
        super().__init__(config, layout_of(config, vocab_size), lambda store: ItemLayers(config, store, vocab_size))
        self.vocab_size = vocab_size
        self._writer: LanguageModel | None = None

    # ---------------------------------------------------------------- training

    def train(self, items: Sequence[Integers], learning_rate: float, step: int, threads: int = 1) -> tuple[float, float]:
        """One training step without the GIL: forward, backward through time, clip, Adam; `step` counts from 0.

        Returns the mean loss in nats per token, </s> included, and the gradient's norm before clipping; when one of them
        is not finite, the step was not applied. The result does not depend on `threads`.
        """
        return self._learn(learning_rate, step, threads, self._begin(items))

    def loss_and_gradients(self, items: Sequence[Integers], threads: int = 1) -> tuple[float, dict[str, Floats]]:
        """Mean loss (nats per token) and its gradient by name, with dropout as in step 0. Changes nothing."""
        return self._loss_and_gradients(threads, self._begin(items))

    def evaluate(
        self, items: Sequence[Integers], threads: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> tuple[float, int]:
        """Summed loss in nats, and tokens scored, </s> included. `cancelled` is called now and then; once it returns True,
        the sums are over what was scored so far."""
        nats, scored = 0.0, 0
        for chunk in chunks([len(item) + 1 for item in items]):
            if cancelled():
                break
            self._layers.begin([items[k] for k in chunk])
            self._read(threads)
            nats -= float(self._layers.readout.truth_log_probs().sum())
            scored += self._layers.readout.rows
        return nats, scored

    def costs(self, items: Sequence[Integers], threads: int = 1) -> NDArray[np.float64]:
        """−ln p of each item, </s> included, (items,)."""
        found = np.empty(len(items))
        for chunk in chunks([len(item) + 1 for item in items]):
            self._layers.begin([items[k] for k in chunk])
            self._read(threads)
            found[chunk] = -self._layers.batch.sums(self._layers.readout.truth_log_probs())
        return found

    def _begin(self, items: Sequence[Integers]) -> int:
        """Divide a batch into shards; returns how many it fills."""
        return self._begin_shards([len(item) for item in items], lambda layers, own: layers.begin([items[k] for k in own]))

    # ------------------------------------------------------------------ traces

    def traces(self, items: Sequence[Integers], threads: int = 1) -> Iterator[tuple[int, SequenceTrace]]:
        """In any order, the number of each item with every gate and state while it is read: at <s>, then at each token."""
        lengths = [len(item) + 1 for item in items]
        return self._traces(lengths, lambda numbers: self._layers.begin([items[k] for k in numbers]), threads)

    # ----------------------------------------------------------------- writing

    def begun(self, ids: Integers) -> NDArray[np.int32]:
        """The ids of an item as they are read: after <s>."""
        return np.append(np.int32(self.vocab_size), ids)

    def logits(self, ids: Integers) -> Floats:
        """V h_t + b_out after each of `ids`, the first of which is <s>, as in `begun`: (T, vocab_size + 1)."""
        return self.reader().logits(ids)

    def reader(self) -> LanguageModel:
        """The same weights as a language model over vocab_size + 1 symbols, of which the last is <s> and </s>: it can write
        from <s> on and be looked into. It keeps the present weights when training goes on."""
        if self._writer is None:
            config = replace(self.config, kind=RUNNING_TEXT.name, batch_size=1, seq_len=1)
            self._writer = LanguageModel(config, self.vocab_size + 1)
        self._writer.set_parameters(self.parameters)
        return self._writer
