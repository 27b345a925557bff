"""The ranking and what mattered, against sums done by hand."""

from __future__ import annotations

import math

import pytest

from tui_rnn.kinds import KINDS
from tui_rnn.sweep.ranking import mattered, ranking
from tui_rnn.sweep.space import Listed
from tui_rnn.sweep.trial import TrialRecord

LM, TAG = KINDS["lm"], KINDS["tag"]
SPACE = {"cell": Listed(("elman", "lstm")), "hidden_size": Listed((4, 8))}


def record(number, cell, size, seed, loss, status="finished", **metrics):
    settings = {"cell": cell, "hidden_size": size}
    return TrialRecord(number, f"{number}", settings, seed, status, f"{number}.safetensors", loss, metrics)


def test_settings_stand_by_their_mean_with_the_deviation_over_seeds():
    records = [record(0, "elman", 4, 1, 3.0), record(1, "elman", 4, 2, 2.0), record(2, "lstm", 4, 1, 2.4)]
    records += [record(3, "lstm", 4, 2, 2.2, "stopped"), record(4, "lstm", 8, 1, math.nan, "failed")]

    first, second = ranking(records, LM)

    assert (first.settings["cell"], first.best.number, first.ended_early) == ("lstm", 3, 1)
    assert first.mean == pytest.approx(2.3)
    assert (second.mean, second.best.number) == (2.5, 1)
    assert second.spread == pytest.approx(math.sqrt(0.5))


def test_a_run_whose_loss_is_infinite_has_no_rank():
    records = [record(0, "elman", 4, 1, math.inf, "diverged"), record(1, "elman", 4, 2, 2.0), record(2, "lstm", 4, 1, math.inf)]

    (only,) = ranking(records, LM)

    assert (only.mean, only.runs) == (2.0, 1)


def test_where_a_task_has_a_metric_the_higher_one_is_first():
    records = [record(0, "elman", 4, 1, 0.1, accuracy=0.5), record(1, "lstm", 4, 1, 0.9, accuracy=0.75)]

    assert [one.settings["cell"] for one in ranking(records, TAG)] == ["lstm", "elman"]


def test_what_mattered_are_the_main_effects_and_chance_is_what_seeds_differ_by():
    """loss = 2 (cell) + 1 (size) + 0.5 (seed), all ± : variances 4, 1 and 0.25."""
    records = [
        record(k, cell, size, seed, 2 * (cell == "elman") * 2 + (size == 4) * 2 + (seed == 1) * 1.0)
        for k, (cell, size, seed) in enumerate((c, h, s) for c in ("elman", "lstm") for h in (4, 8) for s in (1, 2))
    ]

    (cell, size), chance = mattered(records, SPACE, LM)

    assert (cell.name, size.name) == ("cell", "hidden_size")
    assert (cell.share, size.share) == pytest.approx((4 / 5.25, 1 / 5.25))
    assert chance == pytest.approx(0.25 / 5.25)
    assert cell.means["lstm"] == pytest.approx((1.5, 4))


def test_before_two_runs_ended_nothing_is_said_to_matter():
    assert mattered([record(0, "elman", 4, 1, 3.0)], SPACE, LM)[0] == []
    assert mattered([], SPACE, LM)[0] == []
