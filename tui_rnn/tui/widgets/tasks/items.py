"""Fresh items as they stream in: which of them are new, and which the data already has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.answers import DrawnItem
from tui_rnn.lab.messages import ItemsDrawn
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.widgets.readout import Part
from tui_rnn.tui.widgets.tasks.page import Line, cut, padded
from tui_rnn.tui.widgets.tasks.scene import Facts, Lines, Nothing, Scene

_MARKS = {"training": "=", "validation": "v", "test": "t"}
_CUT_OFF, _EMPTY = "…", "(empty)"
_NOTHING = (
    "The first items come after a few training steps: the network writes each from <s> to </s>.\n"
    "Those that the training part already has are marked: the network copied them, or the item is a common one."
)


@dataclass(frozen=True)
class Stream:
    """The newest items on top, in as many columns as fit, under the training step that drew them."""

    name: str = "items"
    help: str = "items drawn from <s> to </s>, the newest on top; = the training part has the very same, v the validation part"
    of_examples: bool = False

    def scene(self, facts: Facts) -> Scene:
        batches = facts.run.items
        if not batches:
            return Scene(Nothing(_NOTHING))
        lines: list[Line] = []
        for batch in batches:
            lines.append(_heading(batch, facts.width, facts.paint))
            lines += _columns(batch.items, facts.width, facts.paint)
        found = {item.found_in for batch in batches for item in batch.items}
        legend = [Part(0, Content("= in the training part"))]
        if "validation" in found:
            legend.append(Part(1, Content("v in the validation part")))
        if "test" in found:
            legend.append(Part(1, Content("t in the test part")))
        if any(not item.ended for batch in batches for item in batch.items):
            legend.append(Part(2, Content(f"{_CUT_OFF} cut off before </s>")))
        return Scene(Lines(lines), list(_shares(batches)), legend)


def _shares(batches: Sequence[ItemsDrawn]) -> Iterator[Part]:
    """How much of the stream is new."""
    items = [item for batch in batches for item in batch.items]
    new = sum(item.found_in is None for item in items)
    copied = sum(item.found_in == "training" for item in items)
    yield Part(1, Content.assemble((f"{new / len(items):.0%}", "bold"), " new"))
    yield Part(2, Content.assemble((f"{copied / len(items):.0%}", "bold"), f" copied, of the last {len(items):,}"), ", ")


def _heading(batch: ItemsDrawn, width: int, paint: Paint) -> Line:
    temperature = "greedy" if batch.sampling.temperature == 0 else f"temperature {batch.sampling.temperature:g}"
    text = cut(f"step {batch.step:,} · {temperature} ", width)
    return Segment(text, paint.quiet), Segment("─" * (width - cell_len(text)), paint.quiet)


def _columns(items: Sequence[DrawnItem], width: int, paint: Paint) -> list[Line]:
    """The items side by side, read line by line; those longer than a line are cut."""
    longest = max(cell_len(visible(item.text) or _EMPTY) for item in items)
    cells = min(longest + 5, width)
    beside = max(1, width // cells)
    return [
        tuple(piece for item in items[at : at + beside] for piece in _item(item, cells, paint))
        for at in range(0, len(items), beside)
    ]


def _item(item: DrawnItem, cells: int, paint: Paint) -> tuple[Segment, Segment]:
    mark = _MARKS.get(item.found_in or "", " ")
    text = cut(item.text, cells - 4) + ("" if item.ended else _CUT_OFF)
    if not item.text:
        return Segment(f"{mark} ", paint.noted), Segment(padded(_EMPTY, cells - 2), paint.quiet)
    return Segment(f"{mark} ", paint.noted), Segment(padded(text, cells - 2), paint.noted if item.found_in else Style())
