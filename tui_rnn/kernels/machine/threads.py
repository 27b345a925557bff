"""Several Python threads in one kernel: they share the rows or the columns, and meet at a barrier."""

import os
import sys
from typing import NamedTuple

import numpy as np
from numba import float32, int64, types, void

from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.simd import atomic_add, atomic_load

# Under load, the thread that the others wait for may lose its core: after so many looks, a waiting thread gives up its own.
PATIENCE = 2000

_yield_processor = types.ExternalFunction("SwitchToThread" if sys.platform == "win32" else "sched_yield", types.int32())

ARRIVED, GENERATION, BARRIER_SIZE = 0, 8, 16  # a cache line apart

SHARDS = 2  # a batch is divided into so many: see tasks/network


class Worker(NamedTuple):
    """One of the threads that share a piece of work."""

    tid: int
    threads: int
    meeting: np.ndarray  # BARRIER_SIZE zeros, shared
    scratch: np.ndarray  # (threads, GROUP, DEPTH, PANEL), one for each thread: where a weight gradient's product is packed


WorkerType = named(Worker, int64, int64, int64[::1], float32[:, :, :, ::1])


@kernel(void(int64[::1], int64))
def barrier(state, threads):
    """Wait until all threads are here. state: at least BARRIER_SIZE zeros, shared."""
    if threads == 1:
        return
    generation = atomic_load(state, GENERATION)
    if atomic_add(state, ARRIVED, 1) == threads - 1:
        atomic_add(state, ARRIVED, -threads)
        atomic_add(state, GENERATION, 1)
    else:
        looks = 0
        while atomic_load(state, GENERATION) == generation:
            looks += 1
            if looks > PATIENCE:
                _yield_processor()


@kernel(int64(int64, int64, int64, int64))
def share(total, unit, part, parts):
    """Where the part-th of `parts` nearly equal shares of `total` begins, on a multiple of `unit`."""
    units = (total + unit - 1) // unit
    return min(total, units * part // parts * unit)


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
