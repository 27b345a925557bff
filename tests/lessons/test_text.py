"""A value stands in a sentence as the sentence says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tui_rnn.errors import InputError
from tui_rnn.lessons import text
from tui_rnn.lessons.text import Figure


def figure(how: str) -> Figure:
    (found,) = text.read(f"{{step:{how}}}" if how else "{step}")
    assert isinstance(found, Figure)
    return found


@pytest.mark.parametrize(
    ("how", "value", "written"),
    [
        ("", 12345, "12,345"),
        ("", 0.123456, "0.1235"),
        ("", "noun", "noun"),
        (".3f", -1.5, "−1.500"),
        ("+.2f", 0.5, "+0.50"),
        (",d", 1234.0, "1,234"),
        (".1%", 0.1234, "12.3%"),
        ("symbol", " ", "' '"),
        ("symbol", "\n", "'\\n'"),
        ("bar", 0.5, "█████"),
        ("bar4", 0.3125, "█▎"),
        ("bar", 7.0, "██████████"),
        (".2f", math.nan, "—"),
        (".2f", -math.inf, "−∞"),
        (".2f", np.float32(0.25), "0.25"),
        (".1f", np.array([0.5, 1.0]), "0.5 1.0"),
        ("", ("a", "b"), "a b"),
    ],
)
def test_a_value_is_written_as_the_sentence_says(how: str, value: Any, written: str) -> None:
    assert figure(how).written(value) == written


def test_a_loss_is_written_as_on_the_chart_in_the_unit_that_is_chosen() -> None:
    loss = figure("loss")
    assert loss.written(math.log(2), "bits", "nats/word") == "1.00 bits/word"
    assert loss.written(math.log(2), "nats", "nats/char") == "0.69 nats/char"
    assert loss.written(math.log(2), "perplexity") == "2.00 perplexity"


def test_a_whole_answer_is_no_number() -> None:
    with pytest.raises(InputError, match="expected one of its fields"):
        figure("").written({"step": 1})


def test_a_colon_in_quotes_or_brackets_belongs_to_the_formula() -> None:
    pieces = text.read("a {'x:y'[1:2]:symbol} b")
    assert isinstance(pieces[1], Figure)
    assert (pieces[1].formula.text, pieces[1].how) == ("'x:y'[1:2]", "symbol")
