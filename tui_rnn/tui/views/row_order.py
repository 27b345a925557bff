"""The order in which a gates pane shows the units of a layer, and the units that it leaves out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cell_facts import Signal
from tui_rnn.insight.answers import Floats
from tui_rnn.insight.unit_order import ORDERS, order_units
from tui_rnn.tui.settings import following

HIGH, LOW = 0.9, 0.1  # a gate that stays beyond one of these over the whole text says nothing about it
FEWEST_ROWS = 4

Place = tuple[int | None, str, int]
"""Whose units: the run, the reading, the layer."""


@dataclass(frozen=True, eq=False)
class Sorting:
    """An order of a layer's units (H,), and the signal and step behind it."""

    by: str
    signal: str
    step: int
    order: NDArray[np.intp]

    def row_of(self, unit: int) -> int:
        return int(np.flatnonzero(self.order == unit)[0])

    @property
    def words(self) -> str:
        """'by index', 'by mean of f at step 1,200'."""
        if self.by == "index":
            return "by index"
        told = {"mean": "mean of", "variation": "variation of", "similarity": "similarity in"}[self.by]
        return f"by {told} {self.signal} at step {self.step:,}"


@dataclass(frozen=True, eq=False)
class Rows:
    """The unit of each shown row; how many others are always above HIGH, and always below LOW."""

    units: NDArray[np.intp]
    above: int = 0
    below: int = 0

    @property
    def left_out(self) -> str:
        """'41 units always above .9'; '': none."""
        told = [f"{count} always {word}" for count, word in ((self.above, "above .9"), (self.below, "below .1")) if count]
        return ", ".join(told)


class RowOrder:
    """Finds orders and folded rows once, and keeps them while the network trains on, so that no row jumps."""

    def __init__(self) -> None:
        self.by = "similarity"
        self.folds = True  # whether to leave out rows that are always at an end of their scale
        self._asked = False
        self._sortings: dict[Place, Sorting] = {}
        self._rows: dict[tuple[Place, str], tuple[Sorting, Rows]] = {}  # (place, signal)

    def sorting(self, place: Place, values: Floats, signal: Signal, step: int) -> Sorting:
        """The order in force of the units with these values (T, H) at this step, made when a person chose it.

        An order that nobody chose was made when the network knew nothing: it is made again at ten times the steps.
        """
        found = self._sortings.get(place)
        outgrown = found is not None and not self._asked and step >= 10 * max(found.step, 10)
        if found is None or found.by != self.by or len(found.order) != values.shape[1] or outgrown:
            found = self._sortings[place] = Sorting(self.by, signal.name, step, order_units(values, self.by))
        return found

    def rows(self, place: Place, values: Floats, signal: Signal, step: int) -> Rows:
        """The shown rows of these units."""
        sorting = self.sorting(place, values, signal, step)
        if not self.folds or signal.colours != "sequential" or sorting.by == "index":
            return Rows(sorting.order)
        found = self._rows.get((place, signal.name))
        if found is None or found[0] is not sorting:
            above, below = (values > HIGH).all(axis=0), (values < LOW).all(axis=0)
            kept = ~np.logical_or(above, below)[sorting.order]
            enough = kept.sum() >= FEWEST_ROWS  # else nearly all rows would be left out
            rows = Rows(sorting.order[kept], int(above.sum()), int(below.sum())) if enough else Rows(sorting.order)
            found = self._rows[place, signal.name] = sorting, rows
        return found[1]

    def choose_like(self, other: RowOrder) -> None:
        """Order the units in the same way."""
        self.by, self.folds, self._asked = other.by, other.folds, other._asked

    def step(self, by: int = 1) -> None:
        """Go to another order, made from the values of now."""
        self.by = following(ORDERS, self.by, by)
        self.sort_again()

    def step_folds(self) -> None:
        self.folds = not self.folds

    def sort_again(self) -> None:
        """Forget the orders: the next look makes them from the values of now."""
        self.forget()
        self._asked = True

    def forget(self) -> None:
        """The network reads another text."""
        self._sortings.clear()
