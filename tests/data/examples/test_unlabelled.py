"""What a trained network is asked about comes from lines, tables or tagged files, and needs no answers beside it."""

from __future__ import annotations

from typing import Any

import pytest

from tui_rnn.data.examples.documents import BadLines, Document
from tui_rnn.data.examples.unlabelled import Unlabelled, read_unlabelled
from tui_rnn.errors import InputError

CONLLU = "# text = Go on.\n1-2\tGoon\t_\t_\t_\t_\t_\t_\t_\t_\n" + "".join(
    f"{number}\t{form}\t_\t_\t_\t_\t_\t_\t_\t_\n" for number, form in ((1, "Go"), (2, "on."))
)
THE = "\n1\tthe\t_\t_\t_\t_\t_\t_\t_\t_\n"


def asked(task: str, text: str, bad: BadLines | None = None, name: str = "f", **options: Any) -> list[Unlabelled]:
    found = read_unlabelled(task, Document(name, "f", text), bad or BadLines(skip=False), **options)
    return [one.unlabelled for one in found]


def remarks(task: str, text: str, **options: Any) -> list[str]:
    bad = BadLines(skip=False)
    asked(task, text, bad, **options)
    return bad.notices()


def refusal(task: str, text: str, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        asked(task, text, **options)
    return str(caught.value)


class TestTagger:
    @pytest.mark.parametrize(
        ("text", "options"),
        [
            (CONLLU + THE, {}),
            (CONLLU + THE, {"columns": ("form",)}),
            (CONLLU + THE, {"columns": ("2", "4")}),
            (CONLLU + THE, {"usual": ("token", "upos")}),  # of a table that it was trained on
            (CONLLU + THE, {"usual": ("1", "2")}),
            (CONLLU.replace("\t_\t_\t_\t_\t_\t_\t_\t_\n", "\tx\t_\t_\t_\t_\t_\t_\t_\n") + THE, {"usual": ("FORM", "XPOS")}),
            ("Go\tVERB\non.\tADP\n\nthe\tDET\n", {}),
            ("Go\t\non.\t\n\nthe\t\n", {}),
            ("word\ttag\nGo\t\non.\t\n\nthe\t\n", {}),
            ("id\ttoken\tlemma\n1\tGo\tgo\n2\ton.\ton\n\n1\tthe\tthe\n", {}),
            ("1\tGo\tgo\n2\ton.\ton\n\n1\tthe\tthe\n", {"columns": ("2",)}),
            ("1\tGo\tgo\n2\ton.\ton\n\n1\tthe\tthe\n", {"usual": ("2", "3")}),
            ("Go\non.\n\n\nthe\n", {"format": "words"}),
        ],
    )
    def test_the_words_of_a_file_stay_as_they_are_tagged_or_not(self, text: str, options: dict[str, Any]) -> None:
        assert asked("tag", text, **options) == [("Go", "on."), ("the",)]

    def test_a_plain_text_has_a_sentence_a_line(self) -> None:
        text = "Go on, then.\n\n Stop, now.\n"
        assert asked("tag", text) == ["Go on, then.", " Stop, now."]
        assert remarks("tag", text) == []

    def test_a_word_a_line_is_not_guessed_but_hinted_at(self) -> None:
        assert asked("tag", "Go\non\n\nthe\n") == ["Go", "on", "the"]
        (said,) = remarks("tag", "Go\non\n\nthe\n")
        assert "--format words" in said
        assert remarks("tag", "Go\n\nthe\n") == []  # too little to tell

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
            ("ab cd\n", {"format": "csv"}, "format is 'csv', but tagging reads conllu, conll, word/tag, tsv, words or lines"),
            ("a b\n", {"columns": ("1",)}, "f looks like no table that can be read here, so there are no --columns"),
            ("a,b\n", {"columns": ("1",)}, "f looks like no table that can be read here, so there are no --columns"),
            ("a\tX\n", {"columns": ("1",), "format": "words"}, "f has the format words, so there are no --columns"),
            ("1\tGo\tgo\n", {}, "name it, for example --columns 1, or by its name"),
            ("\n \n", {}, "f has no text in it"),
            ("\n\n", {"format": "words"}, "f has no text in it"),
        ],
    )
    def test_what_can_not_be_asked_is_refused(self, text: str, options: dict[str, Any], says: str) -> None:
        assert says in refusal("tag", text, **options)

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
            ("1\ta, b\tz\n2\tc\tz\n", {"columns": ("2",)}),
            ("utt,cls,n\n" + '"a, b",x,1\nc,y,2\n', {"columns": ("utt",)}),
            ("cls,utt,n\n" + 'x,"a, b",1\ny,c,2\n', {"usual": ("utt", "cls")}),
            ('id,text\n1,"a, b"\n2,c\n', {}),
            ('{"text": "a, b"}\n{"text": "c"}\n', {}),
            ('{"q": "a, b", "text": "d"}\n{"q": "c", "text": "d"}\n', {"columns": ("q",)}),
            ('text\n"a, b"\nc\n', {"format": "csv"}),
            ('"a, b"\nc\n', {"format": "csv"}),
            ("text\tlabel\na, b\tx\nc\ty\n", {"columns": ("1",)}),
            ("text\tlabel\na, b\tx\nc\ty\n", {"columns": ("1", "2")}),
            ("text\tlabel\na, b\tx\nc\ty\n", {"usual": ("1", "2")}),
            ("id\ttext\n1\ta, b\n2\tc\n", {"columns": ("2",)}),
            ("Cls\tUtt\nx\ta, b\ny\tc\n", {"columns": ("utt",)}),
            ("Cls\tUtt\nx\ta, b\ny\tc\n", {"usual": ("utt", "cls")}),
            ("Cls\tUtt\nx\ta, b\ny\tc\n", {"usual": ("utt", "gone")}),
            ('x,"a, b"\ny,c\n', {"columns": ("2",)}),
            ('Cls,Utt\nx,"a, b"\ny,c\n', {"columns": ("utt",)}),
            ('"a, b",x\nc,y\n', {"name": "f.csv"}),
            ('{"Q": "a, b", "text": "d"}\n{"Q": "c", "text": "d"}\n', {"columns": ("q",)}),
            ('{"Q": "a, b", "text": "d"}\n{"Q": "c", "text": "d"}\n', {"usual": ("q", "k")}),
        ],
    )
    def test_of_a_table_the_column_of_texts_is_asked_about(self, task: str, text: str, options: dict[str, Any]) -> None:
        assert asked(task, text, **options) == ["a, b", "c"]

    def test_prose_with_commas_is_no_table(self, task: str) -> None:
        assert asked(task, "It was late, and cold.\nNobody came, nobody called.\n") == [
            "It was late, and cold.",
            "Nobody came, nobody called.",
        ]

    @pytest.mark.parametrize(
        ("text", "options", "says"),
        [
            ("a\tx\nc\ty\n", {"columns": ("utt",)}, "f has no column 'utt', expected one of a, x, or a number from 1 to 2"),
            ("a,x\nc,y\n", {"columns": ("utt",)}, "f has no column 'utt', expected one of a, x, or a number from 1 to 2"),
            ("a\tx\nc\ty\n", {"columns": ("3",)}, "f has no column 3, expected 1 to 2"),
            ("a b\nc\n", {"columns": ("1",)}, "f looks like no table that can be read here, so there are no --columns"),
            ("a,x\nc,y\n", {"columns": ("1",), "format": "lines"}, "f has the format lines, so there are no --columns"),
            ("1\ta\tx\n2\tc\tx\n", {}, "(its first line is 1 | a | x): name it, for example --columns 1, or by its name"),
            ('{"q": "a", "k": "x"}\n', {}, "only q, k: name it with --columns"),
            ("a\n", {"format": "jsonl"}, "f, line 1: no JSON object"),
        ],
    )
    def test_a_column_that_is_not_there_or_not_plain_is_refused(
        self, task: str, text: str, options: dict[str, Any], says: str
    ) -> None:
        said = refusal(task, text, **options)
        assert says in said
        assert ("--format lines" in said) == (not options)  # no way out for who said how to read it

    def test_a_word_that_comes_again_names_no_column(self, task: str) -> None:
        assert asked(task, "1\ttext\tx\n2\ttext\ty\n", columns=("2",)) == ["text", "text"]

    def test_a_first_line_that_may_be_a_header_is_said(self, task: str) -> None:
        text = "utt\tx\na\ty\n"
        assert asked(task, text, columns=("1",)) == ["utt", "a"]
        assert "f, line 1 (utt) is read as an example" in remarks(task, text, columns=("1",))[0]
        assert "f, line 1 (text | x) is read as an example" in remarks(task, "text\tx\na\ty\n")[0]

    def test_a_header_is_told_as_in_training_where_both_columns_are_there(self, task: str) -> None:
        answers = {"classify": ("odd", "even"), "seq2seq": ("1011", "1100")}[task]
        text = "xyz\tday\n" + "".join(f"{answers[k % 2]}\tday {k}\n" for k in range(40))
        assert asked(task, text, usual=("2", "1")) == [f"day {k}" for k in range(40)]

    def test_a_usual_column_that_is_not_there_is_let_go(self, task: str) -> None:
        assert asked(task, "text\tlabel\na\tx\n", usual=("utterance", "class")) == ["a"]

    def test_a_line_that_is_too_long_is_named_and_may_be_skipped(self, task: str) -> None:
        text = f"a\n{'b' * 5_000}\n"
        with pytest.raises(InputError, match="f, line 2: the text has 5,000 characters"):
            asked(task, text)
        assert asked(task, text, BadLines(skip=True)) == ["a"]


@pytest.mark.parametrize(
    ("task", "text", "lines"),
    [
        ("classify", "one\n\ntwo\n  \n\nthree", [1, 3, 6]),
        ("seq2seq", "source\ttarget\none\tx\n\ntwo\ty\n", [2, 4]),
        ("classify", '[{"text": "one"},\n\n{"text": "two"}]', [1, 3]),
        ("tag", CONLLU, [3]),
        ("tag", "The NN\nriver DT\n\nThe NN\nend DT\n\n" * 3, [1, 4, 7, 10, 13, 16]),
    ],
)
def test_each_text_has_the_line_it_begins_at(task: str, text: str, lines: list[int]) -> None:
    found = read_unlabelled(task, Document("f", "f", text), BadLines(skip=False))
    assert [one.line for one in found] == lines
