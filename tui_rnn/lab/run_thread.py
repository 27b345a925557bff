"""One run of the lab, training on a thread of its own. Every command to it is carried out between two steps."""

from __future__ import annotations

import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path

from tui_rnn.config import RunConfig
from tui_rnn.data.opening import Data
from tui_rnn.errors import InputError, TuiRnnError
from tui_rnn.lab.asking import Asker
from tui_rnn.lab.beginning import Beginning
from tui_rnn.lab.coaching import Coaching
from tui_rnn.lab.compile_clock import CompileClock
from tui_rnn.lab.continuing import set_going
from tui_rnn.lab.messages import (
    Ask,
    CancelAsk,
    Fault,
    HoldWeights,
    Notice,
    Pause,
    RateChanged,
    ResetRun,
    Resume,
    RunRemoved,
    RunSnapshot,
    SaveRuns,
    ScaleLearningRate,
    Status,
    StepOnce,
    Unanswered,
    Watch,
)
from tui_rnn.lab.orders import Copy, End, Surroundings
from tui_rnn.lab.pause_score import PauseScore
from tui_rnn.lab.run_file import RunFile
from tui_rnn.lab.snapshots import rate_of, snapshot_of
from tui_rnn.lab.watching import Watcher
from tui_rnn.paths import written_path
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.networks import compile_kernels, threads_for
from tui_rnn.training.past_goal import goal_of
from tui_rnn.training.resuming import checkpoint_of
from tui_rnn.training.trainer import Trainer

CALL_S = 0.04  # a call trains about so long: short enough to hear commands soon, long enough that threads meet rarely
IDLE_S = 0.03
PUBLISH_S = 0.1

RunCommand = Pause | Resume | StepOnce | ScaleLearningRate | ResetRun | SaveRuns | Ask | CancelAsk | HoldWeights


