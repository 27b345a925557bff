"""Drafts of the workspace Write: saved in a file, opened again, and read by Inspect."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.errors import InputError
from tui_rnn.insight.identity import Identified, Identity
from tui_rnn.lab.messages import Answered, Unanswered
from tui_rnn.paths import written_path
from tui_rnn.tui.asks import News
from tui_rnn.tui.frozen import LONGEST
from tui_rnn.tui.views.desk.run_on import RunOn

if TYPE_CHECKING:
    from tui_rnn.insight.draft_file import SavedDraft
    from tui_rnn.tui.screens.lab import LabScreen
    from tui_rnn.tui.views.desk.pane import DeskPane

MOST_TOLD = 40  # characters of a name


class Drafts:
    """Saves and opens the draft on the desk of a lab screen."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab = lab
        self._path: Path | None = None  # of the file that was last saved or opened
        self._until = ""  # the string that the network wrote until last
        self._read = ""  # the text that Inspect got last

    @property
    def _desk(self) -> DeskPane:
        return self._lab.panes.views.desk

    def _is_visitor(self) -> bool:
        """Whether the person is a visitor in a browser, who can't use this machine's files; if so, say it."""
        visitor = self._lab.app.session.given is not None
        if visitor:
            self._lab.say("a browser can't use files of the machine that serves this page: E downloads the text", "warning")
        return visitor

    # ------------------------------------------------------------- saving

    def save(self) -> None:
        """Ask for the name of a file, and write the draft to it."""
        if self._is_visitor():
            return
        from tui_rnn.insight.draft_file import SUFFIX
        from tui_rnn.tui.screens.one_line import OneLine

        def named(name: str | None) -> None:
            if name:
                self._save_as(name if Path(name).suffix else f"{name}{SUFFIX}")

        suggested = str(self._path) if self._path is not None else f"writing{SUFFIX}"
        below = "the tree, settings and seeds; E writes the text alone · Enter: write · Esc: leave"
        self._lab.app.push_screen(OneLine("save this draft", ("the name of a file",), suggested, "write", below), named)

    def _save_as(self, name: str) -> None:
        """Write the draft, once it is known whose weights write."""
        try:
            path = written_path(name).absolute()
        except InputError as error:
            self._lab.say(str(error), "error")
            return
        if path.exists() and path != self._path:
            self._lab.say(f"{name} is there already: name another file", "error")
            return
        self._identify(partial(self._write, path))

    def _write(self, path: Path, who: Identified) -> None:
        from tui_rnn.insight.draft_file import SavedDraft, Writer, write

        desk, run = self._desk, self._desk.places.run
        snapshot = run.snapshot if run is not None else None
        writer = Writer(who.run, snapshot.path if snapshot else None, who.step, who.weights_sha256)
        try:
            write(path, SavedDraft(desk.writing.draft, writer, desk.writing.sampling, desk.writing.seed))
        except OSError as error:
            self._lab.say(f"{path} was not written: {error.strerror or error}: name another file", "error")
            return
        self._path = path
        self._lab.say(f"saved the draft in {path}")

    def _identify(self, then: Callable[[Identified], None]) -> None:
        """Ask which weights write, and go on with the answer."""
        place = self._desk.places.first
        if place is None:
            return

        def hear(news: News) -> None:
            if isinstance(news, Answered):
                then(news.answer)
            elif isinstance(news, Unanswered):
                self._lab.say(f"the engine did not say which weights write: {news.reason or 'cancelled'}", "error")

        self._lab.asks.put(place.run_id, Identity(), hear, place.step)

    # ------------------------------------------------------------- opening

    def open(self) -> None:
        """Choose a draft, and go on with it."""
        if self._is_visitor():
            return
        from tui_rnn.tui.listings import DraftListing
        from tui_rnn.tui.screens.file_picker import FilePicker

        def chosen(path: str | None) -> None:
            if path is not None:
                self._open(Path(path))

        folder = self._path.parent if self._path is not None else Path.cwd()
        self._lab.app.push_screen(FilePicker("open a draft", folder, DraftListing()), chosen)

    def _open(self, path: Path) -> None:
        from tui_rnn.insight.draft_file import read

        try:
            saved = read(path)
        except InputError as error:
            self._lab.say(str(error), "error")
            return
        except OSError as error:
            self._lab.say(f"{path} can't be read: {error.strerror or error}", "error")
            return
        writing, before = self._desk.writing, self._path
        draft, how, seed = writing.draft, writing.sampling, writing.seed

        def back() -> None:
            self._path = before
            writing.open(draft, how, seed)

        self._lab.undo.note("the draft that was opened", back)
        self._path = path.absolute()
        writing.open(saved.draft, saved.sampling, saved.seed)
        self._identify(partial(self._compare, saved))

    def _compare(self, saved: SavedDraft, who: Identified) -> None:
        """Say whether these are the weights that wrote the draft."""
        writer = saved.writer
        wrote = f"{writer.name[:MOST_TOLD]}, step {writer.step:,}"
        if who.weights_sha256 == writer.weights_sha256:
            self._lab.say(f"opened the draft; the same weights wrote it: {wrote}")
            return
        at = f" ({writer.path})" if writer.path else ""
        self._lab.say(
            f"opened the draft; other weights wrote it: {wrote}{at}; colours and candidates are those of {who.run}, step "
            f"{who.step:,}", "warning",
        )  # fmt: skip

    # ------------------------------------------------------------- until a string; Inspect

    def ask_until(self) -> None:
        """Ask for a string, and let the network write until that comes."""
        from tui_rnn.tui.screens.one_line import OneLine

        def named(string: str | None) -> None:
            if string:
                self._until = string
                self._desk.run_on(RunOn("string", string=string))

        words = ("write until this comes; \\n is a line end", "until this comes")
        below = "it stays in the text; Esc stops · Enter: write · Esc: leave"
        self._lab.app.push_screen(OneLine("write until", words, self._until, "write", below), named)

    def read(self) -> None:
        """Let Inspect read the draft, or the end of a long one, with the cursor at the same place. It reads a draft only once:
        Inspect may have got another text since."""
        desk, panes = self._desk, self._lab.panes
        symbols = desk.writing.symbols[-LONGEST:]
        text = "".join(symbols)
        if not text or text == self._read or desk.why_not_write:
            return
        self._read = text
        before = panes.selection.text
        self._lab.undo.note("the text to read", lambda: panes.read(before))
        panes.read(text)
        count = len(text.encode()) if desk.writing.tokens == "byte" else len(symbols)
        panes.selection.position = count - 1 + int(desk.places.is_item)
