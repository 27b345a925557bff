"""Answers to what is asked by changing something: for pages, true in form, of no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tui_rnn.insight.ablate import Ablate, Ablated, Removal
from tui_rnn.insight.continuation import Continuations
from tui_rnn.insight.edit import Apart, Edit, Edited
from tui_rnn.insight.effects import Broken
from tui_rnn.insight.hold import Held, Hold, Lost
from tui_rnn.insight.horizon import Horizon, HorizonFound
from tui_rnn.insight.question import Answer
from tui_rnn.insight.why import Explanation, Why

TEXT = "The mill:\nA wheel that turns, and grain that falls; who asks?"
UNITS = 8
COSTLIEST = 5


def ablated(step: int, question: Ablate) -> Ablated:
    """Unit 5 costs most, the next ones less and less, the last ones nothing."""
    order = [COSTLIEST, *(unit for unit in range(UNITS) if unit != COSTLIEST)]
    breaks = (Broken("e", 90, 0.3, 0.5), Broken("\n", 7, 0.2, 0.2))
    units = tuple(Removal(1, "forward", unit, 0.1 / 2**rank, 0.002, breaks) for rank, unit in enumerate(order))
    return Ablated(step, 1.4, question.length, "char", question.to, units, 0.03, 3.0, 4)


def held(step: int, question: Hold) -> Held:
    symbols = tuple(TEXT)
    unchanged = np.full(len(symbols), 1.5, np.float32)
    changed = unchanged + np.linspace(-1, 2, len(symbols)).astype(np.float32)
    text = Continuations("The ", "mill stands and turns. " * 8, "mimimimi ", 0.8, 1, 2)
    lost = Lost(7, "The mil", "l", 1.5, 2.0)
    words = f"{question.gate or question.cut or 'the memory'} is held"
    return Held(
        step,
        words,
        1.5,
        2.0,
        0.5,
        0.02,
        len(symbols),
        "char",
        symbols,
        unchanged,
        changed,
        (lost,),
        (Broken("l", 4, 0.5, 0.9),),
        text,
    )


def horizon(step: int, question: Horizon) -> HorizonFound:
    n = np.arange(1, question.reach + 1)
    gradient = np.exp(-n / 4.0)
    return HorizonFound(
        step, n, gradient, 2 * gradient, 1.3 + gradient, 0.1 * gradient, 1.3, 12_000, "char", 200, 6, 20, 4, None
    )


def explained(step: int, question: Why) -> Explanation:
    """The nearer, the larger; every second one speaks against it."""
    symbols = tuple((question.text or TEXT)[: question.position])
    share = np.array([(-1) ** k / (len(symbols) - k) for k in range(len(symbols))])
    return Explanation(
        step,
        "the symbol",
        "l",
        0.8,
        "n",
        0.1,
        2.08,
        symbols,
        0,
        share,
        share / 2,
        np.abs(share),
        np.abs(share)[:, None],
        "training",
    )


def edited(step: int, question: Edit) -> Edited:
    one, other = tuple(question.text), tuple(question.other)
    before = next(k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    after = len(one) - before - 1
    shared = before + after
    distance = np.concatenate([np.zeros(before), 1 / np.arange(1, after + 1)])[:, None]
    numbers = np.linspace(0, 2, shared)
    apart = (Apart("forward", distance, after, 9),)
    return Edited(step, one, other, before, after, apart, numbers, numbers, numbers * 1.5, None, None)


ANSWERS: dict[type, Callable[[int, Any], Answer]] = {
    Ablate: ablated,
    Hold: held,
    Horizon: horizon,
    Why: explained,
    Edit: edited,
}
