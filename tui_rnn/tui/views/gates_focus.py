"""What the gates pane looks at: the signal, layer, unit and character of a trace, and the order of units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cell_facts import Signal
from tui_rnn.cells import signals_named
from tui_rnn.insight.answers import Floats, Reading
from tui_rnn.insight.trace import Traced
from tui_rnn.tui.selection import Selection
from tui_rnn.tui.settings import following
from tui_rnn.tui.views.row_order import RowOrder, Rows, Sorting
from tui_rnn.tui.views.signals import steady_limit
from tui_rnn.tui.widgets.flow import Letters

_AT_A_GLANCE = 120  # symbols of a long text in view before anybody moves
_NOTABLY = 1.1  # times as lively as the usual signal


def liveliest(reading: Reading, usual: str) -> str:
    """The signal that varies most over the text, as a share of its range; `usual` if none varies notably more."""
    spread = {
        signal.name: float(reading.signals[signal.name].std(axis=0).mean()) / (signal.high - signal.low)
        for signal in signals_named(reading.signals)
        if signal.high is not None and signal.low is not None
    }
    best = max(spread, key=lambda name: spread[name], default=usual)
    return best if spread.get(best, 0.0) > _NOTABLY * spread.get(usual, 0.0) else usual


class Focus:
    """The selected part of a trace; it stays while traces and runs come and go. Properties need a trace with text."""

    def __init__(self, selection: Selection | None = None) -> None:
        self.selection = selection or Selection()
        self.trace: Traced | None = None
        self.order = RowOrder()
        self.hover: int | None = None  # the character under the mouse: the numbers are about it, not about the cursor's
        self._run_id: int | None = None  # whose trace it is
        self._limits: dict[tuple[int | None, str, int, str], float] = {}  # (run, reading, layer, signal)
        self._text = ""
        self._symbols: tuple[str, ...] = ()
        self._letters = Letters.apart("")

    def take(self, trace: Traced | None, run_id: int | None) -> None:
        """Take a new trace of this run. Orders stay, unless it is of another text (not just more or less of the same)."""
        self._run_id = run_id
        self.trace = trace if trace is not None and trace.text and all(r.symbols for r in trace.readings) else None
        if self.trace is None:
            return
        if not self.selection.signal_chosen:
            self.selection.signal = liveliest(self.trace.readings[0], self.selection.signal)
        text = self.trace.text
        if text != self._text:
            if not text.startswith(self._text):
                self.selection.range = None
            if not (text.startswith(self._text) or self._text.startswith(text)):
                self.order.forget()
            self._text, self.hover = text, None

    # ------------------------------------------------------------- what is looked at

    @property
    def now(self) -> Traced:
        assert self.trace is not None, "nothing has been traced yet"
        return self.trace

    @property
    def reading(self) -> Reading:
        """The selected direction or part."""
        found = self.now.readings
        return next((reading for reading in found if reading.name == self.selection.reading), found[0])

    @property
    def reads(self) -> bool:
        """Whether the network read the symbols of the reading, and did not write them."""
        return self.reading.name != "decoder"

    @property
    def letters(self) -> Letters:
        """The symbols of the reading, ready to be shown."""
        if self._symbols != self.reading.symbols:
            self._symbols, self._letters = self.reading.symbols, Letters.of_symbols(self.reading.symbols)
        return self._letters

    @property
    def unknown(self) -> tuple[int, ...]:
        """Places of the reading with unknown symbols; the network knows what it wrote."""
        return self.now.unknown if self.reads else ()

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The signals of the traced cell, in the order of the keys."""
        return signals_named(self.reading.signals)

    @property
    def signal(self) -> Signal:
        return next((s for s in self.signals if s.name == self.selection.signal), self.signals[-1])

    @property
    def layers(self) -> int:
        return int(self.reading.signals[self.signal.name].shape[1])

    @property
    def layer(self) -> int:
        """From 0."""
        return min(self.selection.layer, self.layers - 1)

    @property
    def values(self) -> Floats:
        """The signal in the layer, (T, H)."""
        return self.reading.signals[self.signal.name][:, self.layer]

    @property
    def sorting(self) -> Sorting:
        """The order in force."""
        return self.order.sorting(self._place_key, self.values, self.signal, self.now.step)

    @property
    def rows(self) -> NDArray[np.intp]:
        """The unit of each shown row: in the order in force, without folded ones."""
        return self._shown_rows.units

    @property
    def folded(self) -> str:
        """'41 units always above .9': the units that the rows leave out; '': none."""
        return self._shown_rows.left_out

    @property
    def _shown_rows(self) -> Rows:
        return self.order.rows(self._place_key, self.values, self.signal, self.now.step)

    @property
    def _place_key(self) -> tuple[int | None, str, int]:
        return self._run_id, self.reading.name, self.layer

    def row_of(self, unit: int) -> int:
        """The row of the unit; the first one for a folded unit."""
        at = np.flatnonzero(self.rows == unit)
        return int(at[0]) if len(at) else 0

    @property
    def limit(self) -> float:
        """The limit of the map: fixed, or for a signal without bounds, changed in rare steps."""
        key, signal = (self._run_id, self.reading.name, self.layer, self.signal.name), self.signal
        self._limits[key] = steady_limit(signal, self.values, self._limits.get(key, signal.limit))
        return self._limits[key]

    @property
    def place(self) -> tuple[int, int]:
        """(position, unit) of the cursor; under the mouse, another position."""
        position, unit = self.pinned
        return self._within((position if self.hover is None else self.hover, unit))

    @property
    def pinned(self) -> tuple[int, int]:
        """(position, unit) of the cursor, which starts in the first row, in the middle of the text."""
        position, unit = self.selection.position, self.selection.unit
        start = min(len(self.reading.symbols), _AT_A_GLANCE) // 3 if position is None else position
        return self._within((start, int(self.rows[0]) if unit is None else unit))

    @property
    def cell(self) -> tuple[int, int]:
        """(position, row) of `place`."""
        position, unit = self.place
        return position, self.row_of(unit)

    @property
    def cursor_row(self) -> int:
        """The row of the cursor's unit, without regard to the mouse."""
        return self.row_of(self.pinned[1])

    def unit_clicked(self, position: int, rows: Sequence[int]) -> int:
        """The unit of a click on this character, in a line that shows these rows. The mouse can't distinguish the two units of
        a line: a second click reaches the other one."""
        others = [row for row in rows if row != self.cursor_row]
        again = position == self.pinned[0] and len(others) < len(rows)
        return int(self.rows[others[0] if again and others else rows[0]])

    def _within(self, place: tuple[int, int]) -> tuple[int, int]:
        return min(place[0], len(self.reading.symbols) - 1), min(place[1], self.values.shape[1] - 1)

    # ------------------------------------------------------------- choosing

    def choose_like(self, other: Focus) -> None:
        """Order the units like the other focus."""
        self.order.choose_like(other.order)

    def step_signal(self, by: int) -> None:
        names = [s.name for s in self.signals]
        if len(names) > 1:  # a network without gates does not change the choice for the others
            self.choose_signal(following(names, self.signal.name, by))

    def choose_signal(self, name: str) -> None:
        """Show this signal from now on, not the one that varies most."""
        self.selection.signal, self.selection.signal_chosen = name, True

    def step_layer(self, by: int) -> None:
        self.selection.layer = (self.layer + by) % self.layers

    def step_reading(self, by: int = 1) -> None:
        """Go to the network's next direction or part."""
        names = [reading.name for reading in self.now.readings]
        self.selection.reading, self.hover = following(names, self.reading.name, by), None

    def turn(self, by: int) -> None:
        """Go to the next layer; after the last one, to the next direction or part."""
        at = self.layer + by
        if not 0 <= at < self.layers:
            self.step_reading(by)
            at = 0 if by > 0 else self.layers - 1
        self.selection.layer = at

    def move(self, characters: int, rows: int) -> None:
        """Move the cursor by characters, and by rows in the order."""
        position, unit = self.pinned
        if rows:
            order: NDArray[Any] = self.rows
            unit = int(order[_cut(self.row_of(unit) + rows, len(order))])
        self.put(_cut(position + characters, len(self.reading.symbols)), unit)

    def go_to(self, position: int) -> None:
        """Put the cursor on a character; a negative position counts from the end."""
        length = len(self.reading.symbols)
        self.put(_cut(position + length if position < 0 else position, length), self.pinned[1])

    def read_at(self, position: int) -> None:
        """Put the cursor on this symbol that the network reads."""
        if not self.reads:
            self.selection.reading = self.now.readings[0].name
        self.put(position, self.pinned[1])

    def brush(self, by: int) -> None:
        """Let the selected range, which began at the cursor, end so many symbols later, and move the cursor there."""
        position, unit = self.pinned
        first, last = self.selection.range or (position, position)
        fixed = first if position == last else last
        self.put(_cut(position + by, len(self.reading.symbols)), unit)
        moved = self.pinned[0]
        self.selection.range = min(fixed, moved), max(fixed, moved)

    def put(self, position: int, unit: int) -> None:
        """Put the cursor there."""
        self.selection.position, self.selection.unit, self.hover = position, unit, None

    def find(self, wanted: str) -> bool:
        """Put the cursor on the next place in the text that begins with these characters, around the end. False: none does."""
        symbols, start = self.reading.symbols, self.pinned[0] + 1
        for at in (k % len(symbols) for k in range(start, start + len(symbols))):
            if "".join(symbols[at : at + len(wanted)]).casefold().startswith(wanted.casefold()):
                self.go_to(at)
                return True
        return False


def _cut(index: int, count: int) -> int:
    return max(0, min(count - 1, index))
