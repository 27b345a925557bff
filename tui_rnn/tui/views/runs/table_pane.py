"""The table of Compare: it lists every run of the lab and of a folder, and sorts, filters, groups and marks them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from tui_rnn.display import counted, visible
from tui_rnn.paths import from_home
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.keys import KeyCommand, by_key
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.pages.rows_view import BESIDE, RowsView
from tui_rnn.tui.views.pane import Pane
from tui_rnn.tui.views.runs.known import Key, KnownRuns
from tui_rnn.tui.views.runs.table_lines import MARK_CELLS, Heads, Lines, group_rows
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.entry import Entry
from tui_rnn.tui.widgets.pieces import Piece, fit

if TYPE_CHECKING:
    from tui_rnn.training.run_table import RunRow

MANY, REST_S = 200, 1.0  # a longer table is drawn once a second while runs train, so that keys stay quick
READ_S = 2.0  # between two readings of the folder, while the table is in view


class TablePane(Pane):
    """The rows of `known`."""

    DEFAULT_CSS = """
    TablePane > .heads { height: 1; color: $text-muted; }
    TablePane > .remark { height: auto; max-height: 3; padding: 0 1; color: $text-muted; }
    """
    view_name = "runs"
    FOCUSED_KEYS: tuple[KeyCommand[TablePane], ...] = (
        KeyCommand("up", "↑", lambda pane: pane.move(-1), "Up", "the run above"),
        KeyCommand("down", "↓", lambda pane: pane.move(1), "Down", "the run below"),
        KeyCommand("pageup", "PgUp", lambda pane: pane.move(-10), "Page up", "ten runs up"),
        KeyCommand("pagedown", "PgDn", lambda pane: pane.move(10), "Page down", "ten runs down"),
        KeyCommand("home", "Home", lambda pane: pane.move(-1_000_000), "First", "the first run"),
        KeyCommand("end", "End", lambda pane: pane.move(1_000_000), "Last", "the last run"),
        KeyCommand("enter", "Enter", lambda pane: pane.mark(), "Mark", "compare this run with the others, or stop it"),
    )
    KEYS = by_key(FOCUSED_KEYS)
    GUIDE = Help(
        "every run of the lab, and every saved run of a folder, with its results",
        "the loss is that of the current weights on the validation part; only runs on the same data can be compared: once you "
        "mark one, runs on other data are faint; best is the lowest loss that a run ever had",
        "mark two runs on the same data with x, and read how far apart they are",
        "flops = 6 · characters · weights that each character is multiplied with: 2 forward, 4 back",
    )

    def __init__(self, known: KnownRuns, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.known = known
        self._heads, self._rows, self._lines = Heads(), RowsView(), Lines()
        self._remark = Static("", classes="remark", markup=False)
        self._entry = Entry(
            "data=prose loss<2 hidden_size>=64 …; Enter keeps it, empty shows all", "a filter", enter="keep it", escape="leave"
        )
        self._keys: list[Key | None] = []  # of the run in each row
        self._state = LabState()
        self._timer: Timer | None = None
        self._behind = False  # a run has trained on since the table was drawn
        self._looked_s = 0.0  # when it was drawn

    def compose(self) -> ComposeResult:
        yield from (self._entry, self._heads, self._rows, self._remark)

    def on_mount(self) -> None:
        self.known.post = self._post
        self._timer = self.set_interval(READ_S, self._read, pause=True)

    def _post(self, what: Callable[[], None]) -> None:
        """Do this on the screen's thread; may be called on any."""
        self.call_later(what)

    def on_show(self) -> None:
        self.known.read()
        if self._timer is not None:
            self._timer.resume()

    def on_hide(self) -> None:
        if self._timer is not None:
            self._timer.pause()

    def _read(self) -> None:
        if self.display and self.screen.is_current:
            self.known.read()
            if self._behind:
                self.look()

    # ------------------------------------------------------------- what is shown

    @property
    def settings(self) -> Sequence[ViewSetting]:
        from tui_rnn.tui.views.runs.table_settings import settings_of

        return settings_of(self.known)

    @property
    def to_copy(self) -> str:
        """The table: a run a line, with tabs between its cells."""
        from tui_rnn.training.run_table import lines

        columns, _, cells = lines([row for _, row in self.known.shown], self.known.unit)
        return "\n".join("\t".join(line) for line in ([one.short for one in columns], *cells))

    @property
    def found(self) -> object:
        from tui_rnn.training.run_table import COLUMNS

        return [{one.key: one.of(row, "nats") for one in COLUMNS} for _, row in self.known.shown] or None

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        self._state = state
        self._behind = len(self._keys) > MANY and time.monotonic() < self._looked_s + REST_S
        if not self._behind:
            self.look()

    def look(self) -> None:
        if not self.is_mounted or not self.size.width or not self.display:
            return
        self._behind, self._looked_s = False, time.monotonic()
        self._write_title()
        if self.known.group:
            self._show_groups()
        else:
            self._show_rows()
        told = self.known.problem or ("" if self._keys else self._nothing())
        self._remark.display = bool(told)
        self._remark.update(visible(told))

    def _nothing(self) -> str:
        if self.known.typed:
            return "no run meets the filter: f and then Enter on an empty line shows all"
        return "no run is here yet: s in Train saves the runs, and so does leaving the playground"

    def _write_title(self) -> None:
        known = self.known
        unit = "losses as perplexity" if known.unit == "perplexity" else f"losses in {known.unit}"
        pieces = [Piece(0, Content.styled("runs", "bold")), Piece(1, Content(unit))]
        if known.folder is not None:
            pieces.append(Piece(2, Content(visible(from_home(str(known.folder))))))
        if known.typed:
            pieces.append(Piece(1, Content(f"only {visible(known.typed)}")))
        if known.group:
            pieces.append(Piece(1, Content(f"by {known.group}")))
        self.border_title = fit(pieces, max(0, self.size.width - 4))
        broken = f" · {counted(known.broken, 'file')} can't be read" if known.broken else ""
        marked = f" · {len(known.marked)} marked" if known.marked else ""
        self.border_subtitle = Content(f"{counted(len(known.shown), 'run')} of {len(known.rows)}{marked}{broken}")

    def _show_rows(self) -> None:
        from tui_rnn.training.run_table import lines

        chosen, shown = self.key, self.known.shown
        columns, taken, cells = lines([row for _, row in shown], self.known.unit, self.size.width - BESIDE - MARK_CELLS - 2)
        widths = [cells + 2 for cells in taken]
        self._heads.show(columns, widths, self.known.order)
        paint, marked = paint_of(self.app), dict(self.known.compared)
        data = next((row.data_key for row in marked.values()), None)
        looks = []
        for (key, row), line in zip(shown, cells, strict=True):
            mark, style = " ", "$text-muted" if data not in (None, row.data_key) else ""
            if key in marked:
                number = self.known.number(key)
                mark, style = str(number), f"bold {run_colour(number, paint)}"
            looks.append((key, f"{mark} {self._status(key)} ", style, line))
        rows = self._lines.rows(columns, widths, looks)
        self._keys = [key for key, _ in shown]
        self._rows.show(rows)
        if chosen is not None and chosen in self._keys and self._rows.cursor != self._keys.index(chosen):
            self._rows.point(self._keys.index(chosen))

    def _status(self, key: Key) -> str:
        run = self._state.runs.get(key) if isinstance(key, int) else None
        return run.glyph if run is not None else " "

    def _show_groups(self) -> None:
        self._heads.show((), (), "")
        rows = group_rows(self.known.groups, self.known.unit)
        self._rows.show(rows)
        self._keys = [None] * len(rows)

    # ------------------------------------------------------------- acting

    @property
    def key(self) -> Key | None:
        """The run under the cursor."""
        at = self._rows.cursor
        return self._keys[at] if at is not None and at < len(self._keys) else None

    @property
    def chosen(self) -> tuple[Key, RunRow] | None:
        """The run under the cursor, with its row."""
        key = self.key
        row = self.known.rows.get(key) if key is not None else None
        return (key, row) if key is not None and row is not None else None

    @property
    def why_no_run(self) -> str:
        """Why there is no run under the cursor."""
        if self.known.group:
            return "groups are shown: g shows single runs again"
        return "" if self.chosen is not None else "there is no run under the cursor"

    def move(self, by: int) -> None:
        self._rows.move(by)

    def mark(self) -> None:
        """Mark the run under the cursor, or take its mark away."""
        if self.key is not None and (reason := self.known.mark(self.key)):
            self.notify(reason, severity="warning", markup=False)

    def sort_by(self, column: str) -> None:
        """Sort by this column; if the table is sorted by it, the other way round."""
        self.known.order = f"-{column}" if column and self.known.order == column else column
        self.known.changed()

    @on(Heads.Chosen)
    def _head_chosen(self, event: Heads.Chosen) -> None:
        event.stop()
        self.focus()
        self.sort_by(event.column)

    @on(RowsView.Clicked)
    def _clicked(self, event: RowsView.Clicked) -> None:
        event.stop()
        self.focus()
        if event.row < len(self._keys) and self._keys[event.row] is not None:
            self._rows.point(event.row)
            self.mark()

    # ------------------------------------------------------------- the filter

    def type_filter(self) -> None:
        """Go to the line where a person types a filter."""
        self.type_in(self._entry, self.known.typed)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.known.typed = self._entry.text.strip()
        self.known.changed()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus()
