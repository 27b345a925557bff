"""Pictures of a network's inside: heatmaps as PNG, and SVG and HTML pages around them. No dependency, nothing to load.

Rows are units (or classes, or output tokens), columns are the symbols that were read. Gates and shares run from 0 to 1 (an
mGRU's scale to 2) on a sequential map; everything else runs from −limit to +limit on a diverging one, blue below zero and
orange above. Limits and colours are above each picture. The signals of one layer in one direction are side by side, as many
as fit on a page.
"""

from __future__ import annotations

import base64
import html
import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cell_facts import Signal
from tui_rnn.display import cells, glyph, visible

CELL_WIDTH, UNIT_HEIGHT, ROW_HEIGHT, LABEL_WIDTH, LETTER_WIDTH = 12, 3, 15, 96, 7
LONGEST_NAME = 12
PAGE_WIDTH, GAP, TITLE_HEIGHT, BAR_WIDTH, BAR_HEIGHT = 1400, 12, 48, 48, 8

SEQUENTIAL = np.array([(13, 17, 36), (38, 61, 122), (55, 126, 160), (122, 191, 160), (250, 240, 165)], np.float64)
DIVERGING = np.array([(84, 160, 255), (38, 84, 160), (18, 18, 24), (170, 84, 20), (255, 160, 66)], np.float64)


@dataclass(frozen=True)
class Panel:
    """One heatmap: values (T, rows) between low and high. columns (T,): the texts above the columns; rows: the names of the
    rows, if any. Panels of one group are side by side."""

    name: str
    values: NDArray[np.float32]
    low: float
    high: float
    columns: tuple[str, ...]
    rows: tuple[str, ...] = ()
    group: str = ""

    @classmethod
    def of(cls, signal: Signal, layer: int, values: NDArray[np.float32], columns: Sequence[str], where: str = "") -> Panel:
        """The panel of a signal in a layer (from 0 on) of the direction `where`. A sequential map runs from 0 to the signal's
        limit; a diverging one has limits that hold all values, at least −1 and 1."""
        group = f"{where}, layer {layer + 1}"
        title = f"{where} {signal.name}, layer {layer + 1}".lstrip()
        low, high = (0.0, signal.limit) if signal.colours == "sequential" else _symmetric(values, least=1.0)
        return cls(title, values, low, high, tuple(columns), group=group)

    @classmethod
    def shares(cls, name: str, values: NDArray[np.float32], columns: Sequence[str], rows: Sequence[str]) -> Panel:
        """A panel of probabilities or weights, its rows named."""
        return cls(name, values, 0.0, 1.0, tuple(columns), tuple(rows))

    @classmethod
    def amounts(cls, name: str, values: NDArray[np.float32], columns: Sequence[str], rows: Sequence[str]) -> Panel:
        """A panel of numbers of either sign, its rows named."""
        return cls(name, values, *_symmetric(values), tuple(columns), tuple(rows))

    @property
    def title(self) -> str:
        """'f, layer 1: 0 to 1'."""
        return f"{self.name}: {self.low:g} to {self.high:g}"

    @property
    def cell_width(self) -> int:
        """Pixels of a column: enough for the longest symbol above it."""
        letters = max((sum(map(cells, visible(column))) for column in self.columns if len(column) > 1), default=1)
        return max(CELL_WIDTH, LETTER_WIDTH * letters + 5)

    @property
    def row_height(self) -> int:
        """Pixels of a row: enough for its name."""
        return ROW_HEIGHT if self.rows else UNIT_HEIGHT

    @property
    def width(self) -> int:
        return self.cell_width * int(self.values.shape[0])

    @property
    def height(self) -> int:
        return self.row_height * int(self.values.shape[1])

    @property
    def label_width(self) -> int:
        """Pixels left of the heatmap, for the names of its rows."""
        return LABEL_WIDTH if self.rows else GAP

    @property
    def title_width(self) -> int:
        return LETTER_WIDTH * sum(map(cells, visible(self.title)))

    @property
    def full_width(self) -> int:
        """Pixels with names, title and colours."""
        return max(self.label_width + self.width, self.title_width + BAR_WIDTH + GAP) + GAP

    def pixels(self) -> NDArray[np.uint8]:
        """The colours (units, T, 3) of the heatmap, one pixel a value; grey where a value is not a number."""
        return self._colours(self.values.T)

    def bar(self) -> NDArray[np.uint8]:
        """The colours (1, BAR_WIDTH, 3) from low to high."""
        return self._colours(np.linspace(self.low, self.high, BAR_WIDTH)[None])

    def _colours(self, values: NDArray[np.floating]) -> NDArray[np.uint8]:
        colours = SEQUENTIAL if self.low == 0.0 else DIVERGING
        share = np.clip((values.astype(np.float64) - self.low) / (self.high - self.low), 0.0, 1.0)
        position = np.nan_to_num(share) * (len(colours) - 1)
        below = np.minimum(position.astype(np.intp), len(colours) - 2)
        part = (position - below)[..., None]
        mixed = colours[below] * (1.0 - part) + colours[below + 1] * part
        mixed[np.isnan(share)] = 128.0
        return np.asarray(mixed.round(), np.uint8)


