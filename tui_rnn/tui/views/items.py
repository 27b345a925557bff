"""Newly drawn items: which of them are new, and which the data already has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.answers import DrawnItem
from tui_rnn.insight.items import DrawnItems
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.views.sample_captions import unknown_note
from tui_rnn.tui.views.view import ITEMS, Help, Seen, View, Wants
from tui_rnn.tui.widgets.page import Line, cut, padded, piece
from tui_rnn.tui.widgets.pieces import Piece
from tui_rnn.tui.widgets.scene import Lines, Nothing, Scene

_MARKS = {"training": "=", "validation": "v", "test": "t"}
_CUT_OFF, _EMPTY = "…", "(empty)"
_MARGIN = 4  # cells beside an item: its mark, and a gap
_NOTHING = (
    "The first items come in a moment: the network writes each from <s> to </s>.\n"
    "Those that the training part already has are marked: the network copied them, or the item is a common one."
)


def _stream(seen: Seen[Any]) -> Scene:
    """The newest items on top, in as many columns as fit, below their training step."""
    batches = seen.run.items
    if not batches:
        return Scene(Nothing(_NOTHING))
    newest = batches[0]
    lines: list[Line] = (
        [(piece(cut(unknown_note(newest, seen.width), seen.width), seen.paint.noted),)] if newest.unknown else []
    )
    for batch in batches:
        lines.append(_heading(batch, seen.width, seen.paint))
        lines += _columns(batch, seen.width, seen.paint)
    found = {item.found_in for batch in batches for item in batch.items}
    legend = [Piece(0, Content("= in the training part"))]
    if newest.prompt:
        legend.insert(0, Piece(1, Content("Esc: free items again")))
    if "validation" in found:
        legend.append(Piece(1, Content("v in the validation part")))
    if "test" in found:
        legend.append(Piece(1, Content("t in the test part")))
    drawn = [item for batch in batches for item in batch.items]
    if any(not item.ended for item in drawn):
        narrow = any(cell_len(visible(item.text)) > seen.width - _MARGIN for item in drawn)
        legend.append(Piece(2, Content(f"{_CUT_OFF} cut off" + ("" if narrow else " before </s>"))))
    return Scene(Lines(lines), list(_shares(newest)), legend)


STREAM = View(
    "items",
    Help(
        "items drawn from <s> to </s>, or from what you type, the newest on top",
        "= marks an item of the training part, v one of the validation part",
        "lower the temperature and see how many are copied",
        "p(item) = Π p(x_t | <s> x_1 … x_{t−1}), ending with </s>",
    ),
    _stream,
    wants=Wants(samples=True, items=ITEMS),
    of_examples=False,
)


def _shares(batch: DrawnItems) -> Iterator[Piece]:
    """How many of the newest draw are new, and how many are copied."""
    new = sum(item.found_in is None for item in batch.items)
    copied = sum(item.found_in == "training" for item in batch.items)
    if batch.prompt:
        yield Piece(1, Content.assemble('begun by "', (visible(batch.prompt), "bold"), '"'))
    yield Piece(2, Content.assemble((f"{new} of {len(batch.items)}", "bold"), " new"))
    yield Piece(3, Content.assemble((str(copied), "bold"), f" copied at step {batch.step:,}"), ", ")


def _heading(batch: DrawnItems, width: int, paint: Paint) -> Line:
    temperature = "greedy" if batch.sampling.temperature == 0 else f"temperature {batch.sampling.temperature:g}"
    begun = f' · begun by "{batch.prompt}"' if batch.prompt else ""
    text = cut(f"step {batch.step:,} · {temperature}{begun} ", width)
    return Segment(text, paint.quiet), Segment("─" * (width - cell_len(text)), paint.quiet)


def _columns(batch: DrawnItems, width: int, paint: Paint) -> list[Line]:
    """The items side by side, in lines; one that is longer than a line is cut."""
    items, begun = batch.items, visible(batch.prompt)
    longest = max(cell_len(visible(item.text) or _EMPTY) for item in items)
    cells = min(longest + 5, width)
    beside = max(1, width // cells)
    return [
        tuple(part for item in items[at : at + beside] for part in _item(item, begun, cells, paint))
        for at in range(0, len(items), beside)
    ]


def _item(item: DrawnItem, begun: str, cells: int, paint: Paint) -> tuple[Segment, ...]:
    """An item with its mark; its given beginning has a style of its own."""
    mark = _MARKS.get(item.found_in or "", " ")
    text = cut(item.text, cells - _MARGIN).removesuffix(_CUT_OFF if not item.ended else "") + ("" if item.ended else _CUT_OFF)
    if not item.text:
        return Segment(f"{mark} ", paint.noted), Segment(padded(_EMPTY, cells - 2), paint.quiet)
    written = padded(text, cells - 2)
    given = written[: len(begun)] if written.startswith(begun) else ""  # cut off: the line ends within it
    style = paint.noted if item.found_in else Style()
    return Segment(f"{mark} ", paint.noted), Segment(given, paint.prompt), Segment(written[len(given) :], style)
