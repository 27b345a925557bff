"""Escape followed at once by another key: two keys, and not one with Alt, which looks the same to a program.

A terminal sends Escape and q, and Alt-q, as the same two bytes. Textual reads them as Alt-q, or, for signs such as `?`, as
the sign alone. No key of the playground has Alt, but who leaves a line by Escape may well be quick. What has the rest of a
known sequence behind it (arrows, a mouse, Alt-Backspace) stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from textual._xterm_parser import XTermParser
from textual.events import Key


class EscapeApart(XTermParser):
    """Textual's parser of what a terminal sends, with this one difference."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        if alt:
            yield Key("escape", "\x1b")
        yield from super()._sequence_to_key_events(sequence)


def install() -> None:
    """Have the drivers that read a terminal use it: they know the parser by the name in their module."""
    for name in ("linux_driver", "linux_inline_driver", "win32"):
        try:
            driver = import_module(f"textual.drivers.{name}")
        except ImportError:  # of another system
            continue
        if hasattr(driver, "XTermParser"):
            vars(driver)["XTermParser"] = EscapeApart
