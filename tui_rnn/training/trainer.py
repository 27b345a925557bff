"""The training of one run, one synchronous call at a time. Nobody who watches changes what is learnt."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import SETTINGS, RunConfig
from tui_rnn.data.opening import Data, Part
from tui_rnn.training.agenda import Agenda
from tui_rnn.training.averaging import Averaging
from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.fine_tuning import Start
from tui_rnn.training.fitting import SCORED_SHARE_AT_ONCE, closing_count, fitted
from tui_rnn.training.history import History, Pace
from tui_rnn.training.learner import StepsDone
from tui_rnn.training.learners import learner_for, plan
from tui_rnn.training.moments import Moments
from tui_rnn.training.old_data import OldData
from tui_rnn.training.restore_points import ABSURD_LOSS, Best, Good, Score, diverged_message, judged
from tui_rnn.training.scoring import never
from tui_rnn.training.stopwatch import Stopwatch
from tui_rnn.training.team_size import TeamSize, evaluates_lightly

MAX_CHANGES = 1024


class Trainer:
    """One run of any task, see learner.py. Between two calls, learner, history and step always agree.

    step: training steps done; chars: characters trained on; elapsed_s: time spent in them and in the evaluations (pauses
    don't count); learning_rate: the peak that the schedule scales; latest: the newest evaluation, None before the first and
    after loading; latest_step: the step of its weights; diverged: it has stopped at its last good weights, and `message` says
    why. `threads`, at most so many, may be changed at any time and never changes a result. moments: weights of its past.

    keep_best: at the goal, a run whose last evaluation is not its best goes back to the best weights, of the step `kept_step`;
    then the latest evaluation is of these. spent_s: how much of a goal in seconds is gone before the first step. closes: a goal
    in seconds includes the score of the whole validation and test parts, see closing.py. scored: what is scored while it
    trains: the learner's part or, if that takes too much of a goal in seconds, less of it. start: the weights of another run,
    `parent`, to begin from; None: random weights. old: that run's data, which are scored beside the validation part. Raises
    InputError if the settings don't fit together or the text is too short for them.
    """

    def __init__(
        self,
        config: RunConfig,
        data: Data,
        *,
        threads: int = 1,
        keep_best: bool = False,
        spent_s: float = 0.0,
        start: Start | None = None,
        old: OldData | None = None,
    ) -> None:
        self.config, self.data, self.threads = config, data, threads
        self.schedule = plan(config, data)
        self.learner = learner_for(config, data)
        self.parent, self.old = None if start is None else start.parent, old
        self.remark = ""  # a person's remark, which stays with the run
        if start is not None:
            self.learner.network.set_parameters(start.weights)
            self.learner.network.load_arrays(self.learner.network.arrays() | dict(start.optimizer))
        self.history = History()
        self.step, self.chars, self.elapsed_s = 0, 0, spent_s
        self._ended_s = spent_s  # when the latest evaluation was done
        self.scored, self.closes, self._fitted = self.learner.scored, False, False
        self.keep_best = keep_best
        self.kept_step: int | None = None
        self.learning_rate = float(config.learning_rate)
        self.learning_rate_changes: list[tuple[int, float]] = []
        self.diverged, self.message = False, ""
        self.latest: Evaluation | None = None
        self.latest_step = -1
        self._agenda = Agenda(self.schedule)
        self.averaging, self._team = Averaging(self.schedule), TeamSize(evaluates_lightly(self.learner, len(self.scored)))
        self.pace = Pace(spent_s, 0)
        self.keep_good()
        self.best: Best | None = None
        self.moments = Moments(config.moments_mb)
        self.moments.note(0, self.learner.network)

    @property
    def weights_step(self) -> int:
        """The step of the weights; see kept_step."""
        return self.step if self.kept_step is None else self.kept_step

    @property
    def epoch(self) -> float:
        """Passes through the training part."""
        return self.learner.epoch

    @property
    def chars_per_s(self) -> float:
        """The pace over the last seconds of training, evaluations included; 0 before the first step."""
        return self.pace.chars_per_s

    @property
    def finished(self) -> bool:
        """Whether the goal is reached and the loss there is known. A run without a goal never finishes."""
        return self._goal_reached and self.history.evaluated_step == self.step

    def advance(self, max_steps: int, cancelled: Callable[[], bool] | None = None) -> int:
        """Do the next thing: an evaluation if one is due, else at most max_steps training steps, never past an evaluation or
        the goal. Returns the number of steps trained. `cancelled` can end an evaluation early; the next call then does it
        again. With a goal in seconds, an evaluation that takes too much of the time is left out, except the last."""
        if self.finished or self.diverged or max_steps < 1:
            return 0
        if self._evaluation_due():
            self._evaluate_in_time(cancelled or never)
            return 0
        watch = Stopwatch()
        in_time = self._agenda.steps_in_time(math.inf, self.elapsed_s)
        count = min(max_steps, in_time, self.schedule.steps_to_evaluation(self.step))
        rates = self.schedule.learning_rates(self.step, count, self.learning_rate, self.used_s, self._agenda.seconds_per_step)
        while len(rates):  # a call of the learner ends where a moment is kept; that changes no result
            to_next = min(self.moments.steps_to_next(self.step), self.averaging.steps_to_next(self.step))
            part, rates = np.split(rates, [to_next])
            began = Stopwatch()
            steps = self.learner.train(part, self.step + self._optimizer_steps, self._team.threads(self.threads))
            duration = began.passed()
            self._team.took(duration, int(steps.chars.sum()))
            if self._note_steps(part, steps, duration):
                return 0
            self._pass_time(duration)
            self.moments.note(self.step, self.learner.network)
            self.averaging.note(self.step, self.used_s, self.learner.network)
        self._agenda.seconds_per_step = watch.passed() / count
        return count

    def advance_for(self, seconds: float, cancelled: Callable[[], bool] | None = None) -> int:
        """`advance` with as many steps as should take about so long (always at least one). Steps over examples take different
        times, so it looks at the clock after each."""
        if self.data.kind.is_stream:
            return self.advance(self._agenda.steps_in_time(seconds, self.elapsed_s), cancelled)
        watch, steps = Stopwatch(), 0
        while trained := self.advance(1, cancelled):
            steps += trained
            if self._evaluation_due() or watch.passed() + self._agenda.seconds_per_step > seconds:
                break
        return steps

    def set_learning_rate(self, learning_rate: float) -> None:
        """Set a new peak from the next step on; the schedule goes on from it. Raises InputError if it is out of range."""
        learning_rate = SETTINGS["learning_rate"].checked(learning_rate)
        self.learning_rate = float(learning_rate)
        self.learning_rate_changes.append((self.step, self.learning_rate))
        del self.learning_rate_changes[:-MAX_CHANGES]

    def resume(self) -> None:
        """Let a run that diverged train again, from its last good weights."""
        self.diverged, self.message = False, ""

    def evaluate(self, part: Part | None = None, cancelled: Callable[[], bool] | None = None) -> Evaluation | None:
        """Score a part of the data, or the whole validation part. Training doesn't change. None if `cancelled` says so
        meanwhile."""
        return self.learner.evaluate(part, self._team.faster(self.threads), cancelled or never)

    @property
    def used_s(self) -> float:
        """The training time that is gone, with the last evaluation counted in advance."""
        return self._agenda.used_s(self.elapsed_s)

    @property
    def scored_per_s(self) -> float:
        """How many examples, or tokens of a running text, are scored in a second; infinity before the first."""
        return len(self.scored) / self._agenda.evaluation_s if self._agenda.evaluation_s else math.inf

    @property
    def closing_s(self) -> float:
        """How long the closing score may take; infinity without a goal in seconds, or before it."""
        return self._agenda.time_for_closing_s(self._ended_s) if self.finished else math.inf

    def fit_scored(self, cancelled: Callable[[], bool] = never) -> None:
        """Score less while it trains, if all takes too much of a goal in seconds. The first evaluation calls this by itself."""
        if self._fitted or self.schedule.seconds is None:
            return
        watch = Stopwatch()
        seconds = SCORED_SHARE_AT_ONCE * self.schedule.seconds
        self.scored, _ = fitted(self.learner, self.scored, seconds, self._team.faster(self.threads), cancelled)
        self._fitted = not cancelled()
        self._pass_time(watch.passed())

    def spend(self, seconds: float) -> None:
        """Count time that went to something else, such as saving: a goal in seconds includes it."""
        if self.schedule.seconds is not None:
            self._pass_time(seconds)

    @property
    def _optimizer_steps(self) -> int:
        """How many steps Adam's moments had seen before the first step."""
        return 0 if self.parent is None else self.parent.optimizer_steps

    @property
    def _goal_reached(self) -> bool:
        return self._agenda.goal_reached(self.step, self.elapsed_s)

    def _evaluation_due(self) -> bool:
        return self._agenda.evaluation_due(self.step, self.history.evaluated_step, self.elapsed_s)

    def _evaluate_in_time(self, cancelled: Callable[[], bool]) -> None:
        """Do the evaluation that is due; leave it out if it takes too long."""
        if ends := self._goal_reached:
            self.averaging.give(self.learner.network)
        self.fit_scored(cancelled)
        watch = Stopwatch()
        allowed_s = self._agenda.time_for_evaluation_s(self.step, self.elapsed_s)

        def late() -> bool:
            return cancelled() or watch.passed() > allowed_s

        evaluation = self.evaluate(self.scored, late)
        forgetting = None if self.old is None or evaluation is None else self.evaluate(self.old.scored, late)
        evaluation = None if self.old is not None and forgetting is None else evaluation  # both, or none
        if evaluation is None and cancelled():
            return
        duration = watch.passed()
        self._agenda.note_evaluation(self.step, self.elapsed_s, duration, done=evaluation is not None)
        if self.closes:
            self._agenda.reserve_closing(len(self.scored), closing_count(self.data, self.scored))
        self._pass_time(duration)
        if evaluation is None:
            return
        if self._goal_reached and not ends and self.averaging.count:  # the time went by meanwhile: the end is the mean
            return self._evaluate_in_time(cancelled)
        self._note_evaluation(evaluation, math.nan if forgetting is None else forgetting.loss_nats)
        self._ended_s = self.elapsed_s
        if self._goal_reached and self.schedule.seconds is not None:
            self.elapsed_s = max(self.elapsed_s, self.schedule.seconds)  # resumed, it has no time left

    def _note_steps(self, rates: NDArray[np.float64], steps: StepsDone, duration: float) -> bool:
        """Add the steps of one call to the history. True if they diverged: then everything is back at the last good state."""
        good = steps.good(ABSURD_LOSS * self.learner.blind_loss)
        if good < len(rates):
            loss = steps.losses[good] if good < len(steps.losses) else math.nan
            self.elapsed_s += duration
            self._fall_back(self.step + good + 1, f"the loss was {loss:.4g} nats/{self.learner.unit}")
            return True
        self.kept_step = None  # from here on, the weights are those of the latest step
        columns = (array.tolist() for array in (steps.chars, steps.losses, rates, steps.norms))
        for k, (chars, loss, rate, norm) in enumerate(zip(*columns, strict=True), 1):
            self.step += 1
            self.chars += chars
            clipped = norm > self.config.clip_norm
            self.history.add_step(self.chars, self.elapsed_s + duration * k / len(rates), loss, rate, norm, clipped)
        return False

    def _note_evaluation(self, evaluation: Evaluation, old_loss_nats: float) -> None:
        reason, hopeful = judged(evaluation, self.history.recent_train_loss_nats, self.learner.blind_loss, self.learner.unit)
        if reason:
            self._fall_back(self.step, reason)
            return
        main = self.data.kind.main_metric
        metric = evaluation.metrics.get(main.key, math.nan) if main is not None else math.nan
        self.history.add_evaluation(self.step, self.chars, self.elapsed_s, evaluation.loss_nats, metric, old_loss_nats)
        self.latest, self.latest_step = evaluation, self.step
        if hopeful:
            self.keep_good()
        if self.keep_best and evaluation.count:
            self._weigh(self.own_best() if hopeful else None)

    def own_best(self) -> Best | None:
        """The run as it is now, if it was just evaluated."""
        score = Score.of(self.history)
        if score is None or score.step != self.step:
            return None
        return Best(replace(score, step=self.weights_step), self._good.network, self.latest)

    def _weigh(self, new: Best | None) -> None:
        """Remember the weights if they are the best so far; at the goal, go back to the best."""
        best = self.best
        if new is not None and (best is None or new.score.merit >= best.score.merit):
            self.best = new
        elif best is not None and self._goal_reached:
            self.learner.network.load_arrays(best.network)
            self.latest, self.latest_step, self.kept_step = best.evaluation, best.score.step, best.score.step
            best.score.put(self.history)

    def keep_good(self) -> None:
        """Remember the run as it is now, to fall back to."""
        network, feed = self.learner.network.arrays(), self.learner.feed.state()
        self._good = Good(self.step, self.chars, self.latest, network, feed, self.history.copy())

    def _fall_back(self, step: int, what: str) -> None:
        good = self._good
        self.learner.network.load_arrays(good.network)
        self.learner.feed.load_state(good.feed)
        self.history, self.step, self.chars, self.latest = good.history.copy(), good.step, good.chars, good.evaluation
        self.latest_step = good.step
        self.moments.forget_after(good.step)
        self.averaging.forget()
        self.pace = Pace(self.elapsed_s, self.chars)
        self.diverged, self.message = True, diverged_message(step, what, self.step, self.learning_rate)

    def _pass_time(self, duration: float) -> None:
        self.elapsed_s += duration
        self.pace.note(self.elapsed_s, self.chars)
