"""What all views have in common: the data to draw, and the parts of a view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui_rnn import formats
from tui_rnn.display import visible
from tui_rnn.insight.answers import TextAnswer
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.question import Question
from tui_rnn.kinds import KINDS, Metric
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.widgets.pieces import Piece
from tui_rnn.tui.widgets.scene import Scene

Said = TypeVar("Said", bound=TextAnswer)


@dataclass(frozen=True)
class Seen(Generic[Said]):
    """The data to draw. Said: the class of the networks' answers. examples: a typed one first, then the validation examples."""

    run: RunState
    runs: Sequence[RunState]
    examples: Sequence[Said]
    asked: bool  # whether the first example was typed
    chosen: int
    paint: Paint
    width: int
    height: int

    @property
    def example(self) -> Said | None:
        return self.examples[min(self.chosen, len(self.examples) - 1)] if self.examples else None


@dataclass(eq=False)
class Selected(Message):
    """A view has changed the selection: the others show it, too."""

    view: Widget


@dataclass(frozen=True)
class Help:
    """A view in plain words: what it shows, how to read it, one thing to try, and the equation behind it, if any."""

    shows: str
    reading: str
    to_try: str
    equation: str = ""


@dataclass(frozen=True)
class About:
    """A view's name, its help, its settings, and its keys while it has the focus."""

    name: str
    help: Help
    settings: Sequence[ViewSetting] = ()
    keys: Sequence[KeyCommand[Any]] = ()


@dataclass(frozen=True)
class Wants:
    """What a view needs from the engine. examples: answers to so many validation examples, again and again. items: so many
    drawn at a time. samples: drawn texts, or one of these two. trace: the signals inside a run. questions: all others;
    RunState.found has their newest answers."""

    samples: bool = False
    trace: bool = False
    examples: int = 0
    items: int = 0
    sampling: Sampling | None = None
    questions: tuple[Question[Any], ...] = ()

    @classmethod
    def all_of(cls, wants: Iterable[Wants]) -> Wants:
        """All that any of these needs."""
        every = list(wants)
        return cls(
            any(one.samples for one in every),
            any(one.trace for one in every),
            max((one.examples for one in every), default=0),
            max((one.items for one in every), default=0),
            next((one.sampling for one in every if one.sampling is not None), None),
            tuple(dict.fromkeys(question for one in every for question in one.questions)),
        )


EXAMPLES, ITEMS = 40, 24  # validation examples with answers, items of a draw
OF_EXAMPLES = Wants(samples=True, examples=EXAMPLES)
"""For a view of validation examples; also for one of scores, which shows answers to a typed text."""


@dataclass(frozen=True)
class View:
    """One way to look at a run: its name, its help, how it is drawn, and what it needs from the engine.

    of_examples: whether it shows examples, not scores of all of them. of_every_run: whether it shows all runs at once.
    """

    name: str
    help: Help
    scene: Callable[[Seen[Any]], Scene]
    wants: Wants = OF_EXAMPLES
    of_examples: bool = True
    of_every_run: bool = False


def waiting_words(kind: str, typed: str) -> str:
    """Why a run does nothing yet, and when it will answer a typed text."""
    words = "Training begins when the kernels are ready: the first time, they are compiled for this processor."
    if not typed:
        return words
    return f'{words}\n"{visible(typed)}" waits for that: {KINDS[kind].typed_early}.'


def _shown(value: float, metric: Metric) -> str:
    """In points or in per cent."""
    return formats.metric(value, metric) if metric.is_points else formats.percentage(value)


def metric_parts(seen: Seen[Any], metrics: Sequence[Metric]) -> list[Piece]:
    """The run's last full evaluation in words; the examples' answers may be newer."""
    scored = seen.run.scored
    if scored is None:
        return []
    there = [metric for metric in metrics if metric.in_short and metric.key in scored.metrics]
    there.sort(key=lambda metric: not metric.is_points)  # of a translation, BLEU says more than exact match
    parts = [
        Piece(2 + 2 * k, Content.assemble((_shown(scored.metrics[metric.key], metric), "bold"), f" {metric.in_short}"))
        for k, metric in enumerate(there)
    ]
    of_it = [Piece(3, Content(f"at step {scored.step:,}"), " "), Piece(10, Content(f"over {scored.count:,}"), " ")]
    return [*parts[:1], *of_it, *parts[1:]]
