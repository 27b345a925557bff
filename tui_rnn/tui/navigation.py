"""Moves of a person: between workspaces, moments, places in the text and units; copies, exports and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.display import counted
from tui_rnn.errors import InputError
from tui_rnn.insight.registry import entry_of_class
from tui_rnn.kinds import KINDS
from tui_rnn.tui.moments import next_moment
from tui_rnn.tui.run_actions import STILL_OPENING
from tui_rnn.tui.workspaces.inspect import INSPECT
from tui_rnn.tui.workspaces.learn import LEARN
from tui_rnn.tui.workspaces.workspace import Workspace
from tui_rnn.tui.workspaces.write import WRITE

if TYPE_CHECKING:
    from tui_rnn.lessons.lesson import Lesson
    from tui_rnn.tui.screens.lab import LabScreen


class Navigation:
    """Moves through the workspaces and the selection of a lab screen."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab = lab
        self._before: list[Workspace] = []  # the workspaces that were shown before

    def go_to(self, workspace: Workspace) -> None:
        """Show this workspace. If it needs frozen weights and none are held, those of now are held."""
        if workspace is self._lab.panes.workspace:
            return
        if workspace is INSPECT and self._lab.panes.workspace is WRITE:
            self._lab.drafts.read()
        self._before.append(self._lab.panes.workspace)
        self._show_workspace(workspace)

    def learn(self, lesson: Lesson) -> None:
        """Open a lesson where it was left."""
        self.go_to(LEARN)
        self._lab.teacher.open(lesson)

    def open_page(self, number: int) -> None:
        """Show this page of Inspect."""
        self.go_to(INSPECT)
        self._lab.panes.acts.open_page(number)
        self._lab.show_others()

    def why_no_page(self, number: int) -> str:
        """Why this page can't be asked of the open data."""
        asks, kind = self._lab.panes.views.book.pages[number].asks, KINDS[self._lab.panes.views.kind]
        if asks is not None and kind.name not in (entry := entry_of_class(asks)).kinds:
            return f"can't be asked of {kind.title}: {entry.elsewhere}"
        return ""

    def go_back(self) -> None:
        """Show the workspace before this one."""
        if self._before:
            self._show_workspace(self._before.pop())

    def _show_workspace(self, workspace: Workspace) -> None:
        self._lab.bars.welcome.hide()
        self._lab.panes.go_to(workspace)
        self._lab.show_others()
        self._lab.teacher.look()

    def moment(self, by: int) -> None:
        """Look at the kept moment before or after; after the last one, at the weights of now."""
        if (run := self._lab.state.current) is not None:
            self._lab.frozen.go_to(next_moment(run, self._lab.panes.selection, by))

    def why_no_moment(self, by: int) -> str:
        """Why there is no kept moment before or after."""
        run, selection = self._lab.state.current, self._lab.panes.selection
        if run is None or run.snapshot is None or run.run_id not in selection.steps:
            return "no weights are held yet"
        if by < 0 and next_moment(run, selection, by) is None:
            return "this is the first moment that is kept" if run.snapshot.moments else "no moments are kept"
        return "" if by < 0 or selection.steps[run.run_id] < run.snapshot.step else "these are the newest weights"

    def next_unit(self, by: int) -> None:
        """Select the unit of the row below; from the last row, of the first."""
        focus = self._lab.panes.views.focus_on
        rows = focus.rows
        position, unit = focus.pinned
        focus.put(position, int(rows[(focus.row_of(unit) + by) % len(rows)]))
        self._lab.panes.acts.select_again()

    def why_no_data(self) -> str:
        return STILL_OPENING if self._lab.state.corpus is None else ""

    def why_no_example(self) -> str:
        """Why there is no other example to go to."""
        if self._lab.state.corpus is None:
            return STILL_OPENING
        if not KINDS[self._lab.panes.views.kind].answers:
            return "this key goes to other examples, and these data have none"
        if not self._lab.panes.views.task_panes[0].shown.examples:
            return "there are no examples yet: the first come after a few training steps"
        return ""

    def find(self, wanted: str) -> None:
        """Put the cursor on the next place in the text that begins with these characters."""
        focus = self._lab.panes.views.focus_on
        if wanted and focus.trace is not None:
            if focus.find(wanted):
                self._lab.panes.acts.select_again()
            else:
                self._lab.say(f"the text that the network reads has no “{wanted}”", "warning")

    def copy(self) -> None:
        """Copy the view with the focus to the terminal's clipboard (OSC 52)."""
        text = self._lab.panes.acts.current.to_copy
        self._lab.app.copy_to_clipboard(text)
        self._lab.say(f"copied {counted(len(text), 'character')}, if this terminal lets programs copy")

    def export(self, name: str) -> None:
        """Write the view with the focus to a new file of this name, and say where, or why not. A browser gets it as a
        download: a visitor writes no file on this machine."""
        from tui_rnn.tui import exporting
        from tui_rnn.tui.picture import deliver, painted

        panes = self._lab.panes
        view = panes.acts.current
        strips = view.whole() if view is panes.views.desk else painted(self._lab, view)
        shown = exporting.Shown(view.view_name, strips, view.found, view.to_copy)
        try:
            if self._lab.app.is_web:
                deliver(self._lab.app, *exporting.made(name, shown))
                return
            path = exporting.write(name, shown)
        except InputError as error:
            self._lab.say(str(error), "error")
        except OSError as error:
            self._lab.say(f"{name} was not written: {error.strerror or error}: name another file", "error")
        else:
            self._lab.say(f"wrote {path}")

    def take_back(self) -> None:
        """Undo the last change."""
        self._lab.say(f"taken back: {self._lab.undo.take_back()}")
        self._lab.show_others()

    def change(self, part: str) -> None:
        """Change a part of the selection: to the next run, layer, signal or unit, the newest weights, another text or place."""
        focus = self._lab.panes.views.focus_on
        match part:
            case "run":
                self._lab.runs.show_number(self._lab.state.number_of(self._lab.state.shown[0]) % len(self._lab.state.runs) + 1)
            case "weights":
                self.go_to(INSPECT)
                self._lab.frozen.go_to(None)
            case "text":
                self._lab.panes.acts.type_to_read()
            case "position":
                self._lab.dialogs.find()
            case "layer":
                focus.turn(1)
            case "signal":
                focus.step_signal(1)
            case "off":
                self._lab.panes.bring("page")
                view = self._lab.panes.views.pages[0]
                self._lab.dialogs.menu(f"{view.view_name}: settings", view.settings)
            case _:
                focus.move(0, 1)
        self._lab.panes.acts.select_again()
