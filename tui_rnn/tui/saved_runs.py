"""Actions on the runs in the table of Compare: filter, sort, load, add a remark, rename, throw away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.display import visible
from tui_rnn.errors import InputError, RunError
from tui_rnn.lab.messages import LoadRun
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.runs.known import Key

if TYPE_CHECKING:
    from tui_rnn.training.run_table import RunRow
    from tui_rnn.tui.screens.lab import LabScreen
    from tui_rnn.tui.views.runs.table_pane import TablePane


class SavedRuns:
    """Acts on the run under the cursor of the lab's table."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab = lab

    @property
    def _table(self) -> TablePane:
        return self._lab.panes.views.table

    # ------------------------------------------------------------- what is shown

    def filter(self) -> None:
        """Go to the line of the filter."""
        self._lab.panes.bring("table")
        self._lab.panes.late.when_there(self._table.type_filter)

    def sort(self) -> None:
        """Sort by the next column."""
        from tui_rnn.tui.views.runs.table_settings import next_order

        next_order(self._table.known, 1)

    def group(self) -> None:
        """Group by the next setting, or by none."""
        from tui_rnn.tui.views.runs.table_settings import next_group

        next_group(self._table.known)

    def open_folder(self) -> None:
        """Show the runs of another folder."""
        from tui_rnn.tui.screens.one_line import OneLine

        if self._lab.app.session.given is not None:
            self._lab.say("this page shows only the runs of this session", "warning")
            return

        def named(typed: str | None) -> None:
            if typed is None or not typed.strip():
                return
            folder = Path(typed.strip()).expanduser()
            if folder.is_dir():
                self._table.known.go_to(folder.absolute())
            else:
                self._lab.say(f"{typed} is not a folder: name one that holds .safetensors files", "warning")

        words = ("a folder with .safetensors files", "a folder")
        below = "Enter: show its runs · Esc: leave"
        value = str(self._table.known.where)
        self._lab.app.push_screen(OneLine("the runs of another folder", words, value, "show", below), named)

    # ------------------------------------------------------------- the run under the cursor

    def load(self) -> None:
        """Bring the saved run into the lab; show a run that is there already."""
        chosen = self._table.chosen
        if chosen is None:
            return
        key, row = chosen
        if isinstance(key, int):
            self._lab.runs.show_number(self._lab.state.number_of(key))
            self._lab.say(f"{row.config.name} is in the lab: Train shows it")
        else:
            self._lab.send(LoadRun(str(key)))
            self._lab.say(f"loading {key.name}")

    def menu(self) -> None:
        """The actions on the file of the run."""
        chosen = self._table.chosen
        if chosen is None:
            return
        key, row = chosen

        def line(name: str, act: Callable[[Path, RunRow], None], help: str) -> ViewSetting:
            def do() -> None:
                if row.path is not None:
                    act(row.path, row)

            return self._lab.dialogs.leaving(name, do, help, lambda by: self._why_no_file(key))

        settings = (
            replace(line("remark", self._remark, "a line kept with the run"), value=lambda: visible(row.remark) or "…"),
            line("rename", self._rename, "its file, in its folder"),
            line("delete", self._delete, "into the system's trash; it asks first"),
        )
        self._lab.dialogs.menu(f"{row.config.name} on {row.data_name}", settings)

    def _why_no_file(self, key: Key) -> str:
        if self._lab.app.session.given is not None:
            return "a browser can't change files"
        return "the run is in the lab, which writes its file: remove it there first" if isinstance(key, int) else ""

    def _remark(self, path: Path, row: RunRow) -> None:
        from tui_rnn.training import filing

        def typed(text: str) -> None:
            self._do(partial(filing.note, path, text), f"the remark is in {path.name}")

        self._ask_line("a remark that stays with the run", ("what is worth knowing about it", "a remark"), row.remark, typed)

    def _rename(self, path: Path, row: RunRow) -> None:
        from tui_rnn.training import filing

        def typed(name: str) -> None:
            if name:
                self._do(partial(filing.renamed, path, name), f"{path.name} is renamed")

        self._ask_line("another name for its file", ("a name that no other file has", "a name"), path.stem, typed)

    def _ask_line(self, title: str, words: tuple[str, ...], value: str, then: Callable[[str], None]) -> None:
        from tui_rnn.tui.screens.one_line import OneLine

        def typed(text: str | None) -> None:
            if text is not None and text != value:
                then(text)

        self._lab.app.push_screen(OneLine(title, words, value, "keep", "Enter: keep it · Esc: leave"), typed)

    def _delete(self, path: Path, row: RunRow) -> None:
        from tui_rnn.training import filing

        def throw() -> None:
            try:
                filing.to_trash(path)
            except RunError as error:
                self._lab.dialogs.ask(
                    f"{error}. Delete it for good?", "Delete", partial(self._do, partial(filing.delete, path), "deleted"),
                    loses=True,
                )  # fmt: skip
            except InputError as error:
                self._lab.say(str(error), "warning")
            else:
                self._done(f"{path.name} is in the trash")

        question = f"Put {path.name} into the trash? It is {row.config.name} on {row.data_name}, step {row.weights_step:,}."
        self._lab.dialogs.ask(question, "Put into the trash", throw, loses=True)

    def _do(self, what: Callable[[], object], told: str) -> None:
        """Do it and say so, or say why not."""
        try:
            what()
        except (InputError, RunError) as error:
            self._lab.say(str(error), "error")
        else:
            self._done(told)

    def _done(self, told: str) -> None:
        self._lab.say(told)
        self._table.known.read()
