"""Threads that enter a kernel together. They are kept, since a training call lasts only tens of milliseconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from tui_rnn.kernels.machine.matmul import DEPTH, GROUP, PANEL
from tui_rnn.kernels.machine.tape import Program, Tape, perform
from tui_rnn.kernels.machine.threads import BARRIER_SIZE, Worker, cores
from tui_rnn.layers.room import floats

__all__ = ["Phase", "Team", "cores"]

Phase = Sequence[Callable[[Program], None]]
"""Programs that are independent of each other: each a function that calls kernels with the program, and so notes them."""

TAPE_SIZE = 1 << 16
"""Words. The deepest networks note some 20,000."""


class Team:
    """Threads that run what is noted for them (see kernels.machine.tape).

    Each thread keeps its number in every call, so that its data stay in its core's cache.
    """

    def __init__(self) -> None:
        self._tape = Tape(TAPE_SIZE)
        self._meeting = np.zeros(BARRIER_SIZE, np.int64)
        self._meetings = np.zeros((0, BARRIER_SIZE), np.int64)
        self._scratch = floats(0, 0, GROUP, DEPTH, PANEL)
        self._workers: dict[tuple[int, int], Worker] = {}
        self._threads: list[ThreadPoolExecutor] = []

    def run(self, threads: int, *phases: Phase, times: int = 1, stop: np.ndarray | None = None) -> None:
        """Note the programs of the phases, then run them with so many threads, phase after phase.

        A phase's programs are divided among teams of equal size if the number of threads allows it. Otherwise, and for a
        single program, all threads run each of them. All phases are repeated `times` times without Python in between, or
        until a kernel writes into stop (1,) that the present round is the last.
        """
        most = max(map(len, phases))
        if self._scratch.shape[0] < most or self._scratch.shape[1] < threads:
            self._meetings = np.zeros((most, BARRIER_SIZE), np.int64)
            self._scratch = floats(most, threads, GROUP, DEPTH, PANEL)
            self._workers.clear()
        self._tape.clear()
        plan = self._note(threads, phases)
        stop = np.zeros(1, np.int64) if stop is None else stop

        def take_part(tid: int) -> None:
            perform(self._tape.words, plan, times, stop, self._meeting, tid, threads)

        def lead() -> None:
            following = [self._threads[tid].submit(take_part, tid) for tid in range(1, threads)]
            take_part(0)
            wait(following)

        if threads == 1:
            take_part(0)
            return
        self._threads += [ThreadPoolExecutor(1, "kernel") for _ in range(len(self._threads), threads)]
        if threading.current_thread() is not threading.main_thread():
            lead()
            return
        # only the main thread is interrupted: another one leads, so that it can't leave the rest alone
        leading = self._threads[0].submit(lead)
        wait([leading])
        leading.result()

    def _note(self, threads: int, phases: Sequence[Phase]) -> np.ndarray:
        """The plan: see kernels.machine.tape.perform."""
        plan = []
        for phase in phases:
            size = threads // len(phase) if threads % len(phase) == 0 else threads
            plan += [len(phase), size]
            for number, note in enumerate(phase):
                begin = self._tape.end
                note(Program(self._tape, self._worker(number, size)))
                plan += [begin, self._tape.end]
        return np.array(plan, np.int64)

    def _worker(self, number: int, size: int) -> Worker:
        """The first of the `size` threads that run the number-th program of a phase."""
        if (number, size) not in self._workers:
            self._workers[number, size] = Worker(0, size, self._meetings[number], self._scratch[number])
        return self._workers[number, size]
