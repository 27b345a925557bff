"""What is typed or pasted is read as the corpus has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data.prompts import as_corpus_has, encode_written, split_typed, unescaped
from tui_rnn.data.tokens import ByteVocabulary, WordVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError

LINES = Vocabulary.from_text("ab \n")
WORDS = WordVocabulary.from_texts(["the cat sat\nthe cat sat\n"])


def test_pasted_line_ends_are_line_ends() -> None:
    assert as_corpus_has(LINES, "a\rb\r\na\r\r\nb\n") == "a\nb\na\nb\n"
    assert as_corpus_has(ByteVocabulary(), "a\r\nb\r") == "a\nb\n"
    assert as_corpus_has(WORDS, "cat\r\nsat") == "cat\nsat"


def test_what_a_corpus_has_stays() -> None:
    assert as_corpus_has(Vocabulary.from_text("ab\r\t"), "a\rb\ta") == "a\rb\ta"


def test_tabs_and_line_ends_that_a_corpus_lacks_are_spaces_where_it_has_these() -> None:
    assert as_corpus_has(LINES, "a\tb") == "a b"
    assert as_corpus_has(Vocabulary.from_text("ab "), "a\nb\t") == "a b "
    assert as_corpus_has(Vocabulary.from_text("ab"), "a\tb") == "a\tb"
    assert as_corpus_has(WORDS, "the\tcat") == "the cat"


def test_an_unknown_word_that_the_network_wrote_is_one_token_when_it_is_read_again() -> None:
    unknown = len(WORDS.words)
    written = WORDS.decode([0, unknown, 1, unknown])
    assert encode_written(WORDS, written)[0].tolist() == [0, unknown, 1, unknown]
    assert encode_written(WORDS, written)[1] == (1, 3)
    has_it = WordVocabulary.from_texts(["a <unk> b <unk> a b"])
    assert encode_written(has_it, "a <unk>")[0].tolist() == has_it.encode("a <unk>")[0].tolist()


def test_escapes_stand_for_characters() -> None:
    assert unescaped(r"a\nb\t\\n\x41\u00e9\U0001F600\r", "--prompt") == "a\nb\t\\nA\u00e9\U0001f600\r"


@pytest.mark.parametrize(
    ("text", "place"), [(r"ab\q", 3), ("ab\\", 3), (r"\x4", 1), (r"\u12", 1), (r"\ud800", 1), (r"\U00110000", 1), ("\\\n", 1)]
)
def test_what_is_no_escape_is_named_with_its_place(text: str, place: int) -> None:
    with pytest.raises(InputError, match=rf"--prompt has .* at character {place}, expected \\n, \\t"):
        unescaped(text, "--prompt")


@given(st.text("ab <unk>'-\n.é", max_size=30), st.sampled_from(["char", "word", "byte"]))
def test_what_is_typed_stays_whole_when_it_is_cut(text: str, kind: str) -> None:
    assert "".join(split_typed(kind, text)) == text


def test_words_are_cut_as_words() -> None:
    assert split_typed("word", "the cat, <unk>!") == ("the", " cat", ",", " <unk>", "!")
    assert split_typed("char", "the") == tuple("the")
