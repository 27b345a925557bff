"""The settings of a run: one frozen dataclass that the command line, the form, the layers and the checkpoint share.

All that is known of a setting stands beside its field: its help line, its limits, its default (for each kind of data
where that differs), the kinds that have a use for it, its group, and other names that people know it by. The options of
the command line, the form in the playground, the files of runs and the error messages are made from that. A new setting
is a new field here, and the place where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, cast

from tui_rnn.cells import CELLS
from tui_rnn.errors import InputError
from tui_rnn.kinds import ANSWERING, ITEMS, KINDS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED
from tui_rnn.setting import BY_KIND, Group, Setting

GOAL = Group("Goal (one of them)")
NETWORK = Group("Network")
EXAMPLES_NETWORK = Group("Network for tag, classify and seq2seq")
TRAINING = Group("Training")
REGULARISATION = Group("Regularisation")
RANDOMNESS = Group("Randomness")

ACTIVATIONS = ("tanh", "relu")
SCHEDULES = ("constant", "cosine", "average")
POOLS = ("final", "mean")
ATTENTIONS = ("none", "dot", "general")
READOUTS = ("state", "context")

GATED = tuple(cell.name for cell in CELLS.values() if cell.gate_blocks)
_CELL_ALIASES = {alias: cell.name for cell in CELLS.values() for alias in cell.aliases}


def _setting(default: Any, help: str, group: Group, **more: Any) -> Any:
    """A dataclass field that carries its Setting; `more`: see Setting. Its type comes from the field's annotation."""
    facts = {"default": default, "help": help, "group": group, **more}
    return field(default=BY_KIND if more.get("defaults") else default, metadata=facts)


def _for_examples(value: Any) -> Mapping[str, Any]:
    """A default of the kinds whose networks answer a text."""
    return dict.fromkeys(ANSWERING, value)


