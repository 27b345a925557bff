"""Threads that share work and meet."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from tui_rnn.kernels.machine import threads
from tui_rnn.kernels.machine.threads import barrier, share


@given(total=st.integers(0, 1000), unit=st.sampled_from([1, 8, 16, 32]), parts=st.integers(1, 8))
def test_shares_cover_everything_once_on_multiples_of_the_unit(total, unit, parts):
    bounds = [share(total, unit, part, parts) for part in range(parts + 1)]
    assert bounds[0] == 0
    assert bounds[-1] == total
    assert bounds == sorted(bounds)
    assert all(bound % unit == 0 or bound == total for bound in bounds)
    sizes = np.diff(bounds)
    assert sizes.max() - sizes.min() < 2 * unit


@pytest.fixture(scope="module")
def meet():
    barrier.compile()

    @njit(nogil=True)
    def meet(state, arrived, seen, tid, count, rounds):
        for k in range(rounds):
            arrived[tid] = k + 1
            barrier(state, count)
            lowest = k + 1
            for other in range(count):
                lowest = min(lowest, arrived[other])
            seen[tid, k] = lowest
            barrier(state, count)

    return meet


@pytest.mark.parametrize("count", [1, 2, 4])
def test_nobody_passes_a_barrier_before_all_have_come(count, meet):
    rounds = 200
    state, arrived, seen = (
        np.zeros(threads.BARRIER_SIZE, np.int64),
        np.zeros(count, np.int64),
        np.zeros((count, rounds), np.int64),
    )
    meet(np.zeros(threads.BARRIER_SIZE, np.int64), np.zeros(1, np.int64), np.zeros((1, 1), np.int64), 0, 1, 1)
    with ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(meet, state, arrived, seen, tid, count, rounds) for tid in range(count)]:
            done.result(timeout=30)
    np.testing.assert_array_equal(seen, np.broadcast_to(np.arange(1, rounds + 1), (count, rounds)))
