"""Threads that enter a kernel together. They are kept, since a training call lasts only tens of milliseconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import numpy as np

from tui_rnn.kernels.machine.matmul import DEPTH, GROUP, PANEL
from tui_rnn.kernels.machine.tape import TAPE_START, perform
from tui_rnn.kernels.machine.threads import BARRIER_SIZE, Worker, cores

__all__ = ["Phase", "Team", "cores", "run_together"]

Phase = Sequence[Callable[[Worker], None]]
"""Programs that are independent of each other: each a function that calls kernels with the worker, and so notes them."""

TAPE_SIZE = 1 << 16
"""Words. The deepest networks note some 20,000."""

_POOL = ThreadPoolExecutor(max_workers=512, thread_name_prefix="kernel")
"""Threads start on demand; never fewer than asked for, since a kernel's threads wait for each other."""


def run_together(function: Callable[[int], Any], threads: int) -> Any:
    """function(tid) for tid = 0 … threads-1 at the same time; returns function(0)'s result."""
    others = [_POOL.submit(function, tid) for tid in range(1, threads)]
    result = function(0)
    for other in others:
        other.result()
    return result


class Team:
    """Threads that run what is noted for them (see kernels.machine.tape).

    Each has its own place in every call, so that what it works on stays in its core's cache.
    """

    def __init__(self) -> None:
        self._tape = np.zeros(TAPE_SIZE, np.int64)
        self._meeting = np.zeros(BARRIER_SIZE, np.int64)
        self._meetings = np.zeros((0, BARRIER_SIZE), np.int64)
        self._scratch = np.zeros((0, 0, GROUP, DEPTH, PANEL), np.float32)
        self._threads: list[ThreadPoolExecutor] = []

    def run(self, threads: int, *phases: Phase) -> None:
        """Note the programs of the phases, then run them with so many threads, phase after phase.

        A phase's programs are divided among teams of equal size where the number of threads allows it; otherwise, and where
        there is one program only, all threads run each of them.
        """
        most = max(map(len, phases))
        if self._scratch.shape[0] < most or self._scratch.shape[1] < threads:
            self._meetings = np.zeros((most, BARRIER_SIZE), np.int64)
            self._scratch = np.zeros((most, threads, GROUP, DEPTH, PANEL), np.float32)
        plan = self._note(threads, phases)
        if threads == 1:
            perform(self._tape, plan, self._meeting, 0, 1)
            return
        self._threads += [ThreadPoolExecutor(1, "kernel") for _ in range(len(self._threads), threads)]
        if threading.current_thread() is not threading.main_thread():
            self._lead(plan, threads)
            return
        # an interrupt, which only the main thread has, must not make the leader leave the others
        leading = self._threads[0].submit(self._lead, plan, threads)
        wait([leading])
        leading.result()

    def _note(self, threads: int, phases: Sequence[Phase]) -> np.ndarray:
        """The plan: see kernels.machine.tape.perform."""
        self._tape[0] = TAPE_START
        plan = []
        for phase in phases:
            size = threads // len(phase) if threads % len(phase) == 0 else threads
            plan += [len(phase), size]
            for number, note in enumerate(phase):
                begin = int(self._tape[0])
                note(Worker(0, size, self._meetings[number], self._scratch[number], self._tape))
                plan += [begin, int(self._tape[0])]
        if self._tape[0] > len(self._tape):
            raise RuntimeError(f"kernels took {self._tape[0]:,} words to note, there is room for {len(self._tape):,}")
        return np.array(plan, np.int64)

    def _lead(self, plan: np.ndarray, threads: int) -> None:
        def take_part(tid: int) -> None:
            perform(self._tape, plan, self._meeting, tid, threads)

        following = [self._threads[tid].submit(take_part, tid) for tid in range(1, threads)]
        take_part(0)
        wait(following)
