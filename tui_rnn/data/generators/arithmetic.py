"""Sums and differences of whole numbers from 0 to 99, one a line: 37+58=95, 12-40=-28."""

from __future__ import annotations

from math import log

from tui_rnn.data.generators.dice import Dice, lines_of

LIMIT = 100  # operands are 0 to LIMIT - 1, all equally likely


def text(size: int = 400_000, seed: int = 1) -> str:
    """Whole lines, at least `size` characters in all; sign and operands are drawn anew for each."""
    uniform = Dice(seed).uniform

    def line() -> str:
        a, b = int(uniform() * LIMIT), int(uniform() * LIMIT)
        return f"{a}+{b}={a + b}\n" if uniform() < 0.5 else f"{a}-{b}={a - b}\n"

    return lines_of(size, line)


def entropy_rate_nats() -> float:
    """Nats per character of the source, newlines included: H(line) / E[length of a line].

    Lines are independent and end with their newline, so the mean of −log p over the characters of a long text tends to
    H(line) / E[length]. A line is one of 2 · LIMIT² problems, all equally likely and all written differently; the answer
    follows from the problem and costs nothing: H(line) = log 2 + 2 log LIMIT. E[length] is the mean over all problems.
    """
    numbers = range(LIMIT)
    operands = 2 * sum(len(str(a)) for a in numbers) / LIMIT
    answers = sum(len(str(a + b)) + len(str(a - b)) for a in numbers for b in numbers) / (2 * LIMIT**2)
    return (log(2) + 2 * log(LIMIT)) / (operands + answers + len("+=\n"))
