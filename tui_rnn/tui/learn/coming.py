"""What a lesson has asked the engine for and what has not come yet, so that it asks for nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_rnn.display import counted

if TYPE_CHECKING:
    from tui_rnn.data.request import DataRequest
    from tui_rnn.lab.messages import DataOpened
    from tui_rnn.tui.state import LabState


def is_open(corpus: DataOpened, request: DataRequest) -> bool:
    """Whether these data are what the request asks for; their own request completes it with what their content decided."""
    return corpus.request is not None and corpus.request.completes(request)


@dataclass
class Coming:
    """request: the data that are being opened, until their runs have come; over: the data that were open before. added: the
    names of runs that will come to open data."""

    request: DataRequest | None = None
    over: DataOpened | None = None
    added: set[str] = field(default_factory=set)

    def forget(self) -> None:
        """Another lesson begins."""
        self.request = self.over = None
        self.added.clear()

    def opens(self, request: DataRequest, over: DataOpened | None) -> None:
        """The lesson has asked for these data."""
        self.request, self.over = request, over
        self.added.clear()

    def turn(self, found: Iterable[str], corpus: DataOpened | None) -> None:
        """Another page begins. found: the runs that have come; corpus: the data that are open now."""
        self.added.difference_update(found)
        if corpus is not None and corpus is not self.over and not (self.request and is_open(corpus, self.request)):
            self.request = None  # a person has opened something else since


def waited_for(state: LabState, runs: Mapping[str, int], *, arrived: bool) -> str:
    """What a page waits for before it can show something; "": nothing. runs: the lesson's, by name."""
    if not arrived:
        return "opening the data and the networks of this page …"
    waiting = [run for run_id in runs.values() if (run := state.runs.get(run_id)) is not None and run.waiting]
    if waiting:
        return f"{counted(len(waiting), 'network')} will be ready when the kernels are: the line above says how far they are"
    return ""


def paused_words(state: LabState, runs: Mapping[str, int]) -> str:
    """What follows the numbers that a page waits for: they can't change while all its networks are paused; "": one trains."""
    found = [run for run_id in runs.values() if (run := state.runs.get(run_id)) is not None]
    if not found or not all(run.paused for run in found):
        return ""
    return "; the network is paused: space lets it train" if len(found) == 1 else "; all are paused: space lets them train"
