"""The coordinator of a sweep: it hands out trials, one for each core of the cluster, and collects the results.

Everything reaches it through one queue: what workers tell, and their results. When a worker dies, Dask gives its trial to
another one. A trial that ended counts only once it is in the folder and in the journal, so it is never trained again.
"""

from __future__ import annotations

import queue
import secrets
import sys
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from distributed import Client, Future, KilledWorker

import tui_rnn
from tui_rnn.errors import InputError, RunError
from tui_rnn.sweep import worker as in_worker
from tui_rnn.sweep.cluster import DataKeeper
from tui_rnn.sweep.folder import SweepFolder
from tui_rnn.sweep.plan import Plan
from tui_rnn.sweep.study import RUNGS, Study
from tui_rnn.sweep.trial import FAILED, Trial, TrialRecord

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data

TICK_S = 0.2
TABLE_S = 2.0  # the table is written no more often, since it grows
ASK_WORKERS_S = 1.0
LOST_S = 15.0  # a result that takes longer was lost with its worker


@dataclass
class Running:
    """A trial that is being trained. share: how much of its goal it has reached; curve: (share, loss in nats) of its
    evaluations. begun: how often a worker has begun it."""

    trial: Trial
    share: float = 0.0
    loss_nats: float = float("nan")
    curve: list[tuple[float, float]] = field(default_factory=list)
    begun: int = 0
    since: float = field(default_factory=time.monotonic)


class Watcher(Protocol):
    """Shows how a sweep goes. Every method is called between two events and must be quick."""

    def begun(self, running: Running) -> None: ...

    def ended(self, record: TrialRecord) -> None: ...

    def tick(self, conductor: Conductor) -> None: ...