def png(pixels: NDArray[np.uint8], scale_x: int = 1, scale_y: int = 1) -> bytes:
    """A PNG file of `pixels` (rows, columns, 3), each drawn scale_x by scale_y pixels large."""
    image = pixels.repeat(scale_y, axis=0).repeat(scale_x, axis=1)
    rows, columns, _ = image.shape
    lines = np.zeros((rows, 1 + 3 * columns), np.uint8)  # each line starts with its filter: 0, none
    lines[:, 1:] = image.reshape(rows, -1)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)  # 8 bits a channel, RGB
    body = zlib.compress(lines.tobytes(), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def png_page(panels: list[Panel]) -> bytes:
    """All panels in one PNG without letters, dark bars between them."""
    bands = []
    for row in _rows(panels):
        height = max(panel.height for panel in row)
        images = [panel.pixels().repeat(panel.row_height, axis=0).repeat(panel.cell_width, axis=1) for panel in row]
        padded = [np.pad(image, ((0, height - len(image)), (0, GAP), (0, 0))) for image in images]
        bands.append(np.concatenate(padded, axis=1)[:, :-GAP])
    width = max(band.shape[1] for band in bands)
    framed = [np.pad(band, ((0, GAP), (0, width - band.shape[1]), (0, 0))) for band in bands]
    return png(np.concatenate(framed)[:-GAP])


def svg_page(panels: list[Panel], title: str) -> str:
    """All panels as SVG, with the symbols above their columns, and the limits and colours above each panel."""
    rows = _rows(panels)
    width = max(sum(panel.full_width for panel in row) for row in rows)
    y = 18
    body = [f'<text x="4" y="{y}" class="t">{html.escape(visible(title))}</text>']
    for row in rows:
        x, y = 0, y + TITLE_HEIGHT
        for panel in row:
            body += _drawn(panel, x, y)
            x += panel.full_width
        y += max(panel.height for panel in row)
    style = "text{font:11px monospace;fill:#ccc}.c{text-anchor:middle}.r{text-anchor:end}.t{font-size:13px;fill:#fff}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 8}" viewBox="0 0 {width} {y + 8}">'
        f'<style>{style}</style><rect width="100%" height="100%" fill="#12121a"/>{"".join(body)}</svg>\n'
    )


def _rows(panels: list[Panel]) -> list[list[Panel]]:
    """The panels in rows: panels of a group side by side, as many as fit on a page."""
    rows: list[list[Panel]] = []
    for panel in panels:
        room = PAGE_WIDTH - sum(other.full_width for other in rows[-1]) if rows else 0
        if rows and rows[-1][-1].group == panel.group and panel.full_width <= room:
            rows[-1].append(panel)
        else:
            rows.append([panel])
    return rows


def _drawn(panel: Panel, x: int, y: int) -> Iterator[str]:
    """The panel in SVG, its heatmap from y down."""
    left = x + panel.label_width
    yield f'<text x="{x + GAP}" y="{y - 20}">{html.escape(visible(panel.title))}</text>'
    yield _image(panel.bar(), x + GAP + panel.title_width, y - 20 - BAR_HEIGHT, BAR_WIDTH, BAR_HEIGHT)
    for column, symbol in enumerate(panel.columns):
        at = left + panel.cell_width * (column + 0.5)
        yield f'<text x="{at:g}" y="{y - 4}" class="c">{_shown(symbol)}</text>'
    for row, name in enumerate(panel.rows):
        yield f'<text x="{left - 6}" y="{y + ROW_HEIGHT * row + 11}" class="r">{_shown(name[:LONGEST_NAME])}</text>'
    yield _image(panel.pixels(), left, y, panel.width, panel.height)


def _image(pixels: NDArray[np.uint8], x: int, y: int, width: int, height: int) -> str:
    data = base64.b64encode(png(pixels)).decode("ascii")
    return (
        f'<image x="{x}" y="{y}" width="{width}" height="{height}" '
        f'preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,{data}"/>'
    )


def html_page(
    symbols: Sequence[str],
    panels: list[Panel],
    title: str,
    hints: list[str],
    probabilities: NDArray[np.float32] | None = None,
    lines: Sequence[str] = (),
) -> str:
    """A page with the text, what was answered (`lines`), and all panels.

    hints[t] is shown when the pointer rests on symbol t. probabilities[t] is what the model gave it (NaN: unknown): the less
    the model expected it, the redder is its background.
    """
    given = np.full(len(symbols), np.nan) if probabilities is None else probabilities
    spans = []
    for symbol, hint, probability in zip(symbols, hints, given, strict=True):
        surprise = 0.0 if not probability > 0.0 else min(1.0, max(0.0, -math.log(probability) / 7.0))
        shown = _shown(symbol) + ("<br>" if symbol == "\n" else "")
        spans.append(
            f'<span style="background:rgba(220,70,50,{surprise:.2f})" title="{html.escape(visible(hint))}">{shown}</span>'
        )
    answer = "".join(f"<p>{html.escape(visible(line))}</p>\n" for line in lines)
    style = (
        "body{background:#12121a;color:#ddd;font:14px/1.6 monospace;margin:2em}figure{margin:1.5em 0;overflow-x:auto}"
        "svg{display:block}p{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}"
    )
    name = html.escape(visible(title))
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{name}</title><style>{style}</style>\n'
        f"<h1>{name}</h1>\n<p>{''.join(spans)}</p>\n{answer}<figure>{svg_page(panels, UNITS_DOWN)}</figure></html>\n"
    )


UNITS_DOWN = "units, classes or output tokens down, what was read across"


def _shown(symbol: str) -> str:
    """A character as one visible glyph (a space has one, too), or a longer token, ready for a page."""
    return html.escape(glyph(symbol, cells(symbol)) if len(symbol) == 1 else visible(symbol))


def _symmetric(values: NDArray[np.float32], least: float = 0.0) -> tuple[float, float]:
    """Limits of one digit, or of whole numbers, that hold all values and are at least `least`."""
    largest = float(np.max(np.abs(values), initial=least))
    if not (math.isfinite(largest) and largest > 0.0):
        return -1.0, 1.0
    digit = min(1.0, 10.0 ** math.floor(math.log10(largest)))
    limit = math.ceil(largest / digit * (1 - 1e-9)) * digit
    return -limit, limit
