"""Batches hold every example once an epoch, of like length together, in an order that goes on exactly where it was."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tui_rnn.data.examples.batches import Batches, permutation
from tui_rnn.errors import InputError


def part(n: int, seed: int = 0) -> NDArray[np.int64]:
    """The lengths of n examples."""
    return np.random.default_rng(seed).integers(1, 100, n)


def rows(batches: list[NDArray[np.int64]]) -> list[list[int]]:
    return [batch.tolist() for batch in batches]


@given(st.integers(1, 200), st.integers(1, 40), st.integers(0, 2**62))
def test_each_epoch_holds_every_example_once(n: int, batch_size: int, seed: int) -> None:
    batches = Batches(part(n), batch_size, seed)
    for _ in range(2):
        epoch = batches.take(batches.batches_per_epoch)
        assert sorted(row for batch in epoch for row in batch) == list(range(n))


@given(st.integers(1, 200), st.integers(1, 40))
def test_batches_of_an_epoch_differ_in_size_by_at_most_one_and_are_no_larger_than_asked(n: int, batch_size: int) -> None:
    batches = Batches(part(n), batch_size, 1)
    sizes = {len(batch) for batch in batches.take(batches.batches_per_epoch)}
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= batch_size


def test_epochs_have_other_orders() -> None:
    batches = Batches(part(100), 10, 1)
    assert rows(batches.take(10)) != rows(batches.take(10))


def test_seeds_have_other_orders() -> None:
    assert rows(Batches(part(100), 10, 1).take(10)) != rows(Batches(part(100), 10, 2).take(10))


def test_the_same_seed_has_the_same_order() -> None:
    assert rows(Batches(part(100), 10, 1).take(25)) == rows(Batches(part(100), 10, 1).take(25))


def test_two_are_the_same_as_one_twice() -> None:
    one, two = Batches(part(100), 10, 1), Batches(part(100), 10, 1)
    assert rows(two.take(12)) == rows(one.take(5) + one.take(7))


def test_examples_of_a_batch_are_about_as_long_as_each_other() -> None:
    lengths = part(5_000)
    batches = Batches(lengths, 20, 1)
    epoch = batches.take(batches.batches_per_epoch)
    assert sum(len(batch) * lengths[batch].max() for batch in epoch) < 1.05 * lengths.sum()


def test_lengths_do_not_rise_or_fall_through_an_epoch() -> None:
    lengths = part(5_000)
    batches = Batches(lengths, 20, 1)
    longest = [lengths[batch].max() for batch in batches.take(batches.batches_per_epoch)]
    assert abs(np.corrcoef(longest, np.arange(len(longest)))[0, 1]) < 0.2


def test_short_and_long_batches_come_in_another_order_in_each_epoch() -> None:
    lengths = part(5_000)
    batches = Batches(lengths, 20, 1)
    first, second = ([lengths[batch].max() for batch in batches.take(batches.batches_per_epoch)] for _ in range(2))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.2


def test_neighbours_in_one_epoch_are_not_neighbours_in_the_next() -> None:
    batches = Batches(np.full(1_000, 5), 10, 1)
    mates = [
        {frozenset(pair) for row in epoch for pair in pairwise(row)}
        for epoch in (rows(batches.take(100)), rows(batches.take(100)))
    ]
    assert len(mates[0] & mates[1]) < 20


class TestState:
    @given(st.integers(0, 60), st.integers(1, 30))
    def test_goes_on_exactly(self, taken: int, more: int) -> None:
        batches = Batches(part(100), 10, 1)
        batches.take(taken)
        resumed = Batches(part(100), 10, 1)
        resumed.load_state(batches.state())
        assert rows(resumed.take(more)) == rows(batches.take(more))

    def test_is_one_number(self) -> None:
        batches = Batches(part(100), 10, 1)
        batches.take(7)
        assert {name: array.tolist() for name, array in batches.state().items()} == {"step": [7]}

    @pytest.mark.parametrize("state", [{}, {"step": np.array([-1])}, {"step": np.array([1.0])}, {"step": np.array([1, 2])}])
    def test_that_is_none_is_refused(self, state: dict[str, NDArray[np.int64]]) -> None:
        with pytest.raises(InputError, match="step doesn't fit"):
            Batches(part(9), 3, 1).load_state(state)


def test_epochs_are_counted_in_parts() -> None:
    batches = Batches(part(100), 10, 1)
    batches.take(25)
    assert (batches.epoch, batches.step) == (2.5, 25)


def test_no_examples_are_refused() -> None:
    with pytest.raises(InputError, match="no examples"):
        Batches(np.zeros(0, dtype=np.int64), 10, 1)


@given(st.integers(0, 300), st.integers(0, 2**62), st.integers(0, 2**31))
def test_a_permutation_holds_every_number_once(n: int, seed: int, epoch: int) -> None:
    assert sorted(permutation(n, seed, epoch)) == list(range(n))


def test_permutations_are_the_same_on_every_machine() -> None:
    """SplitMix64 worked out in whole numbers of Python."""

    def mix(x: int) -> int:
        x = (x + 0x9E3779B97F4A7C15) % 2**64
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB % 2**64
        return x ^ (x >> 31)

    expected = sorted(range(50), key=lambda i: mix(mix((3 << 32) | i) ^ mix(7)))
    assert permutation(50, seed=7, epoch=3).tolist() == expected
