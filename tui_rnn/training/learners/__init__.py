"""The learner of each kind of data."""

from __future__ import annotations

from tui_rnn.config import RunConfig
from tui_rnn.data.opening import Data, Part
from tui_rnn.errors import InputError
from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED
from tui_rnn.training.learner import Learner, Workload
from tui_rnn.training.learners.classification import ClassificationLearner
from tui_rnn.training.learners.items import ItemLearner
from tui_rnn.training.learners.seq2seq import Seq2SeqLearner
from tui_rnn.training.learners.stream import StreamLearner
from tui_rnn.training.learners.tagging import TaggingLearner
from tui_rnn.training.schedule import Schedule

LEARNERS: dict[str, type[Learner]] = {
    RUNNING_TEXT.name: StreamLearner,
    ITEMS.name: ItemLearner,
    TAGGED.name: TaggingLearner,
    LABELLED.name: ClassificationLearner,
    PAIRS.name: Seq2SeqLearner,
}


def learner_for(config: RunConfig, data: Data) -> Learner:
    """A new network with its data. Raises InputError when the settings can't be for such a task."""
    return LEARNERS[data.kind.name](config, data)


def workload(config: RunConfig, data: Data) -> Workload:
    """How much there is to do. Raises InputError when settings, data and memory don't fit together."""
    if config.kind != data.kind.name:
        raise InputError(f"{config.name} has settings for {config.kind}, the data are for {data.kind.name}: make new ones")
    return LEARNERS[data.kind.name].workload(config, data)


def scored_part(data: Data) -> Part:
    """What the live loss and the landmarks of such data are scored on."""
    part: Part = LEARNERS[data.kind.name].scored_part(data)
    return part


def feed_shapes(config: RunConfig) -> dict[str, tuple[tuple[int, ...], str]]:
    """Name → shape and dtype of a learner's `feed_state()`, without data."""
    return LEARNERS[config.kind].feed_shapes(config)


def plan(config: RunConfig, data: Data) -> Schedule:
    """The schedule of a run that can be trained. Raises InputError when settings, data and memory don't fit together."""
    work = workload(config, data)
    return Schedule.of(config, work.steps_per_epoch, work.scored_steps)
