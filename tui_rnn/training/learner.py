"""What the trainer needs of a task: a network bound to its data, that can be trained, scored and kept."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.data.feed import Feed
from tui_rnn.data.opening import Data, Part
from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.networks import new_network
from tui_rnn.training.scoring import Cancelled, never, score


@dataclass(frozen=True)
class StepsDone:
    """Training steps in order: the mean loss of each in nats per unit, its gradient's norm before clipping, and the characters
    trained on, (n,) each. A step that is not finite was not applied, and is the last."""

    losses: NDArray[np.float64]
    norms: NDArray[np.float64]
    chars: NDArray[np.int64]

    def good(self, absurd_loss: float) -> int:
        """How many steps come before the first bad one: a bad step is not finite, or its loss is above absurd_loss."""
        bad = ~(np.isfinite(self.losses) & np.isfinite(self.norms) & (self.losses <= absurd_loss))
        return int(np.argmax(bad)) if bad.any() else len(bad)


SCORED_CHARS = 65_536
"""How much of the validation part is scored while a network trains."""
MANY_CHOICES = 10_001
"""If there are more symbols to choose among, such as the words of a language model, less is scored."""
LEAST_SCORED_CHARS = 4_096  # a shorter validation part is scored no more often than one of this length


def scored_chars(outputs: int) -> int:
    """How much of the validation part is scored while a network that chooses among so many symbols trains."""
    return max(LEAST_SCORED_CHARS, SCORED_CHARS * MANY_CHOICES // max(MANY_CHOICES, outputs))


@dataclass(frozen=True)
class Workload:
    """How much work there is, in training steps: for a pass through the training part, and for reading as many characters as
    are scored while the network trains (at least LEAST_SCORED_CHARS)."""

    steps_per_epoch: float
    scored_steps: float


class Learner(ABC):
    """A network bound to its data. Its batches or streams go on from step to step.

    unit: what the loss is a mean over, such as char or word; blind_loss: the loss of guessing blindly, in nats per unit;
    scored: the share of the validation part that is scored while it trains; feed: its batches or streams.
    """

    network: Any
    feed: Feed

    def __init__(self, config: RunConfig, data: Data) -> None:
        self.config, self.data, self.symbols = config, data, data.symbols
        self.unit = self.symbols.loss_unit
        self.scored = self.scored_part(data)
        self.network = new_network(config, self.symbols)

    @classmethod
    @abstractmethod
    def scored_part(cls, data: Any) -> Any:
        """What the live loss and the landmarks are scored on."""

    @classmethod
    @abstractmethod
    def workload(cls, config: RunConfig, data: Any) -> Workload:
        """How much work there is. Raises InputError if settings, data and memory don't fit together."""

    @classmethod
    @abstractmethod
    def share(cls, part: Any, count: int) -> Any:
        """`count` examples from all over a part, always the same ones, and also among those of a larger count; for a running
        text, its first tokens. The part itself if it has no more."""

    @property
    def choices(self) -> int:
        """How many symbols a prediction chooses among."""
        return self.symbols.outputs + self.symbols.kind.draws_items  # an item may end

    @property
    def blind_loss(self) -> float:
        return max(1.0, math.log(self.choices))

    @property
    @abstractmethod
    def epoch(self) -> float:
        """Passes through the training part."""

    @property
    @abstractmethod
    def chars_a_pass(self) -> int:
        """How many characters a pass trains on."""

    @abstractmethod
    def train(self, learning_rates: NDArray[np.float64], first_step: int, threads: int) -> StepsDone:
        """One step for each learning rate, on the next batches. The result depends neither on threads nor on grouping."""

    def evaluate(self, part: Part | None = None, threads: int = 1, cancelled: Cancelled = never) -> Evaluation | None:
        """The score of a part, by default the whole validation part; None if cancelled. Training doesn't change."""
        part = self.data.validation if part is None else part
        return score(self.network, self.symbols, part, threads, cancelled)
