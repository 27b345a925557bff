"""Scores in words: one of anything is not many of it."""

from pathlib import Path

import pytest

from tui_rnn.cli import scores
from tui_rnn.kinds import KINDS
from tui_rnn.preferences import remember
from tui_rnn.training.evaluation import Evaluation

METRICS = {"accuracy": 1.0, "accuracy_unseen": 1.0, "macro_f1": 1.0, "exact_match": 1.0, "token_error_rate": 0.0}


@pytest.mark.parametrize(
    ("kind", "score", "counted"),
    [
        ("lm", Evaluation(1.0, 1), "over 1 character"),
        ("lm", Evaluation(1.0, 2_000, unit="word"), "over 2,000 words"),
        ("items", Evaluation(1.0, 1, unit="byte", examples=1), "over 1 byte, the end of 1 item among them, 1.44 bits an item"),
        ("items", Evaluation(1.0, 9, examples=3), "over 9 characters, the ends of 3 items among them, 4.33 bits an item"),
        ("tag", Evaluation(1.0, 5, unit="word", examples=1, metrics=METRICS), "over 1 sentence"),
        ("classify", Evaluation(1.0, 1, unit="text", examples=1, metrics=METRICS), "over 1 text"),
        ("seq2seq", Evaluation(1.0, 4, examples=1, metrics=METRICS), "over 1 pair"),
        ("seq2seq", Evaluation(1.0, 9, examples=2, metrics=METRICS), "over 2 pairs"),
        (
            "seq2seq",
            Evaluation(1.0, 999, examples=212, metrics=METRICS, cut_from=1014),
            "over 212 of 1,014 pairs: the time was up",
        ),
        ("lm", Evaluation(1.0, 2_000, cut_from=9_000), "over 2,000 of 9,000 characters: the time was up"),
    ],
)
def test_what_was_scored_is_counted_in_words(kind: str, score: Evaluation, counted: str) -> None:
    (line,) = scores.lines(KINDS[kind], score, None)
    assert line.endswith(counted)


@pytest.mark.parametrize(
    ("unit", "shown", "in_brief"),
    [
        ("bits", "1.4427 bits/word", "1.44 bits/word"),
        ("nats", "1.0000 nats/word", "1.00 nats/word"),
        ("perplexity", "perplexity 2.718", "2.72 perplexity"),
    ],
)
def test_a_loss_is_in_the_unit_that_was_chosen(unit: str, shown: str, in_brief: str) -> None:
    remember(loss_unit=unit)
    (line,) = scores.lines(KINDS["tag"], Evaluation(1.0, 5, unit="word", examples=1, metrics=METRICS), None)

    assert shown in line
    assert scores.brief(KINDS["lm"], 0.0, 1.0, "word") == in_brief


def test_a_settings_file_that_cannot_be_used_is_told_of_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "settings.toml").write_text("loss_unit = 7", encoding="utf-8")
    for _ in range(2):
        assert scores.brief(KINDS["lm"], 0.0, 1.0, "char") == "1.44 bits/char"

    (line,) = capsys.readouterr().err.splitlines()
    assert "loss_unit is 7" in line
