"""Whatever a file or a model holds, what reaches the terminal is visible, stays in its place, and obeys no one."""

import unicodedata
from collections.abc import Callable

import pytest
from rich.cells import cell_len
from textual.content import Content

from tui_rnn.display import MARKS_PER_BASE, cells, counted, counted_tokens, describe, glyph, visible

EVERY_CODE_POINT = [chr(code) for code in range(0x110000) if code < 0x20000 or code >> 12 == 0xE0 or code % 61 == 0]
"""Of the planes of ideographs, of private use, and of nothing yet, one in 61: each is long stretches of one kind."""

INVISIBLE_BY_NAME = {
    "escape": "\x1b",
    "null": "\0",
    "delete": "\x7f",
    "C1 control sequence introducer": "\x9b",
    "next line": "\x85",
    "soft hyphen": "\u00ad",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "right-to-left override": "\u202e",
    "first strong isolate": "\u2068",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "byte order mark": "\ufeff",
    "variation selector 16": "\ufe0f",
    "variation selector 17": "\U000e0100",
    "combining grapheme joiner": "\u034f",
    "Hangul filler": "\u3164",
    "tag letter": "\U000e0041",
    "lone surrogate": "\udc80",
    "private use": "\ue000",
    "noncharacter": "\uffff",
    "unassigned": "\u0378",
    "skin tone modifier": "\U0001f3fb",
}


def of_every_code_point(shown: Callable[[str], str]) -> dict[str, str]:
    return {ch: shown(ch) for ch in EVERY_CODE_POINT}


@pytest.fixture(scope="module")
def lone_form() -> dict[str, str]:
    """Every code point → how it is shown on its own."""
    return of_every_code_point(visible)


@pytest.fixture(scope="module")
def glyphs() -> dict[str, str]:
    """Every code point → its glyph of one cell."""
    return of_every_code_point(glyph)


@pytest.fixture(scope="module")
def wide_glyphs() -> dict[str, str]:
    """Every code point → its glyph of two cells."""
    return of_every_code_point(lambda ch: glyph(ch, 2))


class TestVisible:
    @pytest.mark.parametrize("ch", INVISIBLE_BY_NAME.values(), ids=INVISIBLE_BY_NAME.keys())
    def test_what_has_no_shape_becomes_a_one_cell_glyph(self, ch: str) -> None:
        assert visible(ch) != ch
        assert cell_len(visible(ch)) == 1

    def test_no_code_point_leaves_a_control_format_surrogate_private_or_unassigned_one(self, lone_form: dict[str, str]) -> None:
        categories = {unicodedata.category(form) for form in lone_form.values()}
        assert categories.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

    def test_no_code_point_on_its_own_is_drawn_without_a_cell(self, lone_form: dict[str, str]) -> None:
        assert [ch for ch, form in lone_form.items() if cell_len(form) == 0] == []

    def test_every_code_point_is_replaced_by_exactly_one(self, lone_form: dict[str, str]) -> None:
        assert [ch for ch, form in lone_form.items() if len(form) != 1] == []

    def test_a_text_of_every_code_point_keeps_its_length(self) -> None:
        text = "".join(EVERY_CODE_POINT)
        assert len(visible(text, keep_newlines=True)) == len(text)

    def test_showing_what_was_made_safe_changes_nothing(self) -> None:
        shown = visible("".join(EVERY_CODE_POINT))
        assert visible(shown) == shown

    def test_control_characters_have_their_own_pictures(self) -> None:
        assert visible("\0\x07\x1b[0m\r\x7f") == "␀␇␛[0m␍␡"

    @pytest.mark.parametrize("text", ["To be, or not", "naïve café", "漢字かな", "Привет", "[/bold] [red]", "a\u00a0b", "🙂"])
    def test_plain_text_stays_as_it_is(self, text: str) -> None:
        assert visible(text) == text

    @pytest.mark.parametrize("word", ["e\u0301te\u0301", "हिन्दी", "שָׁלוֹם", "\u1112\u1161\u11ab"])
    def test_marks_on_a_letter_stay_on_it(self, word: str) -> None:
        assert visible(word) == word

    def test_a_mark_at_the_start_of_a_line_stands_by_itself(self) -> None:
        assert visible("\u0301a\n\u0301b", keep_newlines=True) == "◌a\n◌b"

    def test_a_pile_of_marks_is_spread_out(self) -> None:
        shown = visible("e" + "\u0301" * 100)
        assert max(len(run) for run in shown.replace("e", "◌").split("◌")) == MARKS_PER_BASE

    def test_the_result_is_one_line_by_default(self) -> None:
        assert visible("one\ntwo\tthree") == "one↵two→three"

    def test_newlines_stay_when_asked(self) -> None:
        assert visible("one\n\ntwo\r\n", keep_newlines=True) == "one\n\ntwo␍\n"

    def test_textual_draws_the_result_in_as_many_cells_as_it_counts(self) -> None:
        shown = visible("\x1b[2J" + "".join(INVISIBLE_BY_NAME.values()) + "[/bold")
        assert Content(shown).cell_length == len(shown)


