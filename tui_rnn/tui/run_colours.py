"""The colour of each run, the same in the chart, the table and the panes' frames.

The runs' colours are among the 240 fixed ones of a 256-colour terminal, as far apart as possible for all eyes: in each theme
any two of the nine differ by a CIEDE2000 of 10 or more, also for the colour-blind, and the first four by 15. The number
beside each colour says the same. tests/tui/test_contrast.py computes this, and the contrast of all text.
"""

from __future__ import annotations

from functools import lru_cache

from textual.widget import Widget

from tui_rnn.tui.colour_space import blend, contrast
from tui_rnn.tui.colours import Paint

RUNS_DARK = ("#d7ffaf", "#5f87ff", "#ff5f00", "#00d7ff", "#af87af", "#d7d700", "#00af5f", "#eeeeee", "#b2b2b2")
RUNS_LIGHT = ("#5f5f00", "#005fd7", "#af005f", "#5f0000", "#00005f", "#5f5f87", "#0000d7", "#3a3a3a", "#121212")
# The colours of terminals with 16, in the values that Rich maps exactly. On white, only seven are readable.
RUNS_DARK_16 = ("#ffff55", "#ff55ff", "#55ffff", "#ff5555", "#00aa00", "#aaaaaa", "#55ff55", "#ffffff", "#00aaaa")
RUNS_LIGHT_16 = ("#0000aa", "#aa0000", "#555555", "#5555ff", "#aa5500", "#aa00aa", "#000000")
ANSI_NAMES = {
    "#000000": "ansi_black",
    "#aa0000": "ansi_red",
    "#00aa00": "ansi_green",
    "#aa5500": "ansi_yellow",
    "#0000aa": "ansi_blue",
    "#aa00aa": "ansi_magenta",
    "#00aaaa": "ansi_cyan",
    "#aaaaaa": "ansi_white",
    "#555555": "ansi_bright_black",
    "#ff5555": "ansi_bright_red",
    "#55ff55": "ansi_bright_green",
    "#ffff55": "ansi_bright_yellow",
    "#5555ff": "ansi_bright_blue",
    "#ff55ff": "ansi_bright_magenta",
    "#55ffff": "ansi_bright_cyan",
    "#ffffff": "ansi_bright_white",
}
MOST_COLOURS = 9  # as many as there are number keys
GROUNDS = {True: "#111316", False: "#f7f7f4"}  # of dark and light themes
INK = {True: "#dfe3ea", False: "#1d222b"}
_TRAINING_SHARES = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85)  # of a run's colour in its training curve; the rest is the ground
_SEEN = 3.0  # the contrast of a curve, at least


def run_colour(number: int, paint: Paint) -> str:
    """The colour '#rrggbb' of the run of this number key; after the last colour the first comes again. Without colours, all
    runs have the colour of text, and their numbers distinguish them."""
    if paint.depth == "none":
        return INK[paint.dark]
    few, many = (RUNS_DARK_16, RUNS_DARK) if paint.dark else (RUNS_LIGHT_16, RUNS_LIGHT)
    colours = few if paint.depth == "16" else many
    return colours[(number - 1) % len(colours)]


@lru_cache(maxsize=64)
def training_style(number: int, paint: Paint) -> str:
    """The style of a run's training curve: its colour, nearer to the ground than its validation curve."""
    colour, ground = run_colour(number, paint), GROUNDS[paint.dark]
    if paint.depth in ("16", "none"):
        return f"dim {colour}"
    mixed = (blend(colour, ground, share) for share in _TRAINING_SHARES)
    return next((found for found in mixed if contrast(found, ground) >= _SEEN), colour)


def wear(pane: Widget, number: int | None) -> None:
    """Give the pane's frame, while it has the focus, the colour of the run of this number key; None: of no run."""
    wanted = None if number is None else (number - 1) % MOST_COLOURS + 1
    for k in range(1, MOST_COLOURS + 1):
        pane.set_class(k == wanted, f"-run-{k}")
