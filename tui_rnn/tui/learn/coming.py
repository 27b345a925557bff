"""What a lesson has sent for and what has not come yet, so that nothing is asked for twice."""

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
    """Whether these data are what was asked for: what the request left to their content stands in theirs."""
    return corpus.request is not None and corpus.request.completes(request)


@dataclass
class Coming:
    """request: the data that are being opened, until their runs are there; over: the data that were open before. added: the
    names of runs that are on their way to data which are open."""

    request: DataRequest | None = None
    over: DataOpened | None = None
    added: set[str] = field(default_factory=set)

    def forget(self) -> None:
        """Another lesson."""
        self.request = self.over = None
        self.added.clear()

    def opens(self, request: DataRequest, over: DataOpened | None) -> None:
        """These data were sent for."""
        self.request, self.over = request, over
        self.added.clear()

    def turn(self, found: Iterable[str], corpus: DataOpened | None) -> None:
        """Another page. found: the runs that have come; corpus: the data that are open now."""
        self.added.difference_update(found)
        if corpus is not None and corpus is not self.over and not (self.request and is_open(corpus, self.request)):
            self.request = None  # a person has opened something else since


def waited_for(state: LabState, runs: Mapping[str, int], *, arrived: bool) -> str:
    """What a page waits for before there is something to see, "" where nothing. runs: the lesson's, by their names."""
    if not arrived:
        return "opening the data and the networks of this page …"
    waiting = [run for run_id in runs.values() if (run := state.runs.get(run_id)) is not None and run.waiting]
    if waiting:
        return f"{counted(len(waiting), 'network')} will be ready when the kernels are: see how far in the line above"
    return ""
