"""The live table of a sweep: what runs and what is best, in as many rows as there are; curves on one scale."""

from __future__ import annotations

import io
import math
import time
from types import SimpleNamespace
from typing import Any

from rich.console import Console

from tui_rnn.cli.sweep_table import Shown, live_table, scale, sparkline
from tui_rnn.kinds import KINDS
from tui_rnn.sweep.trial import TrialRecord

SHOWN = Shown(KINDS["lm"], "char", ("cell", "hidden_size"))


def record(number: int, loss: float, status: str = "finished", share: float = 1.0) -> TrialRecord:
    settings = {"cell": "lstm", "hidden_size": number}
    curve = ((0.0, 4.0), (0.5, loss + 0.2), (1.0, loss))
    return TrialRecord(number, f"{number}", settings, 1, status, f"{number}.safetensors", loss, share=share, curve=curve)


def conductor(records: list[TrialRecord], *running: Any) -> Any:
    study = SimpleNamespace(records=records)
    now = {str(k): one for k, one in enumerate(running)}
    return SimpleNamespace(running=now, study=study, total=2000, workers=2, taken=len(records), began=time.monotonic() - 60)


def running(number: int, share: float, begun: int = 1) -> Any:
    trial = SimpleNamespace(number=number, settings={"cell": "elman", "hidden_size": number}, seed=3)
    return SimpleNamespace(trial=trial, share=share, loss_nats=2.0, curve=[(0.0, 4.0), (share, 2.0)], begun=begun)


def drawn(records: list[TrialRecord], *now: Any, height: int = 24, width: int = 100) -> list[str]:
    console = Console(width=width, height=height, record=True, file=io.StringIO())
    console.print(live_table(SHOWN, conductor(records, *now), records, height))
    return console.export_text().rstrip().splitlines()


def test_of_a_thousand_trials_the_best_are_shown_in_as_many_rows_as_there_are() -> None:
    records = [record(number, 3 - number / 1000) for number in range(1000)]

    lines = drawn(records, running(1000, 0.4), height=24)

    assert len(lines) <= 24
    assert "1,000 of 2,000 trials · 2 workers · best 2.887 bits/char (cell lstm, hidden_size 999)" in lines[0]
    assert lines[2].split()[:4] == ["1000", "elman", "1000", "3"]
    assert [line.split()[0] for line in lines[3:6]] == ["999", "998", "997"]


def test_a_trial_whose_worker_died_says_that_it_began_again_and_one_that_waits_that_it_waits() -> None:
    lines = drawn([], running(1, 0.25, begun=2), running(2, 0.0, begun=0))

    assert "25%, begun 2 times" in lines[2]
    assert "waits for a worker" in lines[3]


def test_a_trial_that_was_stopped_says_where() -> None:
    (line,) = [line for line in drawn([record(5, 2.5, "stopped", 1 / 3)]) if "stopped" in line]

    assert "stopped at 33%" in line


def test_a_curve_is_as_long_as_its_share_of_the_goal_and_later_differences_are_seen() -> None:
    good, bad = ((0.0, 4.0), (0.5, 2.2), (1.0, 2.0)), ((0.0, 4.0), (0.5, 2.8), (1.0, 2.6))
    limits = scale([good, bad])

    assert limits == (2.0, 2.8)
    assert sparkline(good, limits, 8) == "████▃▃▃▁"
    assert sparkline(bad, limits, 8) == "███████▇"
    assert sparkline(good[:2], limits, 8) == "████▃   "
    assert sparkline([(0.5, math.nan)], limits, 4) == "    "
