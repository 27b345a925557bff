"""What the playground can begin with: built-in corpora, recent texts and saved runs, and what each of them shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tui_rnn import formats
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.formats import LossUnit
from tui_rnn.kinds import ITEMS, KINDS, RUNNING_TEXT
from tui_rnn.lab.messages import Command, LoadRun, OpenData
from tui_rnn.paths import from_home

FILE, RUNS, LESSONS = "file", "runs", "lessons"
MOST_SAVED, MOST_RECENT = 4, 4


@dataclass(frozen=True)
class Start:
    """One thing to begin with. task: what the networks learn, in words. about: what the screen will show. opens: the command
    that opens it, or FILE or RUNS for a dialog, LESSONS for the workspace."""

    name: str
    task: str
    summary: str
    about: str
    opens: Command | str


def built_in() -> list[Start]:
    """The corpora that need no file."""
    from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS

    found = []
    for name, text in BUILTINS.items():
        about = f"{RUNNING_TEXT.on_screen} Look for: {text.what_to_look_for}"
        found.append(Start(name, RUNNING_TEXT.in_brief, text.summary, about, _opening(DataRequest(SourceFiles(name)))))
        if name == "names":
            request = DataRequest(SourceFiles(name), items="lines")
            found.append(Start(name, ITEMS.in_brief, "the same, each name by itself", ITEMS.on_screen, _opening(request)))
    for name, corpus in TASK_BUILTINS.items():
        request = DataRequest(SourceFiles(name))
        kind = KINDS[corpus.task]
        look = f" Look for: {corpus.what_to_look_for}" if corpus.what_to_look_for else ""
        found.append(Start(name, kind.in_brief, corpus.summary, kind.on_screen + look, _opening(request)))
    return found


def recent(sources: Sequence[str]) -> list[Start]:
    """Files and folders that a person opened before and that still exist. May block on a slow disk."""
    found = []
    for source in sources:
        path = Path(source)
        try:
            there = path.exists()
        except OSError:
            there = False
        if there:
            about = f"{from_home(source)}: opened before; its content decides the task."
            folder, opens = from_home(str(path.parent)), _opening(DataRequest(SourceFiles(source)))
            found.append(Start(path.name or source, "", folder, about, opens))
    return found[:MOST_RECENT]


def named(sources: Sequence[str]) -> list[Start]:
    """The given files and folders."""
    about = "Its content decides the task."
    return [
        Start(Path(source).name or source, "", source, about, _opening(DataRequest(SourceFiles(source)))) for source in sources
    ]


def saved(unit: LossUnit) -> list[Start]:
    """The last saved runs, from their headers. May block on a slow disk."""
    from tui_rnn.training.runs import list_runs

    found = []
    for run in list_runs(newest=MOST_SAVED):
        if (facts := run.facts) is None:
            continue
        loss = f"{formats.loss(facts.number('val_loss_nats'), unit)} {formats.unit_label(unit, facts.loss_unit)}"
        summary = f"{facts.data.name}, {loss}, {formats.ago(time.time() - run.saved_at)}"
        about = f"Goes on at step {facts.weights_step:,}, with a validation loss of {loss}. {from_home(str(run.path))}"
        found.append(Start(facts.config.name, facts.kind.in_brief, summary, about, LoadRun(str(run.path))))
    return found


def others() -> list[Start]:
    """Ways to all else."""
    return [
        Start("the lessons …", "", "the chapter, shown by a network", "Learn lists them: L opens it, too.", LESSONS),
        Start("your own …", "", "a text file, a table of examples, a folder", "A dialog lists files: f opens it, too.", FILE),
        Start("a saved run …", "", "all that were saved", "A table of saved runs with their losses: v opens it, too.", RUNS),
    ]


def _opening(request: DataRequest) -> OpenData:
    return OpenData(request, None)
