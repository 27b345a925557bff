"""Matrix products on packed panels, without a BLAS.

A recurrent network multiplies by the same U at every time step. So U is packed once for each training step, into panels of
`TILE.panel` columns, each contiguous: (panels, K, TILE.panel). A BLAS would pack it again at every call.

The number of rows is free; the number of columns (of B and C) is a multiple of 16, since the layers pad with zeros.
"""

from numba import float32, int64, void

from tui_rnn.kernels.machine.jit import inlined, kernel
from tui_rnn.kernels.machine.rows import copy_row
from tui_rnn.kernels.machine.simd import dot_tile, row_tile
from tui_rnn.kernels.machine.vector_unit import TILE

ROWS, PANEL, LANES = TILE.rows, TILE.panel, TILE.lanes
FULL = TILE.vectors
WIDE = 4 * FULL  # vectors of a single row
NARROW_ROWS = 8  # of a tile that is one vector wide, as at the edge of a matrix or of a thread's share
# How many rows of a gradient's product, and how many panels of their columns, are packed at a time: a panel stays in the L1
# cache, and stretches of dW's rows are long enough to be fetched ahead.
DEPTH, GROUP = 128, 128 // PANEL

Matrix = float32[:, ::1]
Panels = float32[:, :, ::1]

_tile = dot_tile(ROWS, FULL)
_tile_4 = dot_tile(4, FULL)
_tile_2 = dot_tile(2, FULL)
_tile_1 = dot_tile(1, FULL)
_pair = dot_tile(4, 2)
_narrow = dot_tile(NARROW_ROWS, 1)
_narrow_4 = dot_tile(4, 1)
_row_wide = row_tile(WIDE, whole_panels=True)
_row_8, _row_4, _row_2, _row_1 = row_tile(8), row_tile(4), row_tile(2), row_tile(1)


