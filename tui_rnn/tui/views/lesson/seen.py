"""A lesson's page at one moment: its words, with the numbers filled in."""

from __future__ import annotations

from dataclasses import dataclass

Words = tuple[tuple[str, bool], ...]
"""Pieces of a text, each with whether it was filled in. They are not safe to show yet."""


@dataclass(frozen=True)
class Listed:
    """A lesson in the list. told: the person's progress."""

    name: str
    called: str
    told: str
    about: str
    done: bool


@dataclass(frozen=True)
class GuessSeen:
    """chosen: the place of the person's guess; None: they have not guessed. holds: the place of the network's answer; None: not
    known yet."""

    asks: Words
    choices: tuple[Words, ...]
    chosen: int | None = None
    holds: int | None = None


@dataclass(frozen=True)
class UntilSeen:
    """says: what the page waits for. now: its numbers, '2.41 < 2.28 does not hold yet'; "": not known."""

    says: Words
    now: str
    reached: bool


@dataclass(frozen=True)
class PageSeen:
    """called: of the lesson; at, of: which page of how many. about: the run and step of the numbers, '2 LSTM 64, step 1,151'.
    note: what the page waits for before it can show something, or why a number is missing. units: how a loss in the text
    compares with one in the view beside it."""

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
