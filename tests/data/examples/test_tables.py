"""Tables give two columns of each row, found by a header, a name or a number; a malformed line is named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data.examples.columns import CLASSIFY, SEQ2SEQ, TAG, Roles, TableRow
from tui_rnn.data.examples.documents import BadLines, Document
from tui_rnn.data.examples.tables import read_rows
from tui_rnn.errors import InputError


def rows(
    text: str, format: str = "tsv", columns: tuple[str, str] | None = None, roles: Roles = CLASSIFY, bad: BadLines | None = None
) -> list[tuple[int, str, str]]:
    document = Document("f", "f", text)
    return [
        (row.number, row.first, row.second) for row in read_rows(document, format, columns, roles, bad or BadLines(skip=False))
    ]


def refusal(text: str, format: str = "tsv", columns: tuple[str, str] | None = None) -> str:
    with pytest.raises(InputError) as caught:
        rows(text, format, columns)
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestColumns:
    def test_two_without_a_header_are_text_and_label_in_this_order(self) -> None:
        assert rows("a\tx\nb\ty\n") == [(1, "a", "x"), (2, "b", "y")]

    def test_a_header_that_is_known_is_no_row(self) -> None:
        assert rows("text\tlabel\na\tx\n") == [(2, "a", "x")]

    def test_a_header_says_which_is_which(self) -> None:
        assert rows("id\tLabel\tText\n1\tx\ta\n") == [(2, "a", "x")]

    def test_a_header_is_known_by_the_task(self) -> None:
        assert rows("form\tupos\na\tDET\n", roles=TAG) == [(2, "a", "DET")]

    def test_can_be_named(self) -> None:
        assert rows("Surname\tFrom\na\tx\n", columns=("Surname", "From")) == [(2, "a", "x")]

    def test_can_be_numbered_from_one(self) -> None:
        assert rows("x\t9\ta\ny\t9\tb\n", columns=("3", "1")) == [(1, "a", "x"), (2, "b", "y")]

    def test_numbered_below_a_known_header_leave_the_header_out(self) -> None:
        assert rows("label\ttext\nx\ta\n", columns=("2", "1")) == [(2, "a", "x")]

    def test_a_name_may_be_said_in_other_letters_where_one_column_is_called_so(self) -> None:
        assert rows("Surname\tFrom\na\tx\n", columns=("surname", "FROM")) == [(2, "a", "x")]
        assert "no column 'utt', expected one of Utt, UTT, cls" in refusal("Utt\tUTT\tcls\na\tb\tx\n", columns=("utt", "cls"))

    def test_numbered_below_a_known_header_of_others_leave_the_header_out_too(self) -> None:
        assert rows("id\ttext\tlabel\n1\ta\tx\n", columns=("1", "3")) == [(2, "1", "x")]

    def test_a_name_that_is_not_there_is_answered_with_those_that_are(self) -> None:
        assert "no column 'txt', expected one of text, label, or a number from 1 to 2" in refusal(
            "text\tlabel\na\tb\n", columns=("txt", "label")
        )

    def test_a_number_that_is_not_there_is_answered_with_how_many_there_are(self) -> None:
        assert "no column 3, expected 1 to 2" in refusal("a\tb\n", columns=("1", "3"))

    def test_a_number_zero_is_not_there(self) -> None:
        assert "no column 0, expected 1 to 2" in refusal("a\tb\n", columns=("0", "1"))

    def test_a_name_that_two_columns_have_is_refused(self) -> None:
        text = "text\tlabel\tlabel\na\tx\ty\n"
        assert "has 2 columns called 'label': give the number of one, from 1 to 3" in refusal(text, columns=("text", "label"))
        assert rows(text, columns=("1", "3")) == [(2, "a", "y")]

    @pytest.mark.parametrize("header", ["text\tlabel\tlabel", "Text\ttext\tlabel", "id\ttext\tlabel\ttext "])
    def test_a_name_that_the_header_has_twice_is_refused_where_nothing_else_is_said(self, header: str) -> None:
        width = header.count("\t") + 1
        message = refusal(f"{header}\n" + "\t".join("abcd"[:width]) + "\n")
        assert "has 2 columns called '" in message
        assert f"give two numbers from 1 to {width}, for example --columns " in message

    def test_a_name_that_comes_twice_among_the_others_is_no_trouble(self) -> None:
        assert rows("id\tid\ttext\tlabel\n1\t1\ta\tx\n") == [(2, "a", "x")]

    def test_more_than_two_without_a_header_have_to_be_said(self) -> None:
        message = refusal("1\ta\tx\n2\tb\ty\n")
        assert "has 3 columns and no header that says which hold text and label" in message
        assert "--columns 1,2" in message


class TestHeaderWithoutKnownNames:
    CLASSES = "".join(f"text {k}\t{'xyz'[k % 3]}\n" for k in range(30))

    def told(self, text: str, columns: tuple[str, str] | None = None, roles: Roles = CLASSIFY) -> tuple[int, list[str]]:
        """The line of the first row, and what is said."""
        bad = BadLines(skip=False)
        return rows(text, columns=columns, roles=roles, bad=bad)[0][0], bad.notices()

    @pytest.mark.parametrize("columns", [None, ("1", "2")])
    def test_its_label_is_in_no_other_line(self, columns: tuple[str, str] | None) -> None:
        first, said = self.told("utt\tcls\n" + self.CLASSES, columns)
        assert first == 2
        assert said == ["f, line 1 (utt | cls) is read as the header: no other line has the label 'cls'"]

    @pytest.mark.parametrize("columns", [None, ("1", "2")])
    def test_a_label_that_others_have_is_no_header_and_not_worth_a_word(self, columns: tuple[str, str] | None) -> None:
        assert self.told(self.CLASSES, columns) == (1, [])

    def test_where_other_labels_come_once_too_the_first_line_is_an_example(self) -> None:
        assert self.told("utt\tcls\n" + self.CLASSES + "a\trare\n") == (1, [])

    @pytest.mark.parametrize(
        ("text", "columns", "roles"),
        [
            ("de\ten\n" + "".join(f"der {k}\tthe {k}\n" for k in range(30)), ("2", "1"), SEQ2SEQ),
            ("letter\ttranslation\na\tx\nb\ty\n", None, SEQ2SEQ),  # one of its names is known
            ("English\tFrench\n" + "".join(f"Fresh English, {k}\tle French {k}\n" for k in range(30)), None, SEQ2SEQ),
            ("utt\tcls\na\tx\nb\ty\n", ("1", "2"), CLASSIFY),  # too few lines to tell
            ("b\tx\na\tx\nc\ty\n", ("1", "2"), CLASSIFY),  # here too, though another line has its label
            ("tok\tcls\n" + CLASSES, None, TAG),  # a rare tag may well be the first word's
        ],
    )
    def test_what_may_be_one_is_read_as_an_example_and_said(
        self, text: str, columns: tuple[str, str] | None, roles: Roles
    ) -> None:
        first, (said,) = self.told(text, columns, roles)
        assert first == 1
        assert said.endswith(") is read as an example: if it is the header, give --columns by its names")

    @pytest.mark.parametrize("columns", [None, ("1", "2")])
    @pytest.mark.parametrize("target", ["{:04}", "a{:02} b{:02}"])
    def test_its_target_has_no_character_of_any_other(self, target: str, columns: tuple[str, str] | None) -> None:
        text = "date\tiso\n" + "".join(f"day {k}\t{target.format(k, k)}\n" for k in range(30))
        first, said = self.told(text, columns, SEQ2SEQ)
        assert first == 2
        assert said == ["f, line 1 (date | iso) is read as the header: no other line has any character of its target"]

    def test_a_space_is_no_character_to_tell_a_header_by(self) -> None:
        text = "date\tiso form\n" + "".join(f"day {k}\t1{k} 2{k}\n" for k in range(30))
        assert self.told(text, None, SEQ2SEQ)[0] == 2

    def test_where_every_target_is_of_characters_of_its_own_the_first_line_is_an_example(self) -> None:
        letters = "".join(f"{letter}\t{letter.upper()}\n" for letter in "abcdefghijklmnop")
        assert self.told(letters, None, SEQ2SEQ) == (1, [])

    def test_a_few_targets_are_too_few_to_tell(self) -> None:
        assert self.told("date\tiso\n" + "".join(f"{k}\t1{k}\n" for k in range(9)), None, SEQ2SEQ) == (1, [])

    @pytest.mark.parametrize("sentence", ["{0}\t{0}0\n", "say {0}\tdis {0}\n", "one {0}\t{0}0\n"])
    def test_two_columns_without_a_header_are_not_worth_a_word(self, sentence: str) -> None:
        assert self.told("".join(map(sentence.format, range(30))), None, SEQ2SEQ) == (1, [])


class TestTsv:
    def test_a_row_of_another_width_is_malformed(self) -> None:
        assert "f, line 3: 1 column, expected 2 (text, label)" in refusal("a\tx\nb\ty\nc\n")

    def test_the_width_is_what_most_rows_have_even_where_the_first_differs(self) -> None:
        assert "f, line 1: 1 column" in refusal("c\na\tx\nb\ty\n")

    def test_quotes_are_text(self) -> None:
        assert rows('"a\tx\n') == [(1, '"a', "x")]

    def test_blank_lines_are_no_rows(self) -> None:
        assert rows("a\tx\n\nb\ty\n\n") == [(1, "a", "x"), (3, "b", "y")]

    def test_malformed_rows_may_be_skipped_and_are_counted(self) -> None:
        bad = BadLines(skip=True)
        assert rows("a\tx\nb\nc\ty\nd\tz\t!\n", bad=bad) == [(1, "a", "x"), (3, "c", "y")]
        assert bad.count == 2

    @given(
        st.lists(st.tuples(*[st.text(st.characters(exclude_characters="\t\n\r", exclude_categories=["Cs"]), min_size=1)] * 2))
    )
    def test_gives_back_what_was_written(self, written: list[tuple[str, str]]) -> None:
        text = "source\ttarget\n" + "".join(f"{a}\t{b}\n" for a, b in written)
        assert [(a, b) for _, a, b in rows(text, roles=SEQ2SEQ)] == written


class TestCsv:
    def test_quoted_cells_hold_commas_quotes_and_newlines(self) -> None:
        assert rows('text,label\n"a, ""b""\nc",x\nd,y\n', "csv") == [(2, 'a, "b"\nc', "x"), (4, "d", "y")]

    def test_semicolons_are_seen(self) -> None:
        assert rows("text;label\na,b;x\n", "csv") == [(2, "a,b", "x")]

    def test_a_quote_that_never_closes_is_named_by_the_line_it_opens_at(self) -> None:
        assert "f, line 2: a quote that opens and never closes, expected CSV" in refusal('a,x\n"b,y\nc,z\n', "csv")

    def test_after_a_quote_that_never_closes_reading_goes_on_at_the_next_line(self) -> None:
        bad = BadLines(skip=True)
        assert rows('a,x\n"b,y\nc,z\n', "csv", bad=bad) == [(1, "a", "x"), (3, "c", "z")]
        assert bad.count == 1

    def test_text_after_a_closing_quote_is_malformed(self) -> None:
        assert "text after a closing quote" in refusal('a,x\n"b"c,y\n', "csv")

    def test_a_quote_that_closes_nowhere_near_is_named_by_the_line_it_opens_at(self) -> None:
        assert "f, line 2: a cell of more than 131,072 characters" in refusal('a,x\n"b,y\n' + "c,z\n" * 40_000, "csv")

    def test_a_cell_of_a_million_characters_is_malformed(self) -> None:
        bad = BadLines(skip=True)
        assert rows(f"a,x\n{'b' * 1_000_000},y\nc,z\n", "csv", bad=bad) == [(1, "a", "x"), (3, "c", "z")]
        assert bad.count == 1

    def test_blank_lines_are_no_rows(self) -> None:
        assert rows("a,x\n\nb,y\n", "csv") == [(1, "a", "x"), (3, "b", "y")]


class TestJsonLines:
    def test_keys_are_found_by_their_names(self) -> None:
        assert rows('{"id": 1, "label": "x", "text": "a"}\n', "jsonl") == [(1, "a", "x")]

    def test_keys_can_be_named(self) -> None:
        assert rows('{"q": "a", "kind": "x"}\n', "jsonl", ("q", "kind")) == [(1, "a", "x")]

    @pytest.mark.parametrize(("label", "read"), [("1", "1"), ("true", "true"), ("0.5", "0.5")])
    def test_a_label_may_be_a_number_or_true(self, label: str, read: str) -> None:
        assert rows(f'{{"text": "a", "label": {label}}}\n', "jsonl") == [(1, "a", read)]

    def test_a_text_may_not_be_a_number(self) -> None:
        assert 'f, line 1: "text" is a number, expected text' in refusal('{"text": 1, "label": "x"}\n', "jsonl")

    def test_a_missing_key_is_malformed(self) -> None:
        message = refusal('{"text": "a", "label": "x"}\n{"text": "b"}\n', "jsonl")
        assert 'f, line 2: no "label", expected text or a number' in message

    @pytest.mark.parametrize("line", ["[1]", "{", "a b", "[" * 100_000])
    def test_a_line_that_is_no_object_is_malformed(self, line: str) -> None:
        assert "f, line 2: no JSON object" in refusal(f'{{"text": "a", "label": "x"}}\n{line}\n', "jsonl")

    def test_unknown_keys_have_to_be_named(self) -> None:
        assert "no keys that say which hold text and label, only q, kind" in refusal('{"q": "a", "kind": "x"}\n', "jsonl")

    @given(st.text(min_size=1), st.text(min_size=1))
    def test_gives_back_what_was_written(self, text: str, label: str) -> None:
        assert rows(json.dumps({"text": text, "label": label}), "jsonl") == [(1, text, label)]


def test_blank_rows_are_given_where_they_mean_something() -> None:
    document = Document("f", "f", "a\tX\n\nb\tY\n")
    found = list(read_rows(document, "tsv", None, TAG, BadLines(skip=False), blank_rows=True))
    assert found == [TableRow(1, "a", "X"), TableRow(2, "", ""), TableRow(3, "b", "Y")]


def test_names_and_cells_are_made_safe_to_show() -> None:
    assert "\x1b" not in refusal("a\x1b[31m\tb\tc\n")
