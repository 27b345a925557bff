"""What a language model held inside while it read a text, and what it expected to come next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cli import heatmap
from tui_rnn.cli.heatmap import Panel
from tui_rnn.cli.inspection import Inspection, rounded
from tui_rnn.display import describe, visible

if TYPE_CHECKING:
    from tui_rnn.insight.answers import Reading
    from tui_rnn.training.run import Run

SHOWN = 5  # likeliest next tokens
START, END = "<s>", "</s>"


class TextInspection(Inspection):
    """names: the tokens that can come next. log_probs (T, V), nats; probability (T,) and rank (T,) of the token that really
    follows, NaN and 0 where nothing does; likeliest (T, SHOWN): places in names, best first; unknown: positions."""

    def __init__(
        self,
        name: str,
        text: str,
        readings: Sequence[Reading],
        names: tuple[str, ...],
        following: NDArray[np.int32],
        log_probs: NDArray[np.float32],
        unknown: frozenset[int],
    ) -> None:
        super().__init__(name, text, readings[0].symbols, readings)
        self.names, self.log_probs, self.unknown = names, log_probs, unknown
        given = log_probs[np.arange(len(following)), following]
        ends = len(self.symbols) - len(following)  # of a running text, nobody knows what follows its last token
        self.follower = [names[k] for k in following]
        self.probability = np.append(np.exp(given), np.full(ends, np.nan, np.float32))
        rank = (log_probs[: len(following)] > given[:, None]).sum(axis=1) + 1
        self.rank = np.append(rank, np.zeros(ends, np.int64))
        self.likeliest = np.argsort(-log_probs, axis=1, kind="stable")[:, :SHOWN]

    @classmethod
    def of(cls, run: Run, text: str) -> TextInspection:
        """Let the run read `text` from the zero state; a run on items reads <s> first."""
        from tui_rnn.data.tokens import token_texts
        from tui_rnn.insight.asking import readings

        found = readings(run.network, run.symbols, text)
        ids, unknown = run.vocabulary.encode(text)
        names = token_texts(run.vocabulary, np.arange(len(run.vocabulary)))
        items = run.task == "items"
        mark = len(names)  # <s> where it is read, </s> where it is expected
        if items:
            ids, names, unknown = np.append(np.int32(mark), ids), (*names, END), tuple(place + 1 for place in unknown)
        log_probs = run.reader().trace(ids).log_probs
        following = np.append(ids[1:], np.int32(mark)) if items else ids[1:]
        return cls(run.config.name, text, found, names, following, log_probs, frozenset(unknown))

    def records(self) -> Iterator[dict[str, Any]]:
        for position, symbol in enumerate(self.symbols):
            yield {
                "event": "character",
                "position": position,
                "character": symbol,
                "unknown": position in self.unknown,
                "next": [{"character": name, "probability": share} for name, share in self._expectation(position)],
                "next_probability": self.probability[position],
                "next_rank": self.rank[position] or None,
                "signals": rounded(self.readings[0].signals, position),
            }

    def lines(self) -> Iterator[str]:
        for position, symbol in enumerate(self.symbols):
            yield f"{position:>4}  {named(symbol):<9} {self._words(position)}"

    def page(self, panels: list[Panel]) -> str:
        hints = [f"{named(symbol)}. {self._words(position)}" for position, symbol in enumerate(self.symbols)]
        # what the model gave a token is known at the token before it
        given = np.append(np.float32("nan"), self.probability[: len(self.symbols) - 1])
        return heatmap.html_page(self.symbols, panels, self.name, hints, given)

    def more_arrays(self) -> dict[str, Any]:
        return {"log_probs": self.log_probs, "vocabulary": np.array(self.names)}

    def _expectation(self, position: int) -> list[tuple[str, float]]:
        """The likeliest tokens after `position` and their probabilities."""
        return [(self.names[k], float(np.exp(self.log_probs[position, k]))) for k in self.likeliest[position]]

    def _words(self, position: int) -> str:
        """next 'e' 81%, 'a' 9%; followed by 'h' 2%, rank 4."""
        expected = ", ".join(f"{named(token)} {share:.0%}" for token, share in self._expectation(position))
        if position >= len(self.follower):
            return f"next {expected}"
        follower = named(self.follower[position])
        return f"next {expected}; followed by {follower} {self.probability[position]:.0%}, rank {self.rank[position]}"


def named(symbol: str) -> str:
    """A character by its name, a longer token as it is, both safe to show."""
    return describe(symbol) if len(symbol) == 1 else visible(symbol)