class Conductor:
    """A sweep while it runs. running: the trials, by key; workers: how many trials can run at a time."""

    def __init__(
        self, client: Client, plan: Plan, study: Study, folder: SweepFolder, data: Data, watcher: Watcher, *, ours: bool
    ) -> None:
        self.plan, self.study, self.folder, self.data = plan, study, folder, data
        self.running: dict[str, Running] = {}
        self.workers = 0
        self.began = time.monotonic()
        self.taken = 0  # trials that ended in this session
        self.trained_s, self.lasted_s = 0.0, 0.0  # the workers' time in all; the time by the clock, known at the end
        self._client, self._watcher, self._ours = client, watcher, ours
        self._name = f"tui-rnn-sweep-{secrets.token_hex(6)}"
        self._data_key = f"{data.sha256[:16]}-{secrets.token_hex(4)}"
        self._events: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._futures: dict[str, Future] = {}
        self._table_at, self._asked_at = 0.0, -ASK_WORKERS_S

    @property
    def total(self) -> int:
        """How many trials there are in all, with those of earlier sessions."""
        return self.plan.count

    def run(self, interrupted: Callable[[], bool], save_table: Callable[[], None]) -> None:
        """Train all trials; return early when interrupted, and keep what has ended. Raises RunError when the cluster is
        lost."""
        self._client.subscribe_topic(self._name, lambda event: self._events.put(("told", event[1])))
        self._send_data()
        try:
            exhausted = False
            while not interrupted():
                self._count_workers()
                while not exhausted and len(self._futures) < max(1, self.workers) and not interrupted():
                    exhausted = not self._hand_out()
                if exhausted and not self._futures:
                    break
                self._take_in()
                self._watcher.tick(self)
                if time.monotonic() - self._table_at > TABLE_S:
                    self._table_at = time.monotonic()
                    save_table()
        finally:
            self.lasted_s = time.monotonic() - self.began
            try:
                save_table()
            finally:  # workers of a foreign cluster would train on for nobody
                self._leave()

    def _send_data(self) -> None:
        """Take the data to every worker, once."""
        try:
            self._client.register_plugin(DataKeeper(self._data_key, self.data, self._ours))
        except Exception as error:  # a worker of a foreign cluster may raise anything
            raise InputError(
                f"the workers can't take the data ({type(error).__name__}: {error!s:.200}): they need tui-rnn "
                f"{tui_rnn.__version__} and Python {sys.version_info.major}.{sys.version_info.minor}, as here"
            ) from None

    def _count_workers(self) -> None:
        now = time.monotonic()
        if now - self._asked_at < ASK_WORKERS_S:
            return
        self._asked_at = now
        self.workers = sum(self._client.nthreads().values())

    def _hand_out(self) -> bool:
        """Begin the next trial; False if there is none."""
        proposal = self.study.next()
        if proposal is None:
            return False
        try:
            trial = self.plan.trial(proposal.number, self.data, proposal.settings, proposal.seed)
        except InputError as error:
            self._end(TrialRecord(proposal.number, "", proposal.settings, proposal.seed, FAILED, problem=str(error)))
            return True
        if (known := self.folder.record_of(trial)) is not None:  # trained, but the last session ended before its journal knew
            self._end(known)
            return True
        self.running[trial.key] = Running(trial)
        self._submit(trial)
        return True

    def _submit(self, trial: Trial) -> None:
        job = in_worker.Job(self._name, trial, self._data_key, RUNGS if self.plan.stop else ())
        task = f"{self._name}-{trial.number}-{secrets.token_hex(4)}"
        future = self._futures[trial.key] = self._client.submit(in_worker.train_trial, job, key=task, pure=False)
        future.add_done_callback(lambda ended: self._events.put(("done", (trial.key, ended))))

    def _take_in(self) -> None:
        """Wait a little for events, and note all of them."""
        try:
            event = self._events.get(timeout=TICK_S)
            while True:
                self._note(*event)
                event = self._events.get_nowait()
        except queue.Empty:
            if self._client.status not in ("running", "connecting"):
                raise RunError(self._lost) from None

    @property
    def _lost(self) -> str:
        return f"the connection to the scheduler is lost: go on with tui-rnn sweep --resume {self.folder.path}"

    def _note(self, what: str, about: Any) -> None:
        if what == "done":
            key, future = about
            if self._futures.get(key) is future:  # else it was lost, and its trial was submitted again
                self._bring_in(key, future)
        elif (running := self.running.get(about["key"])) is not None:
            self._hear(running, about)

    def _hear(self, running: Running, told: dict[str, Any]) -> None:
        if told["event"] == "begun":
            running.begun += 1
            running.share, running.curve = 0.0, []
            if running.begun == 1:
                running.since = time.monotonic()
            self._watcher.begun(running)
        elif told["event"] == "progress":
            running.share, running.loss_nats = told["share"], told["loss_nats"]
            if told["new"]:
                running.curve.append((told["share"], told["loss_nats"]))
        else:
            goes_on = self.study.goes_on(running.trial.number, told["rung"], told["value"])
            self._client.run(
                in_worker.hear, running.trial.key, told["rung"], goes_on, workers=[told["worker"]], on_error="ignore"
            )

    def _bring_in(self, key: str, future: Future) -> None:
        """A worker has a trial's result, or Dask gave up."""
        running = self.running[key]
        trial = running.trial
        try:
            done = future.result(timeout=LOST_S)
        except CancelledError:  # this process cancels no future that it waits for
            raise RunError(self._lost) from None
        except KilledWorker:
            self._give_up(trial, f"its workers died, {running.begun} of them: it may need more memory than there is")
        except TimeoutError:  # the worker died after it said that it was done, and before it handed over the run
            future.cancel()
            self._submit(trial)
            return
        except Exception as error:  # a trial may fail in any way and must not end the others
            self._give_up(trial, f"{type(error).__name__}: {error}")
        else:
            if done.run:
                self.folder.put_run(trial, done.run)
            self.trained_s += done.record.elapsed_s
            self._end(replace(done.record, number=trial.number))
        del self.running[key], self._futures[key]
        future.release()

    def _give_up(self, trial: Trial, problem: str) -> None:
        self._end(TrialRecord(trial.number, trial.key, dict(trial.settings), trial.seed, FAILED, problem=problem[:400]))

    def _end(self, record: TrialRecord) -> None:
        self.study.end(record, record.value(self.data.kind))
        self.taken += 1
        self._watcher.ended(record)

    def _leave(self) -> None:
        """Stop what nobody waits for. Our own workers end with their cluster."""
        if self._ours or self._client.status != "running":
            return
        self._client.run(in_worker.end, self._name, on_error="ignore")
        self._client.cancel([*self._futures.values()])
        self._client.unregister_worker_plugin(f"tui-rnn-data-{self._data_key}")
