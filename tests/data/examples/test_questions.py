"""What a trained network is asked about comes from lines, tables or tagged files, and needs no answers beside it."""

from __future__ import annotations

import pytest

from tui_rnn.data.examples.documents import BadLines, Document
from tui_rnn.data.examples.questions import Question, read_questions
from tui_rnn.errors import InputError

CONLLU = "# text = Go on.\n1-2\tGoon\t_\t_\t_\t_\t_\t_\t_\t_\n" + "".join(
    f"{number}\t{form}\t_\t_\t_\t_\t_\t_\t_\t_\n" for number, form in ((1, "Go"), (2, "on."))
)


def asked(task: str, text: str, bad: BadLines | None = None, **options: str) -> list[Question]:
    return read_questions(task, Document("f", "f", text), bad or BadLines(skip=False), **options)


def remarks(task: str, text: str) -> list[str]:
    bad = BadLines(skip=False)
    asked(task, text, bad)
    return bad.notices()


class TestTagger:
    @pytest.mark.parametrize(
        ("text", "options"),
        [
            (CONLLU + "\n1\tthe\t_\t_\t_\t_\t_\t_\t_\t_\n", {}),
            ("Go\tVERB\non.\tADP\n\nthe\tDET\n", {}),
            ("Go\t\non.\t\n\nthe\t\n", {}),
            ("word\ttag\nGo\t\non.\t\n\nthe\t\n", {}),
            ("id\ttoken\tlemma\n1\tGo\tgo\n2\ton.\ton\n\n1\tthe\tthe\n", {}),
            ("1\tGo\tgo\n2\ton.\ton\n\n1\tthe\tthe\n", {"column": "2"}),
            ("1\tGo\tgo\n2\ton.\ton\n\n1\tthe\tthe\n", {"usual": "2"}),
            ("Go\non.\n\n\nthe\n", {"format": "words"}),
        ],
    )
    def test_the_words_of_a_file_stay_as_they_are_tagged_or_not(self, text: str, options: dict[str, str]) -> None:
        assert asked("tag", text, **options) == [("Go", "on."), ("the",)]

    def test_a_plain_text_has_a_sentence_a_line(self) -> None:
        text = "Go on, then.\n\n Stop, now.\n"
        assert asked("tag", text) == ["Go on, then.", " Stop, now."]
        assert remarks("tag", text) == []

    def test_a_word_a_line_is_not_guessed_but_hinted_at(self) -> None:
        assert asked("tag", "Go\non\n\nthe\n") == ["Go", "on", "the"]
        (said,) = remarks("tag", "Go\non\n\nthe\n")
        assert "--format words" in said

    def test_what_was_told_by_the_content_is_said(self) -> None:
        assert remarks("tag", CONLLU) == ["f is read as CoNLL-U, for its words (--format lines takes each line as a text)"]

    def test_lines_can_be_said(self) -> None:
        assert asked("tag", "Go\tVERB\non\tADP\n", format="lines") == ["Go\tVERB", "on\tADP"]

    @pytest.mark.parametrize(
        ("text", "options", "says"),
        [
            ("a\tX\nb\nc\tX\n", {}, "f, line 2: 1 column, expected 2"),
            ("a\tX\nb\tX\nc\n", {}, "it looks like TSV; --format lines takes each line as a text"),
            ("a\nb\tX\n", {"format": "words"}, "f, line 2: a tab, expected one word a line, or --format tsv"),
            ("a" * 5_000, {"format": "words"}, "the word has 5,000 characters"),
            ("ab cd\n", {"format": "csv"}, "format is 'csv', but tagging reads conllu, tsv, words or lines"),
            ("\n \n", {}, "f has no text in it"),
            ("\n\n", {"format": "words"}, "f has no text in it"),
        ],
    )
    def test_what_can_not_be_asked_is_refused(self, text: str, options: dict[str, str], says: str) -> None:
        with pytest.raises(InputError) as caught:
            asked("tag", text, **options)
        assert says in str(caught.value)

    def test_malformed_lines_may_leave_their_sentences_out(self) -> None:
        bad = BadLines(skip=True)
        assert asked("tag", "a\tX\nb\n\nc\tX\n\nd\tX\n", bad) == [("c",), ("d",)]
        assert bad.count == 1


@pytest.mark.parametrize("task", ["classify", "seq2seq"])
class TestTexts:
    @pytest.mark.parametrize(
        ("text", "options"),
        [
            ("a, b\nc\n", {}),
            ("a, b\tx\nc\ty\n", {}),
            ("text\tlabel\na, b\tx\nc\ty\n", {}),
            ("id\ttext\n1\ta, b\n2\tc\n", {}),
            ("1\ta, b\tz\n2\tc\tz\n", {"column": "2"}),
            ("utt,cls,n\n" + '"a, b",x,1\nc,y,2\n', {"column": "utt"}),
            ("cls,utt,n\n" + 'x,"a, b",1\ny,c,2\n', {"usual": "utt"}),
            ('id,text\n1,"a, b"\n2,c\n', {}),
            ('{"text": "a, b"}\n{"text": "c"}\n', {}),
            ('{"q": "a, b", "text": "d"}\n{"q": "c", "text": "d"}\n', {"column": "q"}),
            ('text\n"a, b"\nc\n', {"format": "csv"}),
        ],
    )
    def test_of_a_table_the_column_of_texts_is_asked_about(self, task: str, text: str, options: dict[str, str]) -> None:
        assert asked(task, text, **options) == ["a, b", "c"]

    def test_prose_with_commas_is_no_table(self, task: str) -> None:
        assert asked(task, "It was late, and cold.\nNobody came, nobody called.\n") == [
            "It was late, and cold.",
            "Nobody came, nobody called.",
        ]

    def test_a_usual_column_that_is_not_there_is_let_go(self, task: str) -> None:
        assert asked(task, "text\tlabel\na\tx\n", usual="utterance") == ["a"]

    def test_a_line_that_is_too_long_is_named_and_may_be_skipped(self, task: str) -> None:
        text = f"a\n{'b' * 5_000}\n"
        with pytest.raises(InputError, match="f, line 2: the text has 5,000 characters"):
            asked(task, text)
        assert asked(task, text, BadLines(skip=True)) == ["a"]
