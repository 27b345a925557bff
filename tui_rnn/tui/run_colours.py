"""The colour of each run, the same in the chart, the table and the panes' frames; and the themes they were made for.

The runs' colours are chosen from the 240 fixed ones of a 256-colour terminal, as far apart as they go for eyes of every
kind: in each theme any two of the nine differ by a CIEDE2000 of 10 or more, for the colour-blind too, the first four by
15. The number beside each colour says the same. tests/tui/test_contrast.py computes this, and the contrast of all text.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from textual.theme import BUILTIN_THEMES, Theme
from textual.widget import Widget

from tui_rnn.tui.colour_space import blend, contrast
from tui_rnn.tui.colours import Paint

RUNS_DARK = ("#d7ffaf", "#5f87ff", "#ff5f00", "#00d7ff", "#af87af", "#d7d700", "#00af5f", "#eeeeee", "#b2b2b2")
RUNS_LIGHT = ("#5f5f00", "#005fd7", "#af005f", "#5f0000", "#00005f", "#5f5f87", "#0000d7", "#3a3a3a", "#121212")
# What terminals of 16 colours have, in the values that Rich maps exactly. On white, only seven can be read.
RUNS_DARK_16 = ("#ffff55", "#ff55ff", "#55ffff", "#ff5555", "#00aa00", "#aaaaaa", "#55ff55", "#ffffff", "#00aaaa")
RUNS_LIGHT_16 = ("#0000aa", "#aa0000", "#555555", "#5555ff", "#aa5500", "#aa00aa", "#000000")
_ANSI_NAMES = {
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
_GROUNDS = {True: "#111316", False: "#f7f7f4"}
_TRAINING_SHARES = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85)  # of a run's colour in its training curve; the rest is the ground
_SEEN = 3.0  # contrast of a curve


def run_colour(number: int, paint: Paint) -> str:
    """The colour '#rrggbb' of the run with this number key; after the last colour comes the first again."""
    few, many = (RUNS_DARK_16, RUNS_DARK) if paint.dark else (RUNS_LIGHT_16, RUNS_LIGHT)
    colours = few if paint.depth == "16" else many
    return colours[(number - 1) % len(colours)]


@lru_cache(maxsize=64)
def training_style(number: int, paint: Paint) -> str:
    """The style of a run's training curve: its colour, nearer to the ground than that of its validation curve."""
    colour, ground = run_colour(number, paint), _GROUNDS[paint.dark]
    if paint.depth in ("16", "none"):
        return f"dim {colour}"
    mixed = (blend(colour, ground, share) for share in _TRAINING_SHARES)
    return next((found for found in mixed if contrast(found, ground) >= _SEEN), colour)


def wear(pane: Widget, number: int | None) -> None:
    """Let the pane's frame, while it has the focus, be in the colour of the run with this number key; None: of no run."""
    wanted = None if number is None else (number - 1) % MOST_COLOURS + 1
    for k in range(1, MOST_COLOURS + 1):
        pane.set_class(k == wanted, f"-run-{k}")


def _variables(runs: tuple[str, ...], quiet: str, frame: str, focus: str, on_accent: str, **others: str) -> dict[str, str]:
    """A theme's variables: the runs' colours run-1 … run-9, quiet text, frames without a run, the ground of the field or the
    entry at hand, and what is written on the accent."""
    numbered = {f"run-{k + 1}": runs[k % len(runs)] for k in range(MOST_COLOURS)}
    quiets = dict.fromkeys(("text-muted", "text-disabled", "foreground-muted"), quiet)
    grounds = dict.fromkeys(("focus-ground", "block-cursor-background", "block-cursor-blurred-background"), focus)
    return {**numbered, **quiets, **grounds, "border": frame, "on-accent": on_accent, **others}


def _sixteen(name: str, dark: bool) -> Theme:
    """A theme in the terminal's own colours."""
    own = BUILTIN_THEMES["ansi-dark" if dark else "ansi-light"]
    quiet, loud = ("ansi_white", "ansi_bright_white") if dark else ("ansi_bright_black", "ansi_black")
    runs = tuple(_ANSI_NAMES[colour] for colour in (RUNS_DARK_16 if dark else RUNS_LIGHT_16))
    warning, error = ("ansi_bright_yellow", "ansi_bright_red") if dark else ("ansi_magenta", "ansi_red")
    cursor = dict.fromkeys(("block-cursor-foreground", "block-cursor-blurred-foreground"), "ansi_default")
    cursor |= {"block-cursor-text-style": "bold underline", "block-cursor-blurred-text-style": "bold underline"}
    told = {"text-warning": warning, "text-error": error, "text-success": "ansi_bright_green" if dark else "ansi_blue"}
    return replace(
        own,
        name=name,
        primary="ansi_bright_cyan" if dark else "ansi_blue",
        secondary=quiet,
        accent=loud,
        warning=warning,
        error=error,
        variables={
            **own.variables,
            **cursor,
            **told,
            **_variables(runs, quiet, quiet, "ansi_default", "ansi_black" if dark else "ansi_bright_white"),
        },
    )


DARK_16, LIGHT_16 = _sixteen("tui-rnn-16-dark", True), _sixteen("tui-rnn-16-light", False)
_CURSOR = {"block-cursor-foreground": "auto 100%", "block-cursor-text-style": "bold", "block-cursor-blurred-text-style": "bold"}
# The grounds are nearly grey: where there are only 256 colours they would turn navy otherwise. The accent is no hue: what
# has the focus and what is a key must look like no run.
DARK = Theme(
    name="tui-rnn-dark",
    primary="#6fb1e0",
    secondary="#a3abb8",
    accent="#f4f6fa",
    warning="#e6b450",
    error="#ff8087",
    success="#7fd18a",
    foreground="#dfe3ea",
    background=_GROUNDS[True],
    surface="#181a1e",
    panel="#24272d",
    dark=True,
    variables=_variables(
        RUNS_DARK,
        quiet="#a3abb8",
        frame="#6a7180",
        focus="#2f3238",
        on_accent=_GROUNDS[True],
        **_CURSOR,
        **{"footer-background": _GROUNDS[True], "text-warning": "#e6b450", "text-error": "#ff8087", "text-success": "#7fd18a"},
    ),
)
LIGHT = Theme(
    name="tui-rnn-light",
    primary="#1663a3",
    secondary="#4a515e",
    accent="#05070b",
    warning="#7a5500",
    error="#a5211a",
    success="#1f6b2a",
    foreground="#1d222b",
    background=_GROUNDS[False],
    surface="#eeeeea",
    panel="#e2e3df",
    dark=False,
    variables=_variables(
        RUNS_LIGHT,
        quiet="#4a515e",
        frame="#7d838e",
        focus="#dcdde0",
        on_accent=_GROUNDS[False],
        **_CURSOR,
        **{"footer-background": _GROUNDS[False], "text-warning": "#7a5500", "text-error": "#a5211a", "text-success": "#1f6b2a"},
    ),
)
THEMES = (DARK, LIGHT, DARK_16, LIGHT_16)
