"""What a run is made of: one frozen dataclass that the command line, the form, the layers and the checkpoint share.

Every field carries its own help line and bounds, so that `--help`, the form's hints and the error messages
can't drift apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from typing import Any

from tui_rnn.errors import InputError

CELLS = ("elman", "lstm", "gru")
ACTIVATIONS = ("tanh", "relu")
SCHEDULES = ("constant", "cosine")
POOLS = ("final", "mean")
ATTENTIONS = ("none", "dot", "general")
OUT_OF_REACH = 1_000_000
"""Upper bounds from here on only keep the arithmetic within its range."""
READOUTS = ("state", "context")


def _setting(default: Any, help: str, **bounds: Any) -> Any:
    """A dataclass field with its help line; bounds: choices=(...), low=, high=, above= (exclusive low), below=."""
    return field(default=default, metadata={"help": help, **bounds})


@dataclass(frozen=True)
class RunConfig:
    """The settings of one run: its network, how it is trained, and its goal. Raises InputError when out of range."""

    cell: str = _setting("lstm", "recurrent cell", choices=CELLS)
    activation: str = _setting("tanh", "the Elman network's g", choices=ACTIVATIONS)
    hidden_size: int = _setting(128, "units in each layer", low=1, high=4096)
    num_layers: int = _setting(1, "recurrent layers, each reading the one below", low=1, high=8)
    embedding_size: int = _setting(32, "size of e = E x; 0 feeds one-hot characters straight into W", low=0, high=4096)
    tie_weights: bool = _setting(False, "V = E transposed (needs embedding size = hidden size)")
    bias: bool = _setting(True, "add bias vectors; without, the textbook's equations to the letter")
    seq_len: int = _setting(64, "characters that the gradient flows back through", low=1, high=4096)
    batch_size: int = _setting(16, "parallel streams through the text", low=1, high=1024)
    learning_rate: float = _setting(0.01, "Adam's step size", above=0.0, high=1e9)
    schedule: str = _setting("constant", "learning rate after the warm-up", choices=SCHEDULES)
    warmup_steps: int = _setting(50, "steps over which the learning rate rises to its value", low=0, high=1_000_000)
    dropout: float = _setting(0.0, "share of each layer's outputs dropped while training", low=0.0, below=1.0)
    weight_decay: float = _setting(0.05, "each step shrinks the weights by this times the learning rate", low=0.0, high=100.0)
    clip_norm: float = _setting(1.0, "largest global norm of a step's gradient", above=0.0, high=1e9)
    reset_every: int = _setting(16, "chunks until a stream restarts from zeros elsewhere; 0 never", low=0, high=1_000_000)
    seed: int = _setting(1, "seed of the weights, the streams and the dropout", low=0, high=2**62)
    steps: int | None = _setting(None, "goal: training steps", low=1, high=2**62)
    epochs: float | None = _setting(None, "goal: passes through the training part", above=0.0, high=1e9)
    seconds: float | None = _setting(None, "goal: seconds of training", above=0.0, high=1e9)

    def __post_init__(self) -> None:
        for f in fields(self):
            check_setting(f.name, getattr(self, f.name))
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

    batch_size: int = _setting(32, "sequences in a step", low=1, high=1024)
    learning_rate: float = _setting(0.004, "Adam's step size", above=0.0, high=1e9)  # at 0.01 attention saturates early
    bidirectional: bool = _setting(True, "each layer reads from the start and from the end: h_t = [h_t^f ; h_t^b]")
    pool: str = _setting("final", "what a classifier decides by: the final state, or the mean of all states", choices=POOLS)
    attention: str = _setting("dot", "how the decoder looks at the encoder's states; none: the last only", choices=ATTENTIONS)
    readout: str = _setting("state", "what predicts a symbol: h^d_t, or it and the c that it finds", choices=READOUTS)
    teacher_forcing: float = _setting(1.0, "share of steps at which the decoder is fed the truth", low=0.0, high=1.0)
    input_noise: float = _setting(0.0, "share of characters read as random others while training", low=0.0, below=1.0)
    label_smoothing: float = _setting(0.0, "share of the truth that training spreads over all answers", low=0.0, below=1.0)

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
    spec = SEQUENCE_SETTINGS[name]
    meta, kind = spec.metadata, str(spec.type)
    if value is None and "None" in kind:
        return
    if "choices" in meta:
        if value not in meta["choices"]:
            raise InputError(f"{name} is {value!r}, expected one of {', '.join(meta['choices'])}")
        return
    if kind == "bool":
        if not isinstance(value, bool):
            raise InputError(f"{name} is {value!r}, expected true or false")
        return
    if kind.startswith("int"):
        if not isinstance(value, int) or isinstance(value, bool):
            raise InputError(f"{name} is {value!r}, expected a whole number")
    elif not isinstance(value, (int, float)) or isinstance(value, bool) or not -math.inf < value < math.inf:
        raise InputError(f"{name} is {value!r}, expected a finite number")
    low, high, above, below = (meta.get(k) for k in ("low", "high", "above", "below"))
    ok = (
        (low is None or value >= low)
        and (high is None or value <= high)
        and (above is None or value > above)
        and (below is None or value < below)
    )
    if not ok:
        raise InputError(f"{name} is {value}, expected {bounds_text(name, everything=high is not None and value > high)}")


def bounds_text(name: str, everything: bool = False) -> str:
    """The allowed range of a numeric setting in words: '1 to 4096', 'at least 0, less than 1'. An upper bound that no one
    comes near is left out, unless everything is to be said."""
    meta = SEQUENCE_SETTINGS[name].metadata
    low, high, above, below = (meta.get(k) for k in ("low", "high", "above", "below"))
    if high is not None and high >= OUT_OF_REACH and not everything:
        high = None
    if low is not None and high is not None:
        return f"{_number(low)} to {_number(high)}"
    bounds = {"at least": low, "more than": above, "at most": high, "less than": below}
    return ", ".join(f"{words} {_number(bound)}" for words, bound in bounds.items() if bound is not None)


def _number(value: float) -> str:
    """A bound as a person writes it: 0, 0.5, 4096, 1,000,000."""
    return f"{value:g}" if value < 10_000 else f"{int(value):,}"


def parse_setting(name: str, text: str) -> Any:
    """The value of the setting `name` read from what a person typed. Raises InputError with one line of advice."""
    kind, text = str(SEQUENCE_SETTINGS[name].type), text.strip()
    if kind == "bool":
        lowered = text.lower()
        if lowered not in ("true", "false", "yes", "no", "on", "off"):
            raise InputError(f"{name} is {text!r}, expected yes or no")
        return lowered in ("true", "yes", "on")
    if not text and "None" in kind:
        return None
    value: Any = text
    if kind.startswith(("int", "float")):
        convert = int if kind.startswith("int") else float
        try:
            value = convert(text.replace("_", ""))
        except ValueError:
            kind_name = "a whole number" if convert is int else "a number"
            raise InputError(f"{name} is {text!r}, expected {kind_name}, {bounds_text(name)}") from None
    check_setting(name, value)
    return value
