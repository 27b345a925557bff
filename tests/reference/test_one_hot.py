"""One-hot rows, without a table of all of them."""

from __future__ import annotations

import numpy as np

from tui_rnn.reference.cells import one_hot


def test_one_hot_rows_are_those_of_the_unit_matrix() -> None:
    ids = np.array([[2, 0, 1], [2, 2, 4]], np.int32)
    np.testing.assert_array_equal(one_hot(ids, 5), np.eye(5)[ids])


def test_a_row_of_very_many_symbols_takes_no_table_of_their_square() -> None:
    assert one_hot(np.array([999_999]), 1_000_000).shape == (1, 1_000_000)
