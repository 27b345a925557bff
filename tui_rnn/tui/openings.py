"""What is opened: a text, a saved run, or a run that goes on with other text. The dialogs that ask, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.lab.messages import Command, LoadRun, OpenData
from tui_rnn.paths import runs_dir
from tui_rnn.tui.run_actions import STILL_OPENING
from tui_rnn.tui.workspaces.learn import LEARN

if TYPE_CHECKING:
    from tui_rnn.tui.listings import Listing
    from tui_rnn.tui.screens.lab import LabScreen


class Openings:
    """Lets what is opened be chosen over the lab screen. Each dialog is imported when it is first wanted."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab, self._app = lab, lab.app

    def begin(self, reason: str = "") -> None:
        """Nothing was named to open: let it be chosen. reason: why the last choice could not be opened."""
        from tui_rnn.tui.screens.start import StartScreen
        from tui_rnn.tui.starts import FILE, LESSONS, RUNS, named

        def chosen(start: Command | str | None) -> None:
            if start == FILE:
                self._begin_with_file()
            elif start == RUNS:
                self._begin_with_run()
            elif start == LESSONS:
                self._lab.navigation.go_to(LEARN)
            elif start is not None and not isinstance(start, str):
                self._open(start)

        preferences, given = self._app.preferences, self._app.session.given
        screen = (
            StartScreen(preferences.loss_unit, preferences.recent, reason)
            if given is None
            else StartScreen(preferences.loss_unit, None, reason, named(given.texts))
        )
        self._app.push_screen(screen, chosen)

    def _open(self, command: Command) -> None:
        self._app.opening = (command,)
        self._app.engine.send(command)

    def _texts(self) -> Listing:
        """The texts that there are to choose from."""
        if self._app.session.given is not None:
            from tui_rnn.tui.given import GivenTexts

            return GivenTexts(self._app.session.given)
        from tui_rnn.tui.listings import TextListing

        return TextListing()

    def _saved_runs(self) -> Listing:
        """The runs that there are to choose from."""
        unit, given = self._app.preferences.loss_unit, self._app.session.given
        if given is not None:
            from tui_rnn.tui.given import GivenRuns

            return GivenRuns(unit, given=lambda: given.loadable)
        from tui_rnn.tui.listings import SavedRuns

        return SavedRuns(unit)

    def _pick(self, title: str, folder: Path, listing: Listing, then: Callable[[str | None], None]) -> None:
        from tui_rnn.tui.screens.file_picker import FilePicker

        self._app.push_screen(FilePicker(title, folder, listing), then)

    def _begin_with_file(self) -> None:
        def chosen(source: str | None) -> None:
            if source is None:
                self.begin()
            else:
                self._open(OpenData(DataRequest(SourceFiles(source)), None))

        self._pick("what shall the networks learn?", Path.cwd(), self._texts(), chosen)

    def _begin_with_run(self) -> None:
        def chosen(path: str | None) -> None:
            if path is None:
                self.begin()
            else:
                self._open(LoadRun(path))

        self._pick("which run shall go on?", runs_dir(), self._saved_runs(), chosen)

    def open_text(self) -> None:
        """Choose a file, a folder or a built-in corpus; the runs start anew on it."""
        if self._lab.refuses(OpenData):
            return

        def open_source(source: str | None) -> None:
            if source is not None:
                configs = tuple(run.config for run in self._lab.state.runs.values())
                self._open(OpenData(DataRequest(SourceFiles(source)), configs))

        self._pick("open another text; the runs start anew on it", Path.cwd(), self._texts(), open_source)

    def load_run(self) -> None:
        """Bring a saved run into the lab."""
        if self._lab.refuses(LoadRun):
            return

        def load(path: str | None) -> None:
            if path is not None:
                self._app.engine.send(LoadRun(path))

        self._pick("load a saved run", runs_dir(), self._saved_runs(), load)

    def go_on_elsewhere(self) -> None:
        """Let the shown run go on with other text: its weights, and rows of their own for what is new."""
        from tui_rnn.tui.going_on import go_on

        if (current := self._lab.state.current) is None:
            self._lab.say("there is no run yet: a adds one" if self._lab.state.corpus else STILL_OPENING, "warning")
        elif current.waiting:
            self._lab.say(f"{current.name} has not begun yet: wait until its kernels are ready", "warning")
        else:
            go_on(self._app, self._texts(), current.name, current.config.learning_rate, run_id=current.run_id)

    def go_on_from_saved(self) -> None:
        """Let a saved run go on with other text."""
        from tui_rnn.tui.going_on import go_on_from_saved

        go_on_from_saved(self._app, self._texts(), self._saved_runs())
