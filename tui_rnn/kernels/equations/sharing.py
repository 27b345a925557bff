"""One matrix for several gates: U_f = U_i = U_o, and the same for W.

The kernels of the layers don't know about it: the matrix is stored once in the place of each gate. Its gradient is the sum
over these places, ∂L/∂U = Σ_gate ∂L/∂U_gate. The first place is updated with it and then copied to the others.
"""

from numba import float32, int64, void

from tui_rnn.kernels.machine.rows import add_row, clear_row, copy_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share

FIRST, OTHER, ROWS, STRIDE, WIDTH = range(5)  # columns of `repeats`, see layers.parameters.ParameterPlace.repeats
GRADIENT, FURTHER = 1, 4  # rows of a store's flat array: the gradient, and the first row of further shards' gradients


@noted(void(float32[:, ::1], int64[:, ::1], WorkerType))
def gather_repeated(flat, repeats, worker):
    """Add the gradient of each further place of a matrix to the gradient of its first place, and clear it, in every shard."""
    n = flat.shape[1]
    for k in range(repeats.shape[0]):
        rows, width = repeats[k, ROWS], repeats[k, WIDTH]
        for r in range(share(rows, 1, worker.tid, worker.threads), share(rows, 1, worker.tid + 1, worker.threads)):
            for shard in range(FURTHER - 1, flat.shape[0]):
                of_shard = (shard if shard >= FURTHER else GRADIENT) * n + r * repeats[k, STRIDE]
                add_row(flat, of_shard + repeats[k, OTHER], flat, of_shard + repeats[k, FIRST], 0, width)
                clear_row(flat, of_shard + repeats[k, OTHER], 0, width)
    barrier(worker.meeting, worker.threads)


@noted(void(float32[:, ::1], int64[:, ::1], WorkerType))
def repeat(flat, repeats, worker):
    """Copy the first place of each matrix to the others, in θ, row 0 of flat."""
    for k in range(repeats.shape[0]):
        rows, width = repeats[k, ROWS], repeats[k, WIDTH]
        for r in range(share(rows, 1, worker.tid, worker.threads), share(rows, 1, worker.tid + 1, worker.threads)):
            at = r * repeats[k, STRIDE]
            copy_row(flat, at + repeats[k, FIRST], flat, at + repeats[k, OTHER], 0, width)
    barrier(worker.meeting, worker.threads)
