"""The colour of each run, the same in the chart, the table and the panes' borders; and the themes they were made for."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

from tui_rnn.tui.colours import Paint

_DARK = ("#f5a35c", "#69b4ff", "#7fd18a", "#d493f2", "#e8d867", "#5fd7d0", "#ff93a8", "#b9bcc4")
_LIGHT = ("#b25600", "#0a5bb0", "#23782f", "#8430ad", "#746300", "#006f78", "#b42a55", "#5a5d66")
# What terminals of 16 colours have, in the values that Rich maps exactly.
_SIXTEEN_DARK = ("#ffff55", "#55ffff", "#55ff55", "#ff55ff", "#ff5555", "#5555ff", "#aa5500", "#aaaaaa")
_SIXTEEN_LIGHT = ("#aa5500", "#0000aa", "#00aa00", "#aa00aa", "#aa0000", "#00aaaa", "#555555", "#000000")


def run_colour(number: int, paint: Paint) -> str:
    """The colour '#rrggbb' of the run with this number key; the ninth has the first one's again."""
    few, many = (_SIXTEEN_DARK, _DARK) if paint.dark else (_SIXTEEN_LIGHT, _LIGHT)
    colours = few if paint.depth == "16" else many
    return colours[(number - 1) % len(colours)]


def neutral_colour(paint: Paint) -> str:
    """The colour of what is no run's: the chart's landmarks."""
    if paint.depth == "16":
        return "#aaaaaa" if paint.dark else "#555555"
    return "#8a93a6" if paint.dark else "#5b6473"


def _sixteen(name: str, dark: bool) -> Theme:
    """A theme in the terminal's own colours, whose frames stay in the background."""
    own = BUILTIN_THEMES["ansi-dark" if dark else "ansi-light"]
    quiet = "ansi_bright_black" if dark else "ansi_white"
    return replace(own, name=name, accent="ansi_yellow" if dark else "ansi_red", variables={**own.variables, "border": quiet})


DARK_16, LIGHT_16 = _sixteen("tui-rnn-16-dark", True), _sixteen("tui-rnn-16-light", False)
# The grounds are nearly grey: where there are only 256 colours they would turn navy otherwise.
DARK = Theme(
    name="tui-rnn-dark",
    primary="#6fb1e0",
    secondary="#8a93a6",
    accent="#f0b45b",
    warning="#e6b450",
    error="#ef6b73",
    success="#7fd18a",
    foreground="#dfe3ea",
    background="#111316",
    surface="#181a1e",
    panel="#24272d",
    dark=True,
    variables={"footer-background": "#111316", "footer-key-foreground": "#f0b45b", "border": "#474c57"},
)
LIGHT = Theme(
    name="tui-rnn-light",
    primary="#1663a3",
    secondary="#5b6473",
    accent="#a85a00",
    warning="#8f6400",
    error="#b3261e",
    success="#23782f",
    foreground="#1d222b",
    background="#f7f7f4",
    surface="#eeeeea",
    panel="#e2e3df",
    dark=False,
    variables={"footer-background": "#f7f7f4", "footer-key-foreground": "#a85a00", "border": "#b4b9c2"},
)
