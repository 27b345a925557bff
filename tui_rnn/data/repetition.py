"""How much of a validation text is word for word in the training text. A network memorises a text that repeats itself, and its
validation loss then looks like learning."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

STRETCH = 48  # tokens; prose sometimes repeats ten tokens, but hardly ever so many
STRETCHES_MOST = 2_000
STRETCHES_LEAST = 10
TRAINING_MOST = 100_000_000  # tokens that are searched: about two seconds
SAID_FROM = 0.3
_BLOCK = 1 << 20
_BASE = np.uint64(0x9E3779B97F4A7C15)
_SLOTS = 1 << 20


def repeated_share(train: NDArray[Any], validation: NDArray[Any]) -> float:
    """The share of the validation text's stretches of STRETCH tokens, end to end, that are somewhere in training. If there are
    more than STRETCHES_MOST, it takes so many from all over the text. 0.0 if the text is shorter than one.

    train, validation (N,): ids of one vocabulary. Exact for the stretches that are taken: matches of a hash are compared.
    """
    count = len(validation) // STRETCH
    if not count or len(train) < STRETCH:
        return 0.0
    chosen = np.unique(np.linspace(0, count - 1, min(count, STRETCHES_MOST)).astype(np.int64)) * STRETCH
    windows = np.stack([validation[start : start + STRETCH] for start in chosen]).astype(np.uint32)
    hashes = np.array([_hashes(window)[0] for window in windows])
    order = np.argsort(hashes, kind="stable")
    hashes, windows = hashes[order], windows[order]
    found = np.zeros(len(windows), np.bool_)
    wanted = np.zeros(_SLOTS, np.bool_)
    wanted[_slots(hashes)] = True
    for start in range(0, min(len(train), TRAINING_MOST) - STRETCH + 1, _BLOCK):
        block = np.ascontiguousarray(train[start : start + _BLOCK + STRETCH - 1]).astype(np.uint32)
        here = _hashes(block)
        for place in np.flatnonzero(wanted[_slots(here)]):
            first = int(np.searchsorted(hashes, here[place]))
            while first < len(hashes) and hashes[first] == here[place]:  # equal windows stand side by side
                found[first] = found[first] or np.array_equal(windows[first], block[place : place + STRETCH])
                first += 1
        if found.all():
            break
        if found.any():
            wanted[:] = False
            wanted[_slots(hashes[~found])] = True
    return float(found.mean())


def repetition_notice(train: NDArray[Any], validation: NDArray[Any], token: str) -> str:
    """One line if much of the validation text is repeated, else "". token: the name of a token."""
    share = repeated_share(train, validation)
    if share < SAID_FROM or len(validation) < STRETCHES_LEAST * STRETCH:
        return ""
    return (
        f"the text repeats itself: {share:.0%} of the validation part, in stretches of {STRETCH} {token}s, is in the training "
        "part word for word, so the validation loss says little about new text; --valid FILE validates on another file"
    )


def _hashes(tokens: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """A number for each stretch of STRETCH tokens, equal for equal ones: a polynomial modulo 2^64, computed from the numbers of
    shorter stretches."""
    with np.errstate(over="ignore"):
        power, sums = _BASE, {1: tokens.astype(np.uint64) + np.uint64(1)}
        powers = {1: power}
        length = 1
        while 2 * length <= 32:
            shorter = sums[length]
            sums[2 * length] = shorter[:-length] * powers[length] + shorter[length:]
            powers[2 * length] = powers[length] * powers[length]
            length *= 2
        long, rest = sums[32], sums[STRETCH - 32]
        whole: NDArray[np.uint64] = long[: len(tokens) - STRETCH + 1] * powers[STRETCH - 32] + rest[32:]
    return whole


def _slots(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (hashes >> np.uint64(44)).astype(np.int64)
