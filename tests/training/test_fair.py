"""Whether runs compare, and how they stood when they had had as much."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.training.test_run_table import row
from tui_rnn.training.fair import counted_in, equal_in, standings, still_falling, why_not_comparable


def curves(chars: list[float], seconds: list[float], losses: list[float]) -> dict[str, np.ndarray]:
    return {
        "val_chars": np.array(chars, float),
        "val_elapsed_s": np.array(seconds, float),
        "val_loss_nats": np.array(losses, float),
    }


def test_runs_stand_where_the_one_that_had_least_ended() -> None:
    slow = curves([0, 100, 200], [0, 10, 20], [4.0, 2.0, 1.0])
    fast = curves([0, 400], [0, 10], [4.0, 2.0])
    by_chars, by_time, by_flops = standings([slow, fast], [8.0, 1.0])
    assert (by_chars.axis, by_chars.at, by_chars.losses) == ("chars", 200, (1.0, 3.0))
    assert (by_time.axis, by_time.at, by_time.losses) == ("elapsed_s", 10, (2.0, 2.0))
    # 1,600 and 400 FLOPs: the first had 400 after 50 characters
    assert (by_flops.axis, by_flops.at, by_flops.losses) == ("flops", 400, (3.0, 2.0))
    assert by_chars.told == "200 characters"
    assert by_time.told == "0:10 of training"
    assert by_flops.told == "400 FLOPs"


def test_a_run_that_was_not_scored_so_early_has_no_number_there() -> None:
    late = curves([300, 400], [30, 40], [2.0, 1.0])
    early = curves([0, 100], [0, 50], [4.0, 2.0])
    by_chars, by_time, _ = standings([late, early], [1.0, 1.0])
    assert math.isnan(by_chars.losses[0])
    assert by_time.losses[0] == 1.0
    assert standings([late, curves([], [], [])], [1.0, 1.0]) == []


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({}, ""),
        ({"kind": "tag"}, "another task (tagging, the first is language model)"),
        ({"data": "verse"}, "it learnt from verse, the first from prose"),
    ],
)
def test_runs_of_another_task_or_other_data_do_not_compare(other: dict[str, Any], reason: str) -> None:
    assert why_not_comparable(row(), row(**other)).startswith(reason)
    assert bool(why_not_comparable(row(), row(**other))) == bool(reason)


def test_other_tokens_and_another_split_are_told_apart() -> None:
    words = replace(row(), data_key=("lm", "prose", "word"), loss_unit="nats/word")
    assert why_not_comparable(row(), words) == "its loss is in nats/word, the first's in nats/char"
    split = replace(row(), data_key=("lm", "prose", 2))
    assert "split in another way" in why_not_comparable(row(), split)


def test_amounts_are_named_by_the_tokens_that_the_runs_read() -> None:
    words = replace(row(), tokens="word+char")
    assert [counted_in(rows) for rows in ([row()], [words, words], [row(), words])] == ["characters", "words", "tokens"]
    assert equal_in([words, replace(words, parameters=7, flops=1e12)]) == ("equal words", "equal time")
    by_words, *_ = standings([curves([0, 100], [0, 10], [4.0, 2.0])], [1.0], "words")
    assert by_words.told == "100 words"


def test_what_runs_have_equally_much_of_is_named() -> None:
    assert equal_in([row(seed=1), row(seed=2)])[-1] == "only the seed differs"
    assert equal_in([row(), row(hidden_size=64)])[0] == "equal parameters"
    larger = replace(row(), parameters=200_000, flops=1e12)
    assert equal_in([row(), larger]) == ("equal characters", "equal time")
    assert still_falling([row(schedule="cosine", steps=10)])
    assert not still_falling([row()])
