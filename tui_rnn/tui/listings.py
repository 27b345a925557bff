"""What a folder holds for the dialogues that choose from it: texts, or saved runs with what they have learnt."""

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
    """One line of the list: `source` is the result when `folder` is None, else the folder to go to. name: in its folder, with
    a separator behind a folder's; '' for what is no file."""

    label: Content
    source: str
    folder: Path | None = None
    name: str = ""

    @property
    def text(self) -> str:
        return self.label.plain


@dataclass(frozen=True)
class Found:
    """The entries of a folder, the headings of their columns with the cells of each, and a remark when it could not be read or
    not to its end."""

    entries: tuple[Listed, ...] = ()
    columns: tuple[tuple[str, int], ...] = ()
    remark: str = ""


class Listing(Protocol):
    """wide_from: cells of the terminal from which lines are longer. nothing: what to say where nothing fits. takes_paths:
    whether a path that is typed leads to other folders."""

    @property
    def takes_paths(self) -> bool: ...

    @property
    def wide_from(self) -> int: ...

    @property
    def nothing(self) -> str: ...

    def first(self, folder: Path) -> tuple[Listed, ...]:
        """What is offered before the folder's own entries."""

    def read(self, folder: Path, wide: bool) -> Found:
        """What the folder holds. May block on a slow disk; raises nothing."""


def line(name: str, note: str, style: str = "") -> Content:
    """A name and what there is to say of it, made safe."""
    return Content.assemble((visible(name), style), (f"  {visible(note)}" if note else "", "$text-muted"))


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
        listed = [Listed(line(name, formats.size(info.st_size)), str(folder / name), name=name) for name, info in sorted(files)]
        return Found((*folders, *listed), remark=remark)


def scan(folder: Path, suffix: str) -> tuple[list[tuple[str, os.stat_result]], list[Listed], str]:
    """The regular files of a folder that end so, the folders in it and above it as entries, and a remark. Nothing hidden."""
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
    """Runs with what they are, what they were trained on and how far, the newest first: from their headers alone."""

    unit: LossUnit
    wide_from: int = 118
    nothing: str = "runs are saved here by s, and when the playground is left"
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
        """What stands in each column."""
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
    """What was saved from the desk, the newest first, and the folders."""

    takes_paths = True
    wide_from = 0
    nothing = "drafts are saved by S in Write"

    def first(self, folder: Path) -> tuple[Listed, ...]:
        return ()

    def read(self, folder: Path, wide: bool) -> Found:
        files, folders, remark = scan(folder, ".json")
        newest = sorted(files, key=lambda file: file[1].st_mtime, reverse=True)
        listed = [
            Listed(
                line(name, f"{formats.size(info.st_size)}, {formats.ago(time.time() - info.st_mtime)}"),
                str(folder / name),
                name=name,
            )
            for name, info in newest
        ]
        return Found((*listed, *folders), remark=remark)
