"""Widgets that are gone let go of what they drew.

Textual remembers the colours around a widget's content in an `lru_cache` whose key holds the widget's StylesCache, and that
all lines that it drew last: 1,024 of them, so that a session in which dialogs are opened and closed grows by 4 MB a minute
until they are full. What is remembered depends on two colours alone.
"""

from __future__ import annotations

from functools import lru_cache

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.style import Style

_ASKED = StylesCache.get_inner_outer


@lru_cache(1024)
def _inner_outer(base_background: Color, background: Color) -> tuple[Style, Style]:
    found: tuple[Style, Style] = _ASKED.__wrapped__(None, base_background, background)
    return found


def _asked(cache: StylesCache, base_background: Color, background: Color) -> tuple[Style, Style]:
    return _inner_outer(base_background, background)


def install() -> None:
    """Have every widget ask here."""
    StylesCache.get_inner_outer = _asked  # type: ignore[method-assign, assignment]
