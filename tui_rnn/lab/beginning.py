"""What a run of the lab begins from: nothing, its own file, or the weights of a run on other data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tui_rnn.config import GOALS, RunConfig
from tui_rnn.data.opening import Data
from tui_rnn.data.request import DataRequest
from tui_rnn.data.symbols import Symbols
from tui_rnn.errors import InputError
from tui_rnn.lab.messages import BeginFrom
from tui_rnn.paths import written_path
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.fine_tuning import Start, request_for, start_from, symbols_of_both
from tui_rnn.training.learners import plan
from tui_rnn.training.old_data import OldData, data_of_parent, for_the_new, old_data
from tui_rnn.training.resuming import restored
from tui_rnn.training.trainer import Trainer

if TYPE_CHECKING:
    from tui_rnn.lab.run_thread import RunThread


@dataclass(frozen=True)
class Beginning:
    """saved: the run from its file, which goes on. start: another run's weights to begin from; old: that run's data. Neither: a
    new run."""

    saved: Checkpoint | None = None
    start: Start | None = None
    old: OldData | None = None

    def trainer(self, config: RunConfig, data: Data) -> Trainer:
        """The trainer at the beginning. Raises InputError."""
        if self.saved is not None:
            return restored(self.saved, data, old=data_of_parent(self.saved.facts.parent, self.saved.symbols))
        return self.anew(config, data)

    def anew(self, config: RunConfig, data: Data) -> Trainer:
        """The trainer before its first step, even if the run was saved."""
        return Trainer(config, data, start=self.start, old=self.old)


@dataclass(frozen=True)
class Begun:
    """A run that will begin on other data. told: what is new to its network, and whether it can be seen what it forgets."""

    data: Data
    config: RunConfig
    beginning: Beginning
    told: str


def begin_from(command: BeginFrom, runs: Sequence[RunThread], read: Callable[[DataRequest, Symbols | None], Data]) -> Begun:
    """The run that the command asks for. runs: the lab's run that it names, if it is there. read: opens data. Raises
    InputError."""
    if command.path is None and not runs:
        raise InputError("the run to begin from is gone: choose another one")
    found = runs[0].copied() if command.path is None else checkpoints.read(written_path(command.path).absolute())
    request = request_for(found, command.request)
    both = symbols_of_both(found.symbols, read(request, None).symbols)
    data = read(request, both)
    rate = found.facts.config.learning_rate if command.learning_rate is None else command.learning_rate
    no_goal: dict[str, Any] = dict.fromkeys(GOALS)
    config = replace(found.facts.config, learning_rate=rate, schedule="constant", **no_goal)
    plan(config, data)
    start = start_from(found, both, command.keep_optimizer)
    try:
        old, unseen = old_data(found.facts.data, for_the_new(found, both)), ""
    except InputError as error:
        old, unseen = None, f"; what it forgets can't be seen: {error}"
    told = f"{config.name} goes on from {found.facts.data.name}: {start.told or 'nothing is new to the network'}{unseen}"
    return Begun(data, config, Beginning(start=start, old=old), told)
