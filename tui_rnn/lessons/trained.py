"""The networks of a lesson, trained in this process: what formulas get from them, and the same computed in another way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tui_rnn.config import SETTINGS
from tui_rnn.data.opening import Data, open_data
from tui_rnn.errors import InputError, RunError
from tui_rnn.insight import registry
from tui_rnn.insight.baselines import baselines
from tui_rnn.insight.chance import chance
from tui_rnn.insight.question import Answer, Question, Subject
from tui_rnn.kinds import Kind
from tui_rnn.layers.team import cores
from tui_rnn.lessons.formulas import FACTS, Missing
from tui_rnn.lessons.landmarks import landmark_of
from tui_rnn.lessons.lesson import Lesson, LessonRun
from tui_rnn.lessons.oracles import facts
from tui_rnn.lessons.oracles import registry as oracles
from tui_rnn.training.losses import Losses
from tui_rnn.training.networks import compile_kernels, threads_for
from tui_rnn.training.subjects import copy_of
from tui_rnn.training.trainer import Trainer

FIRST_STRIDE = 10
STRIDE_SHARE = 8  # a condition is checked after ever more steps: an eighth of the steps done
RELATIVE, ABSOLUTE = 1e-3, 1e-5
"""Two ways agree within this: float32 over a long text is no better."""


class Trained:
    """The runs of a lesson from a cold start; runs on the same data share them. own: the run of the present page."""

    def __init__(self, lesson: Lesson, told: Callable[[Kind], None] | None = None) -> None:
        self._lesson, self.own = lesson, lesson.runs[0].name
        self._told = told or compile_kernels
        self._data: dict[Any, Data] = {}
        self._trainers: dict[str, Trainer] = {}
        self._answers: dict[tuple[str, int, Question[Any]], Answer] = {}
        self._landmarks: dict[Any, list[Any]] = {}

    def trainer(self, name: str) -> Trainer:
        """The run of this name; it begins at the first call."""
        run = self._lesson.run(name or self.own)
        if run.name not in self._trainers:
            data = self.data(run)
            self._told(data.kind)
            self._trainers[run.name] = Trainer(run.config, data, threads=threads_for(data.kind, run.config, cores()))
        return self._trainers[run.name]

    def data(self, run: LessonRun) -> Data:
        if run.request not in self._data:
            self._data[run.request] = open_data(run.request)
        return self._data[run.request]

    @property
    def seconds(self) -> float:
        """The time of training and scoring, over all runs."""
        return sum(trainer.elapsed_s for trainer in self._trainers.values())

    @property
    def steps(self) -> dict[str, int]:
        return {name: trainer.step for name, trainer in self._trainers.items()}

    def train(self, names: Iterable[str], most_steps: int) -> bool:
        """Train each of these runs some steps further; False if all have done most_steps. Raises RunError if one diverges."""
        trainers = [trainer for name in names if (trainer := self.trainer(name)).step < most_steps]
        for trainer in trainers:
            goal = min(most_steps, trainer.step + max(FIRST_STRIDE, trainer.step // STRIDE_SHARE))
            while trainer.step < goal and not trainer.finished:
                trainer.advance(goal - trainer.step)
                if trainer.diverged:
                    raise RunError(trainer.message)
        return bool(trainers)

    def score(self, names: Iterable[str]) -> None:
        """Score the runs as when they are paused on the screen: the validation loss belongs to the present weights."""
        for name in names:
            trainer = self.trainer(name)
            if trainer.latest_step != trainer.step:
                trainer.latest, trainer.latest_step = trainer.evaluate(trainer.learner.scored), trainer.step

    # ------------------------------------------------------------- the world of a formula

    def subject(self, run: str) -> Subject:
        trainer = self.trainer(run)
        return replace(copy_of(trainer), threads=trainer.threads)

    def fact(self, run: str, name: str) -> Any:
        trainer = self.trainer(run)
        latest = trainer.latest
        match name:
            case "step" | "chars":
                return getattr(trainer, name)
            case "seconds":
                return trainer.elapsed_s
            case "train_loss":
                return Losses.of(trainer).train_nats
            case "val_loss":
                return math.nan if latest is None else latest.loss_nats
            case "parameters":
                return trainer.learner.network.parameter_count
            case "vocab_size":
                return len(trainer.learner.symbols.vocabulary)
            case "paused":
                return True  # no run trains while a page is read here
        assert name in FACTS
        return math.nan if latest is None else latest.metrics.get(name, math.nan)

    def setting(self, run: str, name: str) -> Any:
        if name not in SETTINGS:
            raise InputError(f"there is no setting {name!r:.40}, expected one of {', '.join(SETTINGS)}")
        return getattr(self.trainer(run).config, name)

    def landmark(self, run: str, name: str, measure: str) -> float:
        trainer = self.trainer(run)
        request = self._lesson.run(run or self.own).request
        if request not in self._landmarks:
            symbols, data, scored = trainer.learner.symbols, trainer.data, trainer.learner.scored
            self._landmarks[request] = [*chance(symbols, data.train, scored), *baselines(symbols, data.train, scored)]
        return landmark_of(((one.name, one.metrics) for one in self._landmarks[request]), name, measure)

    def ask(self, run: str, question: Question[Any]) -> Answer:
        trainer = self.trainer(run)
        key = run or self.own, trainer.step, question
        if key not in self._answers:
            self._answers[key] = registry.answer(self.subject(run), question)
        return self._answers[key]


class Again:
    """The same world, with every number computed by an oracle. Raises Missing if there is none."""

    def __init__(self, trained: Trained) -> None:
        self._trained = trained
        self._answers: dict[tuple[str, int, Question[Any]], Mapping[str, Any]] = {}
        self._landmarks: dict[tuple[str, str, str], float] = {}
        self._scores: dict[tuple[str, int], Mapping[str, Any]] = {}

    def fact(self, run: str, name: str) -> Any:
        trainer = self._trained.trainer(run)
        if name in facts.COUNTED:
            return facts.COUNTED[name](trainer.config, trainer.data)
        if name in facts.NOTED:
            return self._trained.fact(run, name)
        if name == "train_loss":
            raise Missing("train_loss is noted while the weights change: no oracle can compute it")
        key = run or self._trained.own, trainer.step
        if key not in self._scores:
            subject = replace(self._trained.subject(run), open_part=lambda: trainer.learner.scored)
            self._scores[key] = oracles.again(subject, facts.SCORES)
        found = self._scores[key]
        return found["loss_nats"] if name == "val_loss" else found.get("metrics", {}).get(name, math.nan)

    def setting(self, run: str, name: str) -> Any:
        return self._trained.setting(run, name)

    def landmark(self, run: str, name: str, measure: str) -> float:
        trainer = self._trained.trainer(run)
        key = run or self._trained.own, name, measure
        if key not in self._landmarks:
            symbols, scored = trainer.learner.symbols, trainer.learner.scored
            self._landmarks[key] = facts.counted(symbols, trainer.data.train, scored, name, measure)
        return self._landmarks[key]

    def ask(self, run: str, question: Question[Any]) -> Any:
        key = run or self._trained.own, self._trained.trainer(run).step, question
        if key not in self._answers:
            self._answers[key] = oracles.again(self._trained.subject(run), question)
        return self._answers[key]


def same(value: Any, other: Any) -> bool:
    """Whether two ways agree: texts exactly, numbers within RELATIVE and ABSOLUTE."""
    if isinstance(value, str) or isinstance(other, str) or value is None or other is None:
        return bool(value == other)
    if isinstance(value, (tuple, list)) or isinstance(other, (tuple, list)):
        return len(value) == len(other) and all(map(same, value, other))
    if isinstance(value, np.ndarray) or isinstance(other, np.ndarray):
        return np.shape(value) == np.shape(other) and bool(
            np.allclose(value, other, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True)
        )
    return bool(np.isclose(value, other, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True))
