"""The equations of one unit with its numbers, line by line, so that a person can compute each line again from what it shows.
insight/digits.py chooses the digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tui_rnn.cell_facts import Cell, Step
from tui_rnn.insight.by_hand import ByHand, Place, Readout, Vector
from tui_rnn.insight.digits import MINUS, added, factor, fitted, written
from tui_rnn.insight.surprise import BITS
from tui_rnn.reference.cells import Array, Parameters

STEP = 1e-4
"""How far a parameter is moved each way for a finite difference. The error is about STEP² times the third derivative."""
TINY_NATS = 14.0
"""A ŷ below e to the minus this has too few digits for a calculation."""


@dataclass(frozen=True)
class Line:
    """One line: name = equation = numbers = shown. value: the exact value that `shown` rounds. Numbers and shown are written
    for a person, with ·, −, σ(, tanh(, exp(, ln( and max(. section: z, cell, readout, loss or gradient. level: 0, or more for
    the terms of a sum in a line above. place: the unit from which a term comes."""

    section: str
    level: int
    name: str
    equation: str
    numbers: str
    shown: str
    value: float
    place: Place | None = None

    def __str__(self) -> str:
        told = " = ".join(filter(None, (self.name, self.equation, self.numbers, self.shown)))
        return "  " * self.level + told


@dataclass(frozen=True)
class BlockGradient:
    """name: the block, such as U_f. norm: of the loss's gradient by all its weights, √ Σ (∂L/∂U_f[j,k])²."""

    name: str
    norm: float


class Sheet:
    """The lines of one unit. terms: how many terms of a sum are shown; outputs: for how many the logits are; digits: of a
    result."""

    def __init__(self, hand: ByHand, cell: Cell, activation: str, unit: int, terms: int, outputs: int, digits: int) -> None:
        self.hand, self.cell, self.activation, self.unit = hand, cell, activation, unit
        self.terms, self.outputs, self.digits = terms, outputs, digits

    # ------------------------------------------------------------- the cell

    def cell_lines(self) -> Iterator[Line]:
        """The lines of the cell, each after the z's that it needs."""
        values = {f"{name}_t−1": float(array[self.unit]) for name, array in self.hand.inputs.before.items()}
        told: set[str] = set()
        for step in self.cell.steps:
            names = {_bare(one) for term in step.terms for one in term}
            for block in self.cell.blocks:
                if (z := self.cell.z_of(block)) in names - told:
                    yield from self._z_lines(block, values)
                    told.add(z)
            yield self._step_line(step, values)

    def column(self, letter: str, block: str) -> int | None:
        """The column of the unit's weights of a block in a parameter; None if the parameter has no such block."""
        blocks = {"U": self.cell.recurrent_blocks, "b": self.cell.blocks}.get(letter, self.cell.input_blocks)
        return blocks.index(block) * len(self.hand.inputs.now["h"]) + self.unit if block in blocks else None

    def _z_lines(self, block: str, values: dict[str, float]) -> Iterator[Line]:
        names, parts, below = list[str](), list[float](), list[Line]()
        for letter, parameter, vector in self.hand.inputs.products:
            if (column := self.column(letter, block)) is None:
                continue
            weights, matrix = self.hand.parameters[parameter][:, column], self.cell.matrix(letter, block)
            dot = self.dot("z", f"{matrix} {vector.symbol}", f"{matrix}[{self.unit},", weights, vector)
            below += dot
            names.append(dot[0].name)
            parts.append(dot[0].value)
        if self.hand.inputs.bias in self.hand.parameters:
            names.append(self.cell.matrix("b", block))
            parts.append(float(self.hand.parameters[self.hand.inputs.bias][self.column("b", block)]))
        name = self.cell.z_of(block)
        values[name] = sum(parts)
        yield self._sum("z", 0, name, " + ".join(names), parts, values[name])
        yield from below

    def dot(self, section: str, name: str, weight: str, weights: Array, vector: Vector) -> list[Line]:
        """Σ weights · vector: the sum, then its largest terms."""
        products = weights * vector.values
        there = np.flatnonzero(products)
        largest = there[np.argsort(-np.abs(products[there]), kind="stable")][: self.terms]
        terms = [
            self._product(section, f"{weight}{self._index(vector, k)}] · {vector.name_of(k)}", float(weights[k]), vector, k)
            for k in largest.tolist()
        ]
        total, rest, left = float(products.sum()), float(products.sum() - products[largest].sum()), len(there) - len(largest)
        parts = [line.value for line in terms] + ([rest] if left else [])
        largest_terms = "its largest term" if len(terms) == 1 else f"its {len(terms)} largest terms"
        equation = f"{largest_terms} + the other {left:,}" if left else ""
        return [self._sum(section, 1, name, equation, parts, total), *terms]

    def _index(self, vector: Vector, k: int) -> str:
        return vector.name_of(k).partition("[")[2].removesuffix("]")

    def _product(self, section: str, name: str, weight: float, vector: Vector, k: int) -> Line:
        value = weight * float(vector.values[k])
        texts, shown = fitted(lambda x: x[0] * x[1], (weight, float(vector.values[k])), value, self.digits)
        numbers = f"{factor(texts[0])} · {factor(texts[1])}"
        return Line(section, 2, name, "", numbers, shown, value, vector.place_of(k))

    def _sum(self, section: str, level: int, name: str, equation: str, parts: Sequence[float], total: float) -> Line:
        texts, shown = fitted(sum, parts, total, self.digits)
        return Line(section, level, name, equation, added(texts), shown, total)

    def _step_line(self, step: Step, values: dict[str, float]) -> Line:
        factors = [one for term in step.terms for one in term]
        numbers = [values[_bare(one)] for one in factors]

        def evaluate(given: Sequence[float]) -> float:
            left = iter(given)
            total = sum(math.prod(_of_factor(one, next(left)) for one in term) for term in step.terms)
            return self._function(step.function)(total)

        values[step.name] = value = evaluate(numbers)
        texts, shown = fitted(evaluate, numbers, value, self.digits)
        written_factors = iter(texts)
        equation = self._called(step.function, [[_called(one, _bare(one)) for one in term] for term in step.terms])
        filled = self._called(step.function, [[_called(one, next(written_factors)) for one in term] for term in step.terms])
        return Line("cell", 0, step.name, equation, "" if filled == shown else filled, shown, value)

    def _function(self, name: str) -> Callable[[float], float]:
        if name == "g":
            name = self.activation
        return {
            "σ": _sigmoid,
            "2 · σ": lambda x: 2 * _sigmoid(x),
            "tanh": math.tanh,
            "relu": lambda x: max(0.0, x),
            "": lambda x: x,
        }[name]

    def _called(self, name: str, terms: list[list[str]]) -> str:
        products = [" · ".join(map(factor, term)) if len(term) > 1 else term[0] for term in terms]
        total, name = added(products), self.activation if name == "g" else name
        return {"": total, "relu": f"max(0, {total})"}.get(name, f"{name}({total})")

    # ------------------------------------------------------------- what comes of it

    def readout_lines(self, readout: Readout) -> Iterator[Line]:
        """The logits of the likeliest outputs and of the target, ŷ, and the loss."""
        V, vector, logits = self.hand.parameters[readout.V], readout.vector, readout.logits
        likeliest = np.argsort(-logits, kind="stable")[: self.outputs].tolist()
        shown = likeliest if readout.target in likeliest else [*likeliest, readout.target]
        for k in shown:
            name = repr(readout.names[k])
            dot = self.dot("readout", f"V[{name}] · {vector.symbol}", f"V[{name},", V[k], vector)
            bias = [float(self.hand.parameters["b_out"][k])] if "b_out" in self.hand.parameters else []
            equation = " + ".join([dot[0].name, *(["b_out"] if bias else [])])
            yield self._sum("readout", 0, f"z[{name}]", equation, [dot[0].value, *bias], float(logits[k]))
            yield from dot
        yield from self._softmax(readout, shown)

    def _softmax(self, readout: Readout, shown: list[int]) -> Iterator[Line]:
        logits, digits = readout.logits, self.digits
        top = float(logits.max())  # subtracted from all, so that no exp( is too large
        others = np.delete(logits, shown)
        rest = float(np.exp(others - top).sum())
        total = sum(math.exp(float(logits[k]) - top) for k in shown) + rest

        def evaluate(x: Sequence[float]) -> float:
            return sum(math.exp(one - x[-1]) for one in x[: len(shown)]) + (x[len(shown)] if len(others) else 0.0)

        given = [float(logits[k]) for k in shown] + ([rest] if len(others) else []) + [top]
        texts, told = fitted(evaluate, given, total, digits)
        terms = [f"exp({added([text, _negated(texts[-1])])})" for text in texts[: len(shown)]]
        names = [f"exp(z[{readout.names[k]!r}] − m)" for k in shown]
        if len(others):
            terms.append(texts[len(shown)])
            names.append(f"the other {len(others):,}")
        yield Line("readout", 0, "m", "the largest z", "", written(top, digits), top)
        yield Line("readout", 0, "S", " + ".join(names), " + ".join(terms), told, total)
        probabilities = {}
        for k in shown:
            value = math.exp(float(logits[k]) - top) / total
            texts, told = fitted(lambda x: math.exp(x[0] - x[1]) / x[2], (float(logits[k]), top, total), value, digits)
            numbers = f"exp({added([texts[0], _negated(texts[1])])}) / {texts[2]}"
            name = repr(readout.names[k])
            yield Line("readout", 0, f"ŷ[{name}]", f"exp(z[{name}] − m) / S", numbers, told, value)
            probabilities[k] = value
        yield from self._loss_lines(repr(readout.names[readout.target]), float(logits[readout.target]), top, total)

    def _loss_lines(self, name: str, logit: float, top: float, total: float) -> Iterator[Line]:
        """−ln ŷ; if ŷ is nearly zero, from the logit, m and S."""
        loss = top + math.log(total) - logit
        if loss < TINY_NATS:
            texts, shown = fitted(lambda x: -math.log(x[0]), (math.exp(-loss),), loss, self.digits)
            equation, numbers = f"−ln ŷ[{name}]", f"−ln({texts[0]})"
        else:
            texts, shown = fitted(lambda x: x[0] + math.log(x[1]) - x[2], (top, total, logit), loss, self.digits)
            equation, numbers = f"m + ln S − z[{name}]", f"{added([texts[0], f'ln({texts[1]})', _negated(texts[2])])}"
        yield Line("loss", 0, "L", equation, numbers, f"{shown} nats", loss)
        texts, shown = fitted(lambda x: x[0] / x[1], (loss, BITS), loss / BITS, self.digits)
        yield Line("loss", 0, "in bits", "L / ln 2", f"{texts[0]} / {texts[1]}", f"{shown} bits", loss / BITS)

    # ------------------------------------------------------------- its gradient

    @cached_property
    def _gradients(self) -> Parameters:
        return self.hand.gradient()

    def block_gradients(self) -> Iterator[BlockGradient]:
        """The norms for each block of the layer's matrices, in the order in which they are stored. Of blocks that share one
        matrix, each has its own part of the gradient here."""
        size = len(self.hand.inputs.now["h"])
        for letter, parameter, _ in self.hand.inputs.products:
            for block in self.cell.recurrent_blocks if letter == "U" else self.cell.input_blocks:
                column = self.column(letter, block)
                if column is not None and parameter in self._gradients:
                    first = column - self.unit
                    norm = float(np.linalg.norm(self._gradients[parameter][:, first : first + size]))
                    yield BlockGradient(self.cell.matrix(letter, block), norm)

    def gradient_line(self) -> tuple[str, float, float, Line]:
        """The entry of the unit with the largest gradient: its name, its gradient by back-propagation, and the finite
        difference."""
        gradients = self._gradients
        best, name, parameter_of, index_of = -1.0, "", "", tuple[int, ...]()
        for block in self.cell.blocks:
            for letter, parameter, vector in (*self.hand.inputs.products, ("b", self.hand.inputs.bias, None)):
                column = self.column(letter, block)
                if column is None or parameter not in gradients:
                    continue
                entries = np.abs(gradients[parameter][..., column])
                k = int(entries.argmax())
                if (size := float(entries.max())) > best:
                    best, parameter_of, index_of = size, parameter, (column,) if vector is None else (k, column)
                    index = "" if vector is None else f",{self._index(vector, k)}"
                    name = f"{self.cell.matrix(letter, block)}[{self.unit}{index}]"
        gradient = float(gradients[parameter_of][index_of])
        above, below = (self._moved(parameter_of, index_of, step) for step in (STEP, -STEP))
        difference = (above - below) / (2 * STEP)
        texts, shown = fitted(lambda x: (x[0] - x[1]) / (2 * STEP), (above, below), difference, self.digits)
        numbers = f"({added([texts[0], _negated(texts[1])])}) / {2 * STEP}"
        line = Line("gradient", 0, f"∂L/∂{name}", "(L(θ + ε) − L(θ − ε)) / 2ε", numbers, shown, difference)
        return name, gradient, difference, line

    def _moved(self, parameter: str, index: tuple[int, ...], step: float) -> float:
        moved: Parameters = dict(self.hand.parameters)
        moved[parameter] = moved[parameter].copy()
        moved[parameter][index] += step
        return self.hand.loss(moved)


def _sigmoid(x: float) -> float:
    return 0.5 * math.tanh(0.5 * x) + 0.5


def _bare(called: str) -> str:
    """The name in a factor: f of '1 − f'."""
    return called.split()[-1]


def _of_factor(called: str, value: float) -> float:
    """A factor of a step's products from its number."""
    if called.startswith("1 − "):
        return 1 - value
    if called.startswith("1 ÷ "):
        return 1 / value
    return math.tanh(value) if called.startswith("tanh ") else value


def _called(called: str, text: str) -> str:
    """A factor with a name or a number in it."""
    if called.startswith("1 − "):
        return f"({added(['1', _negated(text)])})"
    if called.startswith("1 ÷ "):
        return f"(1 / {text})"
    return f"tanh({text})" if called.startswith("tanh ") else text


def _negated(text: str) -> str:
    return text.removeprefix(MINUS) if text.startswith(MINUS) else MINUS + text
