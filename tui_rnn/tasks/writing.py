"""Writing: the next character of a language model is drawn, then read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tui_rnn.kernels.equations.sampling import Drawing, Writing, write_next
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Ids
from tui_rnn.layers.parameters import Floats
from tui_rnn.layers.team import Team
from tui_rnn.tasks.network import NO_DROPOUT

if TYPE_CHECKING:
    from tui_rnn.tasks.stream_layers import StreamLayers


def write(
    team: Team,
    layers: StreamLayers,
    prompt: NDArray[np.integer],
    length: int,
    how: Drawing,
    seed: int,
) -> tuple[Ids, Floats, Floats]:
    """`length` ids drawn after a prompt that is read from the zero state, by layers for single characters. With an empty
    prompt, the first character is drawn uniformly.

    Returns the ids, their −ln p in nats under the model at temperature 1, and the prompt's −ln p. The very first is NaN.
    """
    given, classes, chunk = len(prompt), layers.readout.classes, layers.chunk
    text = np.zeros(max(given, 1) + length - (given == 0 and length > 0), np.int32)
    text[:given] = prompt
    if not given:
        text[0] = np.random.default_rng(seed).integers(classes)
    surprise = np.full(len(text), np.nan)
    writing = Writing(text, surprise, np.ones(1, np.int64), np.zeros(classes), np.zeros(classes, np.int32))
    chunk.ids[0, 0], chunk.fresh[0] = text[0], True

    def next_one(program: Program) -> None:
        layers.predict(program, NO_DROPOUT)
        write_next(
            layers.readout.logits, classes, writing, max(given, 1), how, seed & 0xFFFFFFFF, chunk.ids, chunk.fresh, program
        )

    if len(text) > 1:
        team.run(1, [layers.pack])
        team.run(1, [next_one], times=len(text) - 1)
    nats = surprise.astype(np.float32)
    return text[given:][:length], nats[given:][:length], nats[:given]
