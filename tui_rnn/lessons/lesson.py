"""A lesson: what a person learns, the runs that it watches, and its pages. `reading.py` reads one from a file."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest
from tui_rnn.lessons.formulas import Formula
from tui_rnn.lessons.text import Figure, Piece

LONGEST_TRAINING_S = 90.0


@dataclass(frozen=True)
class LessonRun:
    """A network that the lesson watches. name: its name in formulas and on pages. request: the data that it learns from."""

    name: str
    request: DataRequest
    config: RunConfig


@dataclass(frozen=True)
class Look:
    """What a page shows beside its text. view: one of VIEWS. text: what is read; None: the `example` of the validation part.
    position, layer (from 1 on), unit, signal, reading: what is selected; None: as it was. cut: one of CUTS, the part of the
    step before that "what if it is held" sets to 0; None: it holds the signal."""

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
    """says: one answer that a person may choose. holds: whether it is right."""

    says: tuple[Piece, ...]
    holds: Formula


@dataclass(frozen=True)
class Guess:
    """A question that is asked before the page is shown, and its choices, of which one holds. once: the first choice that holds
    stays the answer."""

    asks: tuple[Piece, ...]
    choices: tuple[Choice, ...]
    once: bool = False


@dataclass(frozen=True)
class Until:
    """What a page waits for. says: in words. One of: holds, a condition on the network; key, the label of a key to press;
    selects, "unit", "position" or "range": another one must be chosen; types: a text must be typed for the view."""

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
    """run: the run that formulas ask when they name none. shown: the one or two runs on the screen. do: what a person is asked
    to do."""

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
        """All figures of the page, in order."""
        parts = [self.text, self.do]
        if self.guess is not None:
            parts += [self.guess.asks, *(choice.says for choice in self.guess.choices)]
        if self.until is not None:
            parts.append(self.until.says)
        return tuple(piece for part in parts for piece in part if isinstance(piece, Figure))


@dataclass(frozen=True)
class Lesson:
    """name: opens it. number: its place in the chapter, 0 for a person's own lesson. afterwards: what a person can say after
    it. budget_s: the training that all its pages take. most_steps: the most steps of each run when the lesson is checked."""

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
        """'3 What is ŷ[w]?'; a person's own lesson has no number."""
        return f"{self.number} {self.title}" if self.number else self.title


CUTS = ("Uh", "h", "c", "all")
OWN_VIEWS = ("loss", "samples", "gates", "desk")
"""Views that have their own slot."""
TASK_VIEWS = ("sentences", "texts", "as read", "contributions", "confusion", "outputs", "attention", "by length", "items")
"""The scenes of a task's view."""
PAGES = (
    *("at the cursor", "unit over the text", "what surprises it", "two runs compared", "which unit tracks it"),
    *("what may come next", "passages of a unit", "passages alike", "copied or made up", "arithmetic", "biography"),
    *("embedding map", "health", "what if it is off", "what if it is held", "how far back", "why this symbol"),
    "edit and compare",
)
"""The pages of Inspect."""
VIEWS = (*OWN_VIEWS, *TASK_VIEWS, *PAGES)
"""What a page can show beside its text. A test holds that these are all views."""
