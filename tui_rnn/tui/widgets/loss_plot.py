"""The plot of the charts. It is a module of its own because textual-plot is slow to import: see late_plot.py."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from rich.text import Text
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import Grid
from textual.strip import Strip
from textual_hires_canvas import Canvas, TextAlign
from textual_plot import HiResMode, PlotWidget
from textual_plot.axis_formatter import AxisFormatter
from textual_plot.plot_widget import Legend

from tui_rnn import formats
from tui_rnn.tui.widgets.loss_series import Points, decimal_labels, labelled, log_ticks, ticks

LEFT_MARGIN = 6
BOTTOM_MARGIN = 1
FRAME_CELLS = LEFT_MARGIN + 2  # of the width: the numbers of the y axis, and the frame
_DOT_EVERY = 4  # sub-columns between the dots of a landmark's line
_MARK_EVERY = 20  # sub-columns between the numbers on a curve


_SMALLEST_ZOOM = 1e-6  # of the whole range


@dataclass(frozen=True)
class Limits:
    """The visible range, in chart coordinates."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def is_sensible(self, whole: Limits) -> bool:
        """Whether a zoomed range can still be drawn, and lead back to the whole."""
        x, y = self.x_high - self.x_low, self.y_high - self.y_low
        x_whole, y_whole = whole.x_high - whole.x_low, whole.y_high - whole.y_low
        return x_whole * _SMALLEST_ZOOM < x < 20 * x_whole and y_whole * _SMALLEST_ZOOM < y < 20 * y_whole


@dataclass(frozen=True)
class Stroke:
    """One curve in chart coordinates, already decimated. mark: a sign along it, every few columns."""

    x: Points
    y: Points
    style: str
    mark: str = ""


@dataclass(frozen=True)
class Name:
    """The name of a landmark, on its line at this height."""

    height: float
    text: str
    style: str


class _Ticks(AxisFormatter):
    """Round ticks on a linear or a log axis, at any zoom."""

    def __init__(
        self,
        log: bool,
        most: int,
        labels: Callable[[Sequence[float], bool], list[str]],
        *,
        highest: float = math.inf,
        whole: bool = False,
    ) -> None:
        self._log, self._most, self._labels, self._highest, self._whole = log, most, labels, highest, whole

    def get_ticks(self, min_: float, max_: float, max_ticks: int = 8) -> list[float]:
        placed = (log_ticks if self._log else ticks)(min_, max_, self._most, self._whole)
        return [tick for tick in placed if self._log or 0 <= tick <= self._highest]

    def get_labels_for_ticks(self, ticks: Sequence[float]) -> list[str]:
        return self._labels(ticks, self._log)


class _Canvas(Canvas):
    """A canvas that is always as large as its widget: otherwise, after a resize, it gives strips without a style, which the
    filter for NO_COLOR can't take."""

    def render_line(self, y: int) -> Strip:
        if y >= self._canvas_size.height:
            return Strip.blank(self.size.width, self.rich_style)
        return super().render_line(y)

    def drawn_over(self, columns: range, row: int, ground: str) -> int:
        """How many of these cells of a row hold something in another style than `ground`."""
        pixels = (self.get_pixel(x, row) for x in columns if 0 <= x < self._canvas_size.width)
        return sum(ch != " " and style != ground for ch, style in pixels)

    def write_text(self, x: int, y: int, text: str, align: TextAlign = TextAlign.LEFT) -> None:
        """A number over the right edge moves left: a cut one would be another number."""
        cells = len(Text.from_markup(text).plain)
        if align == TextAlign.CENTER and x + cells // 2 >= self._canvas_size.width:
            x, align = self._canvas_size.width - cells, TextAlign.LEFT
        super().write_text(x, y, text, align)


