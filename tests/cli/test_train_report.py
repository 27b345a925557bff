"""How often `train` says something while it trains."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tui_rnn.cli import train_report


class Evaluated:
    """A trainer that evaluates at the seconds given, the last of which ends it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *seconds: float) -> None:
        self.history = SimpleNamespace(evaluated_step=-1)
        self.finished = self.diverged = False
        self._seconds, self._now = seconds, 0.0
        monkeypatch.setattr(train_report.time, "monotonic", lambda: self._now)

    def told_at(self, *intervals: float) -> list[float]:
        """When something is said."""
        pace, told = train_report._Pace(self, *intervals), []  # type: ignore[arg-type]
        for tick in range(round(20 * self._seconds[-1]) + 1):
            self._now = tick / 20
            if self._now in self._seconds:
                self.history.evaluated_step += 1
            self.finished = self._now == self._seconds[-1]
            if pace.due():
                told.append(self._now)
        return told


def test_a_log_has_the_first_and_the_last_evaluation_and_between_them_none_closer_than_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trainer = Evaluated(monkeypatch, 0.25, 0.5, 1.0, 1.25, 1.5, 2.5, 3.0)
    assert trainer.told_at(10.0, 1.0) == [0.25, 1.25, 2.25, 3.0]


def test_an_evaluation_that_came_too_soon_is_told_a_second_later_and_without_one_all_ten_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Evaluated(monkeypatch, 1.0, 1.25, 13.0).told_at(10.0, 1.0) == [1.0, 2.0, 12.0, 13.0]


def test_each_evaluation_is_told_where_lines_are_not_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Evaluated(monkeypatch, 0.25, 0.5, 1.0).told_at(10.0) == [0.25, 0.5, 1.0]
