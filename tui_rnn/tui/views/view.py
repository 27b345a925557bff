"""What all views have in common: what there is to draw, and what a view is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.formats import percentage
from tui_rnn.insight.answers import Answer
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.state import RunView
from tui_rnn.tui.widgets.pieces import Piece
from tui_rnn.tui.widgets.scene import Scene


@dataclass(frozen=True)
class Subject:
    """What there is to draw. examples: the typed one first, if there is one, then the validation examples."""

    run: RunView
    runs: Sequence[RunView]
    examples: Sequence[Answer]
    asked: bool  # whether the first example was typed
    chosen: int
    paint: Paint
    width: int
    height: int

    @property
    def example(self) -> Answer | None:
        return self.examples[min(self.chosen, len(self.examples) - 1)] if self.examples else None

    @property
    def step(self) -> int:
        """Of the newest answers."""
        return self.run.answered.step if self.run.answered else 0


class View(Protocol):
    """One way to look at a task: what it is called, what it shows in plain words, and its scene."""

    @property
    def name(self) -> str: ...

    @property
    def help(self) -> str: ...

    @property
    def of_examples(self) -> bool:
        """Whether it shows examples, rather than scores of all of them."""
        ...

    def scene(self, subject: Subject) -> Scene: ...


def waiting_words(kind: str, typed: str) -> str:
    """Why a run does nothing yet, and what becomes of what was typed meanwhile."""
    words = "Training begins when the kernels are ready: the first time, they are compiled for this processor."
    if not typed:
        return words
    then = "the first items will begin with it" if kind == "items" else "it will be answered then"
    return f'{words}\n"{visible(typed)}" waits for that: {then}.'


def metric_parts(subject: Subject, told: Sequence[tuple[str, str]]) -> list[Piece]:
    """The run's last full evaluation in words, which can be older than the examples' answers: (metric's key, what follows its
    percentage)."""
    scored = subject.run.scored
    if scored is None:
        return []
    parts = [
        Piece(2 + 2 * k, Content.assemble((percentage(scored.metrics[key]), "bold"), f" {words}"))
        for k, (key, words) in enumerate(told)
        if key in scored.metrics
    ]
    of_it = [Piece(3, Content(f"at step {scored.step:,}"), " "), Piece(10, Content(f"over {scored.count:,}"), " ")]
    return [*parts[:1], *of_it, *parts[1:]]
