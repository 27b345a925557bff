"""The numbers below the gates: one unit at one character, and what the model expected there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from tui_rnn.display import cells, describe, glyph, visible
from tui_rnn.insight.answers import ClassifiedText, Reading, TaggedText
from tui_rnn.lab.messages import Traced
from tui_rnn.tui.widgets.flow import START, are_characters

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


def percent(value: float) -> str:
    """'81', in percent for where '.81' would not fit: of what is not certain at most '99'."""
    return f"{min(100 * value, 99) if value < 1 else 100:.0f}"


def about_unit(reading: Reading, position: int, layer: int, unit: int, chosen: str) -> list[Part]:
    """The unit's values after the network read the character at `position`; `chosen` names the signal looked at."""
    parts = [Part(0, Content.assemble("unit ", (str(unit), "bold"), ":"))]
    for signal, values in reading.signals.items():
        number = decimal(float(values[position, layer, unit]))
        width = _DIGITS.get(signal, 5)
        number = (number[:-1] if len(number) > width and number.endswith("1.00") else number).rjust(width)
        weight = "bold" if signal == chosen else ""
        name = (signal, "bold $accent" if signal == chosen else "$text-muted")
        parts.append(Part(0 if signal == chosen else 3, Content.assemble(name, " ", (number, weight)), "  "))
    return parts


def about_symbol(trace: Traced, reading: Reading, position: int) -> list[Part]:
    """The symbol and what stands before it in the order of reading; of a language model the probability that it gave the
    symbol, and what it expects next; of a tagger or a classifier its answer there."""
    symbols = reading.symbols
    here = Content.assemble((name_of(symbols[position]), "bold"))
    joint = "" if are_characters(symbols) or any(symbol.startswith(" ") for symbol in symbols) else " "
    if reading.name.endswith("backward"):
        context, where = symbols[position + 1 : position + 1 + _CONTEXT], "before"
    else:
        context, where = symbols[max(0, position - _CONTEXT) : position], "after"
    if context:
        here = Content.assemble(here, f' {where} "', visible(joint.join(context)), '"')
    parts = [Part(0, here)]
    if position in trace.unknown and reading.name != "decoder":
        parts.append(Part(0, Content.assemble(("not in the model's vocabulary", "$text-warning"))))
    elif len(trace.next_prob):
        parts.append(_as_predicted(trace, symbols, position))
    if position < len(trace.top_symbols):
        likeliest = zip(trace.top_symbols[position], trace.top_probs[position].tolist(), strict=False)
        for k, (symbol, p) in enumerate(likeliest):
            mark = Content.assemble((_short(symbol), "bold"), f" {probability(p)}")
            parts.append(Part(2 + k, Content.assemble("next: ", mark) if k == 0 else mark, "  " if k else " · "))
    if reading.name != "decoder":
        parts += _answer_at(trace, position)
    return parts


def _as_predicted(trace: Traced, symbols: Sequence[str], position: int) -> Part:
    """How probable a language model found the symbol before it read it."""
    if not position:
        what = "item begins here" if symbols[0] == START else "first character" if len(symbols[0]) == 1 else "first one"
        return Part(9, Content(f"the {what}: nothing came before to predict it from"))
    p, rank = float(trace.next_prob[position - 1]), int(trace.next_rank[position - 1])
    return Part(1, Content.assemble(f"p({_short(symbols[position])}) = ", (probability(p), "bold"), f", rank {rank}"))


def _answer_at(trace: Traced, position: int) -> list[Part]:
    """What a tagger says of the word there, or a classifier if the text ended there."""
    match trace.answer:
        case TaggedText() if trace.text[position] != " ":
            word = min(trace.text.count(" ", 0, position), len(trace.answer.words) - 1)
            told = Content.assemble(visible(trace.answer.words[word]), ": ", (visible(trace.answer.tags[word]), "bold"))
            return [Part(1, Content.assemble(told, f" {probability(float(trace.answer.probs[word]))}"))]
        case ClassifiedText() if position < len(trace.answer.after_each):
            probs = trace.answer.after_each[position]
            best = int(probs.argmax())
            told = Content.assemble(
                "so far ", (visible(trace.answer.labels[best]), "bold"), f" {probability(float(probs[best]))}"
            )
            return [Part(1, told)]
        case _:
            return []


def name_of(symbol: str) -> str:
    """A symbol in a line of prose."""
    return describe(symbol) if len(symbol) == 1 else f"'{visible(symbol)}'"


def _short(symbol: str) -> str:
    """The symbol in few cells."""
    return "␣" if symbol == " " else glyph(symbol, cells(symbol)) if len(symbol) == 1 else visible(symbol)
