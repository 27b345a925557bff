"""Threads that enter a kernel together."""

import threading

import numpy as np
import pytest

from tui_rnn.kernels.sequences import embed_forward
from tui_rnn.layers.team import Team, cores, run_together


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


def rows_looked_up(team, threads, rows=37):
    """Each thread looks up its share of the rows: all are there only if all threads took part."""
    E = np.arange(10 * 16, dtype=np.float32).reshape(10, 16)
    ids = (np.arange(rows) % 10).astype(np.int32)
    x = np.full((rows, 16), -1, np.float32)
    team.run(lambda part: embed_forward(E, ids, x, rows, part), threads)
    return (x == E[ids]).all()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_thread_of_a_team_does_its_share_of_a_kernel(threads):
    assert rows_looked_up(Team(), threads)


def test_a_team_is_as_large_as_each_call_says():
    team = Team()
    assert all(rows_looked_up(team, threads) for threads in (2, 1, 4, 2))


def test_a_team_can_be_led_by_a_thread_that_is_not_the_main_one():
    found = []
    thread = threading.Thread(target=lambda: found.append(rows_looked_up(Team(), 2)))
    thread.start()
    thread.join(30)
    assert found == [True]


@pytest.mark.parametrize("threads", [1, 2])
def test_the_leaders_result_comes_back(threads):
    assert Team().run(lambda part: part.threads * 10 + part.tid, threads) == threads * 10


def test_after_an_error_between_two_kernels_the_team_works_on():
    team = Team()

    def fail(part):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        team.run(fail, 2)
    assert rows_looked_up(team, 2)
