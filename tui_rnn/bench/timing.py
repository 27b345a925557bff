"""Fair timing of several jobs: short samples of each in turn, round after round, so that all meet the same machine."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Job:
    """Something that can be run again and again; `amount` is what one call gets done (characters, FLOPs)."""

    run: Callable[[], None]
    amount: float


@dataclass(frozen=True)
class Effort:
    """How long to measure: `rounds` samples of every job, each at least `sample_s` seconds."""

    rounds: int = 5
    sample_s: float = 0.3


def sample(job: Job, sample_s: float) -> float:
    """Amount a second over one sample."""
    calls, start = 0, perf_counter()
    while True:
        job.run()
        calls += 1
        elapsed = perf_counter() - start
        if elapsed >= sample_s:
            return job.amount * calls / elapsed


def alternate(jobs: Sequence[Job], effort: Effort) -> list[float]:
    """The median amount a second of each job. The jobs take turns; every round starts with another one."""
    for job in jobs:
        job.run()  # the first call allocates and fills caches
    rates: list[list[float]] = [[] for _ in jobs]
    for first in range(effort.rounds):
        for k in range(len(jobs)):
            turn = (first + k) % len(jobs)
            rates[turn].append(sample(jobs[turn], effort.sample_s))
    return [statistics.median(found) for found in rates]
