"""Pictures of a trace: a heatmap as PNG, and SVG and HTML pages around it. No dependency, nothing to load.

Rows are units, columns are characters. Gates run from 0 to 1 on a sequential map; everything else runs from −limit
to +limit on a diverging one, blue below zero and orange above. The limit stands beside the picture.
"""

from __future__ import annotations

import base64
import html
import math
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.display import cells, glyph, visible

GATES = frozenset("ifozr")
CELL_WIDTH, UNIT_HEIGHT, LABEL_WIDTH = 12, 3, 72

SEQUENTIAL = np.array([(13, 17, 36), (38, 61, 122), (55, 126, 160), (122, 191, 160), (250, 240, 165)], np.float64)
DIVERGING = np.array([(84, 160, 255), (38, 84, 160), (18, 18, 24), (170, 84, 20), (255, 160, 66)], np.float64)


@dataclass(frozen=True)
class Panel:
    """One signal of one layer: values (T, units) between low and high."""

    name: str
    layer: int
    values: NDArray[np.float32]
    low: float
    high: float

    @classmethod
    def of(cls, name: str, layer: int, values: NDArray[np.float32]) -> Panel:
        """The panel of the signal `name`; its limits depend on the kind of signal, and for c on its range."""
        if name in GATES:
            return cls(name, layer, values, 0.0, 1.0)
        largest = float(np.max(np.abs(values), initial=0.0))
        limit = float(max(1, math.ceil(largest))) if math.isfinite(largest) else 1.0
        return cls(name, layer, values, -limit, limit)

    @property
    def title(self) -> str:
        """'f, layer 1: 0 to 1'."""
        return f"{self.name}, layer {self.layer + 1}: {self.low:g} to {self.high:g}"

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
    bar = np.zeros((2, panels[0].values.shape[0], 3), np.uint8)
    parts = [part for panel in panels for part in (panel.pixels(), bar)]
    return png(np.concatenate(parts[:-1]), CELL_WIDTH, UNIT_HEIGHT)


def svg_page(text: str, panels: list[Panel], title: str) -> str:
    """All panels below each other as SVG, the characters above their columns, the limits beside each."""
    width = LABEL_WIDTH + CELL_WIDTH * len(text) + 8
    y = 18
    body = [f'<text x="4" y="{y}" class="t">{html.escape(visible(title))}</text>']
    for panel in panels:
        height = UNIT_HEIGHT * panel.values.shape[1]
        y += 34
        for column, character in enumerate(text):
            x = LABEL_WIDTH + CELL_WIDTH * column + CELL_WIDTH / 2
            body.append(f'<text x="{x:g}" y="{y - 4}" class="c">{_shown(character)}</text>')
        for line, label in enumerate((panel.name, f"layer {panel.layer + 1}", f"{panel.low:g} to {panel.high:g}")):
            body.append(f'<text x="4" y="{y + 12 + 14 * line}">{html.escape(label)}</text>')
        body.append(
            f'<image x="{LABEL_WIDTH}" y="{y}" width="{CELL_WIDTH * len(text)}" height="{height}" '
            f'preserveAspectRatio="none" style="image-rendering:pixelated" href="{_data_uri(panel)}"/>'
        )
        y += height
    style = "text{font:11px monospace;fill:#ccc}.c{text-anchor:middle}.t{font-size:13px;fill:#fff}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 8}" viewBox="0 0 {width} {y + 8}">'
        f'<style>{style}</style><rect width="100%" height="100%" fill="#12121a"/>{"".join(body)}</svg>\n'
    )


def html_page(text: str, panels: list[Panel], title: str, hints: list[str], probabilities: NDArray[np.float32]) -> str:
    """A page with the text, each character on a ground that is redder the less it was expected, and all panels.

    hints[t] is shown when the pointer rests on character t; probabilities[t] is what the model gave it (NaN: unknown).
    """
    spans = []
    for character, hint, probability in zip(text, hints, probabilities, strict=True):
        surprise = 0.0 if not probability > 0.0 else min(1.0, max(0.0, -math.log(probability) / 7.0))
        shown = _shown(character) + ("<br>" if character == "\n" else "")
        spans.append(
            f'<span style="background:rgba(220,70,50,{surprise:.2f})" title="{html.escape(visible(hint))}">{shown}</span>'
        )
    figures = [
        f"<figure><figcaption>{html.escape(p.title)}; units down, characters across</figcaption>"
        f'<img alt="{html.escape(p.title)}" style="width:{CELL_WIDTH * len(text)}px;'
        f'height:{UNIT_HEIGHT * p.values.shape[1]}px" src="{_data_uri(p)}"></figure>'
        for p in panels
    ]
    style = (
        "body{background:#12121a;color:#ddd;font:14px/1.6 monospace;margin:2em}figure{margin:1.5em 0;overflow-x:auto}"
        "img{image-rendering:pixelated}p{white-space:pre-wrap;overflow-wrap:anywhere}"
    )
    name = html.escape(visible(title))
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{name}</title><style>{style}</style>\n'
        f"<h1>{name}</h1>\n<p>{''.join(spans)}</p>\n{''.join(figures)}</html>\n"
    )


def _shown(character: str) -> str:
    """A character as one visible glyph, spaces too, ready for a page."""
    return html.escape(glyph(character, cells(character)))


def _data_uri(panel: Panel) -> str:
    return "data:image/png;base64," + base64.b64encode(png(panel.pixels())).decode("ascii")
