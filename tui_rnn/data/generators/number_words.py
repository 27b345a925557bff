"""Sequence to sequence: whole numbers in English words → digits."""

from __future__ import annotations

from tui_rnn.data.generators.dice import Dice
from tui_rnn.data.generators.spelling import cardinal


def text(count: int = 20_000, seed: int = 1) -> str:
    """A TSV with a header: source, target; `count` different numbers below a million, more short ones than long ones."""
    dice = Dice(seed)
    numbers: dict[int, None] = {}
    while len(numbers) < count:
        numbers[dice.below(10 ** dice.between(1, 6))] = None
    return "source\ttarget\n" + "".join(f"{cardinal(n)}\t{n}\n" for n in numbers)
