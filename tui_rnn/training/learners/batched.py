"""Examples of any kind, in batches of similar length, one for each step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.data.examples.batches import Batches, permutation
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.spelled import SpelledRagged
from tui_rnn.errors import InputError
from tui_rnn.tasks.network import CHUNK_ROWS
from tui_rnn.training.learner import LEAST_SCORED_CHARS, SCORED_CHARS, Learner, StepsDone, Workload
from tui_rnn.training.memory import check_memory

MOST_WRITTEN, LEAST_WRITTEN = 512, 32
"""How many answers that are written token by token are scored while a network trains: writing one takes as long as reading
many. The more symbols there are to choose among, the fewer are scored."""
FEW_OUTPUTS = 512
"""Up to so many symbols to choose among, MOST_WRITTEN answers are scored: their V is no larger than the rest of a step."""


def _most_written(outputs: int) -> int:
    return max(LEAST_WRITTEN, MOST_WRITTEN * FEW_OUTPUTS // max(FEW_OUTPUTS, outputs))


def _letters(inputs: Any, batch_size: int) -> int:
    """How many letters the words of the largest step have, or CHUNK_ROWS words if these have more; 0 if letters are not
    read."""
    if not isinstance(inputs, SpelledRagged):
        return 0
    total = np.append(0, np.cumsum(inputs.letters.lengths[inputs.forms]))
    of_each = np.diff(total[inputs.offsets])
    return max(int(np.sort(of_each)[-batch_size:].sum()), CHUNK_ROWS * int(total[-1]) // max(1, len(inputs.forms)))


class BatchedLearner(Learner):
    """A step takes batch_size whole examples; each comes once in an epoch."""

    feed: Batches

    def __init__(self, config: RunConfig, data: ExampleData[Any]) -> None:
        super().__init__(config, data)
        self._train, self._sizes = data.train, data.train.sizes
        self._usable = data.train.usable
        self._chars_a_pass = int(self._sizes[self._usable].sum())
        self.feed = Batches(data.train.lengths[self._usable], config.batch_size, config.seed)

    @classmethod
    def scored_part(cls, data: ExampleData[Any]) -> Any:
        """The validation examples. If they have more than SCORED_CHARS characters, or if their answers are written and there
        are more than _most_written, only so many of them, from all over the part and always the same."""
        part = data.validation
        chars = np.cumsum(part.lengths[permutation(len(part), seed=0)])
        count = max(1, int(np.searchsorted(chars, SCORED_CHARS, side="right")))
        return cls.share(part, min(count, _most_written(data.symbols.outputs)) if data.kind.writes_answers else count)

    @classmethod
    def share(cls, part: Any, count: int) -> Any:
        return part if count >= len(part) else part.select(np.sort(permutation(len(part), seed=0)[:count]))

    @classmethod
    def workload(cls, config: RunConfig, data: ExampleData[Any]) -> Workload:
        train = data.train
        rows = train.usable
        if not len(rows):
            raise InputError(
                f"every training example of {data.shown} has a label that the network doesn't know: train a new network on it"
            )
        read = train.sizes[rows]
        steps = -(-len(rows) // config.batch_size)
        largest = int(np.sort(read)[-config.batch_size :].sum())
        longest = int(train.lengths.max())
        check_memory(config, data.symbols, max(largest, CHUNK_ROWS), longest, _letters(train.inputs, config.batch_size))
        times = 2 if data.kind.writes_answers else 1  # once with the truth, and once to write
        chars = int(cls.scored_part(data).sizes.sum()) * times
        return Workload(steps, max(chars, LEAST_SCORED_CHARS) * steps / int(read.sum()))

    @property
    def epoch(self) -> float:
        return self.feed.epoch

    @property
    def chars_a_pass(self) -> int:
        return self._chars_a_pass

    def train(self, learning_rates: NDArray[np.float64], first_step: int, threads: int) -> StepsDone:
        losses, norms, chars = [], [], []
        for k, rate in enumerate(learning_rates):
            rows = self._usable[self.feed.take(1)[0]]
            loss, norm = self.network.train(*self._train.batch(rows), float(rate), first_step + k, threads)
            losses.append(loss)
            norms.append(norm)
            chars.append(int(self._sizes[rows].sum()))
            if not (np.isfinite(loss) and np.isfinite(norm)):
                break
        return StepsDone(np.array(losses), np.array(norms), np.array(chars, np.int64))
