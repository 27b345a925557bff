"""How a long text is read to be scored: several readers side by side read a part each, as if one read all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

READERS = 16
WARM_UP = 512
"""Each reader but the first begins so many tokens before its part and reads them without being scored, so that it knows what
came before. Few networks depend on anything further back. A text shorter than two such lengths has one reader."""
ALONE = 1 << 18
"""A text of up to so many tokens that is looked into has one reader, so that what it counted since the start is not lost.
That takes twice as long as several readers."""
STEPS = 64
CHUNKS = 8  # of STEPS tokens, read in one call


def readers_of(length: int) -> int:
    """How many readers a text of so many tokens has."""
    return max(1, min(READERS, length // WARM_UP))


def reading(ids: NDArray[Any], B: int) -> Iterator[tuple[NDArray[np.int32], NDArray[np.bool_], int]]:
    """The blocks that B readers read, in order: tokens (n, STEPS + 1, B), of which [:, 1:] are the targets, -1 beyond the end
    of a part; (n, B), the readers that begin a chunk from the zero state; and how many targets are scored, 0 in the warm-up."""
    # each reads one token beyond its part: it predicts the first token of the next reader
    length = -(-(len(ids) - 1) // B)
    starts = np.arange(B) * length
    rest = np.arange(B) > 0
    within = np.arange(CHUNKS)[:, None] * STEPS + np.arange(STEPS + 1)[None]
    if B > 1:
        before = (starts - WARM_UP)[None, None] + within[..., None]
        block = ids[np.maximum(before, 0)].astype(np.int32)
        yield np.where(rest, block, -1), _first(CHUNKS, rest), 0
    for start in range(0, length, CHUNKS * STEPS):
        n = min(CHUNKS, -(-(length - start) // STEPS))
        offset = start + within[:n]
        at = starts[None, None] + offset[..., None]
        outside = (offset[..., None] > length) | (at >= len(ids))
        block = ids[np.minimum(at, len(ids) - 1)].astype(np.int32)
        block[outside] = -1
        yield block, _first(n, ~rest & (start == 0)), int((block[:, 1:] >= 0).sum())


def reading_places(ids: NDArray[Any], B: int) -> Iterator[tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.int64]]]:
    """The same blocks and fresh, with the place in `ids` (n, STEPS, B) of each token that is read; -1 in the warm-up and beyond
    the end of a part. Every token has a place but the last, which is only a target."""
    length = -(-(len(ids) - 1) // B)
    starts, done = np.arange(B) * length, 0
    for block, fresh, scored in reading(ids, B):
        n = len(block)
        if not scored:
            yield block, fresh, np.full((n, STEPS, B), -1)
            continue
        offset = done + (np.arange(n)[:, None] * STEPS + np.arange(STEPS))[..., None]
        places = starts + offset
        yield block, fresh, np.where((offset < length) & (places < len(ids) - 1), places, -1)
        done += n * STEPS


def _first(n: int, begins: NDArray[np.bool_]) -> NDArray[np.bool_]:
    fresh = np.zeros((n, len(begins)), np.bool_)
    fresh[0] = begins
    return fresh
