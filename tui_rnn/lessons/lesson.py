"""What a lesson is: what is learned of it, the runs that it watches, and its pages. `reading.py` makes one of a file."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest
from tui_rnn.lessons.formulas import Formula
from tui_rnn.lessons.text import Figure, Piece

LONGEST_TRAINING_S = 90.0


@dataclass(frozen=True)
class LessonRun:
    """A network that the lesson watches. name: how formulas and pages call it. request: the data that it learns from."""

    name: str
    request: DataRequest
    config: RunConfig


@dataclass(frozen=True)
class Look:
    """What a page shows beside its text. view: one of VIEWS. text: what is read; None: what validates, of which `example` is
    meant. position, layer (from 1 on), unit, signal, reading: what is selected; None: as it was. cut: one of CUTS, which "what
    if it is held" sets to 0 of each step before; None: it holds the signal."""

    view: str
    text: str | None = None
    example: int | None = None
    position: int | None = None
    layer: int | None = None
    unit: int | None = None
    signal: str | None = None
    reading: str | None = None
    cut: str | None = None


@dataclass(frozen=True)
class Choice:
    """says: one answer that a person may guess. holds: whether the network says so."""

    says: tuple[Piece, ...]
    holds: Formula


@dataclass(frozen=True)
class Guess:
    """A question that is asked before the page is shown, and its choices, of which one holds. once: the first one that holds is
    the answer, whatever holds later."""

    asks: tuple[Piece, ...]
    choices: tuple[Choice, ...]
    once: bool = False


@dataclass(frozen=True)
class Until:
    """What is watched for on a page. says: in words. One of: holds, what must hold of the network; key, a key that is
    pressed, by its label; selects, "unit", "position" or "range", of which another is chosen; types, a text that is typed for
    the view."""

    says: tuple[Piece, ...]
    holds: Formula | None = None
    key: str | None = None
    selects: str | None = None
    types: bool = False

    @property
    def by_hand(self) -> bool:
        """Whether only a person can do it."""
        return self.holds is None


@dataclass(frozen=True)
class Page:
    """run: whom formulas ask that name no run. shown: the runs that are on the screen, one or two of them. do: what a person
    is asked to do."""

    title: str
    text: tuple[Piece, ...]
    run: str
    shown: tuple[str, ...]
    equation: str = ""
    look: Look | None = None
    guess: Guess | None = None
    do: tuple[Piece, ...] = ()
    until: Until | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All that is filled in, in order."""
        parts = [self.text, self.do]
        if self.guess is not None:
            parts += [self.guess.asks, *(choice.says for choice in self.guess.choices)]
        if self.until is not None:
            parts.append(self.until.says)
        return tuple(piece for part in parts for piece in part if isinstance(piece, Figure))


@dataclass(frozen=True)
class Lesson:
    """name: by which it is opened. number: its place in the chapter, 0 for one's own. afterwards: what one can say then.
    budget_s: its pages are reached in so much training. most_steps: of each run, when it is checked."""

    name: str
    number: int
    title: str
    afterwards: tuple[str, ...]
    runs: tuple[LessonRun, ...]
    pages: tuple[Page, ...]
    figures: dict[str, Formula] = field(default_factory=dict)
    begins_paused: bool = False
    any_data: bool = False
    budget_s: float = LONGEST_TRAINING_S
    most_steps: int = 20_000

    def run(self, name: str) -> LessonRun:
        return next(run for run in self.runs if run.name == name)

    @property
    def called(self) -> str:
        """'3 What is ŷ[w]?', of one's own without a number."""
        return f"{self.number} {self.title}" if self.number else self.title


CUTS = ("Uh", "h", "c", "all")
OWN_VIEWS = ("loss", "samples", "gates", "desk")
"""Views with a slot of their own."""
TASK_VIEWS = ("sentences", "texts", "as read", "contributions", "confusion", "outputs", "attention", "by length", "items")
"""What a task's view goes through."""
PAGES = (
    *("at the cursor", "unit over the text", "what surprises it", "two runs compared", "which unit tracks it"),
    *("what may come next", "passages of a unit", "passages alike", "copied or made up", "arithmetic", "biography"),
    *("embedding map", "health", "what if it is off", "what if it is held", "how far back", "why this symbol"),
    "edit and compare",
)
"""The pages of Inspect."""
VIEWS = (*OWN_VIEWS, *TASK_VIEWS, *PAGES)
"""What a page can show beside its text. A test holds that these are the views that there are."""
