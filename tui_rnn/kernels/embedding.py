"""Characters in: W e_t is a row of a table, looked up; backward, rows are added back to where they came from.

An id below 0 stands where a sequence has ended: it is read as character 0, and its gradient is 0, as it is not scored.
"""

from numba import float32, int32, int64, void

from tui_rnn.kernels.jit import kernel

Matrix = float32[:, ::1]


@kernel(void(Matrix, float32[::1], int32[::1], Matrix, int64, int64))
def look_up(table, b, ids, rows, first, last):
    """rows[r] ← table[ids[r]] + b for r = first … last-1. Where rows are wider than the table, b alone."""
    for r in range(first, last):
        source = max(ids[r], 0)
        for j in range(table.shape[1]):
            rows[r, j] = table[source, j] + b[j]
        for j in range(table.shape[1], rows.shape[1]):
            rows[r, j] = b[j]


@kernel(void(Matrix, int32[::1], Matrix, int64, int64))
def gather_rows(table, ids, rows, first, last):
    """rows[r] ← table[ids[r]] for r = first … last-1."""
    for r in range(first, last):
        source = max(ids[r], 0)
        for j in range(table.shape[1]):
            rows[r, j] = table[source, j]


@kernel(void(Matrix, int32[::1], Matrix, int64, int64, int64))
def scatter_add_rows(rows, ids, table, count, first, last):
    """table[ids[r]] += rows[r], r = 0 … count-1, for the columns first … last-1."""
    for r in range(count):
        target = max(ids[r], 0)
        for j in range(first, last):
            table[target, j] += rows[r, j]


@kernel(void(Matrix, float32[::1], int64, int64))
def fill_rows(rows, value, first, last):
    """rows[r] ← value for r = first … last-1: the bias that a product is added to."""
    for r in range(first, last):
        for j in range(rows.shape[1]):
            rows[r, j] = value[j]


@kernel(void(Matrix, int64, int64))
def clear_rows(rows, first, last):
    """rows[r] ← 0 for r = first … last-1."""
    for r in range(first, last):
        for j in range(rows.shape[1]):
            rows[r, j] = 0
