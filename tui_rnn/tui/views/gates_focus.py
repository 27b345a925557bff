"""What the gates pane looks at: which signal, layer, unit and character of a trace, in which order of units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import Signal, signals_named
from tui_rnn.insight.answers import Floats, Reading
from tui_rnn.insight.trace import Traced
from tui_rnn.insight.units import ORDERS, order_units
from tui_rnn.tui.views.signals import steady_limit
from tui_rnn.tui.widgets.flow import Letters


@dataclass(frozen=True, eq=False)
class Sorting:
    """An order of a layer's units (H,), and the signal and step it was made from."""

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


class Focus:
    """The choices a person made, kept while traces and runs come and go. Properties need a trace with text."""

    def __init__(self) -> None:
        self.trace: Traced | None = None
        self.signal_name = "f"  # what was asked for; a cell that has no such signal shows h
        self.layer_asked = 0
        self.reading_asked = "forward"  # the name of one, or of none: then the first is shown
        self.order_by = "similarity"
        self._order_asked = False
        self.cursor: tuple[int, int] | None = None  # position in the text, unit; None: nobody has moved it yet
        self.hover: tuple[int, int] | None = None  # where the mouse rests: shown instead of the cursor
        self._sortings: dict[tuple[int | None, str, int], Sorting] = {}  # (run, reading, layer)
        self._limits: dict[tuple[int | None, str, int, str], float] = {}  # (run, reading, layer, signal)
        self._run_id: int | None = None  # whose trace it is
        self._text = ""
        self._symbols: tuple[str, ...] = ()
        self._letters = Letters.apart("")

    def take(self, trace: Traced | None, run_id: int | None) -> None:
        """A new trace, of this run. Orders are kept unless another text is read (not just more or less of it)."""
        self.trace = trace if trace is not None and trace.text and all(r.symbols for r in trace.readings) else None
        if self.trace is None:
            return
        self._run_id = run_id
        text = self.trace.text
        if text != self._text:
            if not (text.startswith(self._text) or self._text.startswith(text)):
                self._sortings.clear()
            self._text, self.hover = text, None

    # ------------------------------------------------------------- what is looked at

    @property
    def now(self) -> Traced:
        assert self.trace is not None, "nothing has been traced yet"
        return self.trace

    @property
    def reading(self) -> Reading:
        """The direction or part that is looked at."""
        found = self.now.readings
        return next((reading for reading in found if reading.name == self.reading_asked), found[0])

    @property
    def letters(self) -> Letters:
        """What the reading read or wrote, symbol by symbol."""
        if self._symbols != self.reading.symbols:
            self._symbols, self._letters = self.reading.symbols, Letters.of_symbols(self.reading.symbols)
        return self._letters

    @property
    def unknown(self) -> tuple[int, ...]:
        """Places of the reading that the vocabulary lacks; what the network wrote itself it knows."""
        return self.now.unknown if self.reading.name != "decoder" else ()

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The signals of the traced cell, in the order of the keys."""
        return signals_named(self.reading.signals)

    @property
    def signal(self) -> Signal:
        return next((s for s in self.signals if s.name == self.signal_name), self.signals[-1])

    @property
    def layers(self) -> int:
        return int(self.reading.signals[self.signal.name].shape[1])

    @property
    def layer(self) -> int:
        """From 0."""
        return min(self.layer_asked, self.layers - 1)

    @property
    def values(self) -> Floats:
        """The signal in the layer, (T, H)."""
        return self.reading.signals[self.signal.name][:, self.layer]

    @property
    def sorting(self) -> Sorting:
        """The order in force: made when it was asked for, then kept while the network trains on, so that no row jumps.

        The order that nobody asked for was made when the network knew nothing: it is made again at ten times the steps.
        """
        key, units = (self._run_id, self.reading.name, self.layer), self.values.shape[1]
        found = self._sortings.get(key)
        outgrown = found is not None and not self._order_asked and self.now.step >= 10 * max(found.step, 10)
        if found is None or found.by != self.order_by or len(found.order) != units or outgrown:
            order = order_units(self.values, self.order_by)
            found = self._sortings[key] = Sorting(self.order_by, self.signal.name, self.now.step, order)
        return found

    @property
    def limit(self) -> float:
        """Where the map ends: fixed, or for a signal without bounds changed in rare steps."""
        key, signal = (self._run_id, self.reading.name, self.layer, self.signal.name), self.signal
        self._limits[key] = steady_limit(signal, self.values, self._limits.get(key, signal.limit))
        return self._limits[key]

    @property
    def place(self) -> tuple[int, int]:
        """(position, unit) under the mouse, else under the cursor."""
        return self._within(self.hover) if self.hover else self.pinned

    @property
    def pinned(self) -> tuple[int, int]:
        """(position, unit) of the cursor, which starts where there is something to read: in the first row, in mid-text."""
        return self._within(self.cursor or (len(self.reading.symbols) // 3, int(self.sorting.order[0])))

    @property
    def cell(self) -> tuple[int, int]:
        """(position, row) of `place`."""
        position, unit = self.place
        return position, self.sorting.row_of(unit)

    @property
    def cursor_row(self) -> int:
        """The row of the cursor's unit, wherever the mouse is."""
        return self.sorting.row_of(self.pinned[1])

    def _within(self, place: tuple[int, int]) -> tuple[int, int]:
        return min(place[0], len(self.reading.symbols) - 1), min(place[1], self.values.shape[1] - 1)

    # ------------------------------------------------------------- choosing

    def choose_like(self, other: Focus) -> None:
        """Take over what was asked for there; what this network lacks, it shows in its own way."""
        self.signal_name, self.layer_asked, self.reading_asked = other.signal_name, other.layer_asked, other.reading_asked
        self.order_by, self._order_asked, self.cursor = other.order_by, other._order_asked, other.cursor

    def step_signal(self, by: int) -> None:
        names = [s.name for s in self.signals]
        if len(names) > 1:  # a network without gates leaves the wish for the others as it is
            self.signal_name = names[(names.index(self.signal.name) + by) % len(names)]

    def step_layer(self, by: int) -> None:
        self.layer_asked = (self.layer + by) % self.layers

    def step_reading(self) -> None:
        """The next direction or part that the network has."""
        names = [reading.name for reading in self.now.readings]
        self.reading_asked, self.hover = names[(names.index(self.reading.name) + 1) % len(names)], None

    def step_order(self) -> None:
        self.order_by = ORDERS[(ORDERS.index(self.order_by) + 1) % len(ORDERS)]
        self.sort_again()

    def sort_again(self) -> None:
        """Forget the orders: the next look makes them from the values of now."""
        self._sortings.clear()
        self._order_asked = True

    def move(self, characters: int, rows: int) -> None:
        """Move the cursor, from where the mouse is if it rests on the pane, by characters and by rows in the order."""
        position, row = self.cell
        order: NDArray[Any] = self.sorting.order
        self.cursor = _cut(position + characters, len(self.reading.symbols)), int(order[_cut(row + rows, len(order))])
        self.hover = None

    def go_to(self, position: int) -> None:
        """Put the cursor on a character; a negative position counts from the end."""
        length = len(self.reading.symbols)
        self.cursor, self.hover = (_cut(position + length if position < 0 else position, length), self.place[1]), None


def _cut(index: int, count: int) -> int:
    return max(0, min(count - 1, index))
