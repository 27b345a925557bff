"""Wrapped text and the line that it is typed in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual import events

from tests.tui.pane_examples import PaneApp
from tui_rnn.tui.widgets.entry import Entry, escape, unescape
from tui_rnn.tui.widgets.flow import Letters, segments

TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("ab \n中e\u0301\x1b"), max_size=80)


def lines_of(text: str, width: int) -> list[str]:
    letters = Letters.running(text)
    return ["".join(letters.shown[start:end]) for start, end in letters.wrap(width)]


def test_lines_break_after_spaces() -> None:
    assert lines_of("the quick brown fox", 10) == ["the quick ", "brown fox"]


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert lines_of("a abcdefgh", 4) == ["a ", "abcd", "efgh"]


def test_newlines_end_their_lines_also_in_a_row_and_at_the_end() -> None:
    assert lines_of("ab\n\nc\n", 10) == ["ab ", " ", "c "]


def test_wide_characters_take_two_cells() -> None:
    assert lines_of("中文中文", 5) == ["中文", "中文"]


@given(TEXTS, st.integers(2, 30))
def test_every_character_is_shown_once_in_its_place_and_no_line_is_too_long(text: str, width: int) -> None:
    for letters in (Letters.running(text), Letters.apart(text)):
        spans = letters.wrap(width)
        assert [at for start, end in spans for at in range(start, end)] == list(range(len(text)))
        for start, end in spans:
            cells = sum(w for w, ends in zip(letters.widths[start:end], letters.ends_line[start:end], strict=True) if not ends)
            assert cells <= width
            assert not any(letters.ends_line[start : end - 1])


@given(TEXTS)
def test_what_is_shown_takes_the_cells_it_claims_and_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    for letters in (Letters.running(text), Letters.apart(text)):
        assert [cell_len(form) for form in letters.shown] == list(letters.widths)
        assert not any(
            ord(ch) < 32 or 127 <= ord(ch) < 160 or ch in "\u202e\u200f\u2066" for form in letters.shown for ch in form
        )


def test_an_accent_is_drawn_on_its_letter_where_text_is_read_and_apart_where_each_has_a_value() -> None:
    assert Letters.running("e\u0301").widths == (1, 0)
    assert Letters.apart("e\u0301").widths == (1, 1)


def test_the_end_of_an_item_leaves_its_characters_in_cells_of_their_own() -> None:
    letters = Letters.of_symbols(("<s>", "E", " ", "中", "</s>"))

    assert letters.shown == ("<s>", "E", "·", "中", "</s>")
    assert letters.widths == (3, 1, 1, 2, 4)


def test_words_stand_apart() -> None:
    letters = Letters.of_symbols(("<s>", "two", "words"))

    assert letters.shown == ("<s> ", "two ", "words ")


def test_neighbours_of_one_style_share_a_segment() -> None:
    styles = {0: Style(), 1: Style(bold=True)}
    pieces = segments("aabba", [0, 0, 1, 1, 0], styles.__getitem__)
    assert [(piece.text, piece.style) for piece in pieces] == [("aa", styles[0]), ("bb", styles[1]), ("a", styles[0])]


# ---------------------------------------------------------------- typing a text


@pytest.mark.parametrize(
    ("typed", "text"), [(r"a\nb", "a\nb"), (r"a\tb", "a\tb"), (r"a\\nb", r"a\nb"), (r"a\x", r"a\x"), ("\\", "\\")]
)
def test_backslash_n_is_a_line_break(typed: str, text: str) -> None:
    assert unescape(typed) == text


@given(st.text(st.sampled_from("ab\\nt\n\t é中"), max_size=30))
def test_a_text_that_is_put_into_the_line_reads_the_same(text: str) -> None:
    typed = escape(text)
    assert unescape(typed) == text
    assert "\n" not in typed


async def test_pasted_lines_keep_their_breaks_and_control_characters_become_visible() -> None:
    entry = Entry("")
    async with PaneApp(entry).opened() as pilot:
        entry.post_message(events.Paste("one\r\ntwo\x1b[31m"))
        await pilot.pause()
        assert entry.text == "one\ntwo␛[31m"


async def test_a_pasted_book_is_cut() -> None:
    entry = Entry("")
    async with PaneApp(entry).opened() as pilot:
        entry.post_message(events.Paste("x" * 10_000))
        await pilot.pause()
        assert len(entry.value) == Entry.LONGEST


async def test_what_can_be_typed_is_said_in_the_words_that_fit() -> None:
    entry = Entry("a text for the network to read", "a text to read")
    app = PaneApp(entry)
    async with app.opened(60, 3) as pilot:
        assert entry.placeholder == "a text for the network to read"
        await pilot.resize_terminal(20, 3)
        await pilot.pause()
        assert entry.placeholder == "a text to read"


def test_words_are_read_as_one_text_and_keep_their_cells() -> None:
    letters = Letters.of_pieces((" the", " cat", "\n", "sat", "\x1b[31m"))
    assert "".join(letters.shown) == " the cat↵sat␛[31m"
    assert [cell_len(form) for form in letters.shown] == list(letters.widths)
    assert letters.wrap(9) == [(0, 3), (3, 5)]
