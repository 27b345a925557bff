"""The arithmetic of one unit at one position: every equation of the notes with its numbers, so that a person can compute each
line again from what it shows. insight/digits.py chooses the digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.fields import described
from tui_rnn.insight.by_hand import Place
from tui_rnn.insight.by_hand_of_kinds import by_hand
from tui_rnn.insight.decoder_by_hand import DECODER
from tui_rnn.insight.digits import MINUS, written
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.sheet import BlockGradient, Line, Sheet
from tui_rnn.insight.trace import DIRECTIONS


@dataclass(frozen=True)
class Arithmetic(Question["Worked"]):
    """Every equation of the notes with the numbers of one unit at one position: the gates and states, the logits of the
    likeliest outputs, the loss, and one entry of its gradient beside a finite difference."""

    text: str | None = described(None, "the text that is read; without, what validates")
    example: int = described(0, "of examples that validate: which one, from 0 on", low=0, high=1 << 31)
    position: int | None = described(
        None, "which symbol, from 0 on (<s> of an item is 0); without, the last whose next one is known", low=0, high=1 << 40
    )
    unit: int = described(0, "which unit, from 0 on", low=0, high=1 << 31)
    layer: int = described(1, "which layer, from 1 on", low=1, high=1 << 31)
    direction: str = described("forward", "its direction of reading, or the decoder", choices=(*DIRECTIONS, DECODER))
    terms: int = described(4, "how many of the largest terms of a sum are shown", low=1, high=1 << 20)
    outputs: int = described(3, "for how many of the likeliest outputs the logits are shown", low=1, high=1000)
    digits: int = described(4, "decimals of a result; its terms get more where needed", low=1, high=9)


@dataclass(frozen=True, eq=False)
class Worked(Answer):
    """steps: the lines in order. symbol: what is read at the position. about: which loss it is; inputs: what x or e is.
    gradient: of the loss by `parameter`, back through steps_back positions; difference: the finite difference. blocks: the
    norm of the loss's gradient by each block of the layer's matrices. float32_error: the largest difference between the
    layer's signals here and in the network itself, which computes in float32."""

    cell: str
    symbol: str
    position: int
    place: Place
    about: str
    inputs: str
    steps: tuple[Line, ...]
    parameter: str
    gradient: float
    difference: float
    steps_back: int
    blocks: tuple[BlockGradient, ...]
    float32_error: float
    loss_nats: float

    @property
    def headlines(self) -> tuple[Headline, ...]:
        h = next(line for line in reversed(self.steps) if line.section == "cell")
        return Headline("h", h.value), Headline("loss, nats", self.loss_nats), Headline("gradient", self.gradient)

    def lines(self) -> Iterator[str]:
        place = self.place
        yield (
            f"unit {place.unit} of layer {place.layer}, {place.direction}, reads {self.symbol!r} at position {self.position:,}"
            + (f"; {self.inputs}" if self.inputs else "")
        )
        section = "z"
        for line in self.steps:
            if line.section != section and line.section in ("readout", "loss", "gradient"):
                yield {"readout": "readout", "loss": self.about, "gradient": self.gradient_title}[line.section]
            section = line.section
            yield f"  {line}"
        if self.blocks:
            told = " · ".join(f"{one.name} {one.norm:.3g}" for one in self.blocks)
            yield f"the norm of this loss's gradient by each block: {told}"
        yield f"the network itself computes in float32: its signals here differ by {self.float32_error:.1e} at most"

    @property
    def gradient_title(self) -> str:
        """The entry of the gradient that is checked, in words."""
        error = abs(self.difference - self.gradient)
        return (
            f"its gradient, back through {self.steps_back} positions: ∂L/∂{self.parameter} = {signed(self.gradient)}; "
            f"the finite difference is off by {error:.0e}"
        )


def answer(subject: Subject, question: Arithmetic, progress: Progress) -> Worked:
    """In float64, from the weights as they are."""
    progress(0, 3)
    hand = by_hand(subject, question)
    cell = CELLS[subject.config.cell]
    sheet = Sheet(hand, cell, subject.config.activation, question.unit, question.terms, question.outputs, question.digits)
    lines = [*sheet.cell_lines(), *(sheet.readout_lines(hand.readout) if hand.readout else ())]
    progress(1, 3)
    loss = hand.loss(hand.parameters)
    if not hand.readout:
        lines.append(Line("loss", 0, "L", "mean of −ln ŷ", "", written(loss, question.digits), loss))
    parameter, gradient, difference, line = sheet.gradient_line()
    progress(2, 3)
    errors = [float(np.abs(values - hand.inputs.now[name]).max()) for name, values in hand.own.items()]
    place = Place(question.layer, question.direction, question.unit)
    vectors = [vector for _, _, vector in hand.inputs.products] + ([hand.readout.vector] if hand.readout else [])
    inputs = "; ".join(vector.about for vector in vectors if vector.about)
    return Worked(
        subject.step, cell.title, hand.symbol, hand.position, place, hand.about, inputs, (*lines, line),
        parameter, gradient, difference, hand.steps_back, tuple(sheet.block_gradients()), max(errors), loss,
    )  # fmt: skip


def signed(value: float) -> str:
    """A number with eight digits and a true minus sign."""
    return f"{value:.8g}".replace("-", MINUS)
