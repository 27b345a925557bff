"""Threads that enter a kernel together."""

import threading

import pytest

from tui_rnn.layers.team import cores, run_together


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_all_run_at_the_same_time_and_the_firsts_result_comes_back(threads):
    meeting = threading.Barrier(threads, timeout=30)

    def part(tid):
        meeting.wait()  # passes only when all are here
        return tid * 10 + 5

    assert run_together(part, threads) == 5


def test_an_error_in_any_of_them_comes_out():
    def part(tid):
        if tid == 1:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_together(part, 2)


def test_there_is_at_least_one_core():
    assert cores() >= 1