class TestGlyph:
    def test_every_code_point_takes_exactly_one_cell(self, glyphs: dict[str, str]) -> None:
        assert [ch for ch, shown in glyphs.items() if cell_len(shown) != 1] == []

    def test_every_code_point_takes_exactly_two_cells_when_given_two(self, wide_glyphs: dict[str, str]) -> None:
        assert [ch for ch, shown in wide_glyphs.items() if cell_len(shown) != 2] == []

    def test_no_glyph_is_wide_in_the_unicode_database_either(self, glyphs: dict[str, str]) -> None:
        assert {unicodedata.east_asian_width(shown) for shown in glyphs.values()}.isdisjoint({"W", "F"})

    def test_no_glyph_joins_the_one_before_it(self, glyphs: dict[str, str]) -> None:
        assert {unicodedata.category(shown) for shown in glyphs.values()}.isdisjoint({"Mn", "Mc", "Me"})

    def test_no_glyph_is_blank(self, glyphs: dict[str, str]) -> None:
        blank = [ch for ch, shown in glyphs.items() if shown.isspace() or shown == "\u2800"]
        assert blank == ["\u1680"]  # the Ogham space mark is drawn as a line

    def test_space_newline_and_tab_are_told_apart(self) -> None:
        assert [glyph(ch) for ch in " \n\t\u00a0"] == ["·", "↵", "→", "␣"]

    def test_a_letter_is_itself(self) -> None:
        assert [glyph(ch) for ch in "aÉж[→"] == list("aÉж[→")

    def test_a_wide_character_has_a_stand_in_in_one_cell(self) -> None:
        assert glyph("漢") == "□"

    def test_a_wide_character_is_itself_in_two_cells(self) -> None:
        assert glyph("漢", 2) == "漢"

    def test_a_narrow_character_is_padded_to_two_cells(self) -> None:
        assert glyph("a", 2) == "a "


class TestCells:
    def test_counts_what_a_character_needs_to_be_shown_as_itself(self) -> None:
        assert [cells(ch) for ch in "a漢\x1b\u0301🙂\u200b"] == [1, 2, 1, 1, 2, 1]

    def test_two_cells_show_every_wide_character_as_itself(self, wide_glyphs: dict[str, str]) -> None:
        assert [ch for ch, shown in wide_glyphs.items() if cells(ch) == 2 and shown != ch] == []


class TestDescribe:
    @pytest.mark.parametrize(
        ("ch", "words"),
        [
            ("e", "'e'"),
            (" ", "space"),
            ("\n", "newline"),
            ("\t", "tab"),
            ("\u200b", "U+200B ZERO WIDTH SPACE"),
            ("\u0301", "U+0301 COMBINING ACUTE ACCENT"),
            ("\u00a0", "U+00A0 NO-BREAK SPACE"),
            ("\x1b", "U+001B"),
            ("\udc80", "U+DC80"),
        ],
    )
    def test_says_what_the_character_is(self, ch: str, words: str) -> None:
        assert describe(ch) == words


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (counted(1, "text"), "1 text"),
        (counted(0, "text"), "0 texts"),
        (counted(2_000, "class", "classes"), "2,000 classes"),
        (counted(1, "class", "classes"), "1 class"),
        (counted_tokens(1, "char"), "1 character"),
        (counted_tokens(2_000, "word", "distinct"), "2,000 distinct words"),
    ],
)
def test_one_is_not_many(found: str, said: str) -> None:
    assert found == said
