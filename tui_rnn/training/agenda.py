"""What a run does next, and how much of it fits into the time that is left."""

from __future__ import annotations

import math

from tui_rnn.training.schedule import Schedule, ScoringTime

MAX_STEPS_A_CALL = 4096


class Agenda:
    """Knows how long a step and an evaluation take here. With a goal in seconds, an evaluation that takes too much of them is
    left out, but not the last."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.seconds_per_step = 0.0  # of the last call; 0 before the first
        self._left_out_step = -1  # whose evaluation took too long
        self._scoring = ScoringTime(schedule.seconds)

    def used_s(self, elapsed_s: float) -> float:
        """The training time that is gone when the last evaluation is counted in advance."""
        return elapsed_s + self._scoring.longest_s

    def goal_reached(self, step: int, elapsed_s: float) -> bool:
        return self.schedule.reached(step, self.used_s(elapsed_s))

    def evaluation_due(self, step: int, evaluated_step: int, elapsed_s: float) -> bool:
        """Whether the weights of this step are to be scored now."""
        if evaluated_step == step:
            return False
        fits = self._left_out_step != step and self._scoring.longest_s <= self._scoring.allowed_s(elapsed_s)
        return self.goal_reached(step, elapsed_s) or (fits and self.schedule.evaluates_after(step))

    def time_for_evaluation_s(self, step: int, elapsed_s: float) -> float:
        """How long the evaluation that is due may take."""
        return math.inf if self.goal_reached(step, elapsed_s) else self._scoring.allowed_s(elapsed_s)

    def note_evaluation(self, step: int, duration_s: float, done: bool) -> None:
        """An evaluation took so long; not done: it was given up for that."""
        self._scoring.note(duration_s)
        if not done:
            self._left_out_step = step

    def steps_in_time(self, seconds: float, elapsed_s: float) -> int:
        """How many steps fit into so much time and into what is left until a goal in seconds; at least 1."""
        if self.schedule.seconds is not None:
            seconds = min(seconds, self.schedule.seconds - self.used_s(elapsed_s))
        if not self.seconds_per_step:
            return 1
        return int(min(max(seconds / self.seconds_per_step, 1), MAX_STEPS_A_CALL))
