"""What each hypothesis says of a text, character by character, beside what a person would write under it."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.errors import InputError
from tui_rnn.insight import pattern_search
from tui_rnn.insight.hypotheses import HYPOTHESES, hypothesis

CASES = [
    ("quotes", 'a "b c" d', "001111000"),
    ("quotes", "“a” «b»", "1100110"),
    ("quotes", '"a\nb" c', "1111000"),  # a line end alone ends nothing
    ("quotes", '"a\n\nb', "11100"),  # a blank line does
    ("quotes", "don't", "00000"),
    ("depth", "a(b[c]d)e}f", "01122110000"),
    ("depth:<>", "<(<>)>", "112110"),
    ("depth:ab", "aab\nb", "12110"),
    ("column", "ab\ncd\n", "120120"),
    ("indent", "  ab\n\tc", "__22__8"),
    ("line", "a\nb\n\n\nc\nd", "011200011"),
    ("word-position", "it's 12", "1201012"),
    ("vowel", "aÉxy ü", "110001"),
    ("upper", "aBÉ1", "0110"),
    ("digit", "a1٣", "011"),
    ("after:=", "1=23\n4", "011100"),
    ("after:ab", "xaby ab", "0011111"),
    ("regex:a+", "aab", "110"),
    ("regex:x(a+)", "aaxaa", "00011"),
    ("regex:(?P<yes>a)|(?P<no>b)", "abc", "10_"),
    ("regex:$", "ab", "00"),
    ("range:1:3", "abcd", "0110"),
    ("depth>1", "((a))", "01100"),
    ("column >= 2", "ab\ncd", "01001"),
    ("indent=4", "    a\nb", "____1_0"),
]


@pytest.mark.parametrize(("written", "text", "said"), CASES)
def test_each_character_has_its_value(written: str, text: str, said: str) -> None:
    expected = [np.nan if one == "_" else float(one) for one in said]
    np.testing.assert_array_equal(hypothesis(written).values(text), expected)


def test_the_first_column_of_a_text_counts_from_its_start() -> None:
    np.testing.assert_array_equal(hypothesis("column").values("abc\nd"), [1, 2, 3, 0, 1])


def test_every_kind_has_a_case_and_an_empty_text_has_no_values() -> None:
    told = {written.partition(":")[0].partition(">")[0].partition("=")[0].strip() for written, _, _ in CASES}
    assert told >= set(HYPOTHESES) - {"label"}
    for name in set(HYPOTHESES) - {"label", "after", "regex", "range"}:
        assert hypothesis(name).values("").shape == (0,)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("depth", "depth of brackets"),
        ("depth:()", "depth of brackets ()"),
        ("column>40", "characters since the line began > 40"),
        ("after:=", "in a line, after “=”"),
        ("label:NOUN", "the label is NOUN"),
    ],
)
def test_a_title_says_it_in_words(written: str, title: str) -> None:
    assert hypothesis(written).title == title


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("quote", "is no hypothesis, expected one of quotes"),
        ("Quotes", "is no hypothesis"),
        ("", "is no hypothesis"),
        ("after", "expected after:STRING"),
        ("after:", "expected after:STRING"),
        ("vowel:e", "expected vowel alone"),
        ("vowel>1", "compares what is yes or no"),
        ("column>wide", "expected a number"),
        ("column>", "expected a number"),
    ],
)
def test_what_is_none_is_refused_with_what_can_be(written: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        hypothesis(written)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("regex:(", "no regular expression"),
        ("regex:" + "a" * 1001, "expected 1 to 1,000"),
        ("regex:(?P<no>a)", "none named yes"),
        ("range:3", "no range"),
        ("range:a:b", "no range"),
        ("range:2:9", "up to 4"),
        ("depth:(", "no list of pairs"),
        ("depth:((", "no list of pairs"),
        ("label:NOUN", "ask a tagger"),
    ],
)
def test_what_can_not_be_said_of_a_text_is_refused(written: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        hypothesis(written).values("abcd")


def test_a_pattern_that_would_take_forever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern_search, "LONGEST_S", 0.3)
    with pytest.raises(InputError, match="without one repeat inside another"):
        hypothesis("regex:(a+)+b").values("a" * 60)


def test_lone_surrogates_in_text_and_pattern_do_no_harm() -> None:
    np.testing.assert_array_equal(hypothesis("regex:\udc80").values("a\udc80b"), [0, 1, 0])
