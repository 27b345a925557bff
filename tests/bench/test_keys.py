"""How long a key takes to be seen: the report of the times, and a failure where the playground never begins."""

from __future__ import annotations

import pytest

from tui_rnn.bench import keys
from tui_rnn.errors import RunError


def test_the_times_are_told_by_their_median_and_what_nearly_all_keep_to() -> None:
    times = [float(ms) for ms in range(1, 101)]
    assert keys.record(times) == {"key": "g", "presses": 100, "median_ms": 51.0, "p95_ms": 96.0}
    assert keys.in_words(times).endswith("100 presses): median 51 ms, 95% within 96 ms")


def test_a_playground_that_never_begins_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "SHOW", "raise SystemExit(3)")
    with pytest.raises(RunError, match="did not begin to train"):
        keys.measure_keys("prose", 1)
