"""A cluster of Dask inside this process: one worker with one thread, which starts in a moment."""

from __future__ import annotations

from typing import Any

import distributed

from tui_rnn.sweep.cluster import NO_PAGE


def inside() -> Any:
    """For a with statement."""
    return distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, scheduler_kwargs=NO_PAGE, silence_logs=50, memory_limit=0
    )
