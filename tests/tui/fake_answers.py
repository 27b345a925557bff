"""What a run of the stand-in engine answers to each question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.tui import fake_tasks
from tests.tui.fake_run import FakeRun, sampled, traced
from tui_rnn.errors import InputError
from tui_rnn.insight.items import Items
from tui_rnn.insight.predict import Predict, Predictions
from tui_rnn.insight.question import Answer, Question
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.scores import Scores
from tui_rnn.insight.trace import Trace


def answer(
    kind: str,
    run: FakeRun,
    share_right: float,
    question: Question[Any],
    canned: Mapping[type, Callable[[int, Any], Answer]],
) -> Answer:
    """kind: of the data. share_right: the run's metric. canned: what is said to all questions that are not of a task."""
    match question:
        case Trace():
            return traced(run, kind, question)
        case Sample():
            return sampled(run, question)
        case Items():
            return fake_tasks.drawn(run.step, question)
        case Scores():
            return fake_tasks.scored(kind, run.step, share_right)
        case Predict(texts=()):
            return fake_tasks.answered(kind, run.step, question.examples)
        case Predict():
            return Predictions(run.step, tuple(fake_tasks.answer(kind, text) for text in question.texts))
    if (say := canned.get(type(question))) is not None:
        return say(run.step, question)
    raise InputError(f"nobody told this engine what to say to {question!r:.60}")
