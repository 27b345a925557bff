"""The lab in the engine process: the open data, the runs on them, and what commands do to them."""

from __future__ import annotations

import itertools
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn import preferences
from tui_rnn.config import RunConfig, default_configs
from tui_rnn.data.opening import Data
from tui_rnn.errors import InputError, TuiRnnError
from tui_rnn.lab import messages
from tui_rnn.lab.data_summary import chance_of, landmarks_of, summary_of
from tui_rnn.lab.file_asking import FileAsker
from tui_rnn.lab.messages import (
    AddRun,
    Ask,
    AskFile,
    BeginFrom,
    CancelAsk,
    Command,
    Event,
    HoldWeights,
    Landmark,
    LandmarksReady,
    LoadRun,
    Notice,
    OpenData,
    Pause,
    RemoveRun,
    ResetRun,
    Resume,
    RunAdded,
    SaveRuns,
    ScaleLearningRate,
    Snapshot,
    StepOnce,
    Unanswered,
    Watch,
)
from tui_rnn.lab.open_telling import Cancelled, open_telling
from tui_rnn.lab.orders import End, Surroundings
from tui_rnn.lab.priority import step_back
from tui_rnn.paths import written_path

if TYPE_CHECKING:  # loads the compiler, which takes a while: only on the threads that need it
    from tui_rnn.lab.beginning import Beginning
    from tui_rnn.lab.run_thread import RunCommand, RunThread


