"""All private API of Textual and rich that the playground uses, and the reasons. A new version of either may change it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import import_module
from typing import Any, TypeVar

import textual.screen
from rich._palettes import EIGHT_BIT_PALETTE as EIGHT_BIT_PALETTE  # rich has its table of the 256 colours nowhere else
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.color import Color
from textual.css.styles import RulesMap
from textual.driver import Driver
from textual.events import Key
from textual.screen import Screen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual


def driver_of(app: App[Any]) -> Driver | None:
    """The writer to the terminal. Textual suspends an app only inside a `with`; a shell may stop and continue a job at any
    moment, which needs the two halves apart."""
    return app._driver


def lines_of(screen: Screen[Any]) -> list[Strip]:
    """The painted screen, line by line: Textual gives only a picture of the whole screen, as SVG."""
    return screen._compositor.render_strips()


Result = TypeVar("Result")


class BreaksInOneLine(App[Result]):
    """An app that can end with one line when another program's file breaks the screen. Textual prints a traceback of any error,
    and has no other place to catch it."""

    def told_broken(self, error: Exception) -> bool:
        """Whether the app says it and ends."""
        return False

    def _handle_exception(self, error: Exception) -> None:
        if not self.told_broken(error):
            super()._handle_exception(error)


class EscapeApart(XTermParser):
    """Textual's parser of a terminal's bytes, but Escape and another key at once are two keys.

    A terminal sends Escape and q, and Alt-q, as the same two bytes. Textual reads them as Alt-q; with signs such as `?` as the
    sign alone, with b and f as a move over a word, and with digits as a Mac's signs. No key of the playground has Alt, but a
    person may leave a line with Escape and press the next key quickly. Longer sequences (arrows, a mouse) and Alt-Backspace
    keep their meaning. Only the Linux console sends Shift-Tab as Alt-Tab.
    """

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        if alt or _escape_and_a_sign(sequence):
            yield Key("escape", "\x1b")
            sequence = sequence[-1]
        yield from super()._sequence_to_key_events(sequence)


def _escape_and_a_sign(sequence: str) -> bool:
    """Whether Textual takes these two for one key of a Mac, or for Shift-Tab on a terminal that does not send it so."""
    if len(sequence) != 2 or sequence not in ANSI_SEQUENCES_KEYS:
        return False
    return sequence[1].isprintable() or (sequence[1] == "\t" and os.environ.get("TERM") != "linux")


def read_escape_apart() -> None:
    """Let the drivers of terminals use EscapeApart: they find the parser by the name in their module."""
    for name in ("linux_driver", "linux_inline_driver", "win32", "web_driver"):
        try:
            driver = import_module(f"textual.drivers.{name}")
        except ImportError:  # of another system
            continue
        if hasattr(driver, "XTermParser"):
            vars(driver)["XTermParser"] = EscapeApart


_get_inner_outer = StylesCache.get_inner_outer


@lru_cache(1024)
def _inner_outer(base_background: Color, background: Color) -> tuple[Style, Style]:
    found: tuple[Style, Style] = _get_inner_outer.__wrapped__(None, base_background, background)
    return found


def _without_its_lines(cache: StylesCache, base_background: Color, background: Color) -> tuple[Style, Style]:
    return _inner_outer(base_background, background)


def forget_what_closed_widgets_drew() -> None:
    """Textual keeps the colours around a widget's content in an `lru_cache` whose key holds the widget's StylesCache, which
    holds all lines that the widget drew last. While dialogs open and close, memory grows by 4 MB a minute, up to 1,024 of
    them. The colours depend on two others alone."""
    StylesCache.get_inner_outer = _without_its_lines  # type: ignore[method-assign, assignment]


class Behind(Visual):
    """The screen behind a dialog, dimmed. Textual draws it again for most keys of a dialog, and sends each piece of it through
    rich four times: 50 ms at 120×40. A screen has few styles, and this dims each once."""

    def __init__(self, screen: Screen[Any], tint: Color) -> None:
        self._screen, self._tint = screen, tint

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        dimmed = _dimming(style.rich_style, self._tint)
        lines = lines_of(self._screen)[:height]
        return [Strip(Segment(text, dimmed(piece), control) for text, piece, control in line).crop(0, width) for line in lines]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._screen.size.height


@lru_cache(8)
def _dimming(below: RichStyle, tint: Color) -> Callable[[RichStyle | None], RichStyle]:
    """A function from a style to the same style behind a dialog."""

    @lru_cache(4096)
    def dimmed(style: RichStyle | None) -> RichStyle:
        plain = (style or RichStyle()).clear_meta_and_links()
        if tint.a:
            colours = [colour and (Color.from_rich_color(colour) + tint).rich_color for colour in (plain.color, plain.bgcolor)]
            plain += RichStyle.from_color(*colours)
        return below + plain

    return dimmed


def dim_each_style_once() -> None:
    """Let dialogs draw the screen behind them so."""
    vars(textual.screen)["BackgroundScreen"] = Behind
