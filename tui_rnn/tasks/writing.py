"""Writing: a language model's next character is drawn and read in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_rnn.kernels.equations.sampling import Writing, write_next
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.parameters import Floats
from tui_rnn.layers.team import Team
from tui_rnn.tasks.network import NO_DROPOUT

if TYPE_CHECKING:
    from tui_rnn.tasks.language_model import Ids, StreamLayers


def write(
    team: Team, layers: StreamLayers, text: Ids, prompt: int, temperature: float, top_k: int, top_p: float, seed: int
) -> Floats:
    """The first `prompt` ids of the text are read from the zero state, the others drawn, by layers for single characters.

    Returns −ln p of each id under the model, whatever the temperature, in nats; NaN for the first.
    """
    classes, chunk = layers.readout.classes, layers.chunk
    surprise = np.full(len(text), np.nan)
    writing = Writing(text, surprise, np.ones(1, np.int64), np.zeros(classes), np.zeros(classes, np.int32))
    if len(text) > 0:
        chunk.ids[0, 0], chunk.fresh[0] = text[0], True

    def next_one(program: Program) -> None:
        layers.predict(program, NO_DROPOUT)
        write_next(
            layers.readout.logits, classes, writing, prompt, temperature, top_k, top_p, seed & 0xFFFFFFFF, chunk.ids,
            chunk.fresh, program,
        )  # fmt: skip

    if len(text) > 1:
        team.run(1, [layers.pack])
        team.run(1, [next_one], times=len(text) - 1)
    return surprise.astype(np.float32)
