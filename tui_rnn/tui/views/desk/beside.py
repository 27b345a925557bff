"""A second writer beside the first: it has the same text and seed, but another temperature, another run, or the weights of
another moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tui_rnn.insight.draft import Draft
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.views.desk.writing import Writing


@dataclass(frozen=True)
class Other:
    """What differs in the second writer: a temperature, a run, or a step of the same run."""

    temperature: float | None = None
    run_id: int | None = None
    moment: int | None = None


class Beside:
    """other: None: there is no second writer."""

    def __init__(self, asks: Asks, changed: Callable[[], None]) -> None:
        self.writing = Writing(asks, changed)
        self.other: Other | None = None
        self._followed = -1  # the count of changes by hand when it took the first's text

    def choose(self, other: Other | None) -> None:
        """Let this writer write, from the first's text on."""
        self.writing.stop()
        self.other, self._followed = other, -1

    def follow(self, first: Writing) -> None:
        """Take the first's settings, and its text if a person has changed it."""
        mine = self.writing
        if self.other is None:
            return
        temperature = self.other.temperature
        mine.seed, mine.sampling = first.seed, first.sampling
        if temperature is not None:
            mine.sampling = replace(first.sampling, temperature=temperature)
        if first.by_hand != self._followed:
            self._followed = first.by_hand
            mine.stop()
            mine.draft, mine.ended = Draft().add(first.symbols, "typed"), -1

    def forget(self) -> None:
        """Other data are open."""
        self.writing.forget()
        self.choose(None)


def first_difference(one: Sequence[str], other: Sequence[str]) -> int | None:
    """The first place where the two have different tokens; None: one begins with the other."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
