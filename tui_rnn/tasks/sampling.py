"""The limits of the numbers by which text is drawn."""

from __future__ import annotations

import math

from tui_rnn.errors import InputError


def check_sampling(
    length: int,
    temperature: float,
    top_k: int,
    top_p: float,
    min_p: float = 0.0,
    repetition_penalty: float = 1.0,
    penalty_window: int = 0,
) -> None:
    """Raise InputError when a number is out of range."""
    if length < 0:
        raise InputError(f"length is {length}, expected 0 or more")
    if not (temperature >= 0 and math.isfinite(temperature)):
        raise InputError(f"temperature is {temperature}, expected 0 (greedy) or more")
    if top_k < 0:
        raise InputError(f"top_k is {top_k}, expected 0 (all characters) or more")
    if not 0 < top_p <= 1:
        raise InputError(f"top_p is {top_p}, expected more than 0, at most 1 (all characters)")
    if not 0 <= min_p <= 1:
        raise InputError(f"min_p is {min_p}, expected 0 (all characters) to 1")
    if not (repetition_penalty > 0 and math.isfinite(repetition_penalty)):
        raise InputError(f"repetition_penalty is {repetition_penalty}, expected more than 0; 1 is none")
    if penalty_window < 0:
        raise InputError(f"penalty_window is {penalty_window}, expected 0 (the whole text) or more")
