"""What text may be drawn by."""

from __future__ import annotations

import math

from tui_rnn.errors import InputError


def check_sampling(length: int, temperature: float, top_k: int, top_p: float) -> None:
    """Raise InputError when text can't be drawn like this."""
    if length < 0:
        raise InputError(f"length is {length}, expected 0 or more")
    if not (temperature >= 0 and math.isfinite(temperature)):
        raise InputError(f"temperature is {temperature}, expected 0 (greedy) or more")
    if top_k < 0:
        raise InputError(f"top_k is {top_k}, expected 0 (all characters) or more")
    if not 0 < top_p <= 1:
        raise InputError(f"top_p is {top_p}, expected more than 0, at most 1 (all characters)")
