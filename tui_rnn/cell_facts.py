"""What is known of a recurrent cell: its signals, its blocks, the lines of what a unit computes. The table is in cells.py.

Notation is the chapter's: x_t is the input of the layer, W its weights, U the recurrent weights, b the bias. A gate's
name is the subscript: W_f, U_f, b_f. A block is the part of z = W x + U h + b that belongs to one gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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

    code: the kernels' number of its equations; activation_codes: the numbers with activations other than tanh, if any.
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
        """The blocks of z that are gates, in the order in which they are stored: those that can share one W and one U. Empty if
        there are fewer than two."""
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
