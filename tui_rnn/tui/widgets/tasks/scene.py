"""What a view of a task draws: a page of lines, a heatmap, a chart, or a word on why there is nothing yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.formats import percentage
from tui_rnn.insight.answers import Answer
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.state import RunView
from tui_rnn.tui.widgets.heatmap_view import Picture
from tui_rnn.tui.widgets.readout import Part
from tui_rnn.tui.widgets.tasks.page import Line


@dataclass(frozen=True)
class Lines:
    """A page. spans: the lines of each example, for clicks; chosen: which of them a person looks at, None: none."""

    lines: Sequence[Line]
    spans: Sequence[range] = ()
    chosen: int | None = None

    @property
    def chosen_lines(self) -> range:
        """The lines of the chosen example; none when none is chosen."""
        return self.spans[min(self.chosen, len(self.spans) - 1)] if self.spans and self.chosen is not None else range(0)


@dataclass(frozen=True, eq=False)
class Matrix:
    """A heatmap; `tell(column, row)` says what a cell means."""

    picture: Picture
    tell: Callable[[int, int], list[Part]]
    start: tuple[int, int] = (0, 0)  # where the cursor is until somebody moves it
    steady: bool = False  # whether it then stays where it began, though `start` may change
    across: str = "columns"  # what they are


@dataclass(frozen=True)
class Curves:
    """Shares in percent over source lengths, one curve a run: (number, name, lengths, shares)."""

    runs: Sequence[tuple[int, str, Sequence[float], Sequence[float]]]


@dataclass(frozen=True)
class Nothing:
    """Why there is nothing to see, and what would change that."""

    why: str


@dataclass(frozen=True)
class Scene:
    """A view as it shall be drawn now. title and legend stand in the border."""

    body: Lines | Matrix | Curves | Nothing
    title: Sequence[Part] = ()
    legend: Sequence[Part] = ()


@dataclass(frozen=True)
class Facts:
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

    def scene(self, facts: Facts) -> Scene: ...


def waiting_words(kind: str, typed: str) -> str:
    """Why a run does nothing yet, and what becomes of what was typed meanwhile."""
    words = "Training begins when the kernels are ready: the first time, they are compiled for this processor."
    if not typed:
        return words
    then = "the first items will begin with it" if kind == "items" else "it will be answered then"
    return f'{words}\n"{visible(typed)}" waits for that: {then}.'


def metric_parts(facts: Facts, told: Sequence[tuple[str, str]]) -> list[Part]:
    """The run's last full evaluation in words, which can be older than the examples' answers: (metric's key, what follows its
    percentage)."""
    scored = facts.run.scored
    if scored is None:
        return []
    parts = [
        Part(2 + 2 * k, Content.assemble((percentage(scored.metrics[key]), "bold"), f" {words}"))
        for k, (key, words) in enumerate(told)
        if key in scored.metrics
    ]
    of_it = [Part(3, Content(f"at step {scored.step:,}"), " "), Part(10, Content(f"over {scored.count:,}"), " ")]
    return [*parts[:1], *of_it, *parts[1:]]
