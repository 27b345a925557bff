"""Pictures of what goes on inside: heatmaps as PNG, and SVG and HTML pages around them. No dependency, nothing to load.

Rows are units (or classes, or output tokens), columns are the symbols that were read. Gates and shares run from 0 to 1 on
a sequential map; everything else runs from −limit to +limit on a diverging one, blue below zero and orange above. The
limit stands beside the picture.
"""

from __future__ import annotations

import base64
import html
import math
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.display import cells, glyph, visible

GATES = frozenset("ifozr")
CELL_WIDTH, UNIT_HEIGHT, ROW_HEIGHT, LABEL_WIDTH, LETTER_WIDTH = 12, 3, 15, 96, 7
LONGEST_NAME = 12

SEQUENTIAL = np.array([(13, 17, 36), (38, 61, 122), (55, 126, 160), (122, 191, 160), (250, 240, 165)], np.float64)
DIVERGING = np.array([(84, 160, 255), (38, 84, 160), (18, 18, 24), (170, 84, 20), (255, 160, 66)], np.float64)


@dataclass(frozen=True)
class Panel:
    """One heatmap: values (T, rows) between low and high. columns (T,): what stands above; rows: their names, if any."""

    name: str
    values: NDArray[np.float32]
    low: float
    high: float
    columns: tuple[str, ...]
    rows: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, layer: int, values: NDArray[np.float32], columns: Sequence[str], where: str = "") -> Panel:
        """The panel of the signal `name` of a layer (from 0 on) of the direction `where`; its limits depend on the kind of
        signal, and for c on its range."""
        title = f"{where} {name}, layer {layer + 1}".lstrip()
        if name in GATES:
            return cls(title, values, 0.0, 1.0, tuple(columns))
        return cls(title, values, *_symmetric(values), tuple(columns))

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
        """Dots to a column: enough for the longest symbol above."""
        letters = max((sum(map(cells, visible(column))) for column in self.columns if len(column) > 1), default=1)
        return max(CELL_WIDTH, LETTER_WIDTH * letters + 5)

    @property
    def row_height(self) -> int:
        """Dots to a row: enough for its name."""
        return ROW_HEIGHT if self.rows else UNIT_HEIGHT

    @property
    def width(self) -> int:
        return self.cell_width * int(self.values.shape[0])

    @property
    def height(self) -> int:
        return self.row_height * int(self.values.shape[1])

    def pixels(self) -> NDArray[np.uint8]:
        """The colours (units, T, 3) of the heatmap, one pixel a value; grey where a value is not a number."""
        colours = SEQUENTIAL if self.low == 0.0 else DIVERGING
        share = np.clip((self.values.T.astype(np.float64) - self.low) / (self.high - self.low), 0.0, 1.0)
        position = np.nan_to_num(share) * (len(colours) - 1)
        below = np.minimum(position.astype(np.intp), len(colours) - 2)
        part = (position - below)[..., None]
        mixed = colours[below] * (1.0 - part) + colours[below + 1] * part
        mixed[np.isnan(share)] = 128.0
        return np.asarray(mixed.round(), np.uint8)


def png(pixels: NDArray[np.uint8], scale_x: int = 1, scale_y: int = 1) -> bytes:
    """A PNG file of `pixels` (rows, columns, 3), each drawn scale_x by scale_y dots large."""
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
    """All panels below each other in one PNG, a dark bar between two."""
    width = max(panel.width for panel in panels)
    parts = []
    for panel in panels:
        image = panel.pixels().repeat(panel.row_height, axis=0).repeat(panel.cell_width, axis=1)
        parts.append(np.pad(image, ((0, 2 * UNIT_HEIGHT), (0, width - panel.width), (0, 0))))
    return png(np.concatenate(parts)[: -2 * UNIT_HEIGHT])


def svg_page(panels: list[Panel], title: str) -> str:
    """All panels below each other as SVG, the symbols above their columns, the limits beside each."""
    width = LABEL_WIDTH + max(panel.width for panel in panels) + 8
    y = 18
    body = [f'<text x="4" y="{y}" class="t">{html.escape(visible(title))}</text>']
    for panel in panels:
        y += 48
        body.append(f'<text x="4" y="{y - 20}">{html.escape(visible(panel.title))}</text>')
        for column, symbol in enumerate(panel.columns):
            x = LABEL_WIDTH + panel.cell_width * (column + 0.5)
            body.append(f'<text x="{x:g}" y="{y - 4}" class="c">{_shown(symbol)}</text>')
        for row, name in enumerate(panel.rows):
            at = y + ROW_HEIGHT * row + 11
            body.append(f'<text x="{LABEL_WIDTH - 6}" y="{at}" class="r">{_shown(name[:LONGEST_NAME])}</text>')
        body.append(
            f'<image x="{LABEL_WIDTH}" y="{y}" width="{panel.width}" height="{panel.height}" '
            f'preserveAspectRatio="none" style="image-rendering:pixelated" href="{_data_uri(panel)}"/>'
        )
        y += panel.height
    style = "text{font:11px monospace;fill:#ccc}.c{text-anchor:middle}.r{text-anchor:end}.t{font-size:13px;fill:#fff}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 8}" viewBox="0 0 {width} {y + 8}">'
        f'<style>{style}</style><rect width="100%" height="100%" fill="#12121a"/>{"".join(body)}</svg>\n'
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

    hints[t] is shown when the pointer rests on symbol t. probabilities[t] is what the model gave it (NaN: unknown): it
    stands on a ground that is redder the less it was expected.
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
    """A character as one visible glyph, spaces too, or a longer token, ready for a page."""
    return html.escape(glyph(symbol, cells(symbol)) if len(symbol) == 1 else visible(symbol))


def _symmetric(values: NDArray[np.float32]) -> tuple[float, float]:
    largest = float(np.max(np.abs(values), initial=0.0))
    limit = float(max(1, math.ceil(largest))) if math.isfinite(largest) else 1.0
    return -limit, limit


def _data_uri(panel: Panel) -> str:
    return "data:image/png;base64," + base64.b64encode(png(panel.pixels())).decode("ascii")
