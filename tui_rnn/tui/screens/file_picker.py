"""Choose from a folder, with the keyboard or the mouse, by a part of a name, or by a path that the dialog completes."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_rnn.data.sources import source_path
from tui_rnn.display import visible
from tui_rnn.paths import from_home
from tui_rnn.tui.listings import Found, Listed, Listing
from tui_rnn.tui.widgets.headings import Headings

_SEPARATORS = tuple(separator for separator in (os.sep, os.altsep) if separator)


@dataclass(eq=False)
class _Read(Message):
    """A folder was read. submitted: the typed path when Enter was pressed, and what it leads to: file, folder or nothing."""

    folder: Path
    found: Found
    submitted: tuple[str, str] | None


class FilePicker(ModalScreen[str | None]):
    """The result is a path, or a built-in corpus's name. A thread reads folders: a slow disk blocks nothing.

    The typed text filters the names; a path (with a separator, or from ~) lists its folder's entries that begin with the typed
    name. Enter on a part of a path completes it and keeps the dialog open.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Cancel"),
        Binding("down", "app.focus_next", show=False),
    ]

    def __init__(self, title: str, folder: Path, listing: Listing) -> None:
        super().__init__(classes="dialog")
        self._title, self._folder, self._listing = title, folder, listing
        self._wanted = folder
        self.reading = False
        self._found = Found()
        self._shown: list[Listed] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box wide", id="file-picker") as box:
            box.border_title = self._title
            paths = self._listing.takes_paths
            box.border_subtitle = f"Enter chooses · {'type a path · ' if paths else ''}Escape cancels"
            yield Input(placeholder=f"a part of a name{', or a path' if paths else ''}", id="path", compact=True)
            yield Static("", id="folder", markup=False)
            yield Headings(id="heads")
            yield OptionList(id="entries", compact=True, markup=False)
            yield Static("", id="remark", markup=False)

    def on_mount(self) -> None:
        self._remark("reading the folder …")
        self._read(self._folder)

    # ------------------------------------------------------------- reading

    def _read(self, folder: Path, submitted: str | None = None) -> None:
        """Read a folder in a thread of its own. A disk may never answer: nothing waits for the thread."""
        self._wanted, self.reading = folder, True
        wide = self.app.size.width >= self._listing.wide_from

        def read() -> None:
            there = _what_lies(self._path_of(submitted)) if submitted is not None else ""
            found = self._listing.read(folder, wide)
            self.post_message(_Read(folder, found, None if submitted is None else (submitted, there)))

        threading.Thread(target=read, name="read folder", daemon=True).start()

    def on__read(self, event: _Read) -> None:
        if event.folder != self._wanted:
            return
        self.reading = False
        self._found = event.found
        if not self._is_path(self._typed):
            self._folder = event.folder
        folder = visible(from_home(str(event.folder))) if self._listing.takes_paths else ""
        self.query_one("#folder", Static).update(folder)
        self.query_one(Headings).show(event.found.columns)
        self._list()
        if event.submitted is not None:
            self._submit_path(*event.submitted)

    # ------------------------------------------------------------- what is typed

    @property
    def _typed(self) -> str:
        return self.query_one("#path", Input).value

    def _is_path(self, typed: str) -> bool:
        """Whether this is a path, not a part of a name."""
        return self._listing.takes_paths and (typed.startswith("~") or any(separator in typed for separator in _SEPARATORS))

    def _path_of(self, typed: str) -> Path:
        return self._folder / source_path(typed)

    def _split(self, typed: str) -> tuple[Path, str]:
        """The folder of a typed path, and the beginning of a name in it."""
        cut = max(typed.rfind(separator) for separator in _SEPARATORS) + 1
        return (self._path_of(typed[:cut]), typed[cut:]) if cut else (self._path_of(typed), "")

    def on_input_changed(self, event: Input.Changed) -> None:
        self._follow()

    def _follow(self) -> None:
        """List what matches the typed text, in its folder."""
        typed = self._typed
        folder = self._split(typed)[0] if self._is_path(typed) else self._folder
        if folder != self._wanted:
            self._read(folder)
        else:
            self._list()

    def _matching(self) -> list[Listed]:
        """For a path, the entries whose names begin as typed; else, those with the text anywhere in their line."""
        typed = self._typed
        if self._is_path(typed):
            beginning = self._split(typed)[1]
            return [entry for entry in self._found.entries if entry.name and entry.name.startswith(beginning)]
        wanted = typed.casefold()
        return [
            entry for entry in (*self._listing.first(self._folder), *self._found.entries) if wanted in entry.text.casefold()
        ]

    def _list(self) -> None:
        self._shown = self._matching()
        listed = self.query_one("#entries", OptionList)
        listed.clear_options().add_options(Option(entry.label, id=str(k)) for k, entry in enumerate(self._shown))
        if self._shown:
            listed.highlighted = 0
        self._remark(self._found.remark or ("" if self._shown or self.reading else f"nothing here: {self._listing.nothing}"))

    def _remark(self, text: str) -> None:
        self.query_one("#remark", Static).update(text)

    # ------------------------------------------------------------- choosing

    def on_input_submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        if self._is_path(typed):
            self._read(self._split(typed)[0], submitted=typed)
        elif self._shown:
            listed = self.query_one("#entries", OptionList)
            self._choose(self._shown[listed.highlighted or 0])

    def _submit_path(self, typed: str, there: str) -> None:
        """Enter on a path chooses a file, lists a folder, or completes the part of a name as far as all matches agree."""
        cut = max(typed.rfind(separator) for separator in _SEPARATORS) + 1
        now = self._typed.lstrip()
        if there == "file":
            self.dismiss(str(self._path_of(typed)))
        elif there == "folder":
            if not typed.endswith(_SEPARATORS) and now.startswith(typed):
                self._type(typed + os.sep + now[len(typed) :])  # keys since then are about this folder
                self._follow()
        elif now.rstrip() != typed:
            pass  # the person is typing another path
        elif not self._shown:
            self._remark(f"nothing in {visible(str(self._wanted))} begins with {visible(typed[cut:]) or 'that'}")
        else:
            self._type(typed[:cut] + os.path.commonprefix([entry.name for entry in self._shown]))  # noqa: RUF071  names, not paths
            self._follow()
            if len(self._shown) > 1 and not self.reading:
                self._remark(f"{len(self._shown)} names match: type on, or choose with the arrows")

    def _type(self, text: str) -> None:
        line = self.query_one("#path", Input)
        with line.prevent(Input.Changed):
            line.value = text
        line.cursor_position = len(text)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._choose(self._shown[int(event.option.id or 0)])

    def _choose(self, entry: Listed) -> None:
        if entry.folder is None:
            self.dismiss(entry.source)
            return
        self._folder = entry.folder
        self._type("")
        self.query_one("#path", Input).focus()
        self._read(entry.folder)


def _what_lies(path: Path) -> str:
    """'folder', 'file' for anything else that exists, or '' for nothing, or if reading is forbidden."""
    try:
        return "folder" if path.is_dir() else "file" if path.exists() else ""
    except (OSError, ValueError):
        return ""
