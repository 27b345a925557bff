"""What `train` says while it trains: how often, and what it says of the data."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tui_rnn.cli import train_facts

Cli = Callable[..., Any]


class Evaluated:
    """A trainer that evaluates at the seconds given, the last of which ends it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *seconds: float) -> None:
        self.history = SimpleNamespace(evaluated_step=-1)
        self.finished = self.diverged = False
        self._seconds, self._now = seconds, 0.0
        monkeypatch.setattr(time, "monotonic", lambda: self._now)

    def told_at(self, *intervals: float) -> list[float]:
        """When something is said."""
        pace, told = train_facts.Pace(self, *intervals), []  # type: ignore[arg-type]
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


@pytest.mark.parametrize(("examples", "said"), [(20, "only 2 examples validate"), (94, "only 9 examples validate"), (95, "")])
@pytest.mark.parametrize("json", [True, False])
def test_few_examples_that_validate_are_said_with_what_to_do(
    tui_rnn: Cli, tmp_path: Path, examples: int, said: str, json: bool
) -> None:
    path, out = tmp_path / "texts.tsv", tmp_path / "run.safetensors"
    path.write_text("text\tlabel\n" + "".join(f"text {k}\t{k % 2}\n" for k in range(examples)), encoding="utf-8")
    options = ("--hidden-size", 4, "--steps", 2, "--threads", 1, "--out", out)
    result = tui_rnn("train", path, *options, *["--json"] * json)
    notices = result.records[0]["notices"] if json else result.out.splitlines()
    found = [line for line in notices if "validate" in line and "only" in line]
    if said:
        (line,) = found
        assert (
            line == f"{said}, too few to show how good the network is: give a larger file, or one to validate on with --valid"
        )
    else:
        assert not found


def test_where_the_best_weights_are_kept_few_examples_are_too_few_to_tell_them(tui_rnn: Cli, tmp_path: Path) -> None:
    path, out = tmp_path / "texts.tsv", tmp_path / "run.safetensors"
    path.write_text("text\tlabel\n" + "".join(f"text {k}\t{k % 2}\n" for k in range(10)), encoding="utf-8")
    result = tui_rnn("train", path, "--seconds", "0.2", "--threads", 1, "--out", out)
    assert "only 1 example validates, too few to show which weights are best: " in result.out
