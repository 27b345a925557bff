"""Rows looked up, and added back."""

import numpy as np

from tui_rnn.kernels.equations import embedding


def test_gather_takes_the_row_of_each_id():
    table = np.arange(64, dtype=np.float32).reshape(4, 16)
    ids = np.array([3, 0, 3], np.int32)
    rows = np.full((3, 16), -1, np.float32)
    embedding.gather_rows(table, ids, rows, 0, 2)
    np.testing.assert_array_equal(rows[:2], table[[3, 0]])
    np.testing.assert_array_equal(rows[2], -1)


def test_scatter_adds_each_row_where_it_came_from_repeated_ids_too():
    rng = np.random.default_rng(0)
    rows, ids = rng.integers(0, 9, (20, 32)).astype(np.float32), rng.integers(0, 5, 20).astype(np.int32)
    table = np.ones((5, 32), np.float32)
    expected = table.copy()
    np.add.at(expected, ids, rows)
    for first, last in ((0, 16), (16, 32)):
        embedding.scatter_add_rows(rows, ids, table, 20, first, last)
    np.testing.assert_array_equal(table, expected)
