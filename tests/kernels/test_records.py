"""NamedTuples in kernels: passed on by one address, and only when every field is what was agreed."""

from typing import NamedTuple

import numpy as np
import pytest
from numba import float32, float64, int64, void

from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.records import named


class Pair(NamedTuple):
    numbers: np.ndarray
    shift: int


PairType = named(Pair, float32[:, ::1], int64)


@kernel(void(PairType, float64))
def add_to(pair, amount):
    for j in range(pair.numbers.shape[1]):
        pair.numbers[1, j] += amount + pair.shift


@kernel(int64(PairType, float64), entry=True)
def add_twice(pair, amount):
    add_to(pair, amount)
    add_to(pair, amount)
    return pair.shift


def test_a_kernel_and_the_kernels_that_it_calls_see_the_same_arrays():
    pair = Pair(np.zeros((2, 3), np.float32), 4)
    assert add_twice(pair, 0.5) == 4
    np.testing.assert_array_equal(pair.numbers, [[0, 0, 0], [9, 9, 9]])


@pytest.mark.parametrize(
    "pair",
    [
        Pair(np.zeros((2, 3)), 4),
        Pair(np.zeros((3, 2), np.float32).T, 4),
        Pair(np.zeros(3, np.float32), 4),
        Pair(np.zeros((2, 3), np.float32), 4.5),  # type: ignore[arg-type]
    ],
    ids=["float64", "columns first", "one dimension", "no integer"],
)
def test_fields_of_other_types_are_refused(pair):
    with pytest.raises(TypeError, match="No matching definition"):
        add_twice(pair, 0.5)
