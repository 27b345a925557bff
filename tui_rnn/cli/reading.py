"""A text as a saved run reads it: what was inside, what it expected, and all of that as files."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cli import heatmap
from tui_rnn.cli.heatmap import Panel
from tui_rnn.display import describe
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.train.run import Run

SHOWN = 5  # likeliest next characters
LONGEST_PICTURE = 2000  # characters


@dataclass(frozen=True)
class Reading:
    """A text, what was inside the run at each of its characters (T), and what it expected to come next.

    signals: name → (T, layers, units); log_probs (T, V), nats; probability (T,) and rank (T,) of the character that
    really follows, NaN and 0 after the last one; likeliest (T, SHOWN): ids, best first.
    """

    title: str
    text: str
    vocabulary: str
    unknown: tuple[int, ...]
    signals: dict[str, NDArray[np.float32]]
    log_probs: NDArray[np.float32]
    probability: NDArray[np.float32]
    rank: NDArray[np.int64]
    likeliest: NDArray[np.int64]

    def expectation(self, position: int) -> list[tuple[str, float]]:
        """The likeliest characters after `position` and their probabilities."""
        return [(self.vocabulary[k], float(np.exp(self.log_probs[position, k]))) for k in self.likeliest[position]]

    @classmethod
    def of(cls, run: Run, text: str) -> Reading:
        """Let the run read `text` from the zero state. Raises InputError when it is empty or too long."""
        signals = run.trace(text)
        log_probs = signals.pop("log_probs")
        ids, unknown = run.vocabulary.encode(text)
        following = log_probs[np.arange(len(ids) - 1), ids[1:]]
        probability = np.append(np.exp(following), np.float32("nan"))
        rank = np.append((log_probs[:-1] > following[:, None]).sum(axis=1) + 1, 0)
        likeliest = np.argsort(-log_probs, axis=1, kind="stable")[:, :SHOWN]
        title = f"{run.config.name} reading"
        return cls(title, text, run.symbols.characters.characters, unknown, signals, log_probs, probability, rank, likeliest)

    def record(self, position: int) -> dict[str, Any]:
        """One character for a script."""
        return {
            "event": "character",
            "position": position,
            "character": self.text[position],
            "unknown": position in self.unknown,
            "next": [{"character": ch, "probability": share} for ch, share in self.expectation(position)],
            "next_probability": self.probability[position],
            "next_rank": self.rank[position] or None,
            "signals": {name: np.round(values[position].astype(float), 6) for name, values in self.signals.items()},
        }

    def words(self, position: int) -> str:
        """One character for a person: next 'e' 81%, 'a' 9%; followed by 'h' 2%, rank 4."""
        expected = ", ".join(f"{describe(ch)} {share:.0%}" for ch, share in self.expectation(position))
        if position + 1 == len(self.text):
            return f"next {expected}"
        follower = describe(self.text[position + 1])
        return f"next {expected}; followed by {follower} {self.probability[position]:.0%}, rank {self.rank[position]}"

    def file(self, suffix: str, signal: str | None = None, layer: int | None = None) -> bytes:
        """Everything as .npz, or a picture of the chosen signals and layer (from 1 on) as .svg, .png or .html."""
        if suffix == ".npz":
            return self._npz()
        if len(self.text) > LONGEST_PICTURE:
            raise InputError(f"the text has {len(self.text)} characters, a picture holds {LONGEST_PICTURE}: write .npz instead")
        panels = self._panels(signal, layer)
        if suffix == ".png":
            return heatmap.png_page(panels)
        if suffix == ".svg":
            return heatmap.svg_page(self.text, panels, self.title).encode("utf-8")
        hints = [f"{describe(self.text[position])}. {self.words(position)}" for position in range(len(self.text))]
        # what the model gave a character is known at the character before it
        given = np.append(np.float32("nan"), self.probability[:-1])
        return heatmap.html_page(self.text, panels, self.title, hints, given).encode("utf-8")

    def _npz(self) -> bytes:
        file = io.BytesIO()
        vocabulary, text = np.array(list(self.vocabulary)), np.array(list(self.text))
        arrays: dict[str, Any] = {**self.signals, "log_probs": self.log_probs, "vocabulary": vocabulary, "text": text}
        np.savez_compressed(file, **arrays)
        return file.getvalue()

    def _panels(self, signal: str | None, layer: int | None) -> list[Panel]:
        layers = next(iter(self.signals.values())).shape[1]
        if layer is not None and not 1 <= layer <= layers:
            raise InputError(f"--layer is {layer}, expected 1 to {layers}")
        if signal is not None and (not signal or set(signal) - self.signals.keys()):
            raise InputError(f"--signal is {signal!r}, expected letters out of {' '.join(self.signals)}")
        names = [name for name in self.signals if signal is None or name in signal]
        chosen = range(layers) if layer is None else (layer - 1,)
        return [Panel.of(name, k, self.signals[name][:, k]) for k in chosen for name in names]
