"""Equal counts, one a line: some a's, then as many b's."""

from __future__ import annotations

from math import log

from tui_rnn.data.generators.dice import Dice, lines_of

LONGEST = 24  # n is 1 to LONGEST, all equally likely


def text(size: int = 300_000, seed: int = 1) -> str:
    """Whole lines a^n b^n, at least `size` characters in all."""
    dice = Dice(seed)

    def line() -> str:
        n = dice.between(1, LONGEST)
        return "a" * n + "b" * n + "\n"

    return lines_of(size, line)


def entropy_rate_nats() -> float:
    """Nats per character of the source, newlines included: H(line) / E[length of a line] = log LONGEST / (LONGEST + 2).

    Each line is one of LONGEST, all equally likely, and its newline shows where it ends: H(line) = log LONGEST.
    The mean of n is (LONGEST + 1) / 2, and a line has 2 n + 1 characters. All of the uncertainty lies among the a's
    (is there one more?); the b's and the newline are certain for a network that has counted.
    """
    return log(LONGEST) / (LONGEST + 2)
