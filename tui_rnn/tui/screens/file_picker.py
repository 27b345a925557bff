"""Choose a text, a folder, a built-in corpus or a saved run. Folders are read in a thread: a slow disk blocks nothing."""

from __future__ import annotations

import os
import stat
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_rnn import formats
from tui_rnn.data.sources import source_path
from tui_rnn.display import visible

if TYPE_CHECKING:
    from tui_rnn.data.builtin import Builtin, TaskBuiltin

_MOST_ENTRIES = 2000


@dataclass(frozen=True)
class Entry:
    """One line of the list: `source` is the result when `folder` is None, else the folder to go to."""

    label: Content
    source: str
    folder: Path | None = None


def _line(name: str, note: str, style: str = "") -> Content:
    return Content.assemble((visible(name), style), (f"  {visible(note)}" if note else "", "$text-muted"))


def read_folder(folder: Path, suffix: str | None) -> tuple[list[Entry], str]:
    """The folder's entries and a remark when it could not be read or not to its end. May block on a slow disk.

    Sorted by name; with a suffix, such files come first, the newest at the top.
    """
    folders: list[tuple[str, Path]] = []
    files: list[tuple[str, str, os.stat_result]] = []
    remark = ""
    try:
        with os.scandir(folder) as found:
            for item in found:
                if item.name.startswith("."):
                    continue
                if len(folders) + len(files) >= _MOST_ENTRIES:
                    remark = f"only the first {_MOST_ENTRIES} entries are listed: type the rest of the path"
                    break
                try:
                    info = item.stat()
                except OSError:  # a dangling link, or not ours to look at
                    continue
                if stat.S_ISDIR(info.st_mode):
                    folders.append((item.name, folder / item.name))
                elif stat.S_ISREG(info.st_mode) and (suffix is None or item.name.endswith(suffix)):
                    files.append((item.name, str(folder / item.name), info))
    except OSError as error:
        remark = f"{visible(str(folder))}: {error.strerror}"
    up = [Entry(_line("..", ""), "", folder.parent)] if folder.parent != folder else []
    inner = [Entry(_line(name + os.sep, "", "bold"), "", path) for name, path in sorted(folders)]
    files.sort(key=(lambda file: file[0]) if suffix is None else (lambda file: -file[2].st_mtime_ns))
    listed = [Entry(_line(name, formats.size(info.st_size)), path) for name, path, info in files]
    return ([*up, *inner, *listed] if suffix is None else [*listed, *up, *inner]), remark


def _builtin_entries() -> list[Entry]:
    from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS

    every: dict[str, Builtin | TaskBuiltin] = {**BUILTINS, **TASK_BUILTINS}
    return [Entry(_line(name, built_in.summary, "bold"), name) for name, built_in in every.items()]


class _FolderRead(Message):
    def __init__(self, folder: Path, entries: list[Entry], remark: str) -> None:
        super().__init__()
        self.folder, self.entries, self.remark = folder, entries, remark


class _Typed(Message):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path


class FilePicker(ModalScreen[str | None]):
    """The result is a path or a built-in corpus's name. With a `suffix`, only such files are listed, and no corpora."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("down", "app.focus_next", show=False),
    ]

    def __init__(self, title: str, folder: Path, suffix: str | None = None) -> None:
        super().__init__(classes="dialog")
        self._title, self._folder, self._suffix = title, folder, suffix
        self._wanted = folder
        self.reading = False
        self._read_for = ""  # what was typed when the folder was asked for
        self._entries: list[Entry] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box wide", id="file-picker") as box:
            box.border_title = self._title
            box.border_subtitle = "Enter chooses · type a path · Escape cancels"
            yield Input(placeholder="a path, or part of a name", id="path", compact=True)
            yield Static("", id="folder", markup=False)
            yield OptionList(id="entries", compact=True, markup=False)
            yield Static("", id="remark", markup=False)

    def on_mount(self) -> None:
        self._read(self._folder)

    def _read(self, path: Path, *, typed: bool = False) -> None:
        """Read a folder in a thread of its own, which a disk that never answers may keep: nothing waits for it."""
        self._wanted, self.reading = path, True
        self._read_for = self.query_one("#path", Input).value

        def read() -> None:
            if typed and not _is_folder(path):
                self.post_message(_Typed(path))
            else:
                self.post_message(_FolderRead(path, *read_folder(path, self._suffix)))

        threading.Thread(target=read, name="read folder", daemon=True).start()

    def on__typed(self, event: _Typed) -> None:
        """A typed path that is no folder is the result; the engine says what is wrong with it, if anything."""
        self.reading = False
        self.dismiss(str(event.path))

    def on__folder_read(self, event: _FolderRead) -> None:
        if event.folder != self._wanted:
            return
        self.reading = False
        self._folder, self._entries = event.folder, event.entries
        if self._suffix is None:
            whole = Entry(_line("this whole folder", "every text file in it, as one corpus", "italic"), str(event.folder))
            self._entries = [*_builtin_entries(), whole, *event.entries]
        self.query_one("#folder", Static).update(visible(str(event.folder)))
        self.query_one("#remark", Static).update(event.remark)
        line = self.query_one("#path", Input)
        if line.value.startswith(self._read_for):  # what was typed since then is for this folder
            line.value = line.value[len(self._read_for) :]
            line.cursor_position = len(line.value)
        self._list(line.value)

    def _list(self, typed: str) -> None:
        """List the entries whose name holds what is typed; all of them where that is a path."""
        wanted = "" if _is_path(typed) else typed.casefold()
        options = [
            Option(entry.label, id=str(i))
            for i, entry in enumerate(self._entries)
            if wanted in entry.label.plain.casefold() or not wanted
        ]
        listed = self.query_one("#entries", OptionList)
        listed.clear_options().add_options(options)
        if options:
            listed.highlighted = 0

    def on_input_changed(self, event: Input.Changed) -> None:
        self._list(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        listed = self.query_one("#entries", OptionList)
        if listed.highlighted is not None and not _is_path(typed):
            self._choose(listed.get_option_at_index(listed.highlighted))
        elif typed:
            self._read(self._folder / source_path(typed), typed=True)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._choose(event.option)

    def _choose(self, option: Option) -> None:
        entry = self._entries[int(option.id or 0)]
        if entry.folder is None:
            self.dismiss(entry.source)
        else:
            self._read(entry.folder)

    def action_cancel(self) -> None:
        self.dismiss(None)


def _is_path(typed: str) -> bool:
    """Whether what was typed is a path, and not a part of a name."""
    return typed.startswith("~") or any(separator in typed for separator in (os.sep, os.altsep) if separator)


def _is_folder(path: Path) -> bool:
    """Whether it is a folder; what can't be looked at is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
