"""A stand-in for the engine process with the same interface as EngineClient: it answers commands at once, and its
training is a formula. Tests move its clock with `advance`."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from tests.tui import fake_answers, fake_tasks, page_answers
from tests.tui.fake_run import BASE_SPEED, CHARS_PER_STEP, LANDMARKS, VOCABULARY, FakeRun, moments_of
from tui_rnn.config import RunConfig, default_configs
from tui_rnn.errors import InputError
from tui_rnn.insight.question import Answer, Question
from tui_rnn.lab.messages import (
    NO_RUN,
    AddRun,
    Answered,
    Ask,
    AskFile,
    Command,
    DataOpened,
    Event,
    Fault,
    HoldWeights,
    Landmark,
    LandmarksReady,
    LoadRun,
    Notice,
    OpenData,
    Pause,
    RateChanged,
    RemoveRun,
    ResetRun,
    Resume,
    RunAdded,
    RunRemoved,
    RunSnapshot,
    Saved,
    SaveRuns,
    ScaleLearningRate,
    Shutdown,
    Snapshot,
    StepOnce,
    Unanswered,
    Watch,
    Watched,
    WeightsHeld,
    Working,
)

Asked = TypeVar("Asked", bound=Question[Any])
Sent = TypeVar("Sent", bound=Command)

RUNS = PurePosixPath("/runs")  # where fake engines save; no disk has it
FILE_STEP = 777  # of the weights of every saved run that is asked
STANDING = ("finished", "diverged")  # who is named goes on from there


class FakeEngine:
    """Records the commands in `sent`. `die()` ends it as a crash would."""

    def __init__(self, kind: str = "lm", *, compile_s: float = 0.0, ignore_shutdown: bool = False) -> None:
        self.kind = kind
        self.sent: list[Command] = []
        self.runs: dict[int, FakeRun] = {}
        self.alive = True
        self.closed = False
        self.watch = Watch()
        self.ignore_shutdown = ignore_shutdown
        self._next_id = 1
        self._events: deque[Event] = deque()
        self._compile_until = time.monotonic() + compile_s
        self._compile_s = compile_s
        self._held: list[Command] = []
        self._answered_at: dict[type, float] = {}  # of the questions that are watched
        self._time = 0.0
        self.canned: dict[type, Callable[[int, Any], Answer]] = dict(page_answers.ANSWERS)  # to all other questions
        self._files: dict[str, FakeRun] = {}  # as they were when they were saved
        self._begin_paused = False

    # ---------------------------------------------------------------- the interface of EngineClient

    def send(self, command: Command) -> None:
        if not self.alive:
            return
        self.sent.append(command)
        if self._compiling and not isinstance(command, (Watch, Shutdown)):
            self._held.append(command)
        else:
            self._obey(command)

    def latest(self) -> Snapshot | None:
        return Snapshot(tuple(self._snapshot(run) for run in self.runs.values())) if self.runs else None

    def _snapshot(self, run: FakeRun) -> RunSnapshot:
        found, key = run.snapshot(), fake_tasks.MAIN.get(self.kind)
        if key is None:
            return found
        val_metric = 0.9 * found.curve.val_chars / (found.curve.val_chars + 1_000_000)
        return replace(found, curve=replace(found.curve, val_metric=val_metric), metrics={key: self.share_right(run)})

    def events(self) -> list[Event]:
        if self._compiling:
            share = 1 - (self._compile_until - time.monotonic()) / self._compile_s
            names = ["matmul", "elman forward", "elman backward", "lstm forward", "lstm backward", "adam", "readout"]
            done = int(share * len(names))
            self.emit(Working("compiling the kernels", done, len(names), names[done]))
        elif self._held:
            self.emit(Working("compiling the kernels", 7, 7))
            for command in self._held:
                self._obey(command)
            self._held = []
        drained = list(self._events)
        self._events.clear()
        return drained

    def close(self, timeout_s: float = 0.0) -> None:
        self.alive = False
        self.closed = True

    # ---------------------------------------------------------------- what tests do to it

    @property
    def has_news(self) -> bool:
        """Whether there is something that nobody has heard yet."""
        return bool(self._events)

    def emit(self, *events: Event) -> None:
        self._events.extend(events)

    def die(self) -> None:
        self.alive = False

    def asked(self, kind: type) -> list[tuple[int, Any]]:
        """The questions of one class that were asked once each, with the run that was asked, oldest first."""
        return [(ask.run_id, ask.question) for ask in self.sent_of(Ask) if isinstance(ask.question, kind)]

    def watched(self, kind: type) -> Watched | None:
        """What is kept fresh now of the questions of one class, and for which runs."""
        watch = self.sent_of(Watch)[-1]
        return next((watched for watched in watch.questions if isinstance(watched.question, kind)), None)

    def question(self, kind: type[Asked]) -> Asked:
        """The question of this class that is kept fresh now."""
        watched = self.watched(kind)
        assert watched is not None, kind
        assert isinstance(watched.question, kind)
        return watched.question

    def sent_of(self, kind: type[Sent]) -> list[Sent]:
        """The commands of one kind that were sent, oldest first."""
        return [command for command in self.sent if isinstance(command, kind)]

    def advance(self, seconds: float) -> None:
        """Let the runs train for this long."""
        if self._compiling:
            return
        self._time += seconds
        for run in self.runs.values():
            if not run.paused and run.status == "training":
                run.elapsed_s += seconds
                run.step = int(run.elapsed_s * BASE_SPEED[run.config.cell] / CHARS_PER_STEP) + 1
        for watched in self.watch.questions:
            kind = type(watched.question)
            if self._time - self._answered_at.get(kind, -1e9) >= watched.interval_s:
                self._answered_at[kind] = self._time
                for run_id in self.runs.keys() & watched.run_ids:
                    self.emit(Answered(run_id, watched.question, self.answer(run_id, watched.question)))

    # ---------------------------------------------------------------- answers

    @property
    def _compiling(self) -> bool:
        return time.monotonic() < self._compile_until

    def _obey(self, command: Command) -> None:
        match command:
            case OpenData():
                self.runs.clear()
                self._begin_paused |= command.paused
                source = command.request.files.source
                name = source.rsplit("/", 1)[-1]
                text = f"{len(VOCABULARY)} characters"
                if self.kind == "lm":
                    built_in = command.request if name == source else None  # a file's would be remembered as a recent one
                    sizes = 1_115_394, 1_115_394, VOCABULARY, 1_003_854, 111_540
                    self.emit(
                        DataOpened(name, source, *sizes, request=built_in),
                        LandmarksReady(tuple(Landmark(n, v) for n, v in LANDMARKS)),
                        Notice(f"opened {name}: {text}"),
                    )
                else:
                    self.emit(fake_tasks.opened(self.kind, name, source), LandmarksReady(fake_tasks.landmarks(self.kind)))
                for config in default_configs(self.kind) if command.configs is None else command.configs:
                    self._add(config)
                self._begin_paused = False
            case AddRun() if command.config.kind != self.kind:
                self.emit(Notice(f"{command.config.name} is for another task than {self.kind}", "error"))
            case AddRun():
                self._add(command.config)
            case RemoveRun():
                if self.runs.pop(command.run_id, None):
                    self.emit(RunRemoved(command.run_id))
            case Pause() | Resume():
                if not self.runs:
                    self._begin_paused = isinstance(command, Pause)
                for run in self.runs.values():
                    if command.run_id in (None, run.run_id):
                        run.paused = isinstance(command, Pause)
                    if command == Resume(run.run_id) and run.status in STANDING:
                        run.status = "training"
            case StepOnce() | ScaleLearningRate() | ResetRun() if command.run_id not in self.runs:
                pass
            case StepOnce():
                run = self.runs[command.run_id]
                run.paused, run.step = True, run.step + 1
                run.status = "training" if run.status in STANDING else run.status
            case ScaleLearningRate():
                run = self.runs[command.run_id]
                run.learning_rate *= command.factor
                self.emit(RateChanged(run.run_id, run.learning_rate))
            case ResetRun():
                run = self.runs[command.run_id]
                run.step, run.elapsed_s = 0, 0.0
            case SaveRuns() if command.path and command.run_id is None and len(self.runs) != 1:
                self.emit(Notice(f"{command.path} can hold only one run: choose which run to save there", "error"))
            case SaveRuns():
                for run in self.runs.values():
                    if command.run_id in (None, run.run_id):
                        self._save(run)
            case LoadRun():
                self._load(command.path)
            case Watch():
                self.watch = command
                self._answered_at = {}
            case Ask() if command.run_id not in self.runs:
                self.emit(Unanswered(command.run_id, command.request_id, command.question, "this run is gone"))
            case Ask():
                try:
                    found = self.answer(command.run_id, command.question, command.at_step)
                except InputError as error:
                    self.emit(Unanswered(command.run_id, command.request_id, command.question, str(error)))
                else:
                    self.emit(Answered(command.run_id, command.question, found, command.request_id))
            case AskFile():
                found = self.canned[type(command.question)](FILE_STEP, command.question)
                self.emit(Answered(NO_RUN, command.question, found, command.request_id))
            case HoldWeights() if command.run_id in self.runs:
                run = self.runs[command.run_id]
                wanted = run.step if command.at_step is None else command.at_step
                step = min((*moments_of(run), run.step), key=lambda kept: abs(kept - wanted))
                self.emit(WeightsHeld(run.run_id, step))
            case Shutdown() if not self.ignore_shutdown:
                if command.save:
                    for run in self.runs.values():
                        self._save(run)
                self.alive = False

    def share_right(self, run: FakeRun) -> float:
        """The task's metric: it grows from nothing to 0.9."""
        return float(0.9 * run.chars / (run.chars + 1_000_000))

    def _add(self, config: RunConfig) -> FakeRun:
        run = FakeRun(self._next_id, config, paused=self._begin_paused, learning_rate=config.learning_rate)
        self._next_id += 1
        self.runs[run.run_id] = run
        self.emit(RunAdded(run.run_id, config.name, config, 99_137, self._begin_paused, 448_512.0))
        return run

    def _save(self, run: FakeRun) -> None:
        run.path, run.saved_step = str(RUNS / f"{run.config.name.replace(' ', '-').lower()}.safetensors"), run.step
        self._files[run.path] = replace(run)
        self.emit(Saved(run.run_id, run.path, run.step))

    def _load(self, path: str) -> None:
        """A run that was saved here goes on; any other file holds a GRU."""
        if saved := self._files.get(path):
            run = self._add(saved.config)
            run.step, run.elapsed_s, run.path, run.saved_step = saved.step, saved.elapsed_s, path, saved.step
        elif PurePosixPath(path).parent == RUNS or Path(path).is_file():
            self._add(RunConfig(cell="gru", hidden_size=96))
        else:
            self.emit(Notice(f"{path} does not exist", "error"))

    def answer(self, run_id: int, question: Question[Any], at_step: int | None = None) -> Answer:
        """What a run says to a question, as it is or as it was."""
        run = self.runs[run_id]
        run = run if at_step is None else replace(run, step=at_step)
        return fake_answers.answer(self.kind, run, self.share_right(run), question, self.canned)


CRASH = Fault("the engine ended with signal 11", last_checkpoint="/runs/lstm-128.safetensors")