class RunThread:
    """A run from its first step to its end. `watch` is what the screen wants to see of it, and may be replaced at any time."""

    snapshot: RunSnapshot  # its latest state, replaced as a whole

    def __init__(
        self, run_id: int, config: RunConfig, data: Data, lab: Surroundings, beginning: Beginning, path: Path | None
    ) -> None:
        self.run_id, self.config, self.data = run_id, config, data
        self.watch = Watch()
        self._lab, self._beginning = lab, beginning
        loaded = (path, beginning.saved.facts.step) if path and beginning.saved else None
        self._file = RunFile(run_id, (data.name, config.name), lab.emit, lab.later, loaded)
        self._inbox: queue.SimpleQueue[RunCommand | Copy | End] = queue.SimpleQueue()
        self._asker = Asker(run_id, lab.emit)
        self._watcher = Watcher(run_id, lab.emit, self._asker)
        self._coaching = Coaching(run_id, lab.emit, self._asker, lab.landmarks)
        self._pause_score = PauseScore(data.kind)
        self._trainer: Trainer | None = None
        self._paused = False
        self._failure = ""
        self._published: tuple[object, ...] = ()
        self._published_at = 0.0
        self._publish()
        self._thread = threading.Thread(target=self._live, name=f"run {run_id}", daemon=True)

    def start(self, paused: bool = False) -> None:
        """Build the network as soon as the kernels are compiled, and train, or wait before the first step."""
        self._paused = paused
        self._thread.start()

    def post(self, command: RunCommand | End) -> None:
        """Give the run a command, to be carried out before the next step."""
        self._inbox.put(command)

    def copied(self) -> Checkpoint:
        """The run as it is between two steps. Raises InputError if it has not begun, has failed, or is gone."""
        found: Future[Checkpoint] = Future()
        self._inbox.put(Copy(found))
        while not found.done():
            if not self.alive:  # its end came before this order
                raise InputError(f"{self.config.name} is gone: choose another run")
            wait((found,), IDLE_S)
        return found.result()

    def join(self) -> None:
        """Wait for the end that was ordered. A run that has not begun is not waited for."""
        if self._trainer is not None:
            self._thread.join()

    @property
    def path(self) -> Path:
        """The file that it is saved in."""
        return self._file.path

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._thread.is_alive()

    @property
    def training(self) -> bool:
        """Whether it trains now, as last published."""
        return self.snapshot.status == "training"

    # ------------------------------------------------------------- on the run's own thread

    def _live(self) -> None:
        self._guarded(self._build)
        while not isinstance(command := self._next_command(), End):
            if command is None:
                self._guarded(self._go_on)
            else:
                self._guarded(self._do, command)
        self._guarded(self._finish, command)

    def _guarded(self, act: Callable[..., None], *arguments: object) -> None:
        """An error ends this run's training and nothing else."""
        try:
            act(*arguments)
        except TuiRnnError as error:
            self._lab.emit(Notice(f"{self.config.name}: {error}", "error"))
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            self._fail(f"{type(error).__name__}: {error}")

    def _fail(self, reason: str) -> None:
        self._failure = f"{self.config.name} stopped: {reason}"
        self._lab.emit(Fault(self._failure, self.run_id, self._saved_path))
        self._publish()

    def _build(self) -> None:
        try:
            compile_kernels(self.data.kind, CompileClock(self.data.kind.name, self._lab.emit))
            self._trainer = self._beginning.trainer(self.config, self.data)
        except TuiRnnError as error:
            self._fail(str(error))
        self._beginning = replace(self._beginning, saved=None)  # it is large
        self._publish()

    def _next_command(self) -> RunCommand | Copy | End | None:
        """The first command; None if there is none. A run that does not train waits for it a little."""
        try:
            return self._inbox.get_nowait() if self._status() == "training" else self._inbox.get(timeout=IDLE_S)
        except queue.Empty:
            return None

    def _do(self, command: RunCommand | Copy) -> None:
        if isinstance(command, ResetRun):
            self._reset()
            return
        trainer = self._trainer
        if trainer is None or (self._failure and isinstance(command, Copy)):
            self._refuse(command)
            return
        match command:
            case Copy():
                command.carry_out(checkpoint_of, trainer)
            case Pause():
                self._paused = True
            case Resume():
                self._paused = False
                if command.run_id is not None:
                    self._trainer = set_going(trainer, self._file, self._lab.emit)
            case StepOnce():
                self._paused = True
                self._trainer = trainer = set_going(trainer, self._file, self._lab.emit)
                while not (trainer.advance(1) or trainer.finished or trainer.diverged):
                    pass  # that was an evaluation
            case ScaleLearningRate():
                trainer.set_learning_rate(trainer.learning_rate * command.factor)
                self._lab.emit(RateChanged(self.run_id, rate_of(trainer)))
            case SaveRuns():
                self._file.save(checkpoint_of(trainer), written_path(command.path).absolute() if command.path else None)
            case Ask():
                self._asker.ask(trainer, command)
            case HoldWeights():
                self._asker.hold(trainer, command.at_step)
            case CancelAsk():
                self._asker.cancel(command.request_id)

    def _refuse(self, command: RunCommand | Copy) -> None:
        """Say that there is no network that could do it, or none to be trusted."""
        if isinstance(command, Copy):
            command.found.set_exception(InputError(self._failure))
        elif isinstance(command, Ask):
            self._lab.emit(Unanswered(self.run_id, command.request_id, command.question, self._failure))
        elif not isinstance(command, HoldWeights | CancelAsk):
            self._lab.emit(Notice(self._failure, "error"))

    def _reset(self) -> None:
        self._asker.cancel_all()
        self._trainer = self._beginning.anew(self.config, self.data)
        self._file.begin_anew()
        self._failure = ""
        self._watcher.forget()
        self._coaching.forget()
        self._pause_score.forget()

    def _go_on(self) -> None:
        trainer = self._trainer
        if trainer is None:
            return
        if self._status() == "training":
            trainer.threads = threads_for(self.data.kind, self.config, self._lab.threads())
            trainer.advance_for(CALL_S, cancelled=lambda: not self._inbox.empty())
            if trainer.diverged:
                self._watcher.forget()
                self._lab.emit(Notice(f"{self.config.name} {trainer.message}", "error"))
            elif trainer.finished:
                goal = goal_of(trainer.config)
                kept = trainer.kept_step
                back = "" if kept is None else f", and went back to its best weights, of step {kept:,}"
                self._lab.emit(Notice(f"{self.config.name} reached its goal of {goal} at step {trainer.step:,}{back}"))
                self._file.hurry()
        if not self._failure:
            self._know_score(trainer)
            self._watcher.look(trainer, self.watch)
            self._coaching.look(trainer)
            if self._status() == "paused":
                self._pause_score.look(trainer, lambda: not self._inbox.empty())
            if self._file.due(trainer.step):
                self._file.save(checkpoint_of(trainer))
        if trainer.step or self._status() != "training":
            self._lab.trains()
        self._publish()

    def _know_score(self, trainer: Trainer) -> None:
        """Evaluate a loaded run: its file has the numbers, but no confusion."""
        if trainer.latest is None and trainer.history.evaluated_step >= 0 and self.data.kind.main_metric is not None:
            trainer.latest = trainer.evaluate(trainer.scored, lambda: not self._inbox.empty())
            trainer.latest_step = trainer.weights_step

    def _finish(self, end: End) -> None:
        """Save what is new, wait until it is written, and say that the run is gone."""
        self._asker.close()
        trainer = self._trainer
        if end.save and trainer is not None and not self._failure and trainer.step > self._file.saved_step:
            self._file.save(checkpoint_of(trainer), or_elsewhere=True)
        self._file.wait()
        self._publish(at_once=True)
        if end.announce:
            self._lab.emit(RunRemoved(self.run_id))

    # ------------------------------------------------------------------ publishing

    def _status(self) -> Status:
        if self._failure:
            return "failed"
        if self._trainer is None:
            return "waiting"
        if self._trainer.diverged:
            return "diverged"
        if self._trainer.finished:
            return "finished"
        return "paused" if self._paused else "training"

    @property
    def _saved_path(self) -> str | None:
        return str(self._file.saved_path) if self._file.saved_path else None

    def _publish(self, at_once: bool = False) -> None:
        """Replace the snapshot if something changed, but not too often."""
        trainer, status, path, saved_step = self._trainer, self._status(), self._saved_path, self._file.saved_step
        if trainer is None:
            rate, failure = self.config.learning_rate, self._failure
            self.snapshot = RunSnapshot(
                self.run_id, status, saved_step, learning_rate=rate, saved_step=saved_step, path=path, message=failure
            )
            return
        now = time.monotonic()
        evaluations = trainer.history.evaluated_step, id(trainer.latest), self._pause_score.step
        state = id(trainer), trainer.step, evaluations, trainer.learning_rate, saved_step, path, status
        recent = status == self.snapshot.status and now < self._published_at + PUBLISH_S
        if state == self._published or (recent and not at_once):
            return
        self._published, self._published_at = state, now
        message = self._failure or trainer.message
        current = snapshot_of(trainer, self.run_id, status, saved_step, path, message)
        self.snapshot = self._pause_score.added_to(current)
