"""The glossary says what is done: its page is made from it, and its numbers are those of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_rnn import glossary
from tui_rnn.insight import landmarks
from tui_rnn.kernels.equations import adam
from tui_rnn.tasks import reading
from tui_rnn.training import history, learner, losses
from tui_rnn.tui.bars.run_table import _LOSSES, _METRIC_HEADS, _OTHERS
from tui_rnn.tui.listings import _NARROW, _WIDE

TERMS = {term.name: f"{term.short} {term.more}" for group in glossary.GLOSSARY for term in group.terms}


def test_the_page_is_made_from_the_glossary() -> None:
    page = Path(__file__).parent.parent / "docs" / "glossary.md"
    assert page.read_text(encoding="utf-8") == glossary.page(), "run: python -m tui_rnn.glossary > docs/glossary.md"


def test_every_column_of_a_table_is_in_it() -> None:
    shown = {column.head for column in (*_LOSSES, *_OTHERS)} | set(_METRIC_HEADS.values())
    assert shown | {head for head, _ in (*_WIDE, *_NARROW)} <= set(glossary.BY_HEADING)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("training loss", [losses.TRAIN_MEAN_CHARS]),
        ("validation loss", [learner.SCORED_CHARS]),
        ("how a long text is scored", [reading.READERS, 2 * reading.WARM_UP, reading.WARM_UP]),
        ("unigram, bigram, trigram, n-gram", [landmarks.MAX_TRAIN, landmarks.MAX_ORDER]),
        ("learning rate", [adam.BETA1, adam.BETA2]),
        ("speed", [int(history.WINDOW_S)]),
    ],
)
def test_its_numbers_are_those_of_the_code(name: str, numbers: list[float]) -> None:
    assert all(f"{number:,}" in TERMS[name] for number in numbers)


def test_each_term_says_one_thing_first() -> None:
    assert all(term.short.endswith(".") and len(term.short) < 130 for group in glossary.GLOSSARY for term in group.terms)
