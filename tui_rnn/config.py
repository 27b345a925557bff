"""What a run is made of: one frozen dataclass that the command line, the form, the layers and the checkpoint share.

Every field carries its own help line and bounds, so that `--help`, the form's hints and the error messages
can't drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from tui_rnn.errors import InputError
from tui_rnn.fields import bounds_text as described_bounds
from tui_rnn.fields import check, check_all, described, parse

CELLS = ("elman", "lstm", "gru")
ACTIVATIONS = ("tanh", "relu")
SCHEDULES = ("constant", "cosine")
POOLS = ("final", "mean")
ATTENTIONS = ("none", "dot", "general")
READOUTS = ("state", "context")


@dataclass(frozen=True)
class RunConfig:
    """The settings of one run: its network, how it is trained, and its goal. Raises InputError when out of range."""

    cell: str = described("lstm", "recurrent cell", choices=CELLS)
    activation: str = described("tanh", "the Elman network's g", choices=ACTIVATIONS)
    hidden_size: int = described(128, "units in each layer", low=1, high=4096)
    num_layers: int = described(1, "recurrent layers, each reading the one below", low=1, high=8)
    embedding_size: int = described(32, "size of e = E x; 0 feeds one-hot characters straight into W", low=0, high=4096)
    tie_weights: bool = described(False, "V = E transposed (needs embedding size = hidden size)")
    bias: bool = described(True, "add bias vectors; without, the textbook's equations to the letter")
    seq_len: int = described(64, "characters that the gradient flows back through", low=1, high=4096)
    batch_size: int = described(16, "parallel streams through the text", low=1, high=1024)
    learning_rate: float = described(0.01, "Adam's step size", above=0.0, high=1e9)
    schedule: str = described("constant", "learning rate after the warm-up", choices=SCHEDULES)
    warmup_steps: int = described(50, "steps over which the learning rate rises to its value", low=0, high=1_000_000)
    dropout: float = described(0.0, "share of each layer's outputs dropped while training", low=0.0, below=1.0)
    weight_decay: float = described(0.05, "each step shrinks the weights by this times the learning rate", low=0.0, high=100.0)
    clip_norm: float = described(1.0, "largest global norm of a step's gradient", above=0.0, high=1e9)
    reset_every: int = described(16, "chunks until a stream restarts from zeros elsewhere; 0 never", low=0, high=1_000_000)
    seed: int = described(1, "seed of the weights, the streams and the dropout", low=0, high=2**62)
    steps: int | None = described(None, "goal: training steps", low=1, high=2**62)
    epochs: float | None = described(None, "goal: passes through the training part", above=0.0, high=1e9)
    seconds: float | None = described(None, "goal: seconds of training", above=0.0, high=1e9)

    def __post_init__(self) -> None:
        check_all(self)
        if self.tie_weights and self.embedding_size != self.hidden_size:
            raise InputError(
                f"tie_weights needs embedding_size = hidden_size, found {self.embedding_size} and {self.hidden_size}: "
                f"set embedding_size to {self.hidden_size}"
            )
        goals = [name for name in ("steps", "epochs", "seconds") if getattr(self, name) is not None]
        if len(goals) > 1:
            raise InputError(f"a run has one goal, found {' and '.join(goals)}: give only one of steps, epochs, seconds")

    @property
    def name(self) -> str:
        """A short human name: 'LSTM 128', 'Elman 64×2'."""
        cell = {"elman": "Elman", "lstm": "LSTM", "gru": "GRU"}[self.cell]
        return f"{cell} {self.hidden_size}" + (f"×{self.num_layers}" if self.num_layers > 1 else "")


@dataclass(frozen=True)
class SequenceConfig(RunConfig):
    """The settings of a network that reads whole sequences: a tagger, a classifier or an encoder-decoder.

    seq_len and reset_every are for streams and mean nothing here; a step takes batch_size whole sequences.
    """

    batch_size: int = described(32, "sequences in a step", low=1, high=1024)
    learning_rate: float = described(0.004, "Adam's step size", above=0.0, high=1e9)  # at 0.01 attention saturates early
    bidirectional: bool = described(True, "each layer reads from the start and from the end: h_t = [h_t^f ; h_t^b]")
    pool: str = described("final", "what a classifier decides by: the final state, or the mean of all states", choices=POOLS)
    attention: str = described("dot", "how the decoder looks at the encoder's states; none: the last only", choices=ATTENTIONS)
    readout: str = described("state", "what predicts a symbol: h^d_t, or it and the c that it finds", choices=READOUTS)
    teacher_forcing: float = described(1.0, "share of steps at which the decoder is fed the truth", low=0.0, high=1.0)
    input_noise: float = described(0.0, "share of characters read as random others while training", low=0.0, below=1.0)
    label_smoothing: float = described(0.0, "share of the truth that training spreads over all answers", low=0.0, below=1.0)

    @property
    def name(self) -> str:
        """A short human name: 'BiLSTM 128×2', with what is not the default: 'BiLSTM 128 mean', 'BiLSTM 128 no attention'."""
        pool = "" if self.pool == "final" else f" {self.pool}"
        attention = {"none": " no attention", "dot": ""}.get(self.attention, f" {self.attention}")
        readout = "" if self.readout == "state" else " reads out c"
        return ("Bi" if self.bidirectional else "") + super().name + pool + attention + readout


def default_configs(kind: str) -> tuple[RunConfig, ...]:
    """Two runs to compare on data of a kind (one of data.opening.KINDS): what the playground opens it with."""
    lstm = SequenceConfig()
    if kind == "tag":
        return replace(lstm, cell="elman"), lstm
    if kind == "classify":
        return lstm, replace(lstm, pool="mean")
    if kind == "seq2seq":
        return lstm, replace(lstm, attention="none")
    # A playground run has no goal, so its rate never falls: the Elman network then settles lower at a smaller one (after
    # 12,000 steps on the prose 1.35 nats/char against 1.39 at the LSTM's 0.01).
    return RunConfig(cell="elman", learning_rate=0.004), RunConfig()


def config_type(kind: str) -> type[RunConfig]:
    """The class of the settings that the networks of a kind (one of data.opening.KINDS) have."""
    return RunConfig if kind in ("lm", "items") else SequenceConfig


SETTINGS = {f.name: f for f in fields(RunConfig)}
SEQUENCE_SETTINGS = {f.name: f for f in fields(SequenceConfig)}


def check_setting(name: str, value: Any) -> None:
    """Raise InputError when `value` is not allowed for the setting `name`."""
    check(SEQUENCE_SETTINGS[name], value)


def bounds_text(name: str, everything: bool = False) -> str:
    """The allowed range of a numeric setting in words, see fields.bounds_text."""
    return described_bounds(SEQUENCE_SETTINGS[name], everything)


def parse_setting(name: str, text: str) -> Any:
    """The value of the setting `name` read from what a person typed. Raises InputError with one line of advice."""
    return parse(SEQUENCE_SETTINGS[name], text)
