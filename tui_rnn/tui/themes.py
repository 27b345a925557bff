"""The themes of the playground: dark and light, in many colours, in a terminal's own 16, and without colours."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

from tui_rnn.tui.run_colours import (
    ANSI_NAMES,
    GROUNDS,
    INK,
    MOST_COLOURS,
    RUNS_DARK,
    RUNS_DARK_16,
    RUNS_LIGHT,
    RUNS_LIGHT_16,
)


def _variables(runs: tuple[str, ...], quiet: str, frame: str, focus: str, on_accent: str, **others: str) -> dict[str, str]:
    """A theme's variables: the runs' colours run-1 … run-9, quiet text, frames without a run, the ground of the field or entry
    with the focus, and text on the accent."""
    numbered = {f"run-{k + 1}": runs[k % len(runs)] for k in range(MOST_COLOURS)}
    quiets = dict.fromkeys(("text-muted", "text-disabled", "foreground-muted"), quiet)
    grounds = dict.fromkeys(("focus-ground", "block-cursor-background", "block-cursor-blurred-background"), focus)
    return {**numbered, **quiets, **grounds, "border": frame, "on-accent": on_accent, **others}


def _sixteen(name: str, dark: bool) -> Theme:
    """A theme in the terminal's own colours, also for ink and ground: a terminal's default ground may be light or dark."""
    own = BUILTIN_THEMES["ansi-dark" if dark else "ansi-light"]
    ground, ink = ("ansi_black", "ansi_white") if dark else ("ansi_bright_white", "ansi_black")
    quiet, loud = ("ansi_white", "ansi_bright_white") if dark else ("ansi_bright_black", "ansi_black")
    runs = tuple(ANSI_NAMES[colour] for colour in (RUNS_DARK_16 if dark else RUNS_LIGHT_16))
    warning, error = ("ansi_bright_yellow", "ansi_bright_red") if dark else ("ansi_magenta", "ansi_red")
    inks = (
        "text",
        "block-cursor-foreground",
        "block-cursor-blurred-foreground",
        "button-foreground",
        "button-color-foreground",
    )
    cursor = {"block-cursor-text-style": "bold underline", "block-cursor-blurred-text-style": "bold underline"}
    told = {"text-warning": warning, "text-error": error, "text-success": "ansi_bright_green" if dark else "ansi_blue"}
    return replace(
        own,
        name=name,
        primary="ansi_bright_cyan" if dark else "ansi_blue",
        secondary=quiet,
        accent=loud,
        warning=warning,
        error=error,
        foreground=ink,
        background=ground,
        surface=ground,
        panel=ground,
        variables={
            **own.variables,
            **dict.fromkeys(inks, ink),
            **dict.fromkeys(("surface", "panel"), ground),
            **cursor,
            **told,
            **_variables(runs, quiet, quiet, ground, ground),
        },
    )


DARK_16, LIGHT_16 = _sixteen("tui-rnn-16-dark", True), _sixteen("tui-rnn-16-light", False)
_CURSOR = {"block-cursor-foreground": "auto 100%", "block-cursor-text-style": "bold", "block-cursor-blurred-text-style": "bold"}
# The grounds are nearly grey: with only 256 colours, others would turn navy. The accent has no hue: the focus and the keys
# must look like no run.
DARK = Theme(
    name="tui-rnn-dark",
    primary="#6fb1e0",
    secondary="#a3abb8",
    accent="#f4f6fa",
    warning="#e6b450",
    error="#ff8087",
    success="#7fd18a",
    foreground="#dfe3ea",
    background=GROUNDS[True],
    surface="#181a1e",
    panel="#24272d",
    dark=True,
    variables=_variables(
        RUNS_DARK,
        quiet="#a3abb8",
        frame="#6a7180",
        focus="#2f3238",
        on_accent=GROUNDS[True],
        **_CURSOR,
        **{"footer-background": GROUNDS[True], "text-warning": "#e6b450", "text-error": "#ff8087", "text-success": "#7fd18a"},
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
    background=GROUNDS[False],
    surface="#eeeeea",
    panel="#e2e3df",
    dark=False,
    variables=_variables(
        RUNS_LIGHT,
        quiet="#4a515e",
        frame="#7d838e",
        focus="#dcdde0",
        on_accent=GROUNDS[False],
        **_CURSOR,
        **{"footer-background": GROUNDS[False], "text-warning": "#7a5500", "text-error": "#a5211a", "text-success": "#1f6b2a"},
    ),
)


def _plain(theme: Theme) -> Theme:
    """The theme without colours: only numbers distinguish runs and their frames."""
    runs = {f"run-{k + 1}": INK[theme.dark] for k in range(MOST_COLOURS)}
    return replace(theme, name=f"{theme.name}-plain", variables={**theme.variables, **runs})


DARK_PLAIN, LIGHT_PLAIN = _plain(DARK), _plain(LIGHT)
THEMES = (DARK, LIGHT, DARK_16, LIGHT_16, DARK_PLAIN, LIGHT_PLAIN)


def pair_for(color_system: str | None, no_color: bool) -> tuple[Theme, Theme]:
    """The dark and the light theme for a terminal."""
    if no_color:
        return DARK_PLAIN, LIGHT_PLAIN
    return (DARK_16, LIGHT_16) if color_system == "standard" else (DARK, LIGHT)
