"""The bars around the lab's panes: the data, the selection, slow work, the runs, and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widgets import Static

from tui_rnn.display import visible
from tui_rnn.insight.remark import Remark
from tui_rnn.lab.messages import AddRun, OpenData, ScaleLearningRate
from tui_rnn.tui.bars.coach_bar import CoachBar
from tui_rnn.tui.bars.header import HeaderBar, WorkingBar
from tui_rnn.tui.bars.key_bar import KeyBar
from tui_rnn.tui.bars.moments_bar import MomentsBar
from tui_rnn.tui.bars.run_bar import RunBar
from tui_rnn.tui.bars.selection_bar import SelectionBar, parts_of
from tui_rnn.tui.bars.welcome import Welcome
from tui_rnn.tui.layout import SMALLEST
from tui_rnn.tui.workspaces.registry import WORKSPACES, shown_keys
from tui_rnn.tui.workspaces.train import TRAIN

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen

_SENDS = {"a": AddRun, "o": OpenData, "r": ScaleLearningRate}
"""The commands behind the keys that the coach names: some playgrounds refuse them."""


class Bars:
    """All bars of a lab screen, and what each of them says."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab, self._session = lab, lab.app.session
        self._header = HeaderBar([workspace.name for workspace in WORKSPACES], self._session.tag)
        self._working, self._selection, self._moments = WorkingBar(), SelectionBar(), MomentsBar()
        self._coach, self._runs, self._keys = CoachBar(), RunBar(), KeyBar()
        self.welcome = Welcome()
        self._said: Remark | None = None
        self._too_small = Static("", id="too-small", markup=False)
        self._no_run = Static("", id="no-run", markup=False)

    def above(self) -> ComposeResult:
        """Those above the panes, from the top."""
        yield from (self._header, self._selection, self._coach, self._moments, self._working)
        yield from (self._too_small, self._no_run, self.welcome)

    def below(self) -> ComposeResult:
        """Those below the panes."""
        yield self._runs
        if self._session.bar is not None:
            yield self._session.bar()
        yield self._keys

    def end(self, note: str) -> None:
        """The playground ends; `note` says so in place of the data."""
        self._header.show(self._lab.state, self._lab.panes.workspace.name, note)

    def say_size(self, width: int, height: int) -> None:
        """The terminal's size, and the size that the lab needs, for a screen without room for more."""
        self._too_small.update(f"too small: {width}×{height}, needs {SMALLEST[0]}×{SMALLEST[1]}", layout=False)

    @property
    def coach_speaks(self) -> bool:
        return self._coach.speaks

    def proposed(self, key: str) -> tuple[str, float] | None:
        """The setting and the value that the coach proposes for this key now."""
        said = self._said
        return (said.setting, said.value) if said is not None and said.key == key and said.setting else None

    def show(self) -> None:
        """Show the newest numbers."""
        lab, state, workspace = self._lab, self._lab.state, self._lab.panes.workspace
        begins = "opening … begins paused" if state.begins_paused else "opening …"
        self._header.show(state, workspace.name, "" if state.corpus else begins)
        self.show_selection()
        self._working.show(state)
        self._no_run.display = state.corpus is not None and not state.runs
        if self._no_run.content != (told := visible(state.no_run)):  # an update lays out the whole screen
            self._no_run.update(told)
        own, (shown, last) = self._session.keys, shown_keys(workspace)
        own_keys = {command.key for command in own}
        self._keys.show(lab, (*own, *(command for command in shown if command.key not in own_keys)), last)
        unit = lab.panes.views.loss.axes.unit
        self._runs.show(state, unit, compact=not (lab.has_table and workspace is TRAIN))

    def show_selection(self) -> None:
        """The selection and the moment, and the coach's remark in place of the selection."""
        lab, panes, run = self._lab, self._lab.panes, self._lab.state.current
        live = panes.workspace.live
        self._moments.show(None if lab.state.coming else run, panes.selection, seen=not live)
        number = lab.state.number_of(run.run_id) if run else 1
        off = panes.views.pages[0].switched_off if "page" in panes.seen else ""
        text = panes.probe.told(panes.views)
        fresh = "gates" in panes.seen
        self._selection.show(parts_of(lab.state, panes.views.focus_on, text, off, live=live, fresh=fresh), number)
        said = self._said = lab.coach.now(run) if panes.workspace is TRAIN else None
        works = said is not None and not (said.key in _SENDS and self._session.why_not(_SENDS[said.key]))
        self._coach.show(run, number, said, panes.views.loss.axes.unit, works=works)
        self._selection.set_class(self._coach.speaks, "idle")  # one takes the other's place, so nothing moves
