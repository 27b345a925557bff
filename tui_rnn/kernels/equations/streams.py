"""Streams of a running text: each step of a call reads the next chunk of every stream."""

from typing import NamedTuple

import numpy as np
from numba import boolean, int32, int64, void

from tui_rnn.kernels.equations.dropout import CALL
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, share


class Chunk(NamedTuple):
    """T characters of B streams, and what follows each: rows are time-major, t·B + b."""

    ids: np.ndarray  # (1, T·B) int32
    targets: np.ndarray  # (T·B,) int32
    fresh: np.ndarray  # (B,) bool: streams that start from the zero state


ChunkType = named(Chunk, int32[:, ::1], int32[::1], boolean[::1])


@noted(void(ChunkType, int32[:, ::1], boolean[:, ::1], int64[::1], WorkerType))
def next_chunk(chunk, tokens, fresh, clock, worker):
    """What the current step reads. tokens (n, (T+1)·B): in each row, the last T·B are the targets of the first T·B.
    fresh (n, B).

    No barrier: a thread's share is the same in all kernels, and forward it reads ids, targets and streams of that share only.
    """
    call, rows, B = clock[CALL], chunk.targets.shape[0], chunk.fresh.shape[0]
    for r in range(share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads)):
        chunk.ids[0, r] = tokens[call, r]
        chunk.targets[r] = tokens[call, r + B]
    for b in range(share(B, 1, worker.tid, worker.threads), share(B, 1, worker.tid + 1, worker.threads)):
        chunk.fresh[b] = fresh[call, b]
