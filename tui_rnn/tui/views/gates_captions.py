"""The words around the gates: title and legend."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from tui_rnn.display import counted, visible
from tui_rnn.formats import percentage
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.numbers import about_unit, after_symbol, before_symbol
from tui_rnn.tui.views.signals import beyond
from tui_rnn.tui.widgets.flow import tokens_of
from tui_rnn.tui.widgets.legend import map_legend
from tui_rnn.tui.widgets.page import cut
from tui_rnn.tui.widgets.pieces import Piece, fit

_FEWEST_NAME_CELLS = 8  # of a run; in fewer it says nothing

NOTHING_YET = (
    "The gates appear as soon as the network has read its first text.\n"
    "Each column is a symbol, each row a unit; the colour is the unit's value after reading it."
)

TO_READ = (
    "a text for the network to read, then Enter; \\n is a line break; empty: the validation text",
    "a text for the network to read, then Enter",
    "a text to read",
)
"""What a person can type, in fewer and fewer words."""


def title(focus: Focus, run_name: str, in_view: Sequence[Piece], width: int) -> Content:
    """'gates · LSTM 128 · layer 1 · f forget gate · ', and the part in view, in at most `width` cells. A name without room is
    cut, down to the number before it."""
    looked_at = _looked_at(focus)
    name = visible(run_name)
    room = width - fit(looked_at, 0).cell_length - len(" · ")
    if room >= min(_FEWEST_NAME_CELLS, cell_len(name)):
        return fit([Piece(3, Content(_kind(focus))), Piece(0, Content(cut(name, room))), *looked_at, *in_view], width)
    number = name.partition(" ")[0]
    if number.isdecimal():
        looked_at = [Piece(0, Content(number)), looked_at[0]._replace(joint=" "), *looked_at[1:]]
    return fit([*looked_at, *in_view], width)


def _kind(focus: Focus) -> str:
    return "gates" if len(focus.signals) > 1 else "states"


def _looked_at(focus: Focus) -> list[Piece]:
    """The shown direction, layer and signal."""
    signal, layers, unknown = focus.signal, focus.layers, len(focus.unknown)
    parts = [
        *([Piece(0, Content.styled(focus.reading.name, "bold"))] if len(focus.now.readings) > 1 else []),
        Piece(2 if layers > 1 else 3, Content(f"layer {focus.layer + 1}" + (f" of {layers}" if layers > 1 else ""))),
        Piece(0, Content.assemble((f"{signal.name} {signal.title}", "bold"))),
    ]
    if len(focus.signals) == 1:
        parts.append(Piece(3, Content("no gates")))
    if unknown:
        what = tokens_of(focus.reading.symbols).removesuffix("s")
        parts.append(Piece(1, Content.styled(counted(unknown, f"unknown {what}"), "$text-warning")))
    return parts


def map_in_view(focus: Focus, rows: range, seen: range) -> list[Piece]:
    """The units in view and their order, and the characters in view if these are not all."""
    units, characters = len(focus.rows), len(focus.reading.symbols)
    shown = f"{units} units" if len(rows) == units else f"rows {rows.start + 1}–{rows.stop} of {units}"
    parts = [Piece(3, Content(shown)), Piece(5, Content(focus.sorting.words), " ")]
    if not rows:  # the map has no room yet
        parts = []
    if focus.folded:
        parts.append(Piece(4, Content(focus.folded)))
    if 0 < len(seen) < characters:
        parts.append(Piece(6, Content(f"{tokens_of(focus.reading.symbols)} {seen.start + 1}–{seen.stop} of {characters}")))
    return parts


def text_in_view(focus: Focus, count: int) -> list[Piece]:
    """The units over the text."""
    which = f"unit {focus.place[1]} over the text" if count == 1 else f"{count} units over the text"
    return [Piece(2, Content(which)), *([Piece(5, Content(focus.sorting.words), " ")] if count > 1 else [])]


def subtitle(focus: Focus, paint: Paint, width: int, over_text: bool) -> Content:
    """The colours with their limits, and what the values mean. Over the text each unit has limits of its own."""
    signal, limit = focus.signal, focus.limit
    if over_text and not signal.bounded:
        own = Content.assemble(map_legend(paint, signal.colours, -1, 1), " × the ± of each unit")
        return fit([Piece(0, own), Piece(2, Content(signal.meaning))], width)
    parts = [Piece(0, map_legend(paint, signal.colours, signal.map_low * limit, limit))]
    if not signal.bounded and (outside := beyond(focus.values, limit)):
        parts.append(Piece(1, Content(f"{percentage(outside)} beyond" if outside >= 0.0005 else "<0.1% beyond")))
    return fit([*parts, Piece(2, Content(signal.meaning))], width)


def numbers(focus: Focus, width: int, *, one_line: bool) -> list[Content]:
    """The numbers of the cursor's symbol and unit, in lines of so many cells."""
    position, unit = focus.place
    before = before_symbol(focus.now, focus.reading, position)
    after = after_symbol(focus.now, focus.reading, position)
    about = about_unit(focus.reading, position, focus.layer, unit, focus.signal.name)
    if one_line:
        return [fit([*before[:1], *about, *before[1:], *after], width)]
    return [fit(pieces, width) for pieces in (before, after, about) if pieces]
