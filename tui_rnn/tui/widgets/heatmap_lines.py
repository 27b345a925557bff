"""The content of a heatmap, and its lines: units × characters, or any other matrix with labelled rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, set_cell_size
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_rnn.tui.colours import CURSOR, SHADES, Kind, Paint
from tui_rnn.tui.widgets.flow import Letters, segments

GUTTER = 5  # of rows without labels: the number of the unit, four digits, and a space
_WORD_CELLS = 3  # of a column, so that its words do not touch its neighbours'

_PLAIN, _QUIET, _UNKNOWN = range(3)  # codes of the characters above the columns; CURSOR is one more
_REVERSE = Style(reverse=True)


@dataclass(frozen=True, eq=False)
class Picture:
    """The content of a heatmap. values (T, H) of one signal; order (H,): the unit of each row; low and high: the limits.

    letters: the heads of the columns. labels: of each unit, safe and equally wide; (): the units' numbers. A labelled row has
    whole lines of its own. words (T, H): texts of the cells, if they fit.
    """

    letters: Letters
    unknown: frozenset[int]
    values: NDArray[np.float32]
    order: NDArray[np.intp]
    kind: Kind
    low: float
    high: float
    labels: tuple[str, ...] = ()
    corner: str = "unit"
    words: NDArray[np.str_] | None = None
    widest: int = 3  # cells of a column whose head has one cell

    @property
    def gutter(self) -> int:
        """Cells left of the map: a label and a space."""
        return cell_len(self.labels[0]) + 1 if self.labels else GUTTER

    def label(self, row: int) -> str:
        unit = int(self.order[row])
        return f"{self.labels[unit]} " if self.labels else f"{unit:>4} "

    def differs_in_values_only(self, other: Picture) -> bool:
        mine, others = (
            (p.letters, p.unknown, p.kind, p.low, p.high, p.labels, p.corner, p.words is None) for p in (self, other)
        )
        return mine == others and np.array_equal(self.order, other.order)


@dataclass(frozen=True, eq=False)
class Window:
    """The part of a picture in view, as pixels. A pixel is half a line where colours show values, else a line."""

    picture: Picture
    paint: Paint
    base: Style  # of the widget
    zoom: int  # pixels a unit is high
    rows: range
    columns: range
    widths: NDArray[np.intp]  # cells of each column
    cursor: tuple[int, int]  # position, row
    pixels: NDArray[np.uint8]  # levels (pixels, columns)

    @property
    def per_line(self) -> int:
        """Pixels of a line."""
        return 2 if self.paint.has_ramps else 1

    @property
    def gutter_and_cells(self) -> int:
        """Cells of a line that shows something."""
        return self.picture.gutter + int(self.widths.sum())

    def line_of(self, row: int) -> int:
        """The first line of the row; line 0 is the text's."""
        return 1 + (row - self.rows.start) * self.zoom // self.per_line

    def lines_of(self, row: int) -> range:
        """All lines of the row."""
        first = (row - self.rows.start) * self.zoom
        return range(1 + first // self.per_line, 1 + (first + self.zoom - 1) // self.per_line + 1)

    def line_told(self, row: int) -> int:
        """The line with the row's label and words; of a labelled row, the middle one."""
        return self.line_of(row) + ((self.zoom // self.per_line - 1) // 2 if self.picture.labels else 0)

    def same_frame(self, other: Window) -> bool:
        """Whether only levels or the cursor differ."""
        mine, others = ((v.paint, v.base, v.rows, v.columns, v.widths.tolist(), v.pixels.shape) for v in (self, other))
        return mine == others and self.picture.differs_in_values_only(other.picture)

    def changed_lines(self, other: Window) -> set[int]:
        """The lines to paint again after `other` in the same frame."""
        pixels = (self.pixels != other.pixels).any(axis=1)
        changed = {int(pixel) // self.per_line + 1 for pixel in np.flatnonzero(pixels)}
        words, others = self.picture.words, other.picture.words
        if words is not None and others is not None and not np.array_equal(words, others):
            changed |= set(range(1, len(self.pixels) // self.per_line + 1))
        if self.cursor != other.cursor:
            changed |= {0, *self.lines_of(self.cursor[1]), *other.lines_of(other.cursor[1])}
        return changed

    # ------------------------------------------------------------- painting

    def text(self) -> list[Segment]:
        """The characters above their columns."""
        letters, shown, codes = self.picture.letters, [], []
        for at, width in zip(self.columns, self.widths.tolist(), strict=True):
            shown.append(_centred(letters.shown[at], letters.widths[at], width))
            quiet = letters.ends_line[at] or letters.shown[at] == "·"
            code = _UNKNOWN if at in self.picture.unknown else _QUIET if quiet else _PLAIN
            codes.append(CURSOR if at == self.cursor[0] else code)
        corner = Segment(set_cell_size(self.picture.corner, self.picture.gutter), self.base + self.paint.quiet)
        return [corner, *segments(shown, codes, self._style_above)]

    def _style_above(self, code: int) -> Style:
        quiet, unknown = self.paint.quiet, self.paint.wrong + Style(underline=True)
        return self.base + {_PLAIN: Style(), _QUIET: quiet, _UNKNOWN: unknown, CURSOR: _REVERSE}[code]

    def units(self, line: int) -> list[Segment]:
        """A line of the map: the label of its upper unit, or of the cursor's, then the cells."""
        first = (line - 1) * self.per_line
        if first >= len(self.pixels):
            return []
        if self.picture.words is not None and (written := self._with_words(line, first)):
            return written
        pixels = self.pixels[first : first + self.per_line].astype(np.int32)
        codes = (pixels[0] << 8 | pixels[-1]).repeat(self.widths)
        ends = [*(np.flatnonzero(codes[1:] != codes[:-1]) + 1).tolist(), len(codes)]
        starts, cells, looks = [0, *ends[:-1]], [self._label(line, first)], self._looks
        for start, end, code in zip(starts, ends, codes[starts].tolist(), strict=True):
            if (look := looks.get(code)) is None:
                look = looks[code] = self._look_of(code)
            mark, style = look
            cells.append(Segment(mark * (end - start), style))
        if self.per_line == 1 and self.line_told(self.cursor[1]) == line:
            return self._with_cursor(cells)
        return self._outlined(cells, line)

    @property
    def _looks(self) -> dict[int, tuple[str, Style]]:
        """The glyph and style of a cell's upper and lower level, shared by all maps with this paint, kind and ground."""
        return _looks(self.paint, self.picture.kind, self.base)

    def _look_of(self, code: int) -> tuple[str, Style]:
        upper, lower = divmod(code, 256)
        return self.paint.half_blocks(self.picture.kind, upper, lower) if self.per_line == 2 else self._shade(upper)

    def _shade(self, level: int) -> tuple[str, Style]:
        mark, style = self.paint.shade(self.picture.kind, level)
        return mark, self.base + style

    def _label(self, line: int, pixel: int) -> Segment:
        """The label of the unit that begins in the line, or has its middle there if it has a label; or of the cursor's unit."""
        if self.line_told(self.cursor[1]) == line:
            return Segment(self.picture.label(self.cursor[1]), self.base + _REVERSE)
        if self.picture.labels:
            row = self.rows.start + pixel // self.zoom
            here = line == self.line_told(row)
        else:
            row = self.rows.start + -(-pixel // self.zoom)
            here = pixel % self.zoom == 0 or pixel % self.zoom > self.zoom - self.per_line
        if not here or row >= len(self.picture.order):
            return Segment(" " * self.picture.gutter, self.base)
        return Segment(self.picture.label(row), self.base + self.paint.quiet)

    def _with_words(self, line: int, pixel: int) -> list[Segment]:
        """The line with words in its cells, if it is the middle one of its row; else []."""
        assert self.picture.words is not None
        row = self.rows.start + pixel // self.zoom
        if row >= len(self.picture.order) or line != self.line_told(row):
            return []
        words = self.picture.words[self.columns.start : self.columns.stop, self.picture.order[row]]
        cells = [self._label(line, pixel)]
        for word, level, width in zip(words.tolist(), self.pixels[pixel].tolist(), self.widths.tolist(), strict=True):
            written = word if len(word) <= width and width >= _WORD_CELLS else ""
            if self.per_line == 2:
                cells.append(Segment(written.center(width), self.paint.ground(self.picture.kind, level)))
                continue
            mark, style = self._shade(level)
            if written:
                cells.append(Segment(written.center(width), self.base + (_REVERSE if mark == SHADES[-1] else Style())))
            else:
                cells.append(Segment(mark * width, style))
        return self._with_cursor(cells) if self.per_line == 1 and self.cursor[1] == row else self._outlined(cells, line)

    def _with_cursor(self, cells: list[Segment]) -> list[Segment]:
        """The line with the cursor's cell in reverse: a colour of its own would hide the value's glyph."""
        at = self.cursor[0] - self.columns.start
        if not 0 <= at < len(self.widths):
            return cells
        gutter = self.picture.gutter
        start = gutter + int(self.widths[:at].sum())
        before, cell, after = Strip(cells).divide([start, start + int(self.widths[at]), gutter + int(self.widths.sum())])
        turned = (Segment(text, _turned(style)) for text, style, _ in cell)
        return [*before, *turned, *after]

    def _outlined(self, cells: list[Segment], line: int) -> list[Segment]:
        """The line with thin bars in the two cells beside the cursor's, whose own colour stays in sight."""
        position, row = self.cursor
        at = position - self.columns.start
        if self.per_line == 1 or line not in self.lines_of(row) or not 0 <= at < len(self.widths) or row not in self.rows:
            return cells
        start = self.picture.gutter + int(self.widths[:at].sum())
        end, total = start + int(self.widths[at]), sum(segment.cell_length for segment in cells)
        before, _, cell, *rest = Strip(cells).divide([start - 1, start, end, min(end + 1, total), total])
        right, after = (rest[0], rest[1:]) if end < total else (None, [])
        ink = self.paint.colours(self.picture.kind)[CURSOR]
        pixel = (row - self.rows.start) * self.zoom
        bars = [*before, Segment("▕", self._beside(at - 1, pixel, ink)), *cell]
        if right is not None:
            bars.append(Segment("▏", self._beside(at + 1, pixel, ink)))
        return [*bars, *(segment for strip in after for segment in strip)]

    def _beside(self, at: int, pixel: int, ink: Color) -> Style:
        """A bar in this ink on the colour of the value in a column beside the cursor's."""
        if not 0 <= at < len(self.widths):
            return self.base + Style(color=ink)
        return Style(color=ink, bgcolor=self.paint.colours(self.picture.kind)[int(self.pixels[pixel, at])])


@lru_cache(maxsize=32)
def _looks(paint: Paint, kind: Kind, base: Style) -> dict[int, tuple[str, Style]]:
    return {}


def _centred(text: str, text_cells: int, width: int) -> str:
    """The text in the middle of `width` cells."""
    left = (width - text_cells) // 2
    return " " * left + text + " " * (width - text_cells - left)


def _turned(style: Style | None) -> Style:
    style = style or Style()
    return style + Style(reverse=not style.reverse)
