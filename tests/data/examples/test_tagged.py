"""Tagged sentences come from CoNLL-U and from two-column tables; a malformed line spoils its sentence, no other."""

from typing import Any

import pytest

from tui_rnn.data.examples.documents import BadLines, Document, Opened
from tui_rnn.data.examples.tagged import TaggedSentence, read_sentences
from tui_rnn.data.request import SourceFiles
from tui_rnn.errors import InputError


def word(number: str, form: str, upos: str, xpos: str = "X") -> str:
    return "\t".join((number, form, form.lower(), upos, xpos, "_", "0", "root", "_", "_")) + "\n"


def read(text: str, bad: BadLines | None = None, **options: Any) -> list[TaggedSentence]:
    opened = Opened("f", "f", len(text), (Document("f", "f", text),))
    return read_sentences(opened, SourceFiles("f", **options), bad or BadLines(skip=False))


def refusal(text: str, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        read(text, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


HE_SEES = word("1", "He", "PRON", "PRP") + word("2", "sees", "VERB", "VBZ")


class TestConllu:
    def test_words_and_universal_tags_are_read(self) -> None:
        assert read(HE_SEES) == [(("He", "sees"), ("PRON", "VERB"))]

    def test_a_blank_line_ends_a_sentence(self) -> None:
        assert [sentence.words for sentence in read(HE_SEES + "\n" + word("1", "Go", "VERB") + "\n")] == [
            ("He", "sees"),
            ("Go",),
        ]

    def test_comments_are_no_words(self) -> None:
        assert len(read("# sent_id = 1\n# text = He sees\n" + HE_SEES)[0].words) == 2

    def test_a_multiword_token_is_read_as_the_words_it_is_made_of(self) -> None:
        text = word("1-2", "don't", "_") + word("1", "do", "AUX") + word("2", "n't", "PART") + word("3", "go", "VERB")
        assert read(text) == [(("do", "n't", "go"), ("AUX", "PART", "VERB"))]

    def test_an_empty_node_is_no_word(self) -> None:
        text = HE_SEES + word("2.1", "her", "PRON") + word("3", "too", "ADV")
        assert read(text)[0].words == ("He", "sees", "too")

    def test_an_empty_node_may_come_before_all_words(self) -> None:
        assert read(word("0.1", "It", "PRON") + HE_SEES)[0].words == ("He", "sees")

    def test_an_underscore_is_a_word_where_it_has_a_tag(self) -> None:
        assert read(word("1", "_", "PUNCT")) == [(("_",), ("PUNCT",))]

    def test_a_word_may_hold_a_space(self) -> None:
        assert read(word("1", "10 000", "NUM"))[0].text == "10 000"

    @pytest.mark.parametrize("columns", [("FORM", "xpos"), ("2", "5")])
    def test_other_columns_can_be_named_or_numbered(self, columns: tuple[str, str]) -> None:
        assert read(HE_SEES, columns=columns)[0].tags == ("PRP", "VBZ")

    def test_another_column_than_the_ten_is_refused(self) -> None:
        assert "CoNLL-U has no column 'tag', expected 1 to 10 or one of ID, FORM" in refusal(HE_SEES, columns=("FORM", "tag"))

    def test_a_line_without_ten_columns_is_named(self) -> None:
        assert "f, line 3: 2 columns, expected 10" in refusal(HE_SEES + "3\tthe\n" + word("4", "sea", "NOUN"))

    def test_a_number_out_of_order_is_named(self) -> None:
        assert "f, line 3: the word's number is '4', expected 3" in refusal(HE_SEES + word("4", "sea", "NOUN"))

    def test_a_word_without_a_tag_is_named(self) -> None:
        assert "f, line 3: the word 'sea' has no UPOS (_)" in refusal(HE_SEES + word("3", "sea", "_"))

    def test_a_malformed_line_leaves_out_its_sentence_only(self) -> None:
        bad = BadLines(skip=True)
        text = HE_SEES + "\n" + word("1", "A", "DET") + "broken\n" + word("3", "day", "NOUN") + "\n" + word("1", "Go", "VERB")
        assert [sentence.words for sentence in read(text, bad)] == [("He", "sees"), ("Go",)]
        assert bad.count == 1

    def test_one_gap_in_the_numbers_is_one_malformed_line(self) -> None:
        bad = BadLines(skip=True)
        assert read(HE_SEES + word("4", "sea", "NOUN") + word("5", ".", "PUNCT"), bad) == []
        assert bad.count == 1


class TestTwoColumns:
    def test_a_blank_line_ends_a_sentence(self) -> None:
        assert read("He\tPRON\nsees\tVERB\n\nGo\tVERB\n") == [(("He", "sees"), ("PRON", "VERB")), (("Go",), ("VERB",))]

    def test_several_blank_lines_are_one(self) -> None:
        assert len(read("\nHe\tPRON\n\n\n \nGo\tVERB\n\n")) == 2

    def test_a_header_is_no_word(self) -> None:
        assert read("word\ttag\nHe\tPRON\nsees\tVERB\n") == [(("He", "sees"), ("PRON", "VERB"))]

    def test_columns_can_be_numbered(self) -> None:
        assert read("PRON\tx\tHe\nVERB\tx\tsees\n", columns=("3", "1"))[0].tags == ("PRON", "VERB")

    @pytest.mark.parametrize(
        ("line", "found"), [("sees", "1 column, expected 2"), ("\tVERB", "the word is empty"), ("sees\t", "the tag is empty")]
    )
    def test_a_malformed_line_is_named(self, line: str, found: str) -> None:
        assert f"f, line 2: {found}" in refusal(f"He\tPRON\n{line}\nher\tPRON\n")

    def test_a_malformed_line_leaves_out_its_sentence_only(self) -> None:
        bad = BadLines(skip=True)
        assert [s.words for s in read("a\tX\n\nb\tX\nc\n\nd\tX\n", bad)] == [("a",), ("d",)]
        assert bad.count == 1

    def test_a_malformed_first_line_leaves_out_the_first_sentence(self) -> None:
        assert [s.words for s in read("b\na\tX\n\nd\tX\n", BadLines(skip=True))] == [("d",)]


def test_the_numbers_of_the_words_of_conllu_are_no_words() -> None:
    assert "its first column only numbers the words" in refusal(HE_SEES, columns=("1", "4"))


def test_a_sentence_that_is_too_long_is_named_by_its_first_line() -> None:
    text = "Go\tVERB\n\n" + "word\tNOUN\n" * 1_000
    assert "f, line 3: a sentence of 4,999 characters begins, expected at most 4,096, and a blank line after each" in refusal(
        text
    )


def test_a_word_that_is_too_long_is_named() -> None:
    assert "f, line 1: the word has 100,000 characters, expected at most 4,096" in refusal("x" * 100_000 + "\tX\ny\tX\n")


def test_a_tag_that_is_too_long_is_named() -> None:
    assert "f, line 2: the tag has 5,000 characters, expected at most 4,096" in refusal("a\tX\nb\t" + "Y" * 5_000 + "\n")


def test_plain_text_is_no_tagged_text() -> None:
    assert "f looks like plain text, but tagging reads conllu (ten columns, one word a line)" in refusal(
        "It was a bright cold day.\n"
    )


def test_a_folder_is_refused() -> None:
    opened = Opened("f", "f", 0, (Document("f/a", "a", HE_SEES),), is_folder=True)
    with pytest.raises(InputError, match="f is a folder, but tagging reads files"):
        read_sentences(opened, SourceFiles("f"), BadLines(skip=False))
