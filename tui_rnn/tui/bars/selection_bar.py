"""The second line: the selection, the same in all workspaces. A click on a part changes it."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message

from tui_rnn.display import describe, visible
from tui_rnn.tui.bars.bar import Bar
from tui_rnn.tui.bars.header import status_word
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.gates_focus import Focus

_JOINT = " │ "
_LONGEST_TEXT = 24  # cells of a typed text


@dataclass(frozen=True)
class SelectionPart:
    """name: what a click is for. told: the words. rank: the highest is left out first."""

    name: str
    told: str
    rank: int


def parts_of(state: LabState, focus: Focus, text: str, off: str, *, live: bool, fresh: bool) -> list[SelectionPart]:
    """run │ weights │ text │ position │ layer │ signal │ unit │ off; without the parts that do not exist yet. text: what the
    network reads, off: what is held or switched off on the page, in words. live: whether the workspace shows the live weights;
    fresh: whether gates are in view, so that the trace is of the newest step."""
    run = state.current
    if run is None or state.coming:
        return []
    word = "" if run.status == "training" and run.goes else f" {status_word(run)}"
    parts = [SelectionPart("run", f"{state.number_of(run.run_id)} {visible(run.name)} {run.glyph}{word}", 0)]
    if focus.trace is None:
        return parts
    shown = focus.trace.step  # where no gates are in view, it may be older than the held weights
    step = f"step {shown if live else focus.selection.steps.get(run.run_id, shown):,}"
    parts.append(SelectionPart("weights", f"❄ {step}" if not live else f"live, {step}" if fresh else "live", 2))
    parts.append(SelectionPart("text", text, 6))
    position, unit = focus.pinned
    symbol = focus.reading.symbols[position]
    named = describe(symbol) if len(symbol) == 1 else visible(symbol)
    parts.append(SelectionPart("position", f"{focus.now.start + position + 1:,} {named}", 5))
    where = focus.reading.name if len(focus.now.readings) > 1 else ""
    parts.append(SelectionPart("layer", f"{where} layer {focus.layer + 1}".strip(), 7))
    parts.append(SelectionPart("signal", f"{focus.signal.name}", 4))
    parts.append(SelectionPart("unit", f"unit {unit}", 3))
    if off:
        parts.append(SelectionPart("off", f"off: {off}", 1))
    return parts


def text_told(typed: str | None, example: int, start: int = 0, *, has_examples: bool) -> str:
    """What the network reads, in words. start: the symbol of a running text where it begins."""
    if typed is not None:
        shown = visible(typed)
        return f"“{shown if len(shown) <= _LONGEST_TEXT else shown[: _LONGEST_TEXT - 1] + '…'}”"
    if has_examples:
        return f"validation {example + 1}"
    return f"validation from {start + 1:,}" if start else "validation"


class SelectionBar(Bar):
    """The parts, without the least important ones if they have no room."""

    @dataclass(eq=False)
    class Clicked(Message):
        part: str

    def __init__(self) -> None:
        super().__init__("selection")

    def show(self, parts: list[SelectionPart], number: int) -> None:
        """number: the run's, which says the colour."""
        if not self.is_new(parts, self.size.width, number, self.app.theme):
            return
        kept = list(parts)
        while kept and 1 + sum(cell_len(part.told) + len(_JOINT) for part in kept) - len(_JOINT) > self.size.width:
            worst = max(part.rank for part in kept)
            if worst == 0:
                break
            kept = [part for part in kept if part.rank != worst]
        styles = {"run": f"bold {run_colour(number, paint_of(self.app))}", "off": "bold $warning"}
        told: list[str | tuple[str, str]] = [" "]
        at, self.places = 1, []
        for k, part in enumerate(kept):
            told += [(_JOINT, "$text-muted")] if k else []
            told.append((part.told, styles.get(part.name, "")))
            self.places.append((range(at, at + cell_len(part.told)), part.name))
            at += cell_len(part.told) + len(_JOINT)
        self.update(Content.assemble(*told), layout=False)

    def clicked(self, what: str) -> None:
        self.post_message(self.Clicked(what))
