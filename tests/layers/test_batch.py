"""Where the rows of sequences of unequal lengths lie."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_rnn.errors import InputError
from tui_rnn.layers.batch import LONGEST, batch_of

LENGTHS = st.lists(st.integers(1, 9), min_size=1, max_size=12)


@settings(max_examples=30, derandomize=True)
@given(LENGTHS)
def test_every_character_has_a_row_of_its_own_and_there_are_no_others(lengths):
    batch = batch_of(lengths)
    rows = [int(batch.at(np.array([k]), np.array([t]))[0]) for k, n in enumerate(lengths) for t in range(n)]
    assert sorted(rows) == list(range(sum(lengths))) == list(range(batch.rows))
    assert batch.all.tolist() == rows


@settings(max_examples=30, derandomize=True)
@given(LENGTHS)
def test_at_each_time_step_the_rows_are_those_of_the_sequences_that_still_run(lengths):
    batch = batch_of(lengths)
    starts = batch.order.starts
    for t in range(max(lengths)):
        running = [k for k, n in enumerate(lengths) if n > t]
        rows = batch.at(np.array(running), np.full(len(running), t))
        assert sorted(rows) == list(range(starts[t], starts[t + 1]))


@settings(max_examples=30, derandomize=True)
@given(LENGTHS)
def test_packed_ids_stand_in_the_rows_of_their_characters(lengths):
    rng = np.random.default_rng(0)
    sequences = [rng.integers(0, 99, n) for n in lengths]
    batch = batch_of(lengths)
    ids = batch.pack(sequences)
    assert ids.dtype == np.int32
    for k, sequence in enumerate(sequences):
        np.testing.assert_array_equal(ids[batch.at(np.full(len(sequence), k), np.arange(len(sequence)))], sequence)


@settings(max_examples=30, derandomize=True)
@given(LENGTHS)
def test_the_backward_direction_reads_each_sequence_from_its_own_end(lengths):
    batch = batch_of(lengths)
    for k, n in enumerate(lengths):
        rows = batch.at(np.full(n, k), np.arange(n))
        np.testing.assert_array_equal(batch.order.reading[0, rows], rows)
        np.testing.assert_array_equal(batch.order.reading[1, rows], rows[::-1])


@settings(max_examples=30, derandomize=True)
@given(LENGTHS)
def test_the_state_before_is_the_one_after_the_sequences_own_last_character(lengths):
    batch, B = batch_of(lengths), len(lengths)
    for k, n in enumerate(lengths):
        rows = batch.at(np.full(n, k), np.arange(n))
        assert batch.order.before[rows[0]] < B
        np.testing.assert_array_equal(batch.order.before[rows[1:]], B + rows[:-1])
    first_rows = batch.order.before[:B]
    assert sorted(first_rows) == list(range(B)), "each has a state of its own to start from"


def test_first_and_last_rows_are_by_number():
    batch = batch_of([2, 5, 1])
    first, last = batch.first_and_last()
    np.testing.assert_array_equal(first, batch.at(np.arange(3), np.zeros(3, int)))
    np.testing.assert_array_equal(last, batch.at(np.arange(3), np.array([1, 4, 0])))


@pytest.mark.parametrize("lengths", [[], [3, 0]])
def test_no_sequence_and_an_empty_one_are_refused(lengths):
    with pytest.raises(InputError, match="expected at least one, each of at least 1"):
        batch_of(lengths)


def test_a_sequence_that_would_take_too_much_memory_is_refused():
    with pytest.raises(InputError, match=f"has length {LONGEST + 1:,}, expected at most {LONGEST:,}"):
        batch_of([3, LONGEST + 1])
