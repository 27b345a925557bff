"""Fair timing of several jobs: short samples of each by turns, round after round, so that all meet the same machine."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter, sleep

QUIET_S = 0.4  # spinning threads rest by then
STEADY = 0.85  # of the yardstick's best rate: below that, something else used the machine
PATIENCE = 3  # at most so many times the wanted rounds, to get as many steady ones


@dataclass(frozen=True)
class Job:
    """Something that can be run again and again. amount: how much one call does (characters, FLOPs). quiet_s: how long to wait
    before a sample. The threads of OpenMP (PyTorch's) and of a BLAS spin for a while after their work, on the cores that the
    next job needs."""

    run: Callable[[], None]
    amount: float
    quiet_s: float = 0.0


@dataclass(frozen=True)
class Effort:
    """How long to measure: `rounds` samples of every job, each at least `sample_s` seconds."""

    rounds: int = 5
    sample_s: float = 0.3


def sample(job: Job, sample_s: float) -> float:
    """Amount a second over one sample."""
    sleep(job.quiet_s)
    calls, start = 0, perf_counter()
    while True:
        job.run()
        calls += 1
        elapsed = perf_counter() - start
        if elapsed >= sample_s:
            return job.amount * calls / elapsed


def alternate(jobs: Sequence[Job], effort: Effort, yardstick: int | None = None) -> list[float]:
    """The median amount a second of each job. The jobs take turns; every round starts with another one.

    yardstick: the job that always takes the same time on this machine. Rounds in which it was slow are repeated, and the
    rounds in which it was fastest count: a virtual machine's two cores may be only one for seconds.
    """
    for job in jobs:
        job.run()  # the first call allocates and fills caches
    found: list[list[float]] = []
    while _steady(found, yardstick) < effort.rounds and len(found) < PATIENCE * effort.rounds:
        rates = [0.0] * len(jobs)
        for k in range(len(jobs)):
            turn = (len(found) + k) % len(jobs)
            rates[turn] = sample(jobs[turn], effort.sample_s)
        found.append(rates)
    if yardstick is not None:
        found.sort(key=lambda rates: -rates[yardstick])
    return [statistics.median(rates) for rates in zip(*found[: effort.rounds], strict=True)]


def _steady(rounds: list[list[float]], yardstick: int | None) -> int:
    """How many rounds were not disturbed."""
    if yardstick is None or not rounds:
        return len(rounds)
    best = max(rates[yardstick] for rates in rounds)
    return sum(rates[yardstick] >= STEADY * best for rates in rounds)
