"""The table of cells: what each recurrent cell is made of, what it carries, and what can be seen inside it.

All other parts of the program read a cell's facts here: the settings (choices and names), the layers (parameters and
signals), the kernels (a number, and the column where U's blocks begin), the estimates of memory and speed, the screen
(titles, meanings, limits, colour maps) and the command line. The equations themselves stand in kernels/equations/cells.py and
in reference/cells.py. This file imports nothing.

Notation is the chapter's: x_t is the input of the layer, W its weights, U the recurrent weights, b the bias. A gate's
name is the subscript: W_f, U_f, b_f. A block is the part of z = W x + U h + b that belongs to one gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

ColourMap = Literal["sequential", "diverging"]


@dataclass(frozen=True)
class Signal:
    """One signal inside a cell: a value for each unit at each time step.

    low and high: the limits that no value can cross, None where there is no such limit. limit: where the colour map ends
    at first; a signal without limits may need more later. zero and one: complete the sentences "0 …" and "1 …" about a
    gate; about: says what any other signal is.
    """

    name: str
    title: str
    symbol: str
    equation: str
    low: float | None = -1.0
    high: float | None = 1.0
    zero: str = ""
    one: str = ""
    about: str = ""
    colours: ColourMap = "diverging"
    limit: float = 1.0

    @property
    def bounded(self) -> bool:
        """Whether no value can lie beyond the limits."""
        return self.low is not None and self.high is not None

    @property
    def meaning(self) -> str:
        """What its values mean, in one line: '0 erases the cell, 1 keeps it'."""
        return f"0 {self.zero}, 1 {self.one}" if self.zero else self.about

    @property
    def map_low(self) -> float:
        """Where the colour map begins if it ends at 1: 0 for a sequential map, −1 for a diverging one."""
        return 0.0 if self.colours == "sequential" else -1.0


@dataclass(frozen=True)
class Step:
    """One line of what a unit computes: name = function(a sum of products), in the notes' letters.

    terms: the products. Each factor is the name of a z (z_f), of an earlier line or of a carried state (h_t−1), perhaps with
    "tanh ", "1 − " or "1 ÷ " before it. function: σ, 2 · σ, tanh, g (the network's activation), or none.
    """

    name: str
    terms: tuple[tuple[str, ...], ...]
    function: Literal["", "σ", "2 · σ", "tanh", "g"] = ""


@dataclass(frozen=True)
class Cell:
    """One kind of recurrent cell.

    code: the kernels' number for it; activation_codes: the numbers for activations other than tanh, if there are any.
    input_blocks and recurrent_blocks: the blocks of W's and of U's columns, in the order in which they are stored. W's
    begin at block 0 of z, U's at block `recurrent_start`. A block that only one of the two has is not summed. A cell without
    U has no recurrent blocks: its U has no columns.
    carried: the states that go on to the next step. forget_block: the block whose bias begins at 1, if there is one.
    scale_block: the first block, if it scales the state that U reads; it has no U.
    frozen_by: the gates, and the values at which they keep the memory as it is; empty for a cell without memory.
    signals: what a trace of it holds, in this order. steps: what a unit computes from its z's, line by line. aliases: other
    names that people know it by.
    """

    name: str
    title: str
    code: int
    input_blocks: tuple[str, ...]
    recurrent_blocks: tuple[str, ...]
    recurrent_start: int
    signals: tuple[Signal, ...]
    steps: tuple[Step, ...]
    carried: tuple[str, ...] = ("h",)
    forget_block: str | None = None
    scale_block: str | None = None
    frozen_by: Mapping[str, float] = field(default_factory=dict)
    activation_codes: Mapping[str, int] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    @property
    def blocks(self) -> tuple[str, ...]:
        """All blocks of z and of b: W's, and those that only U has."""
        return self.input_blocks + self.recurrent_blocks[len(self.input_blocks) - self.recurrent_start :]

    @property
    def gates(self) -> tuple[str, ...]:
        """The names of its gates."""
        return tuple(signal.name for signal in self.signals if signal.zero)

    @property
    def gate_blocks(self) -> tuple[str, ...]:
        """The blocks of z that are gates, in the order in which they are stored: those that can share one W and one U. None if
        there are no two of them."""
        found = tuple(block for block in self.blocks if block in self.gates)
        return found if len(found) > 1 else ()

    @property
    def has_gates(self) -> bool:
        """Whether there is more to see than the hidden state."""
        return len(self.signals) > 1

    @property
    def keeps(self) -> str | None:
        """The gate that says how much of the old state goes on, if there is one."""
        return next((name for name, value in self.frozen_by.items() if value == 1), None)

    def z_of(self, block: str) -> str:
        """The name of a block's z: z_f, or z where there is only one."""
        return f"z_{block}" if self.has_gates else "z"

    def matrix(self, letter: str, block: str) -> str:
        """What a block's W, U or b is called: W_f, or W where there is only one. A block that only U has gets the name of the
        block that only W has."""
        if not self.has_gates:
            return letter
        if letter == "U" and block not in self.input_blocks:
            block = self.input_blocks[self.recurrent_start - 1]
        return f"{letter}_{block}"

    def code_for(self, activation: str) -> int:
        """The kernels' number for this cell with that activation. Cells without a choice ignore it."""
        return self.activation_codes.get(activation, self.code)

    def signal(self, name: str) -> Signal:
        """The signal of that name. Raises KeyError."""
        return {signal.name: signal for signal in self.signals}[name]


def _gate(name: str, title: str, zero: str, one: str, has_U: bool = True) -> Signal:
    """A gate: a sigmoid of its own block, between 0 and 1."""
    equation = f"{name}_t = σ(W_{name} x_t + {f'U_{name} h_t−1 + ' if has_U else ''}b_{name})"
    return Signal(name, title, f"{name}_t", equation, low=0.0, zero=zero, one=one, colours="sequential")


def _of_z(name: str, function: Literal["", "σ", "tanh"] = "σ") -> Step:
    """A gate or a candidate: a function of its own z."""
    return Step(name, ((f"z_{name}",),), function)


_STATE = "what the next step and the output read"

_LINEAR_CANDIDATE = Signal(
    "n", "candidate", "n_t", "n_t = W_n x_t + b_n", low=None, high=None, about="what the new state would be", limit=2.0
)
"""Of the cells without U: linear, as in the paper's plain form. The state is a mean of candidates, so it needs no tanh to stay
as small as they are."""

ELMAN = Cell(
    name="elman",
    title="Elman",
    aliases=("rnn", "srn"),
    code=0,
    activation_codes={"relu": 3},
    input_blocks=("h",),
    recurrent_blocks=("h",),
    recurrent_start=0,
    signals=(
        # tanh keeps it between -1 and 1, relu above 0: it has no limits that hold for both
        Signal("h", "hidden state", "h_t", "h_t = g(W x_t + U h_t−1 + b)", low=None, high=None, about=_STATE),
    ),
    steps=(Step("h", (("z",),), "g"),),
)

LSTM = Cell(
    name="lstm",
    title="LSTM",
    code=1,
    input_blocks=("i", "f", "g", "o"),
    recurrent_blocks=("i", "f", "g", "o"),
    recurrent_start=0,
    carried=("h", "c"),
    forget_block="f",
    frozen_by={"i": 0.0, "f": 1.0},
    signals=(
        _gate("i", "input gate", "shuts the cell", "lets the candidate in"),
        _gate("f", "forget gate", "erases the cell", "keeps it"),
        Signal(
            "g",
            "candidate",
            "g_t",
            "g_t = tanh(W_g x_t + U_g h_t−1 + b_g)",
            about="what would be written into the cell",
        ),
        _gate("o", "output gate", "hides the cell", "shows it"),
        Signal(
            "c",
            "cell state",
            "c_t",
            "c_t = f_t ⊙ c_t−1 + i_t ⊙ g_t",
            low=None,
            high=None,
            about="the memory: what f kept and what i let in",
            limit=2.0,
        ),
        Signal("h", "hidden state", "h_t", "h_t = o_t ⊙ tanh(c_t)", about=_STATE),
    ),
    steps=(
        _of_z("f"),
        Step("k", (("c_t−1", "f"),)),
        _of_z("g", "tanh"),
        _of_z("i"),
        Step("j", (("g", "i"),)),
        Step("c", (("j",), ("k",))),
        _of_z("o"),
        Step("h", (("o", "tanh c"),)),
    ),
)

GRU = Cell(
    name="gru",
    title="GRU",
    code=2,
    # m = U_n h + b_m stays apart from z_n = W_n x + b_n, since the reset gate multiplies it
    input_blocks=("n", "r", "z"),
    recurrent_blocks=("r", "z", "m"),
    recurrent_start=1,
    frozen_by={"z": 1.0},
    signals=(
        _gate("z", "update gate", "takes the candidate", "keeps the old state"),
        _gate("r", "reset gate", "hides the old state from the candidate", "shows it"),
        Signal(
            "n",
            "candidate",
            "n_t",
            "n_t = tanh(W_n x_t + b_n + r_t ⊙ (U_n h_t−1 + b_m))",
            about="what the new state would be",
        ),
        Signal("h", "hidden state", "h_t", "h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_t−1", about=_STATE),
    ),
    steps=(
        _of_z("r"),
        _of_z("z"),
        Step("n", (("z_n",), ("r", "z_m")), "tanh"),
        Step("h", (("1 − z", "n"), ("z", "h_t−1"))),
    ),
)

MGRU = Cell(
    name="mgru",
    title="mGRU",
    code=6,
    input_blocks=("q", *GRU.input_blocks),
    recurrent_blocks=GRU.recurrent_blocks,
    recurrent_start=2,
    scale_block="q",
    frozen_by=GRU.frozen_by,
    signals=(
        Signal(
            "q",
            "scale",
            "q_t",
            "q_t = 2σ(W_q x_t + b_q)",
            low=0.0,
            high=2.0,
            about="how much of the old state U reads: 0 nothing, 1 as it is, 2 twice",
            colours="sequential",
            limit=2.0,
        ),
        *(replace(one, equation=one.equation.replace("h_t−1", "(q_t ⊙ h_t−1)")) for one in GRU.signals[:3]),
        GRU.signals[3],
    ),
    steps=(Step("q", (("z_q",),), "2 · σ"), *GRU.steps),
)

MINGRU = Cell(
    name="mingru",
    title="minGRU",
    code=4,
    input_blocks=("n", "z"),
    recurrent_blocks=(),
    recurrent_start=2,
    frozen_by={"z": 1.0},
    signals=(
        _gate("z", "update gate", "takes the candidate", "keeps the old state", has_U=False),
        _LINEAR_CANDIDATE,
        Signal("h", "hidden state", "h_t", "h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_t−1", low=None, high=None, about=_STATE, limit=2.0),
    ),
    steps=(
        _of_z("z"),
        _of_z("n", ""),
        Step("h", (("1 − z", "n"), ("z", "h_t−1"))),
    ),
)

MINLSTM = Cell(
    name="minlstm",
    title="minLSTM",
    code=5,
    input_blocks=("f", "i", "n"),
    recurrent_blocks=(),
    recurrent_start=3,
    frozen_by={"f": 1.0},
    signals=(
        # what f leaves is the input gate: the paper divides both by their sum
        Signal(
            "f",
            "forget gate",
            "f_t",
            "f_t = p ÷ (p + q), p = σ(W_f x_t + b_f), q = σ(W_i x_t + b_i)",
            low=0.0,
            zero="takes the candidate",
            one="keeps the old state",
            colours="sequential",
        ),
        _LINEAR_CANDIDATE,
        Signal("h", "hidden state", "h_t", "h_t = (1 − f_t) ⊙ n_t + f_t ⊙ h_t−1", low=None, high=None, about=_STATE, limit=2.0),
    ),
    steps=(
        Step("p", (("z_f",),), "σ"),
        Step("q", (("z_i",),), "σ"),
        Step("s", (("p",), ("q",))),
        Step("f", (("p", "1 ÷ s"),)),
        _of_z("n", ""),
        Step("h", (("1 − f", "n"), ("f", "h_t−1"))),
    ),
)

CELLS: Mapping[str, Cell] = {cell.name: cell for cell in (ELMAN, LSTM, GRU, MGRU, MINGRU, MINLSTM)}
"""The cells by name, the simplest first."""


def signals_named(names: Iterable[str]) -> tuple[Signal, ...]:
    """The signals of the cell whose trace holds exactly these names, in the order of the table. Raises KeyError."""
    wanted = set(names)
    for cell in CELLS.values():
        if {signal.name for signal in cell.signals} == wanted:
            return cell.signals
    raise KeyError(f"no cell has the signals {' '.join(sorted(wanted))}")
