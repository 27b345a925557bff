"""The second line: what is selected, the same in all workspaces. A click on a part changes it."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from tui_rnn.display import describe, visible
from tui_rnn.tui.bars.header import status_word
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.gates_focus import Focus

_JOINT = " │ "
_LONGEST_TEXT = 24  # cells of a typed text


@dataclass(frozen=True)
class SelectionPart:
    """name: what a click is for. told: what stands there. rank: the highest is left out first."""

    name: str
    told: str
    rank: int


def parts_of(state: LabState, focus: Focus, text: str, off: str, *, live: bool, fresh: bool) -> list[SelectionPart]:
    """run │ weights │ text │ position │ layer │ signal │ unit │ off; what there is none of is left out. text: what is read,
    off: what is held or switched off in what is shown, in words. live: whether the workspace shows the live weights; fresh:
    whether gates are seen, so that what was read last is of their step."""
    run = state.current
    if run is None or state.coming:
        return []
    word = "" if run.status == "training" and run.goes else f" {status_word(run)}"
    parts = [SelectionPart("run", f"{state.number_of(run.run_id)} {visible(run.name)} {run.glyph}{word}", 0)]
    if focus.trace is None:
        return parts
    step = f"step {focus.trace.step:,}"
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
    """What is read, in words. start: the symbol of a running text from which on."""
    if typed is not None:
        shown = visible(typed)
        return f"“{shown if len(shown) <= _LONGEST_TEXT else shown[: _LONGEST_TEXT - 1] + '…'}”"
    if has_examples:
        return f"validation {example + 1}"
    return f"validation from {start + 1:,}" if start else "validation"


class SelectionBar(Static):
    """Painted again only when it reads differently."""

    ALLOW_SELECT = False

    class Clicked(Message):
        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    def __init__(self) -> None:
        super().__init__(id="selection", markup=False)
        self._look: object = None
        self._shown: list[SelectionPart] = []

    def show(self, parts: list[SelectionPart], number: int) -> None:
        """number: the run's, whose colour it has."""
        paint = paint_of(self.app)
        look = (tuple(parts), self.size.width, number, self.app.theme)
        if look == self._look:
            return
        self._look = look
        kept = list(parts)
        while kept and 1 + sum(cell_len(part.told) + len(_JOINT) for part in kept) - len(_JOINT) > self.size.width:
            worst = max(part.rank for part in kept)
            if worst == 0:
                break
            kept = [part for part in kept if part.rank != worst]
        self._shown = kept
        told: list[str | tuple[str, str]] = [" "]
        for k, part in enumerate(kept):
            told += [(_JOINT, "$text-muted")] if k else []
            styles = {"run": f"bold {run_colour(number, paint)}", "off": "bold $warning"}
            told.append((part.told, styles.get(part.name, "")))
        self.update(Content.assemble(*told), layout=False)

    def on_click(self, event: Click) -> None:
        at = 1
        for part in self._shown:
            if at <= event.x < at + cell_len(part.told):
                self.post_message(self.Clicked(part.name))
            at += cell_len(part.told) + len(_JOINT)
