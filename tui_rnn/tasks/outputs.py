"""What an encoder-decoder writes for a source, and what happens inside it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from tui_rnn.layers.batch import Integers
from tui_rnn.layers.parameters import Floats


@dataclass(frozen=True)
class Output:
    """What was written for a source. ids: without </s>. attention (steps, source length): α of each step, the one that wrote
    </s> included; empty without attention. log_prob: of the whole, in nats. ended: whether </s> was written before the limit
    was reached."""

    ids: Integers
    attention: Floats
    log_prob: float
    ended: bool


@dataclass(frozen=True)
class Seq2SeqTrace:
    """Everything inside while a source is read and a target written.

    encoder: the signals of each direction, name → (source length, layers, hidden); decoder: name → (steps, layers,
    hidden), the step that writes </s> last; attention (steps, source length).
    """

    encoder: tuple[dict[str, Floats], ...]
    decoder: dict[str, Floats]
    attention: Floats
