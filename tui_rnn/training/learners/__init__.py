"""Learners: for streams through a running text, and for batches of examples."""

from __future__ import annotations

from tui_rnn.config import RunConfig
from tui_rnn.data.opening import Data, Part
from tui_rnn.errors import InputError
from tui_rnn.kinds import Kind
from tui_rnn.training.learner import Learner, Workload
from tui_rnn.training.learners.batched import BatchedLearner
from tui_rnn.training.learners.stream import StreamLearner
from tui_rnn.training.schedule import Schedule


def _learner_of(kind: Kind) -> type[Learner]:
    return StreamLearner if kind.is_stream else BatchedLearner


def learner_for(config: RunConfig, data: Data) -> Learner:
    """A new network with its data. Raises InputError if the settings are not for such a task."""
    return _learner_of(data.kind)(config, data)


def workload(config: RunConfig, data: Data) -> Workload:
    """How much work there is. Raises InputError if settings, data and memory don't fit together."""
    if config.kind != data.kind.name:
        raise InputError(f"{config.name} has settings for {config.kind}, the data are for {data.kind.name}: make new ones")
    return _learner_of(data.kind).workload(config, data)


def scored_part(data: Data) -> Part:
    """The part of the data that the live loss and the landmarks are scored on."""
    part: Part = _learner_of(data.kind).scored_part(data)
    return part


def plan(config: RunConfig, data: Data) -> Schedule:
    """The schedule of a run. Raises InputError if settings, data and memory don't fit together."""
    work = workload(config, data)
    return Schedule.of(config, work.steps_per_epoch, work.scored_steps)
