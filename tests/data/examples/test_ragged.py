"""Sequences of unequal length lie end to end and come out as they went in, or joined."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data.examples.ragged import Ragged

SEQUENCES = st.lists(st.lists(st.integers(0, 99), min_size=1, max_size=6), min_size=1, max_size=8)


def ragged(sequences: list[list[int]]) -> Ragged:
    return Ragged.from_sequences([np.array(sequence) for sequence in sequences])


@given(SEQUENCES)
def test_each_sequence_comes_out_as_it_went_in(sequences: list[list[int]]) -> None:
    whole = ragged(sequences)
    assert [whole[i].tolist() for i in range(len(whole))] == sequences


@given(SEQUENCES, st.data())
def test_chosen_sequences_can_be_joined(sequences: list[list[int]], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(sequences) - 1), min_size=1, max_size=5))
    joined = ragged(sequences).concatenated(np.array(rows))
    assert joined.tolist() == [value for row in rows for value in sequences[row]]


def test_there_is_no_sequence_beyond_the_last() -> None:
    with pytest.raises(IndexError):
        ragged([[1]])[1]
