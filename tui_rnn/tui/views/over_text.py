"""One unit as colours over the text that the network reads, and the units of the next rows below it, where they have room."""

from __future__ import annotations

from functools import partial

from rich.style import Style

from tui_rnn.tui.colours import Kind, Paint, levels, paint_of
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.signals import steady_limit
from tui_rnn.tui.widgets.flow import Colouring, FlowView
from tui_rnn.tui.widgets.heatmap import Pointed

LONGEST = 600  # characters: a trace comes a few times a second, and must stay cheap
_HERE = 100  # added to the level of the cursor's character
_LABEL_CELLS = 10  # "unit 1234 " or "1234 ±300 " left of the text


class OverText(FlowView):
    """The other view of the units: values as the ground of the letters, or as glyphs below them."""

    def __init__(self) -> None:
        super().__init__()
        self._first_row = 0
        self._limits: dict[tuple[str, int, str, int], float] = {}  # (reading, layer, signal, unit)

    @property
    def room(self) -> int:
        """How many characters of one cell have room, and are worth tracing."""
        lines = self.size.height // (1 if paint_of(self.app).has_ramps else 2)
        return max(1, min(LONGEST, (self.size.width - _LABEL_CELLS) * lines))

    def show_units(self, focus: Focus) -> None:
        """Show the cursor's unit, and as many of the next rows as have room without scrolling."""
        paint, letters, signal = paint_of(self.app), focus.letters, focus.signal
        order, (position, pointed_at) = focus.rows, focus.place
        count = self.layers_that_fit(letters, _LABEL_CELLS, under=not paint.has_ramps)
        self._first_row = max(0, min(focus.cursor_row, len(order) - count))
        layers = []
        for unit in order[self._first_row : self._first_row + count].tolist():
            limit = self._limit(focus, unit)
            cut = levels(focus.values[:, unit], signal.map_low * limit, limit).tolist()
            codes = [level + _HERE * (at == position and unit == pointed_at) for at, level in enumerate(cut)]
            shades = [] if paint.has_ramps else [paint.shade(signal.colours, level) for level in cut]
            under = [(mark * width, style) for (mark, style), width in zip(shades, letters.widths, strict=False)]
            label = f"unit {unit:>4}" if signal.bounded else f"{unit:>4} ±{limit:g}"
            layers.append(Colouring(codes, label, under))
        if paint.has_ramps:
            self.paint(letters.unmarked, layers, partial(_ground, paint, signal.colours))
        else:
            self.paint(letters, layers, _mark_only_the_cursor)

    def _limit(self, focus: Focus, unit: int) -> float:
        """Where a unit's colours end. For a signal without bounds its own values say it: another unit's may be far larger."""
        signal, key = focus.signal, (focus.reading.name, focus.layer, focus.signal.name, unit)
        self._limits[key] = steady_limit(signal, focus.values[:, unit], self._limits.get(key, signal.limit))
        return self._limits[key]

    def pointed(self, at: int | None, layer: int, pinned: bool) -> None:
        row = self._first_row + layer
        self.post_message(Pointed(at, range(row, row + 1), pinned))


def _mark_only_the_cursor(code: int) -> Style:
    return Style(reverse=code >= _HERE)


def _ground(paint: Paint, kind: Kind, code: int) -> Style:
    """The value's colour behind the letter; a line under the cursor's letter leaves its value in sight."""
    ground = paint.ground(kind, code % _HERE)
    return ground + Style(underline=True, bold=True) if code >= _HERE else ground
