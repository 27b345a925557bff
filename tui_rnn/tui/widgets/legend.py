"""Legends: the meaning of a colour or a glyph, as a piece of a border's line."""

from __future__ import annotations

from rich.style import Style
from textual.content import Content
from textual.style import Style as ContentStyle

from tui_rnn.tui.colours import LEVELS, SHADES, Kind, Paint

SURPRISE_BITS = 6.0  # where the colours of surprise end


def number(value: float) -> str:
    """'0', '1', '−2', '0.5'."""
    return f"{value:g}".replace("-", "−")


def map_legend(paint: Paint, kind: Kind, low: float, high: float) -> Content:
    """The map's colours or glyphs from its lower to its upper limit, with both numbers."""
    if paint.has_ramps:
        bar = _bar(paint, kind, range(0, LEVELS, 2))
    else:
        count = len(SHADES) if kind == "sequential" else 2 * len(SHADES) - 1
        shades = [paint.shade(kind, round(k * (LEVELS - 1) / (count - 1))) for k in range(count)]
        bar = Content.assemble(*((mark, ContentStyle.from_rich_style(style)) for mark, style in shades))
    return Content.assemble(f"{number(low)} ", bar, f" {number(high)}")


def surprise_legend(paint: Paint) -> Content:
    """What a character's colour, or without colours its mark, says about the model's surprise."""
    if paint.has_ramps:
        bar = _bar(paint, "surprise", range(0, LEVELS, 2))
        return Content.assemble("surprise 0 ", bar, f" {SURPRISE_BITS:g} bits or more")
    edges = [SURPRISE_BITS * k / len(paint.marks) for k in range(len(paint.marks))]
    samples = [(f"{edge:g}+", ContentStyle.from_rich_style(mark)) for edge, mark in zip(edges, paint.marks, strict=True)]
    return Content(" ").join([Content("surprise in bits:"), *(Content.assemble(sample) for sample in samples)])


def _bar(paint: Paint, kind: Kind, shown: range) -> Content:
    colours = paint.colours(kind)
    return Content.assemble(*(("█", ContentStyle.from_rich_style(Style(color=colours[level]))) for level in shown))