def panel_count(columns: int) -> int:
    """How many panels hold these columns."""
    return -(-columns // PANEL)


@kernel(void(Matrix, Panels, int64, int64))
def pack(B, P, tid, threads):
    """P ← B (K, N) in panels, or its first rows if P has fewer. Each thread packs its share of the panels."""
    K, N = P.shape[1], B.shape[1]
    for p in range(tid, P.shape[0], threads):
        width = min(PANEL, N - p * PANEL)
        for k in range(K):
            copy_row(B, k * N + p * PANEL, P, (p * K + k) * PANEL, 0, width)


@kernel(void(Matrix, Panels, int64, int64))
def pack_transposed(B, P, tid, threads):
    """P ← Bᵀ (K, N) in panels, for B (N, K)."""
    N, K = B.shape
    for p in range(tid, P.shape[0], threads):
        width = min(PANEL, N - p * PANEL)
        # blocks of 16: rows of B are read and rows of P are written while both are still in the cache
        for k0 in range(0, K, 16):
            for j in range(width):
                for k in range(k0, min(k0 + 16, K)):
                    P[p, k, j] = B[p * PANEL + j, k]


@inlined
def _row_times(A, from_a, P, first, last, C, to_c):
    """One row: C[to_c :] += A[from_a :] · B[:, first : last]."""
    K = P.shape[1]
    column, left = first, (last - first) // LANES
    while left > 0:
        to = to_c + column - first
        if left >= WIDE and column % PANEL == 0:
            _row_wide(A, from_a, P, column, C, to, K)
            done = WIDE
        elif left >= 8:
            _row_8(A, from_a, P, column, C, to, K)
            done = 8
        elif left >= 4:
            _row_4(A, from_a, P, column, C, to, K)
            done = 4
        elif left >= 2:
            _row_2(A, from_a, P, column, C, to, K)
            done = 2
        else:
            _row_1(A, from_a, P, column, C, to, K)
            done = 1
        column += done * LANES
        left -= done


@kernel(void(Matrix, int64, int64, Panels, Matrix, int64, int64, int64, int64, int64))
def matmul(A, a, a_col, P, C, c, c_col, rows, first, last):
    """C[c : c+rows, c_col + first : c_col + last] += A[a : a+rows, a_col : a_col+K] · B[:, first : last], B packed in P.

    first and last are multiples of 16.
    """
    K = P.shape[1]
    if K == 0:  # the transposed U of a cell without U
        return
    lda, ldc = A.shape[1], C.shape[1]
    column = first
    if rows == 1:
        _row_times(A, a * lda + a_col, P, first, last, C, c * ldc + c_col + first)
        column = last
    while column < last:
        within = column % PANEL
        width = min(PANEL - within, last - column)
        if width < PANEL:  # at the edge of the matrix or of a thread's share
            width = 2 * LANES if width >= 2 * LANES else LANES
        b = (column - within) * K + within
        row = 0
        while row < rows:
            from_a = (a + row) * lda + a_col
            to_c = (c + row) * ldc + c_col + column
            left = rows - row
            if width == PANEL:
                if left >= ROWS:
                    _tile(A, from_a, lda, 1, P, b, C, to_c, ldc, K)
                    row += ROWS
                elif left >= 4:
                    _tile_4(A, from_a, lda, 1, P, b, C, to_c, ldc, K)
                    row += 4
                elif left >= 2:
                    _tile_2(A, from_a, lda, 1, P, b, C, to_c, ldc, K)
                    row += 2
                else:
                    _tile_1(A, from_a, lda, 1, P, b, C, to_c, ldc, K)
                    row += 1
            elif width > LANES:
                if left >= 4:
                    _pair(A, from_a, lda, 1, P, b, C, to_c, ldc, K)
                    row += 4
                else:
                    _row_2(A, from_a, P, column, C, to_c, K)
                    row += 1
            elif left >= NARROW_ROWS:
                _narrow(A, from_a, lda, 1, P, b, C, to_c, ldc, K)
                row += NARROW_ROWS
            elif left >= 4:
                _narrow_4(A, from_a, lda, 1, P, b, C, to_c, ldc, K)
                row += 4
            else:
                _row_1(A, from_a, P, column, C, to_c, K)
                row += 1
        column += width


@kernel(void(Matrix, int64, Matrix, int64, int64, int64, Matrix, Panels, int64, int64))
def add_outer(A, a, D, d, d_col, rows, dW, scratch, tid, threads):
    """dW += A[a : a+rows]ᵀ · D[d : d+rows, d_col : d_col+N]: the sum of the outer products of rows, a weight's gradient.

    A (·, M), dW (M, N); M and N multiples of 16. Threads share the columns of dW, or its rows if it has few columns: one
    thread sums each element, in the order of the rows. scratch (GROUP, DEPTH, PANEL) is the thread's own.
    """
    M, N = dW.shape
    lda, ldd = A.shape[1], D.shape[1]
    panels = (N + PANEL - 1) // PANEL
    by_columns = panels >= 2 * threads or threads == 1
    if by_columns:
        first_panel, last_panel, first_row, last_row = panels * tid // threads, panels * (tid + 1) // threads, 0, M
    else:
        tiles = M // 16
        first_panel, last_panel = 0, panels
        first_row, last_row = tiles * tid // threads * 16, tiles * (tid + 1) // threads * 16
    for start in range(0, rows, DEPTH):
        depth = min(DEPTH, rows - start)
        for group in range(first_panel, last_panel, GROUP):
            group_end = min(last_panel, group + GROUP)
            for p in range(group, group_end):
                width = min(PANEL, N - p * PANEL)
                for k in range(depth):
                    from_d = (d + start + k) * ldd + d_col + p * PANEL
                    copy_row(D, from_d, scratch, ((p - group) * DEPTH + k) * PANEL, 0, width)
            for m in range(first_row, last_row, NARROW_ROWS):
                for p in range(group, group_end):
                    width, b = min(PANEL, N - p * PANEL), (p - group) * DEPTH * PANEL
                    if width == PANEL:
                        for row in range(m, m + NARROW_ROWS, ROWS):
                            from_a, to_c = (a + start) * lda + row, row * N + p * PANEL
                            _tile(A, from_a, 1, lda, scratch, b, dW, to_c, N, depth)
                    elif width >= 2 * LANES:
                        for row in range(m, m + NARROW_ROWS, 4):
                            from_a, to_c = (a + start) * lda + row, row * N + p * PANEL
                            _pair(A, from_a, 1, lda, scratch, b, dW, to_c, N, depth)
                    else:
                        from_a, to_c = (a + start) * lda + m, m * N + p * PANEL
                        _narrow(A, from_a, 1, lda, scratch, b, dW, to_c, N, depth)
