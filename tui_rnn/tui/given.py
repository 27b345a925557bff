"""What a visitor in a browser may open: the given sources, the built-in corpora, and the runs that the session saved."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn import formats
from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS
from tui_rnn.data.request import DataRequest
from tui_rnn.data.sources import apart
from tui_rnn.display import visible
from tui_rnn.lab.messages import (
    NO_RUN,
    AskFile,
    BeginFrom,
    Command,
    Event,
    LoadRun,
    Notice,
    OpenData,
    Saved,
    SaveRuns,
    Snapshot,
    Unanswered,
)
from tui_rnn.paths import RUN_SUFFIX
from tui_rnn.tui.listings import Found, Listed, SavedRuns, TextListing, file_in, line, scan

if TYPE_CHECKING:
    from tui_rnn.lab.engine import Engine


@dataclass
class Given:
    """sources: files, folders, built-in corpora and saved runs, by the given names; runs: those that the session saved."""

    sources: tuple[str, ...]
    runs: set[str] = field(default_factory=set)

    @property
    def texts(self) -> list[str]:
        """The sources that are not saved runs."""
        return [source for source in self.sources if not source.endswith(RUN_SUFFIX)]

    @property
    def loadable(self) -> set[str]:
        """Paths of the runs that can be loaded."""
        return {_real(source) for source in self.sources if source.endswith(RUN_SUFFIX)} | {_real(run) for run in self.runs}

    def why_not(self, command: Command) -> str:
        """Why a visitor may not do this, in one line; "": they may."""
        if isinstance(command, LoadRun | AskFile | BeginFrom) and command.path and _real(command.path) not in self.loadable:
            return f"{command.path} can't be loaded here: it is not among the given runs"
        if isinstance(command, OpenData | BeginFrom):
            refused = next((one for one in _named(command.request) if not self._allows(one)), None)
            return "" if refused is None else f"{refused} can't be opened here: it is not among the given files"
        if isinstance(command, SaveRuns) and command.path is not None:
            return f"{command.path} can't be written here: a run goes to a file of its own"
        return ""

    def _allows(self, source: str) -> bool:
        if source in self.sources or source in BUILTINS or source in TASK_BUILTINS:
            return True
        path = Path(_real(source))
        return any(
            path == given or (given.is_dir() and path.is_relative_to(given)) for given in map(Path, map(_real, self.texts))
        )


def _named(request: DataRequest) -> list[str]:
    """Every file or folder that a request names."""
    files = request.files
    return [one for source in (files.source, files.validation, files.test) if source for one in apart(source)]


def _real(path: str) -> str:
    """The path after all links."""
    return os.path.realpath(os.path.expanduser(path))


class GivenEngine:
    """An engine that opens only what was given, and says what it refuses."""

    def __init__(self, engine: Engine, given: Given) -> None:
        self._engine, self._given = engine, given
        self._refusals: list[Event] = []

    @property
    def alive(self) -> bool:
        return self._engine.alive

    def send(self, command: Command) -> None:
        if reason := self._given.why_not(command):
            if isinstance(command, AskFile):  # a view waits for news
                self._refusals.append(Unanswered(NO_RUN, command.request_id, command.question, reason))
            else:
                self._refusals.append(Notice(reason, "error"))
        else:
            self._engine.send(command)

    def latest(self) -> Snapshot | None:
        return self._engine.latest()

    def events(self) -> list[Event]:
        events = self._engine.events()
        self._given.runs |= {event.path for event in events if isinstance(event, Saved)}
        refusals, self._refusals = self._refusals, []
        return [*refusals, *events]

    def close(self, timeout_s: float = 0.0) -> None:
        self._engine.close(timeout_s)


class GivenTexts(TextListing):
    """The built-in corpora, the given sources, and the files of given folders. A visitor can type no other path."""

    takes_paths = False

    def __init__(self, given: Given) -> None:
        self._given = given

    def first(self, folder: Path) -> tuple[Listed, ...]:
        built_in = [entry for entry in super().first(folder) if entry.source in BUILTINS or entry.source in TASK_BUILTINS]
        given = [source for source in self._given.texts if source not in BUILTINS and source not in TASK_BUILTINS]
        return (*(Listed(line(source, "given", "bold"), source) for source in given), *built_in)

    def read(self, folder: Path, wide: bool) -> Found:
        entries: list[Listed] = []
        for given in map(Path, self._given.texts):
            if given.is_dir():
                files, _, _ = scan(given, "")
                entries += [file_in(given, name, formats.size(info.st_size), path=True) for name, info in sorted(files)]
        return Found(tuple(entries))


@dataclass(frozen=True)
class GivenRuns(SavedRuns):
    """The runs that a visitor may load."""

    given: Callable[[], set[str]] = set
    nothing: str = "runs that you save here are listed"
    takes_paths: bool = False

    def read(self, folder: Path, wide: bool) -> Found:
        allowed = self.given()
        found = [super(GivenRuns, self).read(one, wide) for one in sorted({Path(path).parent for path in allowed})]
        entries = [entry for one in found for entry in one.entries if entry.folder is None and _real(entry.source) in allowed]
        columns = next((one.columns for one in found if one.columns), ())
        return Found(tuple(entries), columns if entries else ())


def told(sources: tuple[str, ...]) -> str:
    """The sources in words."""
    return visible(", ".join(sources)) if sources else "the built-in corpora"
