"""A line of pieces, without the least important ones if there is little room; and numbers in few cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content


class Piece(NamedTuple):
    """A piece of a line. Without room, the highest rank is left out first; rank 0 stays."""

    rank: int
    content: Content
    joint: str = " · "  # between the piece before and this one


def fit(parts: Sequence[Piece], width: int) -> Content:
    """The parts in order in at most `width` cells; parts of rank 0 may need more."""
    kept = list(parts)
    while True:
        line = Content("")
        for k, part in enumerate(kept):
            line = Content.assemble(line, part.joint if k else "", part.content)
        worst = max((part.rank for part in kept), default=0)
        if line.cell_length <= width or worst == 0:
            return line
        del kept[max(k for k, part in enumerate(kept) if part.rank == worst)]


def decimal(value: float) -> str:
    """'.98', '−.31', '1.90': two digits after the point, no zero before it, a true minus."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "∞" if value > 0 else "−∞"
    text = f"{abs(value):.2f}".removeprefix("0") if abs(value) < 99.995 else f"{abs(value):.3g}"
    return ("−" if value < 0 and text != ".00" else "") + text


def probability(value: float) -> str:
    """'.81'; '<.01' for a value that would round to 0, '>.99' for one that would round to 1."""
    if 0 < value < 0.005:
        return "<.01"
    return ">.99" if 0.995 <= value < 1 else decimal(value)


def percent(value: float) -> str:
    """'81', in percent, shorter than '.81'; below 1, at most '99'."""
    return f"{min(100 * value, 99) if value < 1 else 100:.0f}"
