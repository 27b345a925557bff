"""How changes inside a language model affect its loss on a running text, read from the zero state without a break."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.tokens import token_texts
from tui_rnn.errors import InputError
from tui_rnn.insight.blocks import BLOCK
from tui_rnn.insight.interventions import CELLS_AT_ONCE, CONTEXT, Predictions, Variant, changes_of, readout_of
from tui_rnn.insight.question import Subject
from tui_rnn.insight.stepping import Numbers, Place, Stack
from tui_rnn.insight.trace import DIRECTIONS


class EffectsOnText:
    """The effects on the first `length` predictions in the part that is asked about."""

    def __init__(self, subject: Subject, length: int) -> None:
        parameters = subject.network.parameters
        self.stack, self.readout = Stack(parameters, subject.config), readout_of(parameters)
        self.places: Mapping[Place, str] = {place: DIRECTIONS[0] for place in self.stack.layers}
        self.ids = np.asarray(subject.part[: length + 1], np.int64)  # type: ignore[index]
        if len(self.ids) < 2:
            raise InputError(f"the text has {len(self.ids)} tokens, expected at least 2: name a longer source")
        vocabulary, truth = subject.symbols.vocabulary, self.ids[1:]

        def before(n: int) -> str:
            return vocabulary.decode(self.ids[max(0, n + 1 - CONTEXT) : n + 1])

        def names(ids: Sequence[int]) -> tuple[str, ...]:
            return token_texts(vocabulary, np.asarray(ids, np.int64))

        self.predictions = Predictions(truth, names, np.arange(len(truth)) // BLOCK, before)

    @property
    def steps(self) -> int:
        return len(self.predictions)

    def _chunks(self, rows: int) -> Iterator[tuple[int, int]]:
        widest = max(4 * self.stack.hidden_size, len(self.readout.V))
        size = min(512, max(1, CELLS_AT_ONCE // (rows * widest)))
        n = len(self.predictions)
        return ((start, min(start + size, n)) for start in range(0, n, size))

    def nats(self, variants: Sequence[Variant], progress: Callable[[int], None]) -> NDArray[np.float32]:
        found = np.empty((len(variants), len(self.predictions)), np.float32)
        changes, state = changes_of(variants), self.stack.zero(len(variants))
        for start, end in self._chunks(len(variants)):
            reading = self.stack.read(self.ids[start:end, None], len(variants), state=state, changes=changes, first_step=start)
            truth = np.broadcast_to(self.ids[start + 1 : end + 1, None], reading.top.shape[:2])
            found[:, start:end] = self.readout.nats(reading.top, truth).T
            state = reading.state
            progress((end - start) * len(variants))
        return found

    def means(self) -> dict[Place, Numbers]:
        sums = {place: np.zeros(self.stack.hidden_size) for place in self.stack.layers}
        state = self.stack.zero(1)
        for start, end in self._chunks(8):  # all moments are kept
            reading = self.stack.read(self.ids[start:end, None], state=state, keep=True)
            for place, moments in reading.moments.items():
                sums[place] += np.sum([now["h"][0] for now in moments[1:]], axis=0, dtype=np.float64)
            state = reading.state
        return {place: total / len(self.predictions) for place, total in sums.items()}
