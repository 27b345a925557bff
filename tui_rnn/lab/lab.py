"""The lab inside the engine process: one corpus, its runs, and what the commands do to them."""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.config import RunConfig, default_configs
from tui_rnn.data.corpus import Corpus, open_corpus
from tui_rnn.errors import InputError, TuiRnnError
from tui_rnn.lab.messages import (
    AddRun,
    Command,
    DataOpened,
    Event,
    Generate,
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
    SetLearningRate,
    Snapshot,
    StepOnce,
    Watch,
    Working,
)

if TYPE_CHECKING:  # loads the compiler, which takes a while: only on the threads that need it
    from tui_rnn.lab.run_thread import RunCommand, RunThread
    from tui_rnn.train.checkpoint import Checkpoint

PROGRESS_S = 0.1


class _Cancelled(Exception):
    """Another text was asked for, or the end."""


class Lab:
    """`handle` returns at once: quick things are passed on to the runs, slow ones are done in order on a worker thread."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._corpus: Corpus | None = None
        self._runs: dict[int, RunThread] = {}
        self._leaving: list[RunThread] = []  # no longer in the lab, but perhaps not saved yet
        self._numbers = itertools.count(1)
        self._watch = Watch()
        self._landmarks_of: Corpus | None = None
        self._landmarks_lock = threading.Lock()
        self._opening = threading.Event()  # set: stop opening
        self._writer = ThreadPoolExecutor(1, "writer")
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="worker", daemon=True).start()

    def handle(self, command: Command) -> None:
        """Do what the screen asks for. Raises nothing."""
        match command:
            case OpenData():
                self._opening.set()
                cancelled = self._opening = threading.Event()
                self._jobs.put(lambda: self._open(command, cancelled))
            case AddRun():
                self._jobs.put(lambda: self._add(command.config))
            case LoadRun():
                self._jobs.put(lambda: self._load(Path(command.path).expanduser().absolute()))
            case RemoveRun():
                self._remove(command.run_id)
            case Watch():
                self._watch = command
                for run in self._all():
                    run.watch = command
            case SaveRuns() if command.path and len(self._chosen(command.run_id)) != 1:
                self._emit(Notice(f"{command.path} can hold one run: choose which one to save there", "error"))
            case Pause() | Resume() | SaveRuns() | StepOnce() | SetLearningRate() | ResetRun() | Generate():
                self._pass_on(command)

    def snapshot(self) -> Snapshot:
        """The latest state of every run."""
        return Snapshot(tuple(run.snapshot for run in self._all()))

    def shut_down(self, save: bool) -> None:
        """End every run, and wait until what is to be saved is written."""
        self._opening.set()
        if runs := (*self._all(), *self._leaving):
            self._end(runs, save)
        self._writer.shutdown()

    def _all(self) -> tuple[RunThread, ...]:
        return tuple(self._runs.values())

    def _chosen(self, run_id: int | None) -> tuple[RunThread, ...]:
        return tuple(run for run in self._all() if run_id in (None, run.run_id))

    def _pass_on(self, command: RunCommand) -> None:
        for run in self._chosen(command.run_id):
            run.post(command)

    def _remove(self, run_id: int) -> None:
        from tui_rnn.lab.run_thread import End

        if run := self._runs.get(run_id):
            self._leaving = [run, *(other for other in self._leaving if other.alive)]
            del self._runs[run_id]
            run.post(End(save=True, announce=True))

    def _end(self, runs: tuple[RunThread, ...], save: bool, announce: bool = False) -> None:
        from tui_rnn.lab.run_thread import End

        for run in runs:
            run.post(End(save, announce))
        for run in runs:
            run.join()

    # -------------------------------------------------------------- on the worker thread

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            except _Cancelled:
                pass
            except TuiRnnError as error:
                self._emit(Notice(str(error), "error"))
            except Exception as error:
                traceback.print_exc(file=sys.stderr)
                self._emit(Notice(f"unexpected {type(error).__name__}: {error}", "error"))

    def _open(self, command: OpenData, cancelled: threading.Event) -> None:
        self._enter(self._read(command.request.files.source, command.request.files.encoding, cancelled))
        for config in default_configs("lm") if command.configs is None else command.configs:
            try:
                self._add(config)
            except InputError as error:
                self._emit(Notice(f"{config.name}: {error}", "error"))
        if not self._runs:
            self._score_landmarks()

    def _read(self, source: str, encoding: str | None, cancelled: threading.Event) -> Corpus:
        """Open a text, telling how far it is. Raises InputError, or _Cancelled when `cancelled` is set meanwhile."""
        what, shown_at = f"opening {Path(source).name or source}", time.monotonic()
        told = False

        def progress(done: int, total: int) -> None:
            nonlocal shown_at, told
            if cancelled.is_set():
                raise _Cancelled
            if time.monotonic() > shown_at + PROGRESS_S and done < total:
                shown_at, told = time.monotonic(), True
                self._emit(Working(what, done, total))

        try:
            corpus = open_corpus(source, encoding=encoding, progress=progress)
        finally:
            if told:
                self._emit(Working(what, 1, 1))
        if cancelled.is_set():
            raise _Cancelled
        return corpus

    def _enter(self, corpus: Corpus) -> None:
        """Let the present runs go, saved, and make `corpus` the lab's text."""
        from tui_rnn.train.evaluation import scored_part

        runs = self._all()
        self._leaving = [*runs, *(other for other in self._leaving if other.alive)]
        self._runs = {}
        self._end(runs, save=True, announce=True)
        self._corpus, self._landmarks_of = corpus, None
        self._emit(
            DataOpened(
                name=corpus.name,
                source=corpus.source,
                byte_count=corpus.byte_count,
                char_count=corpus.char_count,
                vocabulary=corpus.vocabulary.decode(range(len(corpus.vocabulary))),
                train_chars=len(corpus.train),
                val_chars=len(corpus.validation),
                scored_val_chars=len(scored_part(corpus)),
                notices=corpus.notices,
                entropy_rate_nats=corpus.entropy_rate_nats,
                what_to_look_for=corpus.what_to_look_for,
            )
        )

    def _add(self, config: RunConfig, saved: Checkpoint | None = None, path: Path | None = None) -> None:
        corpus = self._corpus
        if corpus is None:
            raise InputError(f"{config.name} has no text to learn from: open one first")
        from tui_rnn.lab.run_thread import RunThread, Surroundings
        from tui_rnn.tasks.language_model import LanguageModel
        from tui_rnn.train.trainer import plan

        plan(config, corpus)
        shapes = LanguageModel.array_shapes(config, len(corpus.vocabulary))
        parameter_count = sum(math.prod(shape) for name, shape in shapes.items() if "." not in name)
        surroundings = Surroundings(self._emit, self._writer.submit, self._threads_a_run, self._score_landmarks)
        run = RunThread(next(self._numbers), config, corpus, surroundings, saved, path)
        run.watch = self._watch
        self._emit(RunAdded(run.run_id, config.name, config, parameter_count))
        self._runs[run.run_id] = run
        run.start()

    def _load(self, path: Path) -> None:
        from tui_rnn.train import checkpoint as checkpoints

        saved = checkpoints.read(path)
        if any(run.path == path for run in self._all()):
            raise InputError(f"{path} is in the lab already: remove that run first to load it again")
        record = saved.facts.data
        if self._corpus is None or (not self._runs and self._corpus.sha256 != record.sha256):
            corpus = self._read(record.source, record.request.files.encoding, self._opening)
            checkpoints.check_same_data(saved, corpus)
            self._enter(corpus)
        elif self._corpus.sha256 != record.sha256:
            raise InputError(f"{path} was trained on {record.name}, the lab has {self._corpus.name}: open that text first")
        self._add(saved.facts.config, saved, path)

    # ------------------------------------------------------------------ for the runs

    def _threads_a_run(self) -> int:
        from tui_rnn.layers.team import cores

        return max(1, cores() // max(1, sum(run.training for run in self._all())))

    def _score_landmarks(self) -> None:
        """Score the n-grams once for each text, without holding anybody up."""
        corpus = self._corpus
        if corpus is None or self._landmarks_of is corpus or len(corpus.validation) < 2:
            return
        with self._landmarks_lock:
            if self._landmarks_of is not corpus:
                self._landmarks_of = corpus
                threading.Thread(target=self._landmarks, args=(corpus,), name="landmarks", daemon=True).start()

    def _landmarks(self, corpus: Corpus) -> None:
        from tui_rnn.insight.landmarks import ngram_landmarks
        from tui_rnn.train.evaluation import scored_part

        if sys.platform == "linux":  # where a thread has a priority of its own
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)
        scores = ngram_landmarks(corpus.train, scored_part(corpus), len(corpus.vocabulary))
        if self._corpus is corpus:
            self._emit(LandmarksReady(tuple(Landmark(name, loss) for name, loss in scores)))
