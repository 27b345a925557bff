"""A second writer beside the first: from the same text and with the same seed, but at another temperature, with another run, or
with the weights of another moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tui_rnn.insight.draft import Draft
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.views.desk.writing import Writing


@dataclass(frozen=True)
class Other:
    """What the second writer has of its own: a temperature, a run, or a step of the same run."""

    temperature: float | None = None
    run_id: int | None = None
    moment: int | None = None


class Beside:
    """other: None while nobody writes beside the first."""

    def __init__(self, asks: Asks, changed: Callable[[], None]) -> None:
        self.writing = Writing(asks, changed)
        self.other: Other | None = None
        self._followed = -1  # how often the first was changed by hand when its text was taken

    def choose(self, other: Other | None) -> None:
        """Let another one write there, from the first's text on."""
        self.writing.stop()
        self.other, self._followed = other, -1

    def follow(self, first: Writing) -> None:
        """Have the first's settings, and its text, where a person changed that."""
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
    """The first place where the two have not the same token; None where one begins with the other."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
