"""The numbers at the cursor: one unit at one character, and the model's expectation there."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.cell_facts import Signal
from tui_rnn.cells import signals_named
from tui_rnn.display import cells, describe_symbol, glyph, visible
from tui_rnn.insight.answers import ClassifiedText, Reading, TaggedText
from tui_rnn.insight.trace import Traced
from tui_rnn.tui.widgets.flow import START, are_characters
from tui_rnn.tui.widgets.pieces import Piece, decimal, probability

_BAR_CELLS = 8
_CONTEXT = 8  # characters of the text before the cursor


def about_unit(reading: Reading, position: int, layer: int, unit: int, chosen: str) -> list[Piece]:
    """The unit's values after the network read the character at `position`; `chosen` names the selected signal."""
    parts = [Piece(0, Content.assemble("unit ", (str(unit), "bold"), ":"))]
    for signal in signals_named(reading.signals):
        number = decimal(float(reading.signals[signal.name][position, layer, unit]))
        width = _width(signal)
        number = (number[:-1] if len(number) > width and number.endswith("1.00") else number).rjust(width)
        is_chosen = signal.name == chosen
        weight = "bold" if is_chosen else ""
        name = (signal.name, "bold $accent" if is_chosen else "$text-muted")
        parts.append(Piece(0 if is_chosen else 3, Content.assemble(name, " ", (number, weight)), "  "))
    return parts


def _width(signal: Signal) -> int:
    """Cells of a signal's value, always the same, so that the line does not move: '.98', '−.31', '−1.90'."""
    if not signal.bounded:
        return 5
    return 3 if signal.colours == "sequential" else 4


def before_symbol(trace: Traced, reading: Reading, position: int) -> list[Piece]:
    """The symbol, the text before it in the order of reading, and how probable a language model found it."""
    symbols = reading.symbols
    here = Content.assemble((describe_symbol(symbols[position]), "bold"))
    joint = "" if are_characters(symbols) or any(symbol.startswith(" ") for symbol in symbols) else " "
    if reading.name.endswith("backward"):
        context, where = symbols[position + 1 : position + 1 + _CONTEXT], "before"
    else:
        context, where = symbols[max(0, position - _CONTEXT) : position], "after"
    if context:
        here = Content.assemble(here, f' {where} "', visible(joint.join(context)), '"')
    parts = [Piece(0, here)]
    if position in trace.unknown and reading.name != "decoder":
        read_as = "" if are_characters(symbols) else ": read as <unk>"
        parts.append(Piece(0, Content.styled(f"not in the model's vocabulary{read_as}", "$text-warning")))
    elif len(trace.expected.next_prob):
        parts += _as_predicted(trace, symbols, position)
    return parts


def after_symbol(trace: Traced, reading: Reading, position: int) -> list[Piece]:
    """What a language model expects after the symbol, or the answer of a tagger or a classifier there; nothing for others."""
    parts: list[Piece] = []
    if position < len(trace.expected.top_symbols):
        likeliest = zip(trace.expected.top_symbols[position], trace.expected.top_probs[position].tolist(), strict=False)
        for k, (symbol, p) in enumerate(likeliest):
            mark = Content.assemble((short(symbol), "bold"), f" {probability(p)} ", (bar(p, _BAR_CELLS), "$primary"))
            parts.append(Piece(k, Content.assemble("next: ", mark) if k == 0 else mark, "  "))
    if reading.name != "decoder":
        parts += _answer_at(trace, reading.symbols, position)
    return parts


def bar(share: float, cells: int) -> str:
    """A share from 0 to 1 as a bar of at most so many cells, in eighths of a cell; only 0 has no bar."""
    eighths = max(round(share * cells * 8), 1 if share > 0 else 0)
    full, rest = divmod(eighths, 8)
    return "█" * full + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[rest]


def _as_predicted(trace: Traced, symbols: Sequence[str], position: int) -> list[Piece]:
    """How probable a language model found the symbol."""
    if not position:
        what = "item begins here" if symbols[0] == START else "first character" if len(symbols[0]) == 1 else "first one"
        return [Piece(9, Content(f"the {what}: nothing came before to predict it from"))]
    p, rank = float(trace.expected.next_prob[position - 1]), int(trace.expected.next_rank[position - 1])
    told = Content.assemble(f"p({short(symbols[position])}) = ", (probability(p), "bold"), f", rank {rank}")
    return [Piece(1, told), Piece(2, Content.styled(bar(p, _BAR_CELLS), "$primary"), " ")]


def _answer_at(trace: Traced, symbols: Sequence[str], position: int) -> list[Piece]:
    """A tagger's answer for the word there, or a classifier's if the text ended there."""
    match trace.said:
        case TaggedText() if symbols[position] != " ":
            read_whole = len(symbols) == len(trace.said.words)
            word = position if read_whole else min(symbols[:position].count(" "), len(trace.said.words) - 1)
            told = Content.assemble(visible(trace.said.words[word]), ": ", (visible(trace.said.tags[word]), "bold"))
            return [Piece(1, Content.assemble(told, f" {probability(float(trace.said.probs[word]))}"))]
        case ClassifiedText() if position < len(trace.said.after_each):
            probs = trace.said.after_each[position]
            best = int(probs.argmax())
            told = Content.assemble(
                "so far ", (visible(trace.said.labels[best]), "bold"), f" {probability(float(probs[best]))}"
            )
            return [Piece(1, told)]
        case _:
            return []


def short(symbol: str) -> str:
    """The symbol in few cells."""
    return "␣" if symbol == " " else glyph(symbol, cells(symbol)) if len(symbol) == 1 else visible(symbol)
