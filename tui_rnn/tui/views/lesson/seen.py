"""What there is to see of a lesson's page at a moment: words, and what is filled in."""

from __future__ import annotations

from dataclasses import dataclass

Words = tuple[tuple[str, bool], ...]
"""Pieces of a text, each with whether it was filled in. Not made safe yet."""
LIST = "list of lessons"


@dataclass(frozen=True)
class Listed:
    """A lesson in the list. told: how far a person is."""

    name: str
    called: str
    told: str
    about: str
    done: bool


@dataclass(frozen=True)
class GuessSeen:
    """chosen: the place of what a person guessed, None before. holds: the place of the choice that the network says, None while
    that is not known."""

    asks: Words
    choices: tuple[Words, ...]
    chosen: int | None = None
    holds: int | None = None


@dataclass(frozen=True)
class UntilSeen:
    """says: what is waited for. now: how it stands, '2.41 < 2.28 does not hold yet', "" where nobody can say."""

    says: Words
    now: str
    reached: bool


@dataclass(frozen=True)
class PageSeen:
    """called: of the lesson; at, of: which page of how many. about: of whom the numbers are, '2 LSTM 64, step 1,151'. note:
    what is waited for before there is something to see, or why a number is not there. units: what a loss in the text is to the
    one in the view beside it."""

    called: str
    at: int
    of: int
    title: str
    text: Words
    equation: str = ""
    do: Words = ()
    guess: GuessSeen | None = None
    until: UntilSeen | None = None
    about: str = ""
    note: str = ""
    units: str = ""
    afterwards: tuple[str, ...] = ()  # on the first page, and on the last one

    @property
    def asks_first(self) -> bool:
        """Whether the page waits for a guess."""
        return self.guess is not None and self.guess.chosen is None
