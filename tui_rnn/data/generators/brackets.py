"""Nested brackets of four kinds: a Dyck language of bounded depth, one balanced expression a line."""

from __future__ import annotations

from math import log

from tui_rnn.data.generators.dice import Dice

PAIRS = ("()", "[]", "{}", "<>")
MAX_DEPTH = 8
OPEN = 0.48  # the probability of one more bracket inside another, at depths 1 to MAX_DEPTH - 1
END = 0.35  # the probability that the line ends each time that all brackets are closed


def text(size: int = 400_000, seed: int = 1) -> str:
    """Whole lines of balanced brackets, at least `size` characters in all."""
    uniform, kinds = Dice(seed).uniform, len(PAIRS)
    out: list[str] = []
    owed: list[str] = []  # the closing brackets still to come, innermost last
    line_start = True
    while len(out) < size or not line_start:
        depth = len(owed)
        opens = depth < MAX_DEPTH and uniform() < OPEN if depth else line_start or uniform() >= END
        line_start = False
        if opens:
            pair = PAIRS[int(uniform() * kinds)]
            out.append(pair[0])
            owed.append(pair[1])
        elif depth:
            out.append(owed.pop())
        else:
            out.append("\n")
            line_start = True
    return "".join(out)


def entropy_rate_nats() -> float:
    """Nats per character of the source, newlines included: H(line) / E[length of a line].

    The lines are independent, and their characters show which choices were made. So −log p of a long text is the sum of −log p
    over its lines, and by the law of large numbers its mean over characters tends to H(line) / E[length].

    A line is G top-level groups and a newline; G is geometric, E[G] = 1 / END. In a group the depth walks from 1 back
    to 0. With p = OPEN and D = MAX_DEPTH, let v_d be the expected visits to depth d. The numbers of steps up from d to d + 1
    and down from d + 1 to d are equal, and exactly one step leads down from 1 to 0:

        v_1 (1 − p) = 1,    v_{d+1} (1 − p) = v_d p,    and at depth D, where closing is certain, v_D = v_{D−1} p.

    With K kinds of bracket and H(p) the entropy of a coin:
        E[length] = 1 + E[G] (1 + Σ_d v_d)
        H(line)   = log K + E[G] (H(END) + (1 − END) log K + Σ_{d<D} v_d (H(p) + p log K))
    (the line's first bracket; what follows each group; what follows each depth. Closing brackets cost nothing more:
    a reader with a stack knows their kind.)
    """
    kinds = log(len(PAIRS))
    visits = [1 / (1 - OPEN)]
    while len(visits) < MAX_DEPTH - 1:
        visits.append(visits[-1] * OPEN / (1 - OPEN))
    visits_below_max = sum(visits)
    visits_at_max = visits[-1] * OPEN
    groups = 1 / END
    length = 1 + groups * (1 + visits_below_max + visits_at_max)
    entropy = kinds + groups * (_coin(END) + (1 - END) * kinds + visits_below_max * (_coin(OPEN) + OPEN * kinds))
    return entropy / length


def _coin(p: float) -> float:
    return -p * log(p) - (1 - p) * log(1 - p)
