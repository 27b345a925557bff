"""Scores in words: one of anything is not many of it."""

import pytest

from tui_rnn.cli import scores
from tui_rnn.training.evaluation import Evaluation

METRICS = {"accuracy": 1.0, "accuracy_unseen": 1.0, "macro_f1": 1.0, "exact_match": 1.0, "token_error_rate": 0.0}


@pytest.mark.parametrize(
    ("kind", "score", "counted"),
    [
        ("lm", Evaluation(1.0, 1), "over 1 character"),
        ("lm", Evaluation(1.0, 2_000, unit="word"), "over 2,000 words"),
        ("items", Evaluation(1.0, 1, unit="byte", examples=1), "over 1 byte, the end of 1 item among them, 1.00 nats an item"),
        ("items", Evaluation(1.0, 9, examples=3), "over 9 characters, the ends of 3 items among them, 3.00 nats an item"),
        ("tag", Evaluation(1.0, 5, unit="word", examples=1, metrics=METRICS), "over 1 sentence"),
        ("classify", Evaluation(1.0, 1, unit="text", examples=1, metrics=METRICS), "over 1 text"),
        ("seq2seq", Evaluation(1.0, 4, examples=1, metrics=METRICS), "over 1 pair"),
        ("seq2seq", Evaluation(1.0, 9, examples=2, metrics=METRICS), "over 2 pairs"),
    ],
)
def test_what_was_scored_is_counted_in_words(kind: str, score: Evaluation, counted: str) -> None:
    (line,) = scores.lines(kind, score, None)
    assert line.endswith(counted)
