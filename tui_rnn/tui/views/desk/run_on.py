"""How far a network writes on: for so many tokens, to the end of a word or line, to a string, or until a person stops it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Until = Literal["word", "line", "tokens", "string", "stopped"]
CHUNK = 24  # tokens that are drawn at a time
LOOKED_AT = 400  # the last tokens that may hold a loop
LONGEST_PERIOD = 120
REPEATS = 3  # a loop has at least so many repeats


@dataclass(frozen=True)
class RunOn:
    """until: where it ends. left: how many of `tokens` are still to come. string: the string that ends it; so_far: the end of
    the text since the start, which may hold a part of the string."""

    until: Until
    left: int = 0
    string: str = ""
    so_far: str = ""

    @property
    def chunk(self) -> int:
        """How many tokens to draw next."""
        return min(CHUNK, self.left) if self.until == "tokens" else CHUNK

    def take(self, pieces: Sequence[str], ended: bool) -> tuple[tuple[str, ...], RunOn | None]:
        """The drawn tokens to keep, and how to go on; None: it ends here. ended: the item's </s> was drawn after them."""
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
    """The number of tokens up to the end of the first word, without the space after it; all, if no word ends."""
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
    """The repeated end of a text. period: its tokens; times: how often it came without a break."""

    text: str
    period: int
    times: int


def loop_at_end(symbols: Sequence[str]) -> Loop | None:
    """The shortest stretch that ends the text at least REPEATS times in a row, over at least 8 tokens."""
    last = list(symbols[-LOOKED_AT:])
    for period in range(1, min(LONGEST_PERIOD, len(last) // REPEATS) + 1):
        stretch, times = last[-period:], 1
        while last[len(last) - period * (times + 1) : len(last) - period * times] == stretch:
            times += 1
        if times >= REPEATS and times * period >= 8:
            return Loop("".join(stretch), period, times)
    return None
