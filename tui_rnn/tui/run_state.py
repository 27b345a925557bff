"""What the screen knows of one run. No widgets, no engine."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from tui_rnn.config import RunConfig
from tui_rnn.insight.items import DrawnItems
from tui_rnn.insight.predict import Predictions
from tui_rnn.insight.question import Answer, Found
from tui_rnn.insight.remark import Remark
from tui_rnn.insight.sample import Sampled
from tui_rnn.insight.scores import Scored
from tui_rnn.insight.trace import Traced
from tui_rnn.lab.messages import Answered, RunSnapshot, Saved, Status
from tui_rnn.tui.marks import Mark, marks_after

_GOING = ("training", "waiting")
STATUS_GLYPHS = {"waiting": "◌", "training": "▶", "paused": "‖", "finished": "■", "diverged": "✕", "failed": "✕"}


@dataclass(frozen=True)
class Wish:
    """A person wants the run to train on (going) or to be paused, since this training time of the run."""

    going: bool
    since_s: float


@dataclass
class RunState:
    """One run as the screen knows it. snapshot: None until the engine publishes the first one."""

    run_id: int
    name: str
    config: RunConfig
    parameter_count: int
    snapshot: RunSnapshot | None = None
    sample: Answered[Sampled] | None = None
    trace: Traced | None = None
    answered: Predictions | None = None  # to the validation examples
    asked: Predictions | None = None  # to the text that a person typed
    scored: Scored | None = None
    items: tuple[DrawnItems, ...] = ()  # the newest first
    answers: dict[type[Answer], Answered[Any]] = field(default_factory=dict)  # the newest to each kind of question
    saved: Saved | None = None
    fault: str | None = None
    wish: Wish | None = None  # until the run has done it
    flops_per_char: float = math.nan  # of training; see training/compute.py
    remark: str = ""  # what a person noted about it
    remarks: tuple[Remark, ...] = ()  # the coach's, the most urgent first
    marks: tuple[Mark, ...] = ()  # for the chart, the oldest first

    def found(self, kind: type[Found]) -> Found | None:
        """The newest answer of a class; None: there is none yet."""
        event = self.answers.get(kind)
        return event.answer if event and isinstance(event.answer, kind) else None

    @property
    def status(self) -> Status:
        return self.snapshot.status if self.snapshot is not None else "waiting"

    @property
    def glyph(self) -> str:
        """One cell: ▶ trains, ‖ paused, ■ done, ✕ stopped by a fault, ◌ not yet begun."""
        return STATUS_GLYPHS[self.status]

    @property
    def waiting(self) -> bool:
        """Whether its network does not exist yet: the kernels are compiled, or loaded, first."""
        return self.status == "waiting"

    @property
    def goes(self) -> bool:
        """Whether it trains, or will as soon as it can."""
        return self.wish.going if self.wish else self.status in _GOING

    @property
    def paused(self) -> bool:
        """Whether a person paused it."""
        return not self.goes and self.status in (*_GOING, "paused")

    @property
    def lost(self) -> bool:
        """Whether a fault stopped it before it had a network to ask or to save."""
        return self.status == "failed" and (self.snapshot is None or self.snapshot.step == 0)

    @property
    def saveable(self) -> bool:
        """Whether there is a network to save."""
        return not (self.waiting or self.lost)

    def wish_for(self, going: bool) -> None:
        """A person wants it to train on, or to be paused."""
        self.wish = Wish(going, self.snapshot.elapsed_s if self.snapshot else 0.0)

    def take(self, snapshot: RunSnapshot) -> None:
        """Take its latest numbers."""
        self.marks = marks_after(self.marks, self.snapshot, snapshot)
        self.snapshot, wish = snapshot, self.wish
        if wish is not None and snapshot.status != "waiting":
            went = snapshot.status == "training" or snapshot.elapsed_s > wish.since_s
            if snapshot.status == "failed" or (went if wish.going else snapshot.status != "training"):
                self.wish = None
