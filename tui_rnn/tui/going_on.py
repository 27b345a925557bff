"""The dialogs that let a run go on with other text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.display import visible
from tui_rnn.lab.messages import BeginFrom
from tui_rnn.paths import runs_dir
from tui_rnn.tui.screens.file_picker import FilePicker
from tui_rnn.tui.screens.go_on_form import GoOn, GoOnForm

if TYPE_CHECKING:
    from tui_rnn.tui.app import PlaygroundApp
    from tui_rnn.tui.listings import Listing


def go_on(
    app: PlaygroundApp, texts: Listing, name: str, rate: float | None, *, run_id: int | None = None, path: str | None = None
) -> None:
    """Ask for the text, then for the settings. rate: the run's, None: not known yet. The run is in the lab, or saved."""

    def chosen(source: str | None) -> None:
        def said(how: GoOn | None) -> None:
            if how is not None and source is not None:
                app.engine.send(BeginFrom(DataRequest(SourceFiles(source)), run_id, path, *how))

        if source is not None:
            app.push_screen(GoOnForm(visible(f"{name} goes on with {Path(source).name}"), rate), said)

    app.push_screen(FilePicker(visible(f"what should {name} go on with?"), Path.cwd(), texts), chosen)


def go_on_from_saved(app: PlaygroundApp, texts: Listing, saved: Listing) -> None:
    """Ask for a saved run first, then the same."""

    def chosen(path: str | None) -> None:
        if path is not None:
            go_on(app, texts, Path(path).stem, None, path=path)

    app.push_screen(FilePicker("which run should go on with other text?", runs_dir(), saved), chosen)