class Lab:
    """`handle` returns at once: quick commands are passed on to the runs, slow ones are done in order on a worker thread."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._data: Data | None = None
        self._runs: dict[int, RunThread] = {}
        self._leaving: list[RunThread] = []  # no longer in the lab, but perhaps not saved yet
        self._runs_lock = threading.Lock()  # for runs that come and leave: removed on one thread, replaced on another
        self._numbers = itertools.count(1)
        self._watch = Watch()
        self._landmarks_of: Data | None = None
        self._known_landmarks: tuple[Landmark, ...] = ()
        self._landmarks_lock = threading.Lock()
        self._opening = threading.Event()  # set: stop opening
        self._ended = False  # from then on no run is begun
        self._files = FileAsker(emit)
        self._begin_paused = False  # the first runs, which are still to come
        self._writer = ThreadPoolExecutor(1, "writer")
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()  # None: the last
        threading.Thread(target=self._work, name="worker", daemon=True).start()

    def handle(self, command: Command) -> None:
        """Carry out a command of the screen. Raises nothing."""
        match command:
            case OpenData():
                self._opening.set()
                cancelled = self._opening = threading.Event()
                self._jobs.put(lambda: self._open(command, cancelled))
            case AddRun():
                self._jobs.put(lambda: self._add(command.config))
            case BeginFrom():
                self._jobs.put(lambda: self._begin_from(command))
            case LoadRun():
                self._jobs.put(lambda: self._load(written_path(command.path).absolute()))
            case RemoveRun():
                self._remove(command.run_id)
            case Watch():
                self._watch = command
                for run in self._all():
                    run.watch = command
            case SaveRuns() if command.path and len(self._chosen(command.run_id)) != 1:
                self._emit(Notice(f"{command.path} can hold only one run: choose which run to save there", "error"))
            case Pause(None) | Resume(None) if self._before_runs(command):
                pass
            case Ask() if not self._chosen(command.run_id):
                self._emit(Unanswered(command.run_id, command.request_id, command.question, "this run is gone"))
            case Pause() | Resume() | SaveRuns() | StepOnce() | ScaleLearningRate() | ResetRun():
                self._pass_on(command)
            case AskFile() | CancelAsk(run_id=messages.NO_RUN):
                self._files.handle(command, self._data)
            case Ask() | CancelAsk() | HoldWeights():
                self._pass_on(command)

    def snapshot(self) -> Snapshot:
        """The latest state of every run."""
        return Snapshot(tuple(run.snapshot for run in self._all()))

    def shut_down(self, save: bool) -> None:
        """End every run, and wait until everything is saved."""
        with self._runs_lock:
            self._ended = True
        self._opening.set()
        self._files.close()
        if runs := (*self._all(), *self._leaving):
            self._end(runs, save)
        self._writer.shutdown()
        self._jobs.put(None)

    def _all(self) -> tuple[RunThread, ...]:
        return tuple(self._runs.values())

    def _chosen(self, run_id: int | None) -> tuple[RunThread, ...]:
        return tuple(run for run in self._all() if run_id in (None, run.run_id))

    def _before_runs(self, command: Pause | Resume) -> bool:
        """Remember for the first runs whether they begin paused. False: there are runs already, which get the command."""
        with self._runs_lock:
            if not self._runs:
                self._begin_paused = isinstance(command, Pause)
            return not self._runs

    def _pass_on(self, command: RunCommand) -> None:
        for run in self._chosen(command.run_id):
            run.post(command)

    def _remove(self, run_id: int) -> None:
        with self._runs_lock:
            run = self._runs.pop(run_id, None)
            self._leaving = [other for other in (run, *self._leaving) if other is not None and other.alive]
        if run is not None:
            run.post(End(save=True, announce=True))

    def _end(self, runs: tuple[RunThread, ...], save: bool, announce: bool = False) -> None:
        for run in runs:
            run.post(End(save, announce))
        for run in runs:
            run.join()

    # -------------------------------------------------------------- on the worker thread

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
                if self._runs and self._jobs.empty():  # all runs of the first opening are there
                    self._begin_paused = False
            except Cancelled:
                pass
            except TuiRnnError as error:
                self._emit(Notice(str(error), "error"))
            except Exception as error:
                traceback.print_exc(file=sys.stderr)
                self._emit(Notice(f"unexpected {type(error).__name__}: {error}", "error"))

    def _open(self, command: OpenData, cancelled: threading.Event) -> None:
        data = open_telling(self._emit, cancelled, command.request)
        self._enter(data)
        self._begin_paused |= command.paused
        configs = command.configs
        if configs is None or any(config.kind != data.kind.name for config in configs):
            configs = self._new_configs(data.kind.name)
        for config in configs:
            try:
                self._add(config)
            except InputError as error:
                self._emit(Notice(f"{config.name}: {error}", "error"))
        if not self._runs:
            self._score_landmarks()

    def _new_configs(self, kind: str) -> tuple[RunConfig, ...]:
        """The default runs on data of a kind, with the settings file's changes."""
        chosen = preferences.load().preferences
        try:
            return tuple(chosen.begun(config) for config in default_configs(kind))
        except InputError as error:
            self._emit(Notice(f"new_runs in the settings file is not used: {error}", "warning"))
            return default_configs(kind)

    def _enter(self, data: Data) -> None:
        """Save and end the present runs, and make `data` the lab's data."""
        with self._runs_lock:
            runs = self._all()
            self._leaving = [*runs, *(other for other in self._leaving if other.alive)]
            self._runs = {}
        self._end(runs, save=True, announce=True)
        self._data, self._landmarks_of, self._known_landmarks = data, None, ()
        self._emit(summary_of(data))
        if chance := chance_of(data):  # the others take longer
            self._emit(LandmarksReady(chance))

    def _add(self, config: RunConfig, beginning: Beginning | None = None, path: Path | None = None) -> None:
        data = self._data
        if data is None:
            raise InputError(f"{config.name} has no data to learn from: open a text first")
        if config.kind != data.kind.name:
            raise InputError(f"{config.name} is for another task than {data.kind.name}: start a new run with the form")
        from tui_rnn.lab.beginning import Beginning
        from tui_rnn.lab.run_thread import RunThread
        from tui_rnn.training.learners import plan
        from tui_rnn.training.networks import size_of

        plan(config, data)
        size = size_of(config, data.symbols)
        surroundings = Surroundings(
            self._emit, self._writer.submit, self._threads_a_run, self._score_landmarks, lambda: self._known_landmarks
        )
        run = RunThread(next(self._numbers), config, data, surroundings, beginning or Beginning(), path)
        with self._runs_lock:
            if self._ended:
                raise Cancelled
            self._runs[run.run_id] = run  # before anything else: commands from now on must reach it
            paused = self._begin_paused
        run.watch = self._watch
        remark = beginning.saved.facts.remark if beginning and beginning.saved else ""
        self._emit(RunAdded(run.run_id, config.name, config, size.parameters, paused, size.flops_per_char, remark))
        run.start(paused)

    def _begin_from(self, command: BeginFrom) -> None:
        from tui_rnn.lab.beginning import begin_from

        read = partial(open_telling, self._emit, self._opening)
        begun = begin_from(command, self._chosen(command.run_id or 0), read)  # no run is 0
        self._enter(begun.data)
        self._add(begun.config, begun.beginning)
        self._emit(Notice(begun.told))

    def _load(self, path: Path) -> None:
        from tui_rnn.lab.beginning import Beginning
        from tui_rnn.training import checkpoint as checkpoints
        from tui_rnn.training.same_data import check_same_data, check_there, same_data

        saved = checkpoints.read(path)
        if any(run.path == path for run in self._all()):
            raise InputError(f"{path} is already in the lab: remove that run first to load it again")
        data = self._data
        if data is None or not (self._runs or same_data(data, saved.facts)):
            check_there(saved.facts.data, str(path))
            data = open_telling(self._emit, self._opening, saved.facts.data.request, saved.symbols)
            check_same_data(saved, data)
            self._enter(data)
        elif not same_data(data, saved.facts):
            told = "split in another way" if data.sha256 == saved.facts.data.sha256 else f"but the lab has {data.name}"
            task = f" (task {saved.facts.kind.name})" if data.kind != saved.facts.kind else ""
            raise InputError(f"{path} was trained on {saved.facts.data.name}{task}, {told}: open that data first")
        check_same_data(saved, data)
        self._add(saved.facts.config, Beginning(saved), path)

    # ------------------------------------------------------------------ for the runs

    def _threads_a_run(self) -> int:
        from tui_rnn.layers.team import cores

        return max(1, cores() // max(1, sum(run.training for run in self._all())))

    def _score_landmarks(self) -> None:
        """Score the baselines once for each data, on a thread of their own."""
        data = self._data
        if data is None or self._landmarks_of is data:
            return
        with self._landmarks_lock:
            if self._landmarks_of is not data:
                self._landmarks_of = data
                threading.Thread(target=self._landmarks, args=(data,), name="landmarks", daemon=True).start()

    def _landmarks(self, data: Data) -> None:
        step_back()
        landmarks = landmarks_of(data)
        if landmarks and self._data is data:
            self._known_landmarks = landmarks
            self._emit(LandmarksReady(landmarks))
