"""The content of a folder, for dialogs that choose from it: texts, drafts, or saved runs with their results."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rich.cells import set_cell_size
from textual.content import Content

from tui_rnn import formats
from tui_rnn.display import visible
from tui_rnn.formats import LossUnit
from tui_rnn.paths import RUN_SUFFIX
from tui_rnn.training.run_facts import RunFacts
from tui_rnn.training.runs import SavedRun, list_runs

MOST_ENTRIES = 2000


@dataclass(frozen=True)
class Listed:
    """One line of the list. folder: to go to; None: the line is a result, `source`. name: in its folder, with a separator after
    a folder's; '': it is no file."""

    label: Content
    source: str
    folder: Path | None = None
    name: str = ""

    @property
    def text(self) -> str:
        return self.label.plain


@dataclass(frozen=True)
class Found:
    """The entries of a folder, the headings of their columns with the cells of each, and a remark if a part could not be
    read."""

    entries: tuple[Listed, ...] = ()
    columns: tuple[tuple[str, int], ...] = ()
    remark: str = ""


class Listing(Protocol):
    """wide_from: cells of the terminal from which on lines are longer. nothing: what to say if no entry matches. takes_paths:
    whether a person can type a path to another folder."""

    @property
    def takes_paths(self) -> bool: ...

    @property
    def wide_from(self) -> int: ...

    @property
    def nothing(self) -> str: ...

    def first(self, folder: Path) -> tuple[Listed, ...]:
        """Entries before the folder's own."""

    def read(self, folder: Path, wide: bool) -> Found:
        """The folder's entries. May block on a slow disk; raises nothing."""


def line(name: str, note: str, style: str = "") -> Content:
    """A name and a note on it, made safe."""
    return Content.assemble((visible(name), style), (f"  {visible(note)}" if note else "", "$text-muted"))


def file_in(folder: Path, name: str, note: str, *, path: bool = False) -> Listed:
    """The line of a file. path: whether it shows the whole path."""
    whole = str(folder / name)
    return Listed(line(whole if path else name, note), whole, name=name)


# ---------------------------------------------------------------------- texts


class TextListing:
    """Files and folders by name, after the built-in corpora."""

    takes_paths = True
    wide_from = 0
    nothing = "no text has such a name"

    def first(self, folder: Path) -> tuple[Listed, ...]:
        from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS

        built_in = {name: one.summary for name, one in BUILTINS.items()}
        built_in |= {name: one.summary for name, one in TASK_BUILTINS.items()}
        whole = Listed(line("this whole folder", "every text file in it, as one corpus", "italic"), str(folder))
        return (*(Listed(line(name, summary, "bold"), name) for name, summary in built_in.items()), whole)

    def read(self, folder: Path, wide: bool) -> Found:
        files, folders, remark = scan(folder, "")
        listed = (file_in(folder, name, formats.size(info.st_size)) for name, info in sorted(files))
        return Found((*folders, *listed), remark=remark)


def scan(folder: Path, suffix: str) -> tuple[list[tuple[str, os.stat_result]], list[Listed], str]:
    """The regular files of a folder with this suffix, entries for the folders in it and above it, and a remark; nothing
    hidden."""
    folders: list[str] = []
    files: list[tuple[str, os.stat_result]] = []
    remark = ""
    try:
        with os.scandir(folder) as found:
            for item in found:
                if item.name.startswith("."):
                    continue
                if len(folders) + len(files) >= MOST_ENTRIES:
                    remark = f"only the first {MOST_ENTRIES:,} entries are listed: type the rest of the path"
                    break
                try:
                    info = item.stat()
                except OSError:  # a dangling link, or not ours to look at
                    continue
                if stat.S_ISDIR(info.st_mode):
                    folders.append(item.name)
                elif stat.S_ISREG(info.st_mode) and item.name.endswith(suffix):
                    files.append((item.name, info))
    except (OSError, ValueError) as error:
        remark = f"{visible(str(folder))}: {error.strerror if isinstance(error, OSError) else error}"
    up = [Listed(line("..", ""), "", folder.parent)] if folder.parent != folder else []
    inner = [Listed(line(name + os.sep, "", "bold"), "", folder / name, name + os.sep) for name in sorted(folders)]
    return files, [*up, *inner], remark


# ---------------------------------------------------------------------- saved runs

_WIDE = (("run", 16), ("data", 15), ("step", 10), ("validation", 16), ("measured", 15), ("saved", 17))
_NARROW = (("run", 14), ("data", 13), ("step", 9), ("validation", 16))
_AGO_CELLS = 10


@dataclass(frozen=True)
class SavedRuns:
    """Runs with their names, data and results, the newest first, from their headers alone."""

    unit: LossUnit
    wide_from: int = 118
    nothing: str = "s saves runs here, and so does leaving the playground"
    takes_paths: bool = True

    def first(self, folder: Path) -> tuple[Listed, ...]:
        return ()

    def read(self, folder: Path, wide: bool) -> Found:
        columns = _WIDE if wide else _NARROW
        _, folders, remark = scan(folder, RUN_SUFFIX)
        runs = [] if remark else list_runs(folder)
        entries = (Listed(self._label(run, columns), str(run.path), name=run.path.name) for run in runs)
        return Found((*entries, *folders), columns if runs else (), remark)

    def _label(self, run: SavedRun, columns: tuple[tuple[str, int], ...]) -> Content:
        if run.facts is None:
            return Content.assemble(
                (visible(run.path.name), "bold"), ("  can't be read: choose it to see why", "$text-warning")
            )
        told = self._told(run, run.facts)
        cells = [set_cell_size(f"{visible(told[head])} ", width) for head, width in columns]
        return Content.assemble((cells[0], "bold"), "".join(cells[1:]), (told["ago"].rjust(_AGO_CELLS), "$text-muted"))

    def _told(self, run: SavedRun, facts: RunFacts) -> dict[str, str]:
        """The text of each column."""
        loss = facts.number("val_loss_nats")
        age = 0 if facts.kept_step is not None else facts.step - facts.number("evaluated_step")
        return {
            "run": facts.config.name,
            "data": facts.data.name,
            "step": f"{facts.weights_step:,}",
            "validation": f"{formats.loss(loss, self.unit)} {formats.unit_label(self.unit, facts.loss_unit)}",
            "measured": formats.age(age),
            "saved": time.strftime("%Y-%m-%d %H:%M", time.localtime(run.saved_at)),
            "ago": formats.ago(time.time() - run.saved_at),
        }


# ---------------------------------------------------------------------- drafts


class DraftListing:
    """Saved drafts, the newest first, and the folders."""

    takes_paths = True
    wide_from = 0
    nothing = "S in Write saves drafts"

    def first(self, folder: Path) -> tuple[Listed, ...]:
        return ()

    def read(self, folder: Path, wide: bool) -> Found:
        files, folders, remark = scan(folder, ".json")
        newest = sorted(files, key=lambda file: file[1].st_mtime, reverse=True)
        sizes = (f"{formats.size(info.st_size)}, {formats.ago(time.time() - info.st_mtime)}" for _, info in newest)
        listed = (file_in(folder, name, size) for (name, _), size in zip(newest, sizes, strict=True))
        return Found((*listed, *folders), remark=remark)
