"""How fast a layer's memory grows or fades: by U alone, from its eigenvalues; and with the activation, over a text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.insight.part_reading import Column, PartText, held
from tui_rnn.insight.question import Subject

MOST_KEPT = 16
MOST_STEPS = 2000
WARM_UP = 50  # steps after which a change has turned to the direction in which it grows most


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The largest eigenvalue moduli of a square block of U, descending. name: U_f; where: its layer and direction."""

    name: str
    where: str
    moduli: NDArray[np.float64]

    @property
    def steps_to_1_e(self) -> float:
        """The steps after which the slowest direction is 1/e, if only this matrix acts; infinite for a modulus of 1 or more."""
        largest = float(self.moduli[0])
        return float("inf") if largest >= 1 else 0.0 if largest == 0 else -1 / float(np.log(largest))


def spectra(subject: Subject) -> tuple[Spectrum, ...]:
    """The spectra of every recurrent block of every layer; none for a cell without U."""
    cell, found = CELLS[subject.config.cell], []
    for parameter, array in subject.network.parameters.items():
        prefix, _, letter = parameter.rpartition(".")
        if not letter.startswith("U") or not cell.recurrent_blocks:
            continue
        layer, _, way = letter[1:].partition("_")
        where = " ".join(filter(None, (prefix, f"layer {int(layer) + 1}", "backward" if way else "")))
        blocks = np.split(array.astype(np.float64), len(cell.recurrent_blocks), axis=1)
        for block, matrix in zip(cell.recurrent_blocks, blocks, strict=True):
            moduli = np.sort(np.abs(np.linalg.eigvals(matrix)))[::-1][:MOST_KEPT]
            found.append(Spectrum(cell.matrix("U", block), where, moduli))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Fading:
    """For a layer (from 1 on) without gates: the factor by which a small change of its h grows or fades in a step, the
    geometric mean over so many steps of a text (the largest Lyapunov exponent, as a factor)."""

    layer: int
    factor: float
    steps: int

    @property
    def steps_to_1_e(self) -> float:
        """The steps after which a change has faded to 1/e; infinite if it does not fade."""
        return float("inf") if self.factor >= 1 else 0.0 if self.factor == 0 else -1 / float(np.log(self.factor))


def fading(subject: Subject, part: PartText) -> tuple[Fading, ...]:
    """For a cell without gates on a running text: a small change goes through ∂h_t/∂h_t−1, step by step."""
    if CELLS[subject.config.cell].has_gates or not subject.kind.is_stream:
        return ()
    found = list[Fading]()
    for layer in range(subject.config.num_layers):
        (h,) = held(subject, part, [Column(layer, "h")])
        slope = (h > 0).astype(np.float64) if subject.config.activation == "relu" else 1 - h.astype(np.float64) ** 2
        U = subject.network.parameters[f"U{layer}"].astype(np.float64)
        change, logs = np.random.default_rng(layer).standard_normal(len(U)), list[float]()
        for at in slope[:MOST_STEPS]:
            change = change @ U * at
            size = float(np.linalg.norm(change))
            if size == 0:
                return (*found, Fading(layer + 1, 0.0, len(logs)))
            logs.append(float(np.log(size)))
            change /= size
        counted = logs[WARM_UP:] or logs[1:] or logs  # the first has the size of the random change in it
        found.append(Fading(layer + 1, float(np.exp(np.mean(counted))), len(counted)))
    return tuple(found)
