"""The table of cells: what each recurrent cell is made of, what it carries, and what can be seen inside it.

All other parts of the program read a cell's facts here: the settings (choices and names), the layers (parameters and
signals), the kernels (a number, and the column where U's blocks begin), the estimates of memory and speed, the screen
(titles, meanings, limits, colour maps) and the command line. The equations themselves stand in kernels/equations/cells.py and
in reference/cells.py. Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from tui_rnn.cell_facts import Cell, Signal, Step


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
    code=GRU.code,  # what it adds is the scale_block
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
