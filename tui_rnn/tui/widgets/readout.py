"""The numbers below the gates: one unit at one character, and what the model expected there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from tui_rnn.display import cells, describe, glyph, visible
from tui_rnn.lab.messages import Traced

_DIGITS = {"c": 5} | dict.fromkeys("ghn", 4) | dict.fromkeys("ifozr", 3)  # cells of a value, so that the line stands still
_CONTEXT = 8  # characters of the text before the cursor


class Part(NamedTuple):
    """A piece of a line. Where there is no room, the highest rank is left out first; rank 0 stays."""

    rank: int
    content: Content
    joint: str = " · "  # what stands between this and the piece before it


def fit(parts: Sequence[Part], width: int) -> Content:
    """The parts in their order in at most `width` cells, or those of rank 0 if even these need more."""
    kept = list(parts)
    while True:
        line = Content("")
        for k, part in enumerate(kept):
            line = Content.assemble(line, part.joint if k else "", part.content)
        worst = max((part.rank for part in kept), default=0)
        if line.cell_length <= width or worst == 0:
            return line
        del kept[max(k for k, part in enumerate(kept) if part.rank == worst)]


def decimal(value: float) -> str:
    """'.98', '−.31', '1.90': two digits behind the point, no zero before it, a true minus."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "∞" if value > 0 else "−∞"
    text = f"{abs(value):.2f}".removeprefix("0") if abs(value) < 99.995 else f"{abs(value):.3g}"
    return ("−" if value < 0 and text != ".00" else "") + text


def probability(value: float) -> str:
    """'.81'; what would round to nothing is '<.01', what would round to certainty '>.99'."""
    if 0 < value < 0.005:
        return "<.01"
    return ">.99" if 0.995 <= value < 1 else decimal(value)


def about_unit(trace: Traced, position: int, layer: int, unit: int, chosen: str) -> list[Part]:
    """The unit's values after the network read the character at `position`; `chosen` names the signal looked at."""
    parts = [Part(0, Content.assemble("unit ", (str(unit), "bold"), ":"))]
    for signal, values in trace.readings[0].signals.items():
        number = decimal(float(values[position, layer, unit]))
        width = _DIGITS.get(signal, 5)
        number = (number[:-1] if len(number) > width and number.endswith("1.00") else number).rjust(width)
        weight = "bold" if signal == chosen else ""
        name = (signal, "bold $accent" if signal == chosen else "$text-muted")
        parts.append(Part(0 if signal == chosen else 3, Content.assemble(name, " ", (number, weight)), "  "))
    return parts


def about_character(trace: Traced, position: int) -> list[Part]:
    """The character, the probability that the model gave it before it read it, and what it expects after it."""
    ch = trace.text[position]
    name = describe(ch)
    here = Content.assemble((name, "bold"))
    if position:
        here = Content.assemble(here, ' after "', visible(trace.text[max(0, position - _CONTEXT) : position]), '"')
    parts = [Part(0, here)]
    if position in trace.unknown:
        parts.append(Part(0, Content.assemble(("not in the model's vocabulary", "$text-warning"))))
    elif position:
        p, rank = float(trace.next_prob[position - 1]), int(trace.next_rank[position - 1])
        parts.append(Part(1, Content.assemble(f"p({_short(ch)}) = ", (probability(p), "bold"), f", rank {rank}")))
    else:
        parts.append(Part(9, Content("the first character: nothing came before to predict it from")))
    likeliest = zip(trace.top_symbols[position], trace.top_probs[position].tolist(), strict=False)
    for k, (char, p) in enumerate(likeliest):
        mark = Content.assemble((_short(char), "bold"), f" {probability(p)}")
        parts.append(Part(2 + k, Content.assemble("next: ", mark) if k == 0 else mark, "  " if k else " · "))
    return parts


def _short(ch: str) -> str:
    """The character in one cell or two."""
    return "␣" if ch == " " else glyph(ch, cells(ch))