class LossPlot(PlotWidget, inherit_bindings=False):
    """Curves, dotted landmarks and axes. Its keys work while it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "pan_left", "Move left", show=False),
        Binding("right", "pan_right", "Move right", show=False),
        Binding("up", "pan_up", "Move up", show=False),
        Binding("down", "pan_down", "Move down", show=False),
    ]

    limits = Limits(0.0, 1.0, 0.0, 1.0)
    _begun = False
    _names: Sequence[Name] = ()

    def compose(self) -> ComposeResult:
        with Grid():
            for part in ("margin-top", "margin-left", "plot", "margin-bottom"):
                yield _Canvas(1, 1, id=part)
        yield Legend(id="legend")

    def on_mount(self) -> None:
        self.margin_left, self.margin_top, self.margin_bottom = LEFT_MARGIN, 0, BOTTOM_MARGIN

    def render(self) -> RenderResult:
        """Let each canvas ask for its repaint once, not once a pixel. Draw no axes before the first curve."""
        if not self._begun:
            return ""
        with contextlib.ExitStack() as stack:
            for canvas in self.query(_Canvas):
                stack.enter_context(canvas.batch_refresh())
            return super().render()

    @property
    def columns(self) -> int:
        """Sub-columns across the drawing area (a braille or quadrant cell has two)."""
        return max(2 * (self.size.width - FRAME_CELLS), 2)

    @property
    def rows(self) -> int:
        """Rows of the drawing area."""
        return max(self.size.height - BOTTOM_MARGIN - 2, 1)

    def draw(
        self,
        lines: Sequence[Stroke],
        landmarks: Sequence[tuple[float, str]],
        limits: Limits,
        *,
        log: tuple[bool, bool],
        by_time: bool,
        braille: bool,
        highest: float = math.inf,
    ) -> None:
        """Draw all again. log: of x and of y. landmarks: heights and styles. highest: no tick is above it, or below 0."""
        mode = HiResMode.BRAILLE if braille else HiResMode.QUADRANT
        self.limits = limits
        self.set_xlimits(limits.x_low, limits.x_high)
        self.set_ylimits(limits.y_low, limits.y_high)
        text = partial(labelled, text=formats.duration if by_time else formats.count)
        self.set_x_formatter(_Ticks(log[0], max(self.columns // 2 // 7, 1), text, whole=not by_time))
        self.set_y_formatter(
            _Ticks(log[1], max(self.rows // 2, 2), partial(decimal_labels, cells=LEFT_MARGIN - 1), highest=highest)
        )
        self._begun, self._names = True, ()
        self.clear()
        dots = np.linspace(limits.x_low, limits.x_high, max(self.columns // _DOT_EVERY, 2))
        for height, style in landmarks:
            self.scatter(dots, np.full_like(dots, height), marker_style=style, hires_mode=mode)
        for line in lines:
            self.plot(line.x, line.y, line_style=line.style, hires_mode=mode)
        self._write_marks([line for line in lines if line.mark])

    def mark_events(self, events: Sequence[tuple[float, float | None, str, str]]) -> None:
        """Write glyphs (x, y, glyph, style) on the drawn plot; without a y, at the foot above the axis."""
        limits = self.limits
        foot = limits.y_low + (limits.y_high - limits.y_low) / (2 * self.rows)
        for x, y, glyph, style in events:
            height = foot if y is None else y
            if limits.x_low <= x <= limits.x_high and limits.y_low <= height <= limits.y_high:
                self.scatter(np.array([min(x, self._edge)]), np.array([height]), marker=glyph, marker_style=style)

    def name_lines(self, names: Sequence[Name]) -> None:
        """Write these on the drawn landmarks, if they have no room beside the plot."""
        self._names = names
        self.refresh()

    def _render_plot(self) -> None:
        super()._render_plot()
        canvas = self.query_one("#plot", _Canvas)
        for name in self._names:
            text = f" {name.text} "
            row = math.floor(self.get_hires_pixel_from_coordinate(self.limits.x_low, name.height)[1])
            right, left = canvas.size.width - 1 - len(text), 1
            # at the right end, where people look for it, or at the left one if it hides less of the curves there
            start = min((right, left), key=lambda x: canvas.drawn_over(range(x, x + len(text)), row, name.style))
            for x, ch in enumerate(text, max(start, 1)):
                canvas.set_pixel(x, row, ch, name.style)

    def _write_marks(self, lines: Sequence[Stroke]) -> None:
        """Write each run's number at the end of its validation curve and every few columns before: this distinguishes runs
        without colours. Two numbers side by side would look like one: before the ends, only the first is written."""
        places = [self._mark_places(line) for line in lines]
        taken: set[tuple[int, int]] = set()
        written: list[list[tuple[float, float]]] = [[] for _ in lines]
        for which, (at, place) in sorted((k, (at, place)) for at, found in enumerate(places) for k, place in enumerate(found)):
            column, row = self._cell_of(*place)
            if not which or not taken & {(column - 1, row), (column, row), (column + 1, row)}:
                taken.add((column, row))
                written[at].append(place)
        for line, found in zip(lines, written, strict=True):
            if found:
                x, y = np.array(found).T
                self.scatter(x, y, marker=line.mark, marker_style=f"bold {line.style}")

    def _mark_places(self, line: Stroke) -> list[tuple[float, float]]:
        """The places for a curve's number: its end, and before that its last point in each stretch of the axis."""
        limits = self.limits
        inside = (line.x >= limits.x_low) & (line.x <= limits.x_high) & (line.y >= limits.y_low) & (line.y <= limits.y_high)
        x, y = line.x[inside][::-1], line.y[inside][::-1]
        stretches = max(self.columns // _MARK_EVERY, 1)
        share = (x - limits.x_low) / (limits.x_high - limits.x_low)
        _, last = np.unique(np.floor(share * stretches), return_index=True)
        return [(float(min(x[k], self._edge)), float(y[k])) for k in sorted(last.tolist())]

    @property
    def _edge(self) -> float:
        """The last x before the frame."""
        return self.limits.x_high - (self.limits.x_high - self.limits.x_low) / self.columns

    def _cell_of(self, x: float, y: float) -> tuple[int, int]:
        """(column, row) of the drawing area."""
        share = (x - self.limits.x_low) / (self.limits.x_high - self.limits.x_low)
        return math.floor(share * self.columns / 2), math.floor(self.row_of(y))

    def row_of(self, height: float) -> float:
        """The row of a height in the drawing area, 0 the topmost; outside of 0…rows it is out of view."""
        return (self.limits.y_high - height) / (self.limits.y_high - self.limits.y_low) * self.rows
