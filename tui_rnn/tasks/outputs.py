"""What networks tell: what an encoder-decoder writes for a source, and what goes on inside as they read and write."""

from __future__ import annotations

from dataclasses import dataclass

from tui_rnn.layers.batch import Integers
from tui_rnn.layers.parameters import Floats


@dataclass(frozen=True)
class Output:
    """What was written for a source: ids without </s>; attention (steps, source length), whose rows are the α of each
    step, the one that wrote </s> or was the last included, or empty without attention; ln p of the whole, in nats; ended:
    whether </s> was written, and not the limit reached before it."""

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


@dataclass(frozen=True)
class NetworkTrace:
    """Everything inside the model as it reads a text from the zero state.

    signals: name → (T, layers, hidden): by the names of the table of cells, after reading each character.
    log_probs (T, vocab): ln p of each next character, in nats.
    """

    signals: dict[str, Floats]
    log_probs: Floats
