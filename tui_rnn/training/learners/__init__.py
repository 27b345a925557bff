"""One learner a task. `learner_for` chooses it by the data."""

from __future__ import annotations

from tui_rnn.config import RunConfig
from tui_rnn.data.opening import Data
from tui_rnn.errors import InputError
from tui_rnn.training.learner import Learner, Workload
from tui_rnn.training.learners.classification import ClassificationLearner
from tui_rnn.training.learners.items import ItemLearner
from tui_rnn.training.learners.seq2seq import Seq2SeqLearner
from tui_rnn.training.learners.stream import StreamLearner
from tui_rnn.training.learners.tagging import TaggingLearner

LEARNERS: dict[str, type[StreamLearner | ItemLearner | TaggingLearner | ClassificationLearner | Seq2SeqLearner]] = {
    "lm": StreamLearner,
    "items": ItemLearner,
    "tag": TaggingLearner,
    "classify": ClassificationLearner,
    "seq2seq": Seq2SeqLearner,
}


def learner_for(config: RunConfig, data: Data) -> Learner:
    """A new network with its data. Raises InputError when the settings can't be for such a task."""
    return LEARNERS[data.task](config, data)  # type: ignore[arg-type]


def workload(config: RunConfig, data: Data) -> Workload:
    """How much there is to do. Raises InputError when settings, data and memory don't fit together."""
    if config.kind != data.task:
        raise InputError(f"{config.name} has settings for {config.kind}, the data are for {data.task}: make new ones")
    return LEARNERS[data.task].workload(config, data)  # type: ignore[arg-type]


def feed_shapes(kind: str, config: RunConfig) -> dict[str, tuple[tuple[int, ...], str]]:
    """Name → shape and dtype of a learner's `feed_state()`, without data."""
    return LEARNERS[kind].feed_shapes(config)
