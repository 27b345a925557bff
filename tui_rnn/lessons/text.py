"""A lesson's sentences: words, and formulas in braces with the form of their value, as in `{exp(val_loss):.2f}`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_rnn import formats
from tui_rnn.errors import InputError
from tui_rnn.formats import LossUnit
from tui_rnn.lessons import formulas
from tui_rnn.lessons.formulas import Formula

MINUS, UNKNOWN = "−", "…"
INDENT = "    "
SHADES = "▏▎▍▌▋▊▉█"
_NUMBER = re.compile(r"[ +]?,?(\.\d{1,2})?[f%eg]?|,?d")
_BAR = re.compile(r"bar(\d{1,2})?")
WAYS = "a number's such as .3f or ,d or .1%, symbol, loss, bar or bar20"


@dataclass(frozen=True)
class Figure:
    """A formula in a sentence. how: the form in which its value is written."""

    formula: Formula
    how: str

    def written(self, value: Any, unit: LossUnit = "nats", loss_unit: str = "nats/char") -> str:
        """The value as the sentence has it. unit: the unit of every loss on the screen; loss_unit: the unit of a loss of these
        data. It is not made safe yet: a value may be a foreign text. Raises InputError if it can't be written in this form."""
        if isinstance(value, np.generic):
            value = value.item()
        if self.how == "symbol":
            return repr(value) if isinstance(value, str) else str(value)
        if isinstance(value, (tuple, list)):
            return " ".join(self.written(one, unit, loss_unit) for one in value)
        if isinstance(value, np.ndarray):
            return self.written(value.tolist(), unit, loss_unit)
        if isinstance(value, (str, bool)) or value is None:
            return str(value)
        if not isinstance(value, (int, float)):
            raise InputError(
                f"{self.formula.text!r:.60} is a whole {type(value).__name__}, expected one of its fields after a dot"
            )
        if not math.isfinite(value):
            return "—" if math.isnan(value) else "∞" if value > 0 else f"{MINUS}∞"
        if self.how == "loss":
            return f"{formats.loss(value, unit)} {formats.unit_label(unit, loss_unit)}"
        if bar := _BAR.fullmatch(self.how):
            return drawn(value, int(bar[1] or 10))
        number = int(value) if self.how.endswith("d") else value
        return format(number, self.how or ("," if isinstance(value, int) else ".4g")).replace("-", MINUS)


def drawn(share: float, cells: int) -> str:
    """A share from 0 to 1 as a bar of at most so many cells."""
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    return "█" * (eighths // 8) + (SHADES[eighths % 8 - 1] if eighths % 8 else "")


Piece = str | Figure


def joined(text: str) -> str:
    """The lines of each paragraph joined. Lines of a paragraph in which one begins with four spaces stay, without the
    spaces."""
    paragraphs = list[str]()
    for block in text.strip("\n").split("\n\n"):
        lines = [line for line in block.split("\n") if line.strip()]
        as_they_are = any(line.startswith(INDENT) for line in lines)
        paragraphs.append(
            "\n".join(line.removeprefix(INDENT) for line in lines) if as_they_are else " ".join(map(str.strip, lines))
        )
    return "\n\n".join(paragraphs)


def read(text: str, runs: tuple[str, ...] = (), figures: Mapping[str, Formula] | None = None) -> tuple[Piece, ...]:
    """The pieces of a text, in order. `{{` and `}}` stand for braces. Raises InputError."""
    pieces: list[Piece] = []
    words, place = "", 0
    while place < len(text):
        sign = text[place]
        if text[place : place + 2] in ("{{", "}}"):
            words, place = words + sign, place + 2
        elif sign == "{":
            inside, place = _braced(text, place + 1)
            if words:
                pieces.append(words)
            pieces.append(_figure(inside, runs, figures))
            words = ""
        elif sign == "}":
            raise InputError(f"a }} stands alone after {text[max(0, place - 20) : place]!r}, expected {{ before it or }}}}")
        else:
            words, place = words + sign, place + 1
    return (*pieces, words) if words else tuple(pieces)


def _braced(text: str, start: int) -> tuple[str, int]:
    """The text in braces that opened before `start`, and the place after them."""
    quote, place = "", start
    while place < len(text):
        sign = text[place]
        if quote:
            place += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "}":
            return text[start:place], place + 1
        place += 1
    raise InputError(f"the {{ before {text[start : start + 20]!r} is not closed, expected }}")


def _figure(inside: str, runs: tuple[str, ...], figures: Mapping[str, Formula] | None) -> Figure:
    """A formula, and perhaps its form after the last colon outside quotes and brackets."""
    depth, quote, colon, skip = 0, "", -1, False
    for place, sign in enumerate(inside):
        if skip:
            skip = False
        elif quote:
            skip = sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == ":" and depth == 0:
            colon = place
    formula, how = (inside, "") if colon < 0 else (inside[:colon], inside[colon + 1 :].strip())
    if how not in ("symbol", "loss") and not _BAR.fullmatch(how) and not _NUMBER.fullmatch(how):
        raise InputError(f"{how!r:.40} is no way to write {formula.strip()!r:.60}, expected {WAYS}")
    return Figure(formulas.read(formula, runs, figures), how)
