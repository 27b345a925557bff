"""The numbers below the gates say what the trace says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from textual.content import Content

from tests.tui.pane_examples import traced
from tests.tui.task_examples import classified, tagged
from tui_rnn.insight.answers import Reading, TextAnswer
from tui_rnn.insight.expectation import Expectation
from tui_rnn.insight.trace import Traced
from tui_rnn.tui.views.numbers import about_unit, after_symbol, bar, before_symbol
from tui_rnn.tui.widgets.pieces import Piece, decimal, fit, probability


def line(parts: list[Piece], width: int = 1000) -> str:
    return fit(parts, width).plain


def expecting(trace: Traced, **what: Any) -> Traced:
    """The same trace with other expectations."""
    return replace(trace, expected=replace(trace.expected, **what))


def about(trace: Traced, position: int, reading: int = 0) -> str:
    return line(before_symbol(trace, trace.readings[reading], position))


def after(trace: Traced, position: int) -> str:
    return line(after_symbol(trace, trace.readings[0], position))


def test_a_bar_is_as_long_as_its_share_and_nothing_alone_has_none() -> None:
    assert [bar(share, 4) for share in (0.0, 0.001, 0.5, 1.0)] == ["", "▏", "██", "████"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.98, ".98"),
        (-0.31, "−.31"),
        (1.9, "1.90"),
        (0.0, ".00"),
        (-0.001, ".00"),
        (0.999, "1.00"),
        (-12.5, "−12.50"),
        (1234.0, "1.23e+03"),
    ],
)
def test_a_value_has_two_digits_no_leading_zero_and_a_true_minus(value: float, text: str) -> None:
    assert decimal(value) == text


def test_values_that_are_no_numbers_are_said_to_be() -> None:
    assert [decimal(v) for v in (float("nan"), float("inf"), float("-inf"))] == ["nan", "∞", "−∞"]


@pytest.mark.parametrize(("p", "text"), [(0.81, ".81"), (0.004, "<.01"), (0.0, ".00"), (0.997, ">.99"), (1.0, "1.00")])
def test_a_probability_never_rounds_to_impossible_or_certain(p: float, text: str) -> None:
    assert probability(p) == text


def test_the_probability_of_a_character_is_the_one_given_before_it_was_read() -> None:
    trace = expecting(
        traced("the"), next_prob=np.array([0.25, 0.81, np.nan], np.float32), next_rank=np.array([3, 1, 0], np.int32)
    )
    assert "'e' after \"th\" · p(e) = .81, rank 1" in about(trace, 2)
    assert "p(h) = .25, rank 3" in about(trace, 1)


def test_the_first_character_has_no_probability() -> None:
    said = about(traced("the"), 0)
    assert "p(" not in said
    assert "the first character" in said


def test_characters_of_an_item_are_told_as_they_were_read() -> None:
    trace = traced("sEmma")
    reading = replace(trace.readings[0], symbols=("<s>", *"Emma"))
    assert "'a' after \"<s>Emm\"" in line(before_symbol(trace, reading, 4))


def test_words_that_bring_their_spaces_are_told_with_one_between_them() -> None:
    trace = traced("oowt")
    reading = replace(trace.readings[0], symbols=("on", " the", " old", " wall"))
    assert 'after "on the old"' in line(before_symbol(trace, reading, 3))


def test_next_is_the_distribution_after_the_character() -> None:
    trace = expecting(
        traced("th"), top_symbols=(("h", "o"), ("e", " ")), top_probs=np.array([[0.6, 0.1], [0.7, 0.003]], np.float32)
    )
    assert after(trace, 1) == "next: e .70 █████▋  ␣ <.01 ▏"


def test_a_character_outside_the_vocabulary_is_said_to_be_instead_of_a_probability() -> None:
    said = about(traced("the", unknown=(1,)), 1)
    assert "not in the model's vocabulary" in said
    assert "p(h)" not in said


def test_invisible_characters_are_named_and_never_written() -> None:
    said = about(traced("a\n\x1b[31m\u202eb"), 4)
    assert "\x1b" not in said + about(traced("a\x1b"), 1)
    assert "newline" in about(traced("a\nb"), 1)


def test_wide_characters_are_shown_as_themselves() -> None:
    trace = expecting(
        traced("山水"), top_symbols=(("月", "水"), ("月", "山")), top_probs=np.array([[0.6, 0.1], [0.7, 0.2]], np.float32)
    )
    assert "p(水)" in about(trace, 1)
    assert after(trace, 1) == "next: 月 .70 █████▋  山 .20 █▋"


def test_a_unit_shows_all_its_signals_at_the_character() -> None:
    trace = traced("ab", units=3)
    for k, name in enumerate("ifgoch"):
        trace.readings[0].signals[name][1, 0, 2] = (k + 1) / 10 * (-1 if name == "g" else 1)
    assert line(about_unit(trace.readings[0], 1, 0, 2, "f")) == "unit 2:  i .10  f .20  g −.30  o .40  c   .50  h  .60"


def test_the_line_keeps_its_length_when_a_gate_saturates() -> None:
    trace = traced("ab", units=1)
    signals = trace.readings[0].signals
    signals["i"][:, 0, 0] = 0.5, 1.0
    signals["h"][:, 0, 0] = -0.5, -1.0
    signals["g"][:, 0, 0] = signals["c"][:, 0, 0] = signals["f"][:, 0, 0] = signals["o"][:, 0, 0] = 0.5
    assert len({len(line(about_unit(trace.readings[0], at, 0, 0, "f"))) for at in (0, 1)}) == 1


def test_what_does_not_fit_is_left_out_by_rank() -> None:
    parts = [Piece(0, Content("aaa")), Piece(2, Content("bbb")), Piece(1, Content("ccc"))]
    assert [line(parts, width) for width in (15, 9, 3, 1)] == ["aaa · bbb · ccc", "aaa · ccc", "aaa", "aaa"]


def read(text: str, answer: TextAnswer | None, names: tuple[str, ...] = ("forward", "backward")) -> Traced:
    """A trace of a task that answers, without predictions of what follows."""
    found = tuple(Reading(name, tuple(text), {"h": np.zeros((len(text), 1, 2), np.float32)}) for name in names)
    return Traced(100, text, 0, (), found, Expectation.none(), answer)


def test_what_a_backward_network_has_read_stands_after_the_character() -> None:
    trace = read("the cat", None)

    assert about(trace, 2, reading=0).startswith("'e' after \"th\"")
    assert about(trace, 2, reading=1).startswith("'e' before \" cat\"")


def test_a_tagger_says_its_tag_at_each_character_of_a_word() -> None:
    trace = read("a cat", tagged("a cat", "DET NOUN"))

    assert after(trace, 3) == "cat: NOUN .50"
    assert "NOUN" not in after(trace, 1)  # the space belongs to no word


def test_a_tagger_that_reads_words_says_the_tag_of_the_one_at_the_place() -> None:
    trace = read("a cat", tagged("a cat", "DET NOUN"))
    words = Reading("forward", ("a", "cat"), {"h": np.zeros((2, 1, 2), np.float32)})

    assert [line(after_symbol(trace, words, at)) for at in (0, 1)] == ["a: DET .90", "cat: NOUN .50"]


def test_a_classifier_says_its_class_so_far() -> None:
    assert after(read("Novák", classified("Novák", {"Czech": 0.7, "Dutch": 0.3})), 4) == "so far Czech .70"


def test_an_unknown_word_is_said_to_be_read_as_unk() -> None:
    reading = Reading("forward", ("the", "frob"), {"h": np.zeros((2, 1, 2), np.float32)})
    trace = replace(read("the frob", None), unknown=(1,), readings=(reading,))

    assert about(trace, 1) == "'frob' after \"the\" · not in the model's vocabulary: read as <unk>"


def test_words_are_named_whole() -> None:
    reading = Reading("forward", ("the", "cat"), {"h": np.zeros((2, 1, 2), np.float32)})
    next_tokens = (("cat",), ("sat",)), np.full((2, 1), 0.5, np.float32)
    trace = Traced(100, "the cat", 0, (), (reading,), Expectation(*next_tokens, np.zeros(0, np.float32), np.zeros(0, np.int32)))

    assert about(trace, 1) == "'cat' after \"the\""
    assert after(trace, 1) == "next: sat .50 ████"
