"""The dialogs of the lab, and what becomes of their answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.config import RunConfig, default_configs
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.display import visible
from tui_rnn.lab.messages import AddRun, Command, LoadRun, OpenData
from tui_rnn.paths import runs_dir
from tui_rnn.tui.run_actions import STILL_OPENING

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen


class Dialogs:
    """Opens dialogs over the lab screen. Each is imported when it is first wanted: the first paint needs none."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab, self._app = lab, lab.app

    def ask(
        self,
        question: str,
        yes: str,
        then: Callable[[], None],
        no: str = "Cancel",
        otherwise: Callable[[], None] | None = None,
        unasked: bool = False,
        loses: bool = False,
    ) -> None:
        """`then` is called on yes, `otherwise` on no. unasked: no key of the person opens it. loses: yes loses something."""
        from tui_rnn.tui.screens.confirm import ConfirmScreen

        def answered(answer: bool | None) -> None:
            if answer:
                then()
            elif otherwise is not None:
                otherwise()

        self._app.push_screen(ConfirmScreen(visible(question), yes, no, unasked, loses), answered)

    def add_run(self) -> None:
        """Ask for a configuration, starting from the current run's."""
        from tui_rnn.tui.screens.run_form import RunForm

        def add(config: RunConfig | None) -> None:
            if config is not None:
                self._app.engine.send(AddRun(config))

        state = self._lab.state
        if state.corpus is None:  # which settings there are depends on their task
            self._lab.say(STILL_OPENING, "warning")
            return
        kind, current = state.corpus.task, state.current
        self._app.push_screen(RunForm(current.config if current else default_configs(kind)[-1]), add)

    def begin(self, reason: str = "") -> None:
        """Nothing was named to open: let it be chosen. reason: why the last choice could not be opened."""
        from tui_rnn.tui.screens.start import StartScreen
        from tui_rnn.tui.starts import FILE, RUNS

        def chosen(start: Command | str | None) -> None:
            if start == FILE:
                self._begin_with_file()
            elif start == RUNS:
                self._begin_with_run()
            elif start is not None and not isinstance(start, str):
                self._open(start)

        preferences = self._app.preferences
        self._app.push_screen(StartScreen(preferences.loss_unit, preferences.recent, reason), chosen)

    def _open(self, command: Command) -> None:
        self._app.opening = (command,)
        self._app.engine.send(command)

    def _begin_with_file(self) -> None:
        from tui_rnn.tui.listings import Texts
        from tui_rnn.tui.screens.file_picker import FilePicker

        def chosen(source: str | None) -> None:
            if source is None:
                self.begin()
            else:
                self._open(OpenData(DataRequest(SourceFiles(source)), None))

        self._app.push_screen(FilePicker("what shall the networks learn?", Path.cwd(), Texts()), chosen)

    def _begin_with_run(self) -> None:
        from tui_rnn.tui.listings import SavedRuns
        from tui_rnn.tui.screens.file_picker import FilePicker

        def chosen(path: str | None) -> None:
            if path is None:
                self.begin()
            else:
                self._open(LoadRun(path))

        unit = self._app.preferences.loss_unit
        self._app.push_screen(FilePicker("which run shall go on?", runs_dir(), SavedRuns(unit)), chosen)

    def open_text(self) -> None:
        """Choose a file, a folder or a built-in corpus; the runs start anew on it."""
        from tui_rnn.tui.listings import Texts
        from tui_rnn.tui.screens.file_picker import FilePicker

        def open_source(source: str | None) -> None:
            if source is not None:
                configs = tuple(run.config for run in self._lab.state.runs.values())
                self._app.opening = (OpenData(DataRequest(SourceFiles(source)), configs),)
                self._app.engine.send(self._app.opening[0])

        self._app.push_screen(FilePicker("open another text; the runs start anew on it", Path.cwd(), Texts()), open_source)

    def load_run(self) -> None:
        """Bring a saved run into the lab."""
        from tui_rnn.tui.listings import SavedRuns
        from tui_rnn.tui.screens.file_picker import FilePicker

        def load(path: str | None) -> None:
            if path is not None:
                self._app.engine.send(LoadRun(path))

        self._app.push_screen(FilePicker("load a saved run", runs_dir(), SavedRuns(self._app.preferences.loss_unit)), load)

    def help(self) -> None:
        """The views of the task at hand, and all keys."""
        from tui_rnn.tui.screens.help import HelpScreen
        from tui_rnn.tui.screens.lab_keys import KEYS

        self._app.push_screen(HelpScreen(KEYS, self._lab.panes.beside_views))
