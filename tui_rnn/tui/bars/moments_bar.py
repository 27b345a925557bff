"""The time slider: which of a run's kept moments Inspect looks at. A click goes to another moment."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.events import Click
from textual.message import Message

from tui_rnn.display import counted
from tui_rnn.tui.bars.bar import Bar
from tui_rnn.tui.moments import track
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.selection import Selection

_FEWEST, _MOST = 8, 60  # cells of the line


class MomentsBar(Bar):
    """'step 0 ├───●──┤ 1,151 · 34 kept moments · < earlier, > later'."""

    @dataclass(eq=False)
    class Chosen(Message):
        """A person wants to look at this moment; None: at the weights of now."""

        step: int | None

    def __init__(self) -> None:
        super().__init__("moments", "idle")
        self._start = 0  # cell of the line's beginning
        self._steps: list[int] = []
        self._newest = 0

    def show(self, run: RunState | None, selection: Selection, *, seen: bool) -> None:
        """seen: whether the workspace looks at held weights."""
        held = selection.steps.get(run.run_id) if run else None
        self.set_class(not seen, "idle")
        if seen and held is None and self.is_new("none"):
            self._steps = []
            self.update(
                Content.styled(" no weights are held yet: they will be when the network is ready", "$text-muted"), layout=False
            )
        if not seen or run is None or run.snapshot is None or held is None:
            return
        moments, newest, width = run.snapshot.moments, max(run.snapshot.step, held), self.size.width
        if not width or not self.is_new(moments, newest, held, width):
            return
        self._newest = newest
        first = f" step {min((*moments, held)):,} "
        now, count, keys = f" {newest:,}", f" · {counted(len(moments), 'kept moment')}", " · < earlier, > later, F newest"
        room = width - len(first)
        told = next((text for text in (now + count + keys, now + keys) if len(text) + _MOST // 2 <= room), now)
        line, self._steps = track(moments, held, newest, max(_FEWEST, min(_MOST, room - len(told))))
        self._start, at = len(first), line.index("●")
        dot = ("●", "bold $accent")
        self.update(
            Content.assemble((first, "$text-muted"), line[:at], dot, line[at + 1 :], (told, "$text-muted")), layout=False
        )

    def on_click(self, event: Click) -> None:
        at = event.x - self._start
        if 0 <= at < len(self._steps):
            step = self._steps[at]
            self.post_message(self.Chosen(None if step == self._newest else step))
