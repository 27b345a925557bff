"""Numbers written so that the shown numbers add up: whoever computes a line with a calculator gets the printed result to the
last digit. Each number is its true value, rounded.

Results have a few decimals. The numbers from which they are computed get as many more as the result needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

MINUS = "−"
SIGNIFICANT = 3  # digits that a small number keeps
MOST_DECIMALS = 17
NEARLY_HALF = 0.49  # of the last digit, which rounding may add or take: nearer to a half, calculators don't agree

Evaluate = Callable[[Sequence[float]], float]


def decimals_of(value: float, digits: int) -> int:
    """How many decimals are shown of a number: `digits`, or more if it is small."""
    if value == 0 or not math.isfinite(value):
        return digits
    return min(MOST_DECIMALS, max(digits, SIGNIFICANT - 1 - math.floor(math.log10(abs(value)))))


def written(value: float, decimals: int) -> str:
    """A number with so many decimals and a true minus sign, but no −0."""
    text = f"{abs(value):.{decimals}f}"
    return text if value >= 0 or float(text) == 0 else MINUS + text


def number(text: str) -> float:
    """What `written` wrote."""
    return float(text.replace(MINUS, "-"))


def fitted(evaluate: Evaluate, values: Sequence[float], result: float, digits: int) -> tuple[list[str], str]:
    """The values and the result as they are shown: evaluate(shown values) rounds to the shown result. The result has `digits`
    decimals, or more if it is small; the values have as few decimals as that needs."""
    for decimals in range(decimals_of(result, digits), MOST_DECIMALS + 1):
        shown = written(result, decimals)
        allowed = NEARLY_HALF * 10.0**-decimals
        for more in range(MOST_DECIMALS):
            texts = [written(value, min(MOST_DECIMALS, decimals_of(value, digits) + more)) for value in values]
            if abs(evaluate([number(text) for text in texts]) - number(shown)) <= allowed:
                return texts, shown
    return [written(value, MOST_DECIMALS) for value in values], written(result, decimals_of(result, digits))


def added(texts: Sequence[str]) -> str:
    """A sum: '0.5 + 0.25 − 1.0'."""
    rest = (f" {MINUS} {text.removeprefix(MINUS)}" if text.startswith(MINUS) else f" + {text}" for text in texts[1:])
    return "".join([*texts[:1], *rest]) or "0"


def factor(text: str) -> str:
    """A number as it stands in a product: a negative one in brackets."""
    return f"({text})" if text.startswith(MINUS) else text
