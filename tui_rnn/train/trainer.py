"""The training of one run, one synchronous call at a time. Nobody who watches changes what is learnt."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig, check_setting
from tui_rnn.data.corpus import Corpus, require_length
from tui_rnn.data.streams import Streams
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.train import checkpoint as checkpoints
from tui_rnn.train.checkpoint import Checkpoint, CorpusRecord, Facts
from tui_rnn.train.evaluation import Evaluation, scored_part
from tui_rnn.train.history import History
from tui_rnn.train.memory import check_memory
from tui_rnn.train.schedule import Schedule, with_goal

ABSURD_LOSS = 10.0  # times the loss of guessing blindly, in any step: such weights never come back
HOPELESS_LOSS = 2.0  # the same, where the run is evaluated
MAX_CHANGES = 1024
SPEED_WINDOW_S = 3.0
MAX_STEPS_A_CALL = 4096


@dataclass(frozen=True)
class _Good:
    """The state after an evaluation that was no worse than guessing: where a run that diverges goes back to."""

    step: int
    model: dict[str, NDArray[np.float32]]
    streams: dict[str, NDArray[Any]]
    history: History


class Trainer:
    """One run. Between two calls everything in it belongs together: model, streams, history, step.

    step: training steps done; elapsed_s: time spent in them and in the evaluations (pauses don't count);
    learning_rate: the peak that the schedule scales; diverged: it stands still at its last good weights, `message` says
    why. `threads` may be changed at any time and never changes a result.

    Raises InputError when the settings don't fit together or the text is too short for them.
    """

    def __init__(self, config: RunConfig, corpus: Corpus, *, threads: int = 1) -> None:
        self.config, self.corpus, self.threads = config, corpus, threads
        self.schedule = plan(config, corpus)
        self.streams = self._new_streams()
        self.model = LanguageModel(config, len(corpus.vocabulary))
        self.history = History()
        self.step, self.elapsed_s = 0, 0.0
        self.learning_rate = float(config.learning_rate)
        self.learning_rate_changes: list[tuple[int, float]] = []
        self.diverged, self.message = False, ""
        self._blind_loss = max(1.0, math.log(len(corpus.vocabulary)))
        self._seconds_per_step = 0.0
        self._marks: deque[tuple[float, int]] = deque([(0.0, 0)])
        self._keep_good()

    @property
    def chars(self) -> int:
        """Characters trained on."""
        return self.step * self.config.batch_size * self.config.seq_len

    @property
    def epoch(self) -> float:
        """Passes through the training part."""
        return self.chars / len(self.corpus.train)

    @property
    def chars_per_s(self) -> float:
        """The pace over the last seconds of training, evaluations included; 0 before the first step."""
        (since, chars), (until, now) = self._marks[0], self._marks[-1]
        return (now - chars) / (until - since) if until > since else 0.0

    @property
    def finished(self) -> bool:
        """Whether the goal is reached and the loss there is known. A run without a goal never finishes."""
        return self.schedule.reached(self.step, self.elapsed_s) and self.history.evaluated_step == self.step

    def advance(self, max_steps: int, cancelled: Callable[[], bool] | None = None) -> int:
        """Do the next thing: an evaluation where one is due, else at most max_steps training steps, never past an
        evaluation or the goal. Returns the number of steps trained. `cancelled` can end an evaluation early; it is then
        done anew by the next call."""
        if self.finished or self.diverged or max_steps < 1:
            return 0
        start = time.perf_counter()
        if self._evaluation_due():
            evaluation = self.evaluate(scored_part(self.corpus), cancelled)
            if evaluation is not None:
                self._pass_time(time.perf_counter() - start)
                self._note_evaluation(evaluation.loss_nats)
            return 0
        count = min(max_steps, self.schedule.steps_to_evaluation(self.step), self._steps_in_time(math.inf))
        tokens, fresh = self.streams.take(count)
        rates = self.schedule.learning_rates(self.step, count, self.learning_rate, self.elapsed_s, self._seconds_per_step)
        losses, norms = self.model.train(tokens, fresh, rates, self.step, self.threads)
        duration = time.perf_counter() - start
        if self._note_steps(rates, losses, norms, duration):
            return 0
        self._seconds_per_step = duration / count
        self._pass_time(duration)
        return count

    def advance_for(self, seconds: float, cancelled: Callable[[], bool] | None = None) -> int:
        """`advance` with as many steps as should take about so long (always at least one)."""
        return self.advance(self._steps_in_time(seconds), cancelled)

    def set_learning_rate(self, learning_rate: float) -> None:
        """A new peak from the next step on; the schedule goes on from it. Raises InputError when out of range."""
        check_setting("learning_rate", learning_rate)
        self.learning_rate = float(learning_rate)
        self.learning_rate_changes.append((self.step, self.learning_rate))
        del self.learning_rate_changes[:-MAX_CHANGES]

    def resume(self) -> None:
        """Let a run that diverged train again, from its last good weights."""
        self.diverged, self.message = False, ""

    def evaluate(self, ids: NDArray[Any] | None = None, cancelled: Callable[[], bool] | None = None) -> Evaluation | None:
        """Score `ids`, or the whole validation part. Training is not touched. None when `cancelled` said so meanwhile."""
        ids = self.corpus.validation if ids is None else ids
        nats, characters = self.model.evaluate(ids, self.threads, cancelled)
        if cancelled is not None and cancelled():
            return None
        return Evaluation(nats / characters if characters else math.nan, characters)

    def checkpoint(self) -> Checkpoint:
        """A copy of the whole run as it is now, to be written by `checkpoint.write`, in another thread if need be."""
        facts = Facts(
            config=self.config,
            corpus=CorpusRecord.of(self.corpus),
            step=self.step,
            elapsed_s=self.elapsed_s,
            learning_rate=self.learning_rate,
            learning_rate_changes=tuple(self.learning_rate_changes),
            history=self.history.numbers(),
        )
        return Checkpoint(
            facts, self.corpus.vocabulary, self.model.arrays(), _copies(self.streams.state()), self.history.copy()
        )

    def save(self, path: Path) -> None:
        """Write the run to `path`. Raises RunError or InputError; the file is then as it was before."""
        checkpoints.write(self.checkpoint(), path)

    @classmethod
    def load(cls, path: Path, corpus: Corpus | None = None, **options: Any) -> Trainer:
        """Go on with a saved run; see `restored` for the options. Without `corpus`, the run's own text is opened."""
        checkpoint = checkpoints.read(path)
        return cls.restored(checkpoint, corpus or checkpoints.reopen_corpus(checkpoint.facts), **options)

    @classmethod
    def restored(
        cls,
        checkpoint: Checkpoint,
        corpus: Corpus,
        *,
        goal: dict[str, float] | None = None,
        new_text: bool = False,
        threads: int = 1,
    ) -> Trainer:
        """The run as it was saved, with the same future.

        goal: a new goal in place of the run's own, such as {"steps": 2000}. new_text: `corpus` may be another text in the
        same characters; the streams then start anew. Raises InputError when the text is not the one that is expected.
        """
        facts = checkpoint.facts
        checkpoints.check_same_text(checkpoint, corpus, new_text)
        config = facts.config
        if goal:
            config = with_goal(config, goal)
        trainer = cls(config, corpus, threads=threads)
        trainer.model.load_arrays(checkpoint.model)
        if corpus.sha256 == facts.corpus.sha256:
            trainer.streams.load_state(checkpoint.streams)
        trainer.history = checkpoint.history.copy()
        trainer.step, trainer.elapsed_s = facts.step, facts.elapsed_s
        trainer.learning_rate = facts.learning_rate
        trainer.learning_rate_changes = list(facts.learning_rate_changes)
        trainer._marks = deque([(trainer.elapsed_s, trainer.chars)])
        trainer._keep_good()
        return trainer

    def _new_streams(self) -> Streams:
        config = self.config
        return Streams(self.corpus.train, config.batch_size, config.seq_len, config.reset_every, config.seed)

    def _evaluation_due(self) -> bool:
        if self.history.evaluated_step == self.step:
            return False
        return self.schedule.evaluates_after(self.step) or self.schedule.reached(self.step, self.elapsed_s)

    def _steps_in_time(self, seconds: float) -> int:
        """How many steps fit into so much time and into what is left until a goal in seconds; at least 1."""
        if self.schedule.seconds is not None:
            seconds = min(seconds, self.schedule.seconds - self.elapsed_s)
        if not self._seconds_per_step:
            return 1
        return int(min(max(seconds / self._seconds_per_step, 1), MAX_STEPS_A_CALL))

    def _note_steps(self, rates: NDArray[np.float64], losses: NDArray[Any], norms: NDArray[Any], duration: float) -> bool:
        """Take the steps of one call into the history. True when they diverged: then everything is as it last was good."""
        losses, norms = np.asarray(losses, np.float64), np.asarray(norms, np.float64)
        good = np.isfinite(losses) & np.isfinite(norms) & (losses <= ABSURD_LOSS * self._blind_loss)
        if len(losses) < len(rates) or not good.all():
            first_bad = len(losses) if good.all() else int(np.argmin(good))
            loss = losses[first_bad] if first_bad < len(losses) else math.nan
            self.elapsed_s += duration
            self._fall_back(self.step + first_bad + 1, f"the loss was {loss:.4g} nats/char")
            return True
        chars_per_step, count = self.config.batch_size * self.config.seq_len, len(losses)
        for index in range(count):
            self.step += 1
            self.history.add_step(
                self.step * chars_per_step,
                self.elapsed_s + duration * (index + 1) / count,
                float(losses[index]),
                float(rates[index]),
                float(norms[index]),
            )
        return False

    def _note_evaluation(self, loss_nats: float) -> None:
        trained = self.history.train_loss_nats  # a validation part unlike the training part is no divergence
        if trained > HOPELESS_LOSS * self._blind_loss:
            self._fall_back(self.step, f"the loss was {trained:.4g} nats/char, more than guessing blindly costs")
        elif not math.isfinite(loss_nats):
            self._fall_back(self.step, f"the validation loss was {loss_nats:.4g} nats/char")
        else:
            self.history.add_evaluation(self.step, self.chars, self.elapsed_s, loss_nats)
            if not trained > self._blind_loss + 1:
                self._keep_good()

    def _keep_good(self) -> None:
        self._good = _Good(self.step, self.model.arrays(), _copies(self.streams.state()), self.history.copy())

    def _fall_back(self, step: int, what: str) -> None:
        good = self._good
        self.model.load_arrays(good.model)
        self.streams.load_state(good.streams)
        self.history, self.step = good.history.copy(), good.step
        self._marks = deque([(self.elapsed_s, self.chars)])
        self.diverged = True
        self.message = (
            f"diverged at step {step:,}: {what}. The weights of step {self.step:,} are back; "
            f"lower the learning rate (now {self.learning_rate:g}), then resume"
        )

    def _pass_time(self, duration: float) -> None:
        self.elapsed_s += duration
        self._marks.append((self.elapsed_s, self.chars))
        while len(self._marks) > 2 and self._marks[-1][0] - self._marks[1][0] > SPEED_WINDOW_S:
            self._marks.popleft()


def plan(config: RunConfig, corpus: Corpus) -> Schedule:
    """The schedule of a run that can be trained. Raises InputError when settings, text and memory don't fit together."""
    require_length(corpus, config.seq_len)
    check_memory(config, len(corpus.vocabulary))
    return Schedule.of(config, len(corpus.train), len(scored_part(corpus)))


def _copies(arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name: array.copy() for name, array in arrays.items()}
