"""Opening a text, a saved run, or other text for a run to go on with: the dialogs that ask, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.lab.messages import Command, LoadRun, OpenData
from tui_rnn.paths import runs_dir
from tui_rnn.tui.workspaces.learn import LEARN

if TYPE_CHECKING:
    from tui_rnn.tui.listings import Listing
    from tui_rnn.tui.screens.lab import LabScreen


class Openings:
    """Lets a person choose what to open, over the lab screen. It imports each dialog when first needed."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab, self._app = lab, lab.app

    def begin(self, reason: str = "") -> None:
        """Let a person choose what to begin with. reason: why the last choice could not be opened."""
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
        """The texts to choose from."""
        if self._app.session.given is not None:
            from tui_rnn.tui.given import GivenTexts

            return GivenTexts(self._app.session.given)
        from tui_rnn.tui.listings import TextListing

        return TextListing()

    def _saved_runs(self) -> Listing:
        """The runs to choose from."""
        unit, given = self._app.preferences.loss_unit, self._app.session.given
        if given is not None:
            from tui_rnn.tui.given import GivenRuns

            return GivenRuns(unit, given=lambda: given.loadable)
        from tui_rnn.tui.listings import SavedRuns

        return SavedRuns(unit)

    def _pick_text(self, title: str, then: Callable[[str], None], otherwise: Callable[[], None] = lambda: None) -> None:
        self._pick(title, Path.cwd(), self._texts(), then, otherwise)

    def _pick_run(self, title: str, then: Callable[[str], None], otherwise: Callable[[], None] = lambda: None) -> None:
        self._pick(title, runs_dir(), self._saved_runs(), then, otherwise)

    def _pick(
        self, title: str, folder: Path, listing: Listing, then: Callable[[str], None], otherwise: Callable[[], None]
    ) -> None:
        from tui_rnn.tui.screens.file_picker import FilePicker

        def chosen(found: str | None) -> None:
            if found is None:
                otherwise()
            else:
                then(found)

        self._app.push_screen(FilePicker(title, folder, listing), chosen)

    def _begin_with_file(self) -> None:
        def open_source(source: str) -> None:
            self._open(OpenData(DataRequest(SourceFiles(source)), None))

        self._pick_text("what should the networks learn?", open_source, self.begin)

    def _begin_with_run(self) -> None:
        self._pick_run("which run should go on?", lambda path: self._open(LoadRun(path)), self.begin)

    def open_text(self) -> None:
        """Choose a file, a folder or a built-in corpus; the runs start again on it."""

        def open_source(source: str) -> None:
            configs = tuple(run.config for run in self._lab.state.runs.values())
            self._open(OpenData(DataRequest(SourceFiles(source)), configs))

        if not self._lab.refuses(OpenData):
            self._pick_text("open another text; the runs start again on it", open_source)

    def load_run(self) -> None:
        """Bring a saved run into the lab."""
        if not self._lab.refuses(LoadRun):
            self._pick_run("load a saved run", lambda path: self._app.engine.send(LoadRun(path)))

    def go_on_elsewhere(self) -> None:
        """Let the shown run go on with other text: with its weights, and rows of their own for new symbols."""
        from tui_rnn.tui.going_on import go_on

        if (current := self._lab.runs.current()) is None:
            return
        if current.waiting:
            self._lab.say(f"{current.name} has not begun yet: wait until its kernels are ready", "warning")
        else:
            go_on(self._app, self._texts(), current.name, current.config.learning_rate, run_id=current.run_id)

    def go_on_from_saved(self) -> None:
        """Let a saved run go on with other text."""
        from tui_rnn.tui.going_on import go_on_from_saved

        go_on_from_saved(self._app, self._texts(), self._saved_runs())
