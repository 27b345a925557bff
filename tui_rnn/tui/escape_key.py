"""Escape followed at once by another key: two keys, and not one with Alt, which looks the same to a program.

A terminal sends Escape and q, and Alt-q, as the same two bytes. Textual reads them as Alt-q, for signs such as `?` as the
sign alone, for b and f as a move over a word, and for digits as the signs that a Mac has there. No key of the playground has
Alt, but a person who leaves a line by Escape may well be quick. What has the rest of a longer sequence behind it (arrows, a
mouse) stays what it is, and so does Alt-Backspace. Alt-Tab is how the Linux console, and nothing else, sends Shift-Tab.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import import_module

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.events import Key


class EscapeApart(XTermParser):
    """Textual's parser of what a terminal sends, with this one difference."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        if alt or _escape_and_a_sign(sequence):
            yield Key("escape", "\x1b")
            sequence = sequence[-1]
        yield from super()._sequence_to_key_events(sequence)


def _escape_and_a_sign(sequence: str) -> bool:
    """Whether Textual knows these two as one key of a Mac, or as Shift-Tab on a terminal that does not send it so."""
    if len(sequence) != 2 or sequence not in ANSI_SEQUENCES_KEYS:
        return False
    return sequence[1].isprintable() or (sequence[1] == "\t" and os.environ.get("TERM") != "linux")


def install() -> None:
    """Have the drivers that read a terminal use it: they know the parser by the name in their module."""
    for name in ("linux_driver", "linux_inline_driver", "win32"):
        try:
            driver = import_module(f"textual.drivers.{name}")
        except ImportError:  # of another system
            continue
        if hasattr(driver, "XTermParser"):
            vars(driver)["XTermParser"] = EscapeApart
