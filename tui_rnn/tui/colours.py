"""From numbers to what a terminal can show: levels, colours and glyphs for heatmaps and coloured text.

Values become one of a few levels first, so that neighbours are often equal and need no escape code between them.
With 256 colours or more a level is a colour. With 16 or none it is a shade. Without colour, negative values are
strokes, in reverse if they are large, so that −1 and +1 differ and look equally strong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.style import Style
from textual.app import App

from tui_rnn.tui.colour_space import contrast, nearest_of_256, ramp

Depth = Literal["true", "256", "16", "none"]
Kind = Literal["sequential", "diverging", "surprise"]

LEVELS = 21  # odd, so that a diverging map has a level for zero; with 21² pairs of half-blocks styles stay cached
NOT_A_NUMBER = LEVELS  # the level of NaN
CURSOR = LEVELS + 1  # the level that marks the cursor's cell
BLANK = LEVELS + 2  # the lower half of a line that has no unit there

SHADES = " ░▒▓█"
STROKES = " ·==-"  # the last two in reverse

# Dark themes: zero is near the background, one is bright. Light themes: zero is near the background, one is dark.
_ANCHORS: dict[tuple[Kind, bool], tuple[str, ...]] = {
    ("sequential", True): ("#1a2335", "#155470", "#1f9089", "#86c966", "#f8f0a4"),
    ("sequential", False): ("#f1f4f0", "#b4dcc4", "#4fae9f", "#1a6f86", "#0b2a4a"),
    ("diverging", True): ("#74b9ff", "#1f5fa6", "#17191e", "#9c560f", "#ffa940"),
    ("diverging", False): ("#0a4fa3", "#8dbbe8", "#f4f3f0", "#efb078", "#ad4800"),
    ("surprise", True): ("#181821", "#3a1c31", "#682343", "#a52d50", "#ee5a5f"),
    ("surprise", False): ("#faf0ef", "#f9d8db", "#f4acb5", "#e87789", "#d03a5c"),
}
_NAN_COLOUR, _CURSOR_COLOURS = "#808080", {True: "#ff5fd7", False: "#b8007a"}
_DARK_INK, _LIGHT_INK = Color.parse("#000000"), Color.parse("#ffffff")  # one of the two reads well on any ground
# Bright blue, brown or yellow, and red of a terminal with 16 colours, in the values that Rich maps exactly.
_SIXTEEN = {"negative": {True: "#5555ff", False: "#0000aa"}, "positive": {True: "#ffff55", False: "#aa0000"}}


def levels(values: NDArray[np.floating[Any]], low: float, high: float) -> NDArray[np.uint8]:
    """Each value's level: 0 at `low` and below, LEVELS - 1 at `high` and above, NOT_A_NUMBER for NaN. Same shape."""
    scaled = (np.asarray(values, dtype=np.float32) - np.float32(low)) * np.float32((LEVELS - 1) / (high - low))
    cut = np.nan_to_num(np.clip(np.rint(scaled), 0, LEVELS - 1), nan=NOT_A_NUMBER)
    return np.asarray(cut, dtype=np.uint8)


