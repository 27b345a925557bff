"""Where trials are trained: processes of this machine, one a core, or a Dask cluster that exists.

Anybody who reaches a scheduler can run code, and other users of the machine can reach its ports. So our own cluster uses TLS,
with keys that never leave memory, on the loopback alone. Nothing else is opened, no dashboard and no page of a worker. A
cluster that exists is trusted: its owner decides what it runs and who can reach it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dask
from distributed import Client, LocalCluster, Security, WorkerPlugin

from tui_rnn.errors import InputError, RunError
from tui_rnn.sweep import worker as in_worker

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data

DEATHS = 5  # a trial whose workers died more often is given up: it may kill them
CONNECT_S = "10s"
NO_PAGE = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
"""For a scheduler: no dashboard. Its web server starts all the same; it takes a free port and is stopped at once."""
OWN = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.scheduler.allowed-failures": DEATHS,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.tick.interval": "1s",  # by default 50 times a second in each process: a part of a core that trains
    "distributed.admin.tick.limit": "60s",
    "distributed.scheduler.work-stealing": False,  # each worker has one trial
    "distributed.scheduler.active-memory-manager.start": False,
}
"""For our own cluster: nothing is served, little is measured."""


class DataKeeper(WorkerPlugin):  # type: ignore[misc]
    """Takes the data to each worker once, also to workers that start later. ours: the worker is a process of this machine that
    lives only for this sweep."""

    def __init__(self, data_key: str, data: Data, ours: bool) -> None:
        self.name = f"tui-rnn-data-{data_key}"
        self.data_key, self.data, self.ours = data_key, data, ours

    def setup(self, worker: Any) -> None:
        in_worker.keep(self.data_key, self.data)
        if self.ours:
            worker.http_server.stop()
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the coordinator, which ends its workers


@contextlib.contextmanager
def own_cluster(workers: int) -> Iterator[Client]:
    """So many processes on this machine, which end with the block. Raises RunError if they can't be started."""
    with tempfile.TemporaryDirectory(prefix="tui-rnn-sweep-", ignore_cleanup_errors=True) as folder, dask.config.set(OWN):
        try:
            security = Security.temporary()
        except ImportError:
            raise InputError('sweeps need the package cryptography: pip install "tui-rnn[sweep]"') from None
        try:
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="127.0.0.1",
                scheduler_kwargs=NO_PAGE,
                security=security,
                silence_logs=logging.CRITICAL,
                local_directory=folder,
                memory_limit=0,  # what a run needs is known, and checked, before it trains
            )
        except (OSError, RuntimeError, TimeoutError) as error:
            raise RunError(f"the processes for the sweep were not started: {error}") from None
        cluster.scheduler.http_server.stop()
        with cluster, Client(cluster, set_as_default=False) as client:
            yield client


@contextlib.contextmanager
def foreign_cluster(address: str) -> Iterator[Client]:
    """A cluster that exists, with TLS as Dask's own settings have it. Raises InputError if it doesn't answer."""
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"no scheduler of Dask answers at {address} ({reason}): start one with `dask scheduler`, or leave --scheduler out"
        ) from None
    with client:
        yield client


def cores() -> int:
    """How many processes make good use of this machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
