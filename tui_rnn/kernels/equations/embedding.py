"""Characters in: W e_t is a row of a table, looked up; backward, each row is added to the row it came from.

An id below 0 stands where a sequence has ended: it is read as character 0, and its gradient is 0, since it is not scored.
"""

from numba import float32, int32, int64, void

from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.rows import add_row, clear_row, copy_biased_row, copy_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share

Matrix = float32[:, ::1]


@kernel(void(Matrix, float32[::1], int32[::1], Matrix, int64, int64))
def look_up(table, b, ids, rows, first, last):
    """rows[r] ← table[ids[r]] + b for r = first … last-1. Columns beyond the table's width get b alone."""
    width, full = table.shape[1], rows.shape[1]
    for r in range(first, last):
        copy_biased_row(table, max(ids[r], 0) * width, b, 0, rows, r * full, 0, width)
        if full > width:
            copy_row(b, width, rows, r * full + width, 0, full - width)


@kernel(void(Matrix, int32[::1], Matrix, int64, int64))
def gather_rows(table, ids, rows, first, last):
    """rows[r] ← table[ids[r]] for r = first … last-1."""
    width = table.shape[1]
    for r in range(first, last):
        copy_row(table, max(ids[r], 0) * width, rows, r * width, 0, width)


@kernel(void(Matrix, int32[::1], Matrix, int64, int64, int64))
def scatter_add_rows(rows, ids, table, count, first, last):
    """table[ids[r]] += rows[r], r = 0 … count-1, for the columns first … last-1."""
    if last > first:
        for r in range(count):
            add_row(rows, r * rows.shape[1] + first, table, max(ids[r], 0) * table.shape[1] + first, 0, last - first)


@kernel(void(Matrix, float32[::1], int64, int64))
def fill_rows(rows, value, first, last):
    """rows[r] ← value for r = first … last-1: the bias, to which a product is then added."""
    width = rows.shape[1]
    for r in range(first, last):
        copy_row(value, 0, rows, r * width, 0, width)


@kernel(void(Matrix, int64, int64))
def clear_rows(rows, first, last):
    """rows[r] ← 0 for r = first … last-1."""
    if last > first:
        clear_row(rows, first * rows.shape[1], 0, (last - first) * rows.shape[1])


@kernel(void(Matrix, float32[::1], int64, int64, int64, int64, int64))
def add_rows(rows, total, row, count, column, first, last):
    """total[j] += Σ_r rows[r, column + j] over `count` rows from `row` on, for j = first … last-1: a bias's gradient."""
    if last > first:
        for r in range(row, row + count):
            add_row(rows, r * rows.shape[1] + column + first, total, first, 0, last - first)


@noted(void(Matrix, int32[::1], Matrix, int64, WorkerType))
def embed_forward(E, ids, x, rows, worker):
    """x[r] ← E[ids[r]]: e = E x for each of `rows` characters."""
    gather_rows(E, ids, x, share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads))
    barrier(worker.meeting, worker.threads)


@noted(void(Matrix, int32[::1], Matrix, Matrix, int64, WorkerType))
def embed_beside_forward(E, ids, beside, x, rows, worker):
    """x[r] ← [E[ids[r]] ; beside[r]]: a word's embedding, and the state its letters lead to."""
    D, width, full = E.shape[1], beside.shape[1], x.shape[1]
    for r in range(share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads)):
        copy_row(E, max(ids[r], 0) * D, x, r * full, 0, D)
        copy_row(beside, r * width, x, r * full + D, 0, width)
    barrier(worker.meeting, worker.threads)


@noted(void(Matrix, int32[::1], Matrix, Matrix, int64, WorkerType))
def embed_beside_backward(dE, ids, dbeside, dx, rows, worker):
    """dE[ids[r]] += the first columns of dx[r]; dbeside[r] ← the others."""
    D, width, full = dE.shape[1], dbeside.shape[1], dx.shape[1]
    first, last = share(D, 16, worker.tid, worker.threads), share(D, 16, worker.tid + 1, worker.threads)
    if last > first:
        for r in range(rows):
            add_row(dx, r * full + first, dE, max(ids[r], 0) * D + first, 0, last - first)
    for r in range(share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads)):
        copy_row(dx, r * full + D, dbeside, r * width, 0, width)
    barrier(worker.meeting, worker.threads)


@noted(void(Matrix, int32[::1], Matrix, int64, WorkerType))
def embed_backward(dE, ids, dx, rows, worker):
    """dE[ids[r]] += dx[r]."""
    D = dE.shape[1]
    scatter_add_rows(dx, ids, dE, rows, share(D, 16, worker.tid, worker.threads), share(D, 16, worker.tid + 1, worker.threads))
    barrier(worker.meeting, worker.threads)
