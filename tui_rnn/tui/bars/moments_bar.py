"""The time slider: which of a run's kept moments Inspect looks at. A click goes to the moment there."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from tui_rnn.display import counted
from tui_rnn.tui.moments import track
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.selection import Selection

_FEWEST, _MOST = 8, 60  # cells of the line


class MomentsBar(Static):
    """'step 0 ├───●──┤ 1,151 · 34 kept moments · < earlier, > later'. Painted again only when it reads differently."""

    ALLOW_SELECT = False

    class Chosen(Message):
        """Look at this moment; None: at the weights of now."""

        def __init__(self, step: int | None) -> None:
            super().__init__()
            self.step = step

    def __init__(self) -> None:
        super().__init__(id="moments", classes="idle", markup=False)
        self._look: object = None
        self._start = 0  # cell of the line's beginning
        self._steps: list[int] = []
        self._newest = 0

    def show(self, run: RunState | None, selection: Selection, *, seen: bool) -> None:
        """seen: whether the workspace looks at weights that are held."""
        held = selection.steps.get(run.run_id) if run else None
        self.set_class(not seen, "idle")
        if seen and held is None and self._look != "none":
            self._look, self._steps = "none", []
            self.update(
                Content.styled(" no weights are held yet: they will be when the network is ready", "$text-muted"), layout=False
            )
        if not seen or run is None or run.snapshot is None or held is None:
            return
        moments, newest, width = run.snapshot.moments, max(run.snapshot.step, held), self.size.width
        look = moments, newest, held, width
        if look == self._look or not width:
            return
        self._look, self._newest = look, newest
        first = f" step {min((*moments, held)):,} "
        after = f" {newest:,}", f" · {counted(len(moments), 'kept moment')}", " · < earlier, > later, F newest"
        room = width - len(first)
        told = next("".join(after[:k]) for k in (3, 2, 1) if k == 1 or len("".join(after[:k])) + _MOST // 2 <= room)
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
