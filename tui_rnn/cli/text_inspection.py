"""What happens inside a language model while it reads a text, and what it expects next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cli import heatmap
from tui_rnn.cli.heatmap import Panel
from tui_rnn.cli.inspection import Inspection, rounded, traced
from tui_rnn.display import describe, visible

if TYPE_CHECKING:
    from tui_rnn.insight.trace import Traced
    from tui_rnn.training.run import Run

SHOWN = 5  # likeliest next tokens
END = "</s>"


class TextInspection(Inspection):
    """traced: the text as it was read, with what was expected. log_probs: reads it again, and gives ln p of each next token
    (T, V). names: the names of these tokens."""

    def __init__(
        self, name: str, traced: Traced, log_probs: Callable[[], NDArray[np.float32]], names: Callable[[], tuple[str, ...]]
    ) -> None:
        super().__init__(name, traced.text, traced.readings[0].symbols, traced.readings)
        self.expected, self.unknown = traced.expected, frozenset(traced.unknown)
        self._log_probs, self._names = log_probs, names
        self._follows = (*self.symbols[1:], END)

    @classmethod
    def of(cls, run: Run, text: str) -> TextInspection:
        """Let the run read `text` from the zero state; a run on items reads <s> first, and then a whole item."""
        from tui_rnn.data.tokens import token_texts

        vocabulary, items = run.vocabulary, not run.kind.is_stream
        ids = vocabulary.encode(text)[0]
        read = np.append(np.int32(len(vocabulary)), ids) if items else ids
        return cls(
            run.config.name,
            traced(run, text, SHOWN),
            lambda: run.reader().trace(read).log_probs,
            lambda: (*token_texts(vocabulary, np.arange(len(vocabulary))), *((END,) if items else ())),
        )

    def records(self) -> Iterator[dict[str, Any]]:
        for position, symbol in enumerate(self.symbols):
            yield {
                "event": "character",
                "position": position,
                "character": symbol,
                "unknown": position in self.unknown,
                "next": [{"character": name, "probability": share} for name, share in self._expectation(position)],
                "next_probability": self.expected.next_prob[position],
                "next_rank": self.expected.next_rank[position] or None,
                "signals": rounded(self.readings[0].signals, position),
            }

    def lines(self) -> Iterator[str]:
        for position, symbol in enumerate(self.symbols):
            yield f"{position:>4}  {named(symbol):<9} {self._words(position)}"

    def page(self, panels: list[Panel]) -> str:
        hints = [f"{named(symbol)}. {self._words(position)}" for position, symbol in enumerate(self.symbols)]
        # what the model gave a token is known at the token before it
        given = np.append(np.float32("nan"), self.expected.next_prob[:-1])
        return heatmap.html_page(self.symbols, panels, self.name, hints, given)

    def more_arrays(self) -> dict[str, Any]:
        return {"log_probs": self._log_probs(), "vocabulary": np.array(self._names())}

    def _expectation(self, position: int) -> list[tuple[str, float]]:
        """The likeliest tokens after `position` and their probabilities."""
        return list(zip(self.expected.top_symbols[position], self.expected.top_probs[position].tolist(), strict=True))

    def _words(self, position: int) -> str:
        """'next 'e' 81%, 'a' 9%; followed by 'h' 2%, rank 4'."""
        told = ", ".join(f"{named(token)} {share:.0%}" for token, share in self._expectation(position))
        if not (rank := self.expected.next_rank[position]):
            return f"next {told}"
        follower = named(self._follows[position])
        return f"next {told}; followed by {follower} {self.expected.next_prob[position]:.0%}, rank {rank}"


def named(symbol: str) -> str:
    """A character by its name, a longer token as it is, both safe to show."""
    return describe(symbol) if len(symbol) == 1 else visible(symbol)
