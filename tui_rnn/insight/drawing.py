"""How tokens are drawn from a language model's distribution, and how they are shown."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.tokens import TextVocabulary, token_texts
from tui_rnn.fields import check_all, described

MAX_LENGTH = 10_000_000


@dataclass(frozen=True)
class Sampling:
    """How to draw: the repetition penalty acts first, then temperature, top-k, top-p and min-p. Raises InputError when a number
    is out of range."""

    temperature: float = described(0.8, "0: always the likeliest token; 1: as the model believes", low=0.0, high=1e6)
    top_k: int = described(0, "draw among the k likeliest tokens only; 0: all", low=0, high=1 << 31)
    top_p: float = described(1.0, "draw among the likeliest tokens that hold this share; 1: all", above=0.0, high=1.0)
    min_p: float = described(
        0.0, "leave out tokens that are less likely than this share of the likeliest one's chance; 0: none", low=0.0, high=1.0
    )
    repetition_penalty: float = described(
        1.0, "above 1: tokens that came before are less likely; 1: off", above=0.0, high=100.0
    )
    penalty_window: int = described(
        64, "how many of the last tokens the repetition penalty looks at; 0: the whole text", low=0, high=MAX_LENGTH
    )
    length: int = described(400, "tokens to draw; of an item, the most", low=0, high=MAX_LENGTH)

    def __post_init__(self) -> None:
        check_all(self)

    @property
    def numbers(self) -> dict[str, Any]:
        """The arguments of a network's `generate`, by name."""
        return {name: value for name, value in vars(self).items() if name != "length"}


def lacking(vocabulary: TextVocabulary, unknown: Sequence[int], shown: Sequence[str]) -> tuple[tuple[int, ...], int]:
    """The places of the unknown tokens in the shown text, and how many words they are: 0 if tokens aren't words."""
    ends = np.cumsum([0, *map(len, shown)]).tolist()
    places = tuple(place for k in unknown for place in range(ends[k], ends[k + 1]))
    return places, len(unknown) if vocabulary.kind == "word" else 0


def pieces(vocabulary: TextVocabulary, ids: NDArray[np.integer], prompt: str) -> list[str]:
    """What each token adds to the text. A prompt's unknown characters stay as they are, an unknown word becomes <unk>; the last
    byte of a character adds the character."""
    if vocabulary.kind == "char":
        return [*prompt, *vocabulary.decode(ids[len(prompt) :])]
    if vocabulary.kind == "word":
        return list(token_texts(vocabulary, ids))
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    return [decoder.decode(bytes([k]), final=at == len(ids) - 1) for at, k in enumerate(ids.tolist())]


def by_character(shown: Sequence[str], nats: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each character, the surprise of its token, or of its bytes in sum."""
    spread: list[float] = []
    waiting = 0.0
    for piece, surprise in zip(shown, nats.tolist(), strict=True):
        waiting += surprise
        if piece:
            spread += [waiting] * len(piece)
            waiting = 0.0
    return np.array(spread, np.float32)


def seed_of(asked: int | None, seed: int, step: int) -> int:
    """The seed that was asked for; without one, a seed from the run and its step, so that other weights get another seed."""
    return seed + step if asked is None else asked


def uniforms(seed: int, places: NDArray[np.integer]) -> NDArray[np.float64]:
    """The numbers in (0, 1) by which the tokens at these places of a text are drawn. They are those of
    kernels/equations/sampling.py, so what is drawn here is what the network itself writes with that seed."""
    key = _mixed(np.full(len(places), 0x9E3779B9, np.uint32), np.full(len(places), seed & 0xFFFFFFFF, np.uint32))
    return (_mixed(key, places.astype(np.uint32)).astype(np.float64) + 0.5) / 4294967296.0


def _mixed(key: NDArray[np.uint32], counter: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """A well-mixed number for each (key, counter): lowbias32."""
    x = counter ^ key
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return np.asarray(x ^ (x >> np.uint32(16)))


def drawn(log_probs: NDArray[np.floating], temperature: float, u: float) -> int:
    """The id that u in (0, 1) draws from ln p (V,); temperature 0: the likeliest."""
    if temperature <= 0:
        return int(log_probs.argmax())
    shares = np.cumsum(np.exp((log_probs.astype(np.float64) - float(log_probs.max())) / temperature))
    return min(int(np.searchsorted(shares, u * shares[-1])), len(shares) - 1)