@dataclass(frozen=True)
class Paint:
    """How to draw levels on one kind of terminal, in a dark or a light theme."""

    depth: Depth
    dark: bool

    @property
    def has_ramps(self) -> bool:
        """Whether a colour alone shows a level; if not, a glyph does."""
        return self.depth in ("true", "256")

    @lru_cache(maxsize=16)  # noqa: B019  a handful of paints exist, each for the life of the app
    def colours(self, kind: Kind) -> tuple[Color, ...]:
        """One colour a level, then the ones of NOT_A_NUMBER and CURSOR."""
        shades = [*ramp(_ANCHORS[kind, self.dark], LEVELS), _NAN_COLOUR, _CURSOR_COLOURS[self.dark]]
        return tuple(Color.parse(nearest_of_256(c) if self.depth == "256" else c) for c in shades)

    @lru_cache(maxsize=2048)  # noqa: B019
    def half_blocks(self, kind: Kind, upper: int, lower: int) -> tuple[str, Style]:
        """The character and style that show one level above another in one cell."""
        colours = self.colours(kind)
        if upper == lower:
            return " ", Style(bgcolor=colours[upper])
        if lower == BLANK:
            return "▀", Style(color=colours[upper])
        return "▀", Style(color=colours[upper], bgcolor=colours[lower])

    @lru_cache(maxsize=256)  # noqa: B019
    def shade(self, kind: Kind, level: int) -> tuple[str, Style]:
        """The glyph and style that show one level in one cell without ramps."""
        if level >= NOT_A_NUMBER:
            return "?", Style()
        if kind != "diverging":
            return SHADES[round(level * 4 / (LEVELS - 1))], Style()
        step = round(level * 8 / (LEVELS - 1)) - 4
        if self.depth == "16":
            return SHADES[abs(step)], Style(color=_SIXTEEN["negative" if step < 0 else "positive"][self.dark])
        return (SHADES[step], Style()) if step >= 0 else (STROKES[-step], Style(reverse=step <= -3))

    @lru_cache(maxsize=256)  # noqa: B019
    def ground(self, kind: Kind, level: int) -> Style:
        """A style with the level's colour behind a readable character. Only with ramps."""
        colour = self.colours(kind)[level]
        return Style(color=_ink_on(colour), bgcolor=colour)

    @lru_cache(maxsize=64)  # noqa: B019
    def surprise(self, level: int) -> Style:
        """The style of a character by its surprise: a ground with ramps, else one of four marks."""
        if self.has_ramps:
            return Style() if level == 0 else self.ground("surprise", level)
        return self.marks[min(3, level * 4 // LEVELS)]

    @cached_property
    def prompt(self) -> Style:
        """The style of a person's text inside a model's. It has no hue: hues are for runs and values."""
        return Style(bold=True, italic=True)

    @cached_property
    def right(self) -> Style:
        """The style of a right answer; a glyph says so too."""
        return self._ink({True: ("#7fe3d0", "#55ffff"), False: ("#006b5e", "#0000aa")})

    @cached_property
    def wrong(self) -> Style:
        """The style of a wrong answer; a glyph says so too. For the colour-blind it differs from `right` in lightness and in
        yellow."""
        return self._ink({True: ("#ff7a4d", "#ff5555"), False: ("#a82a00", "#aa0000")}) + Style(bold=True)

    @cached_property
    def noted(self) -> Style:
        """The style of what a person should notice, right or wrong."""
        return Style(bold=True)

    @cached_property
    def quiet(self) -> Style:
        """The style of what matters less."""
        return Style() if self.depth == "none" else Style(color=self.quiet_colour)

    @property
    def quiet_colour(self) -> str:
        """The quiet colour '#rrggbb' of what belongs to no run: remarks, the chart's landmarks."""
        if self.depth == "16":
            return "#aaaaaa" if self.dark else "#555555"
        return "#a3abb8" if self.dark else "#4a515e"

    def _ink(self, inks: dict[bool, tuple[str, str]]) -> Style:
        """The ink for this theme, of many colours or of 16; none without colour."""
        return Style() if self.depth == "none" else Style(color=inks[self.dark][self.depth == "16"])

    @cached_property
    def marks(self) -> tuple[Style, Style, Style, Style]:
        """Four styles of growing weight for terminals without ramps."""
        if self.depth == "16":
            warm, hot = _SIXTEEN["positive"][self.dark], "#ff5555" if self.dark else "#aa0000"
            return Style(), Style(color=warm), Style(color=hot, bold=True), Style(color=hot, reverse=True, bold=True)
        return Style(), Style(underline=True), Style(bold=True, underline=True), Style(reverse=True)


def _ink_on(ground: Color) -> Color:
    """Black or white, whichever is easier to read on this ground."""
    dark = ground.triplet is not None and contrast(ground.triplet.hex, "#000000") > contrast(ground.triplet.hex, "#ffffff")
    return _DARK_INK if dark else _LIGHT_INK


@lru_cache(maxsize=16)
def paint(depth: Depth, dark: bool) -> Paint:
    """The one Paint of this kind of terminal and theme."""
    return Paint(depth, dark)


def paint_of(app: App[Any]) -> Paint:
    """The Paint for the terminal that `app` runs in and its current theme."""
    depth: Depth = "none" if app.no_color else "16"
    if depth != "none":
        depth = {"truecolor": "true", "256": "256"}.get(app.console.color_system or "", "16")  # type: ignore[assignment]
    return paint(depth, app.current_theme.dark)
