"""Kernels that are noted and then run: what they are given, how often, and when they stop."""

import numpy as np
import pytest
from numba import boolean, float64, int64, void

from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier
from tui_rnn.layers.team import Team


@noted(void(float64[::1], int64, float64, boolean, int64[::1], WorkerType))
def count_up(total, place, by, wanted, stop, worker):
    """total[place] += by, and stop in the third round."""
    if worker.tid == 0 and wanted:
        total[place] += by
        if total[place] >= 3:
            stop[0] = 3
    barrier(worker.meeting, worker.threads)


def counted(threads=1, times=1, by=1.0, wanted=True, stops=False):
    total, stop, never = np.zeros(3), np.zeros(1, np.int64), np.zeros(1, np.int64)
    Team().run(
        threads, [lambda program: count_up(total, 1, by, wanted, stop, program)], times=times, stop=stop if stops else never
    )
    return total[1]


def test_arguments_arrive_as_they_were_noted():
    assert counted(by=-0.25) == -0.25
    assert counted(by=2) == 2
    assert counted(wanted=False) == 0


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_what_is_noted_once_runs_as_often_as_asked(threads):
    assert counted(threads, times=50) == 50


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_kernel_can_end_the_rounds(threads):
    assert counted(threads, times=50, stops=True) == 3


@pytest.mark.parametrize("wrong", [np.zeros(3, np.float32), np.zeros((3, 1)), np.zeros(6)[::2], [0.0, 0.0], None])
def test_an_array_of_another_kind_is_refused_before_anything_runs(wrong):
    stop = np.zeros(1, np.int64)
    with pytest.raises(TypeError, match="a kernel takes a contiguous array of float64 in 1 dimensions, found"):
        Team().run(1, [lambda program: count_up(wrong, 0, 1.0, True, stop, program)])


def test_too_few_arguments_are_refused():
    with pytest.raises((TypeError, ValueError)):
        Team().run(1, [lambda program: count_up(np.zeros(1), 0, 1.0, True, program)])


def test_arrays_that_nobody_else_holds_live_until_they_were_used():
    stop, last = np.zeros(1, np.int64), np.zeros(1)

    def program(p):
        for _ in range(200):
            count_up(np.zeros(1000), 0, 1.0, True, stop, p)
        count_up(last, 0, 1.0, True, stop, p)

    team = Team()
    for _ in range(20):
        team.run(2, [program])
    assert last[0] == 20