@dataclass(frozen=True)
class RunConfig:
    """The settings of one run on data of a kind (one of kinds.KINDS): its network, how it is trained, and its goal.

    What is left out takes the kind's default. Choices may be written in any case, and a whole number may stand for a
    fraction. Raises InputError for a value out of range, and for a setting that this kind has no use for.
    """

    kind: str = RUNNING_TEXT.name
    cell: str = _setting("lstm", "recurrent cell", NETWORK, choices=tuple(CELLS), choice_aliases=_CELL_ALIASES)
    hidden_size: int = _setting(128, "units in each layer", NETWORK, low=1, high=4096, aliases=("hidden",))
    num_layers: int = _setting(
        1, "recurrent layers, each reading the one below", NETWORK, low=1, high=8, aliases=("layers",)
    )  # fmt: skip
    embedding_size: int = _setting(
        32, "size of e = E x; 0 feeds one-hot characters straight into W", NETWORK, low=0, high=4096
    )  # fmt: skip
    tie_weights: bool = _setting(
        False,
        "V = E transposed (needs embedding size = hidden size)",
        NETWORK,
        kinds=(RUNNING_TEXT.name, ITEMS.name, PAIRS.name),
    )
    activation: str = _setting("tanh", "the Elman network's g", NETWORK, choices=ACTIVATIONS)
    bias: bool = _setting(True, "bias vectors; without, the textbook's equations as they are", NETWORK)
    share_gates: bool = _setting(False, "one W and one U for all gates, which keep their own biases", NETWORK)
    bidirectional: bool = _setting(
        False,
        "each layer reads from the start and from the end: h_t = [h_t^f ; h_t^b]",
        EXAMPLES_NETWORK,
        kinds=ANSWERING,
        defaults=_for_examples(True),
    )
    overlap: bool = _setting(
        True,
        "h_t^f is joined with h_t^b; without, with h_t+1^b: x_t goes in once",
        EXAMPLES_NETWORK,
        kinds=(TAGGED.name,),
        reasons={
            LABELLED.name: "where each half has read the whole text before they are joined",
            PAIRS.name: "where each half has read the whole source before they are joined",
        },
    )
    pool: str = _setting(
        "final",
        "what a classifier decides by: the final state, or the mean of all states",
        EXAMPLES_NETWORK,
        kinds=(LABELLED.name,),
        choices=POOLS,
    )
    attention: str = _setting(
        "dot",
        "how the decoder looks at the encoder's states; none: the last only",
        EXAMPLES_NETWORK,
        kinds=(PAIRS.name,),
        choices=ATTENTIONS,
    )
    readout: str = _setting(
        "state",
        "what predicts a symbol: the decoder's state, or (context) the state and the c that it finds",
        EXAMPLES_NETWORK,
        kinds=(PAIRS.name,),
        choices=READOUTS,
    )
    teacher_forcing: float = _setting(
        1.0,
        "share of steps at which the decoder is fed the truth",
        EXAMPLES_NETWORK,
        kinds=(PAIRS.name,),
        low=0.0,
        high=1.0,
    )
    learning_rate: float = _setting(
        0.01,
        "Adam's step size",
        TRAINING,
        above=0.0,
        high=1e9,
        defaults=_for_examples(0.004),  # at 0.01 attention saturates early
        aliases=("lr",),
    )
    schedule: str = _setting(
        "constant",
        "how the rate falls; average: to half, then the mean weights",
        TRAINING,
        choices=SCHEDULES,
        default_to_goal="cosine",
    )
    warmup_steps: int = _setting(
        50, "steps over which the learning rate rises to its value", TRAINING, low=0, high=1_000_000
    )  # fmt: skip
    batch_size: int = _setting(
        16,
        "parallel streams through a text, or examples in a step",
        TRAINING,
        low=1,
        high=1024,
        defaults=_for_examples(32),
        aliases=("batch",),
    )
    seq_len: int = _setting(
        64,
        "characters that the gradient flows back through",
        TRAINING,
        kinds=(RUNNING_TEXT.name,),
        low=1,
        high=4096,
        aliases=("block_size",),
    )
    sampled_softmax: int = _setting(
        0,
        "compare the true word with so many drawn ones; 0: with all",
        TRAINING,
        kinds=(RUNNING_TEXT.name,),
        low=0,
        high=1_000_000,
    )
    moments_mb: float = _setting(
        16.0, "MB for weights of past moments, which can be asked; 0 none", TRAINING, low=0.0, high=512.0
    )
    dropout: float = _setting(
        0.0, "share of each layer's outputs dropped while training", REGULARISATION, low=0.0, below=1.0
    )  # fmt: skip
    input_noise: float = _setting(
        0.0,
        "share of characters read as random others, or of words as <unk>, while training",
        REGULARISATION,
        kinds=ANSWERING,
        low=0.0,
        below=1.0,
    )
    label_smoothing: float = _setting(
        0.0,
        "share of the truth that training spreads over all answers",
        REGULARISATION,
        kinds=ANSWERING,
        low=0.0,
        below=1.0,
    )
    weight_decay: float = _setting(
        0.05, "each step shrinks the weights by it times the learning rate", REGULARISATION, low=0.0, high=100.0
    )
    clip_norm: float = _setting(1.0, "largest global norm of a step's gradient", REGULARISATION, above=0.0, high=1e9)
    reset_every: int = _setting(
        16,
        "chunks until a stream restarts from the zero state; 0 never",
        REGULARISATION,
        kinds=(RUNNING_TEXT.name,),
        low=0,
        high=1_000_000,
    )
    seed: int = _setting(1, "seed of the weights, the order of the data and the dropout", RANDOMNESS, low=0, high=2**62)
    steps: int | None = _setting(None, "goal: training steps", GOAL, low=1, high=2**62, aliases=("max_iters", "max_steps"))
    epochs: float | None = _setting(None, "goal: passes through the training part", GOAL, above=0.0, high=1e9)
    seconds: float | None = _setting(None, "goal: seconds of training", GOAL, above=0.0, high=1e9, units={"minutes": 60.0})

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"kind is {self.kind!r}, expected one of {', '.join(KINDS)}")
        for setting in SETTINGS.values():
            value = getattr(self, setting.name)
            value = setting.default_for(self.kind) if value is BY_KIND else setting.checked(value)
            if not setting.is_for(self.kind) and value != setting.default:
                setting.refuse(self.kind)
            object.__setattr__(self, setting.name, value)  # as the program uses it: LSTM becomes lstm, 1 becomes 1.0
        if self.tie_weights and self.embedding_size != self.hidden_size:
            raise InputError(
                f"tie_weights needs embedding_size = hidden_size, found {self.embedding_size} and {self.hidden_size}: "
                f"set embedding_size to {self.hidden_size}"
            )
        if self.sampled_softmax and self.tie_weights:
            raise InputError(
                f"sampled_softmax is {self.sampled_softmax:,}, which needs a V of its own: set tie_weights to no, or it to 0"
            )
        if not self.overlap and not self.bidirectional:
            raise InputError("overlap no needs a network that reads both ways: set bidirectional to yes")
        if not self.overlap and self.num_layers > 1:
            raise InputError(
                f"overlap no needs num_layers 1, found {self.num_layers}: a second layer reads states that hold x_t already"
            )
        if self.share_gates and not CELLS[self.cell].gate_blocks:
            raise InputError(
                f"share_gates needs a cell of which two gates can share, found {self.cell}: set cell to {' or '.join(GATED)}"
            )
        if len(goals := list(self.goal)) > 1:
            raise InputError(f"a run has one goal, found {' and '.join(goals)}: give only one of {', '.join(GOALS)}")

    @classmethod
    def to_goal(cls, kind: str, /, **settings: Any) -> RunConfig:
        """The settings of a run that has a goal: what is left out suits a run that ends, such as a rate that falls."""
        known = settings_for(kind)
        if unknown := [name for name in settings if name not in known]:
            raise InputError(_no_such_setting(unknown[0], kind))
        return cls(kind, **{name: known[name].default_to_goal for name in known if known[name].default_to_goal} | settings)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that this kind of data has a use for, by name."""
        return {name: getattr(self, name) for name in settings_for(self.kind)}

    @property
    def of_letters(self) -> RunConfig:
        """The settings of the layer that reads the letters of words (word+char): the network's cell, with embedding_size units
        in each direction."""
        return replace(self, hidden_size=self.embedding_size, num_layers=1, bidirectional=True, overlap=True)

    @property
    def goal(self) -> dict[str, float]:
        """The goal by its setting's name; empty where there is none."""
        return {name: getattr(self, name) for name in GOALS if getattr(self, name) is not None}

    @property
    def name(self) -> str:
        """A short human name: 'Elman 64×2', with what is not the default: 'BiLSTM 128 mean', 'BiLSTM 128 no attention'."""
        cell = f"{'Bi' if self.bidirectional else ''}{CELLS[self.cell].title} {self.hidden_size}"
        layers = f"×{self.num_layers}" if self.num_layers > 1 else ""
        shared = " shared gates" if self.share_gates else ""
        shared += "" if self.overlap else " no overlap"
        pool = "" if self.pool == "final" else f" {self.pool}"
        attention = {"none": " no attention", "dot": ""}.get(self.attention, f" {self.attention}")
        readout = "" if self.readout == "state" else f" {self.readout} readout"
        return cell + layers + shared + pool + attention + readout


