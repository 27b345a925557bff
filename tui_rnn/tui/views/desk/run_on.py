"""How far a network writes on when it is let: for so many tokens, to the end of a word or line, or until it is stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Until = Literal["word", "line", "tokens", "string", "stopped"]
CHUNK = 24  # tokens that are drawn at a time
LOOKED_AT = 400  # tokens in which a loop is looked for
LONGEST_PERIOD = 120
REPEATS = 3  # times that something must follow itself to be called a loop


@dataclass(frozen=True)
class RunOn:
    """until: where it ends. left: of `tokens`, how many are still to come. string: what it shall end with; so_far: the end of
    what was written meanwhile, in which that may have begun."""

    until: Until
    left: int = 0
    string: str = ""
    so_far: str = ""

    @property
    def chunk(self) -> int:
        """Tokens to draw next."""
        return min(CHUNK, self.left) if self.until == "tokens" else CHUNK

    def take(self, pieces: Sequence[str], ended: bool) -> tuple[tuple[str, ...], RunOn | None]:
        """Of what was drawn, the tokens that are wanted, and how it goes on from there; None: no further. ended: an item's
        </s> was drawn after them."""
        kept = tuple(pieces)
        if self.until == "string":
            return self._take_to_string(kept, ended)
        if self.until == "word":
            kept = kept[: _word_end(kept)]
        elif self.until == "line":
            breaks = [at for at, piece in enumerate(kept) if "\n" in piece]
            kept = kept[: breaks[0] + 1] if breaks else kept
        left = self.left - len(kept)
        if self.until == "tokens" and left > 0 and kept and not ended:
            return kept, RunOn("tokens", left)
        goes_on = self.until == "stopped" or (len(kept) == len(pieces) and self.until in ("word", "line"))
        return kept, self if goes_on and not ended and kept else None

    def _take_to_string(self, pieces: tuple[str, ...], ended: bool) -> tuple[tuple[str, ...], RunOn | None]:
        """The tokens up to the one that ends the string."""
        text = self.so_far
        for at, piece in enumerate(pieces):
            text = (text + piece)[-(len(self.string) + len(piece)) :]
            if self.string in text:
                return pieces[: at + 1], None
        return pieces, None if ended or not pieces else replace(self, so_far=text[-len(self.string) :])


def _word_end(pieces: Sequence[str]) -> int:
    """How many tokens there are up to the end of the first word, the space after it left out; all where none ends."""
    begun = False
    for at, piece in enumerate(pieces):
        if piece.strip():
            if begun and piece[:1].isspace():  # a word token, with the space before it
                return at
            begun = True
        elif begun:
            return at
    return len(pieces)


@dataclass(frozen=True)
class Loop:
    """What the text ends in, again and again. period: its tokens; times: how often it came without a break."""

    text: str
    period: int
    times: int


def loop_at_end(symbols: Sequence[str]) -> Loop | None:
    """The shortest stretch that the text ends in at least REPEATS times in a row, over at least 8 tokens."""
    last = list(symbols[-LOOKED_AT:])
    for period in range(1, min(LONGEST_PERIOD, len(last) // REPEATS) + 1):
        stretch, times = last[-period:], 1
        while last[len(last) - period * (times + 1) : len(last) - period * times] == stretch:
            times += 1
        if times >= REPEATS and times * period >= 8:
            return Loop("".join(stretch), period, times)
    return None
