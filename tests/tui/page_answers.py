"""What the engine of the screen's tests says to the questions of pages: true in form, of no network. A function for each, from
the step of the weights and the question to its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.tui import cause_answers, tracking_answers, unit_answers
from tui_rnn.insight.candidates import Candidate, Candidates, NextTokens
from tui_rnn.insight.copied import Copied, Copies, Copy
from tui_rnn.insight.costs import Costs, CostsFound
from tui_rnn.insight.identity import Identified, Identity
from tui_rnn.insight.question import Answer
from tui_rnn.insight.surprise import Surprise, Surprised, Word

TEXT = "The mill:\nA wheel that turns, and grain that falls; who asks?\n\nAll:\nWe ask, we ask.\n\nThe mill:\nThen carry water"


def surprised(step: int, question: Surprise) -> Surprised:
    """The longer the word, the more it costs."""
    text = question.text or TEXT
    nats = np.array([np.nan, *(0.25 * (1 + k % 7) for k in range(len(text) - 1))], np.float32)
    places = np.argsort(-np.nan_to_num(nats, nan=-1.0), kind="stable")[: question.places]
    words, start = [], 0
    for word in text.split():
        start = text.index(word, start)
        words.append(Word(word, start, 0.5 * len(word)))
        start += len(word)
    return Surprised(
        step,
        tuple(text),
        nats,
        float(nats[1:].mean()) if len(text) > 1 else float("nan"),
        len(text) - 1,
        places,
        tuple(words),
        0,
    )


def candidates(step: int, question: Candidates) -> NextTokens:
    """Letters, each half as likely as the one before, and drawn as evenly as can be."""
    letters = tuple(Candidate(symbol, symbol, 0.5 ** (k + 1), 0.2, symbol * 20) for k, symbol in enumerate("etaoi"))
    return NextTokens(step, letters, 20, 0.5**5, 0.0, 5, 1.2, 1.6, 0)


def copied(step: int, question: Copied) -> Copies:
    """Every text begins with a copy of 20 tokens."""
    text = question.text or TEXT
    matched = np.array([min(k + 1, 20) if k < 20 else 1 for k in range(len(text))])
    copies = (Copy(text[:20], 0, min(20, len(text)), 4711, "before it ", " after it"),)
    shares = np.linspace(0.1, 0.9, 9)
    return Copies(step, "written", tuple(text), matched, 20, copies, np.arange(4, 13), shares, shares, 5000, 45_000, 9)


def identified(step: int, question: Identity) -> Identified:
    """The weights of each step are others."""
    return Identified(step, f"{step:064x}", "LSTM 128", 94_024)


def costs(step: int, question: Costs) -> CostsFound:
    """The longer it trained, the less each character costs, by ever so much less or more."""
    text = TEXT * 20
    noise = np.random.default_rng(step).normal(0, 0.05, len(text))
    nats = (np.arange(len(text)) % 7 / 4 + 30 / np.sqrt(step + 100) + noise).astype(np.float32)
    nats[0], counts, none = 0.0, (np.arange(len(text)) > 0).astype(np.int64), np.zeros(0, np.int64)
    return CostsFound(step, "lm", "char", tuple(text), nats, counts, none, none, len(text))


ANSWERS: dict[type, Callable[[int, Any], Answer]] = {
    Surprise: surprised,
    Candidates: candidates,
    Copied: copied,
    Identity: identified,
    Costs: costs,
    **cause_answers.ANSWERS,
    **tracking_answers.ANSWERS,
    **unit_answers.ANSWERS,
}