SETTINGS = {f.name: Setting(name=f.name, type=cast("str", f.type), **f.metadata) for f in fields(RunConfig) if f.metadata}
"""Every setting by its name, in the order in which a person thinks of them: the network first, the goal last."""

GROUPS = (GOAL, NETWORK, EXAMPLES_NETWORK, TRAINING, REGULARISATION, RANDOMNESS)
"""In the order of the help page."""

GOALS = tuple(name for name, setting in SETTINGS.items() if setting.group is GOAL)
"""A run has one of these settings, or none."""


def settings_for(kind: str) -> dict[str, Setting]:
    """The settings that data of this kind have a use for, by name."""
    return {name: setting for name, setting in SETTINGS.items() if setting.is_for(kind)}


def default_configs(kind: str) -> tuple[RunConfig, ...]:
    """Two runs to compare on data of a kind: what the playground opens it with."""
    return tuple(RunConfig(kind, **settings) for settings in KINDS[kind].default_runs)


def _no_such_setting(name: str, kind: str) -> str:
    """The error for a setting that this kind of data has no use for, or that has another name."""
    called = next((setting.name for setting in SETTINGS.values() if name in (setting.name, *setting.aliases)), None)
    if called in SETTINGS and SETTINGS[called].is_for(kind):
        return f"there is no setting {name!r}: it is called {called}"
    if called is not None:
        setting = SETTINGS[called]
        return f"there is no setting {name!r} for {kind}{setting.reason(kind)}: it is {setting.in_words}"
    return f"there is no setting {name!r} for {kind}, expected one of {', '.join(settings_for(kind))}"
