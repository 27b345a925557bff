"""What a run does next, and how much of it fits into the remaining time."""

from __future__ import annotations

import math

from tui_rnn.training.schedule import Schedule, ScoringTime

MAX_STEPS_A_CALL = 4096
REGULAR_SHARES = 12  # a goal in seconds is divided into so many parts, with an evaluation at the end of each
CLOSING_SHARE = 0.05  # at most this share of a goal in seconds is kept for the score of the whole validation and test parts
LATEST_SHARE, LATEST_S = 0.02, 0.5  # how much later than the goal the closing score may end


class Agenda:
    """Knows how long a step and an evaluation take here. With a goal in seconds, evaluations that take too much time are left
    out, except the last."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.seconds_per_step = 0.0  # of the last call; 0 before the first
        self.evaluation_s = 0.0  # of the latest; 0 before the first
        self.closing_s = 0.0  # what the closing score will take of a goal in seconds
        self._left_out_step = -1  # the step whose evaluation took too long
        self._evaluated_s = 0.0  # when the latest evaluation ended or was given up
        self._scoring = ScoringTime(schedule.seconds)

    def used_s(self, elapsed_s: float) -> float:
        """The training time that is gone, with the last evaluation and the closing score counted in advance."""
        return elapsed_s + self._scoring.longest_s + self.closing_s

    def goal_reached(self, step: int, elapsed_s: float) -> bool:
        return self.schedule.reached(step, self.used_s(elapsed_s))

    def evaluation_due(self, step: int, evaluated_step: int, elapsed_s: float) -> bool:
        """Whether the weights of this step are to be scored now."""
        if evaluated_step == step:
            return False
        fits = self._left_out_step != step and self._scoring.longest_s <= self._scoring.allowed_s(elapsed_s)
        regular = self.schedule.evaluates_after(step) or self._long_unevaluated(elapsed_s)
        return self.goal_reached(step, elapsed_s) or (fits and regular)

    def _long_unevaluated(self, elapsed_s: float) -> bool:
        """Whether a part of a goal in seconds has passed since an evaluation: if steps are slow, steps alone make few due."""
        seconds = self.schedule.seconds
        return seconds is not None and elapsed_s - self._evaluated_s >= seconds / REGULAR_SHARES

    def time_for_evaluation_s(self, step: int, elapsed_s: float) -> float:
        """How long the evaluation that is due may take."""
        return math.inf if self.goal_reached(step, elapsed_s) else self._scoring.allowed_s(elapsed_s)

    def time_for_closing_s(self, elapsed_s: float) -> float:
        """How long the closing score may take after a training of elapsed_s."""
        if self.schedule.seconds is None:
            return math.inf
        return max(0.0, (1 + LATEST_SHARE) * self.schedule.seconds + LATEST_S - elapsed_s)

    def reserve_closing(self, scored: int, more: int) -> None:
        """Keep time for the closing score of `more` examples or tokens, judged by the latest evaluation, of `scored`."""
        if self.schedule.seconds is not None:
            self.closing_s = min(CLOSING_SHARE * self.schedule.seconds, self.evaluation_s * more / max(1, scored))

    def note_evaluation(self, step: int, elapsed_s: float, duration_s: float, done: bool) -> None:
        """Note that an evaluation began at elapsed_s and took duration_s. done: whether it ended, and was not given up."""
        self._scoring.note(duration_s)
        self.evaluation_s, self._evaluated_s = duration_s, elapsed_s + duration_s
        if not done:
            self._left_out_step = step

    def steps_in_time(self, seconds: float, elapsed_s: float) -> int:
        """How many steps fit into this time and into what remains until a goal in seconds; at least 1."""
        if self.schedule.seconds is not None:
            seconds = min(seconds, self.schedule.seconds - self.used_s(elapsed_s))
        if not self.seconds_per_step:
            return 1
        return int(min(max(seconds / self.seconds_per_step, 1), MAX_STEPS_A_CALL))
