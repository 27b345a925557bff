"""What the playground can begin with: built-in corpora, texts opened before, saved runs; and what is seen of each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tui_rnn import formats
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.formats import LossUnit
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import Command, LoadRun, OpenData
from tui_rnn.paths import from_home

FILE, RUNS = "file", "runs"
MOST_SAVED, MOST_RECENT = 4, 4
_SEEN = {
    "items": "Fresh items from <s> to </s>, those that stand in the file marked with =, and the gates over one of them.",
    "tag": "Sentences with a tag for each word, the wrong ones marked; which tags are taken for which; the gates.",
    "classify": "Texts with their class, and the class after each character; which classes are taken for which; the gates.",
    "seq2seq": "What is written beside what is right; where it looks while it writes; how much is right by length; the gates.",
}


@dataclass(frozen=True)
class Start:
    """One thing to begin with. task: what is learnt, in words. about: what will be seen. opens: the command that opens it, or
    FILE or RUNS for a dialogue."""

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
        about = f"An Elman network and an LSTM learn it side by side. Look for: {text.what_to_look_for}"
        found.append(Start(name, KINDS["lm"].in_brief, text.summary, about, _opening(DataRequest(SourceFiles(name)))))
        if name == "names":
            request = DataRequest(SourceFiles(name), items="lines")
            found.append(
                Start(name, KINDS["items"].in_brief, "the same, each name by itself", _SEEN["items"], _opening(request))
            )
    for name, corpus in TASK_BUILTINS.items():
        request = DataRequest(SourceFiles(name))
        found.append(Start(name, KINDS[corpus.task].in_brief, corpus.summary, _SEEN[corpus.task], _opening(request)))
    return found


def recent(sources: Sequence[str]) -> list[Start]:
    """Files and folders that were opened before and are still there. May block on a slow disk."""
    found = []
    for source in sources:
        path = Path(source)
        try:
            there = path.exists()
        except OSError:
            there = False
        if there:
            about = f"{from_home(source)}: opened before. Its task is told by what it holds."
            folder, opens = from_home(str(path.parent)), _opening(DataRequest(SourceFiles(source)))
            found.append(Start(path.name or source, "", folder, about, opens))
    return found[:MOST_RECENT]


def saved(unit: LossUnit) -> list[Start]:
    """The runs that were saved last, from their headers. May block on a slow disk."""
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
    """Where nothing listed is meant."""
    return [
        Start("your own …", "", "a text file, a table of examples, a folder", "A dialogue lists files: f opens it too.", FILE),
        Start("a saved run …", "", "all that were saved", "A table of saved runs with their losses: v opens it too.", RUNS),
    ]


def _opening(request: DataRequest) -> OpenData:
    return OpenData(request, None)
