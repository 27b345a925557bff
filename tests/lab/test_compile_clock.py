"""The time left to compile: from the last time, or from the share that is done where there was none."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tui_rnn.lab.compile_clock import CompileClock
from tui_rnn.lab.messages import Event, Working
from tui_rnn.paths import log_dir


def compiled(times: list[float], kind: str = "lm") -> list[Working]:
    """What is said when each kernel begins at these times, and the last time is the end."""
    told: list[Working] = []
    ticks = itertools.chain([0.0], times)

    def hear(event: Event) -> None:
        assert isinstance(event, Working)
        told.append(event)

    clock = CompileClock(kind, hear, clock=lambda: next(ticks))
    for done in range(len(times)):
        clock(done, len(times) - 1, f"kernel {done}")
    return told


def test_the_first_time_it_is_judged_by_what_is_done() -> None:
    told = compiled([0.0, 2.0, 4.0, 6.0, 8.0])

    assert [one.left_s for one in told] == [None, None, None, pytest.approx(2.0), None]
    assert told[3] == Working("compiling the kernels", 3, 4, "kernel 3", told[3].left_s)


def test_the_next_time_by_how_it_went_however_unlike_the_kernels_are() -> None:
    compiled([0.0, 2.0, 3.0, 20.0, 40.0])
    same, twice_as_slow = compiled([0.0, 2.0, 3.0, 20.0, 40.0]), compiled([0.0, 4.0, 6.0, 40.0, 80.0])

    assert [one.left_s for one in same] == [None, 38.0, 37.0, 20.0, None]
    assert [one.left_s for one in twice_as_slow] == [None, 76.0, 74.0, 40.0, None]


def test_kernels_that_are_only_loaded_promise_nothing_and_leave_the_last_time_as_it_was() -> None:
    compiled([0.0, 2.0, 3.0, 20.0, 40.0])

    assert [one.left_s for one in compiled([0.0, 0.1, 0.2, 0.3, 0.4])] == [None] * 5
    assert compiled([0.0, 2.0, 3.0, 20.0, 40.0])[1].left_s == 38.0


def test_each_kind_of_data_has_its_own_time() -> None:
    compiled([0.0, 2.0, 3.0, 20.0, 40.0])

    assert compiled([0.0, 2.0, 3.0, 4.0, 5.0], kind="tag")[1].left_s is None


@pytest.mark.parametrize(
    "content", ["", "[]", "null", '{"lm, 4 kernels": [1, "x", 3, 4, 5]}', '{"lm, 4 kernels": [5, 4, 3, 2, 1]}', "[" * 9999]
)
def test_a_damaged_record_is_no_record(content: str) -> None:
    log_dir().mkdir(parents=True)
    (log_dir() / "compiling.json").write_text(content, encoding="utf-8")

    assert compiled([0.0, 2.0, 4.0, 6.0, 8.0])[3].left_s == pytest.approx(2.0)


def test_where_nothing_can_be_kept_compiling_goes_on(home: Path) -> None:
    (home / "log").write_text("")

    assert len(compiled([0.0, 2.0, 4.0, 6.0, 8.0])) == 5
