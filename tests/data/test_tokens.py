"""Text cut into words or bytes has ids and comes back; what is unknown is told."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data import tokens
from tui_rnn.data.tokens import ByteVocabulary, WordVocabulary, split_words, text_vocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError


class TestWords:
    @given(st.text())
    def test_a_text_that_is_known_comes_back(self, text: str) -> None:
        vocabulary = WordVocabulary.from_texts([text, text, ".."])
        ids, unknown = vocabulary.encode(text)
        assert (vocabulary.decode(ids), unknown) == (text, ())

    def test_words_marks_and_newlines_are_tokens_a_space_goes_with_what_follows(self) -> None:
        text = "The dog's here, well-fed.\n\n  It sat."
        vocabulary = WordVocabulary.from_texts([text, text])
        parts = [vocabulary.decode([i]) for i in vocabulary.encode(text)[0]]
        assert parts == ["The", " dog's", " here", ",", " well-fed", ".", "\n", "\n", " ", " It", " sat", "."]

    def test_what_comes_once_is_unknown(self) -> None:
        vocabulary = WordVocabulary.from_texts(["a b", "a c"])
        ids, unknown = vocabulary.encode("a b")
        assert (vocabulary.decode(ids), unknown) == ("a <unk>", (1,))

    def test_a_first_word_is_read_as_after_a_space_where_it_is_known_only_so(self) -> None:
        vocabulary = WordVocabulary((" cat", " dog", "dog"))
        assert vocabulary.encode("cat cat")[0].tolist() == [0, 0]
        assert vocabulary.encode("dog dog")[0].tolist() == [2, 1]

    def test_texts_are_read_each_on_its_own(self) -> None:
        assert WordVocabulary.from_texts(["a", "b", "b"]).words == ("b",)

    def test_the_most_frequent_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tokens, "MAX_WORDS", 2)
        assert WordVocabulary.from_texts(["a,b,a,b,a,c,c"]).words == (",", "a")

    def test_unk_is_the_last_id(self) -> None:
        vocabulary = WordVocabulary(("a", "b"))
        assert (len(vocabulary), vocabulary.encode("c")[0].tolist(), vocabulary.fallback) == (3, [2], "<unk>")

    def test_the_cap_is_said(self) -> None:
        assert WordVocabulary(("a", "b")).describe() == (
            "2 distinct words kept: those seen at least twice, at most 10,000; others are read as <unk>"
        )

    def test_a_text_in_which_no_word_comes_twice_is_refused(self) -> None:
        with pytest.raises(InputError, match="no word comes twice"):
            WordVocabulary.from_texts(["one two three"])

    @pytest.mark.parametrize("words", [(), ("b", "a"), ("a", "a")])
    def test_words_that_are_not_sorted_and_distinct_are_refused(self, words: tuple[str, ...]) -> None:
        with pytest.raises(InputError):
            WordVocabulary(words)


class TestBytes:
    @given(st.text())
    def test_every_text_comes_back(self, text: str) -> None:
        vocabulary = ByteVocabulary()
        ids, unknown = vocabulary.encode(text)
        assert (vocabulary.decode(ids), unknown) == (text, ())

    @given(st.text())
    def test_ids_are_the_bytes_of_utf8(self, text: str) -> None:
        assert bytes(ByteVocabulary().encode(text)[0].tolist()) == text.encode()

    def test_bytes_that_are_no_utf8_show_as_such(self) -> None:
        assert ByteVocabulary().decode([0x61, 0xC3, 0x62]) == "a�b"

    def test_half_a_character_reads_as_a_question_mark_and_its_place_is_given(self) -> None:
        ids, unknown = ByteVocabulary().encode("é\ud800a")
        assert (ids.tolist(), unknown) == ([0xC3, 0xA9, ord("?"), ord("a")], (2,))


@pytest.mark.parametrize(("kind", "made"), [("char", Vocabulary), ("word", WordVocabulary), ("byte", ByteVocabulary)])
def test_vocabularies_are_made_by_kind(kind: str, made: type) -> None:
    assert isinstance(text_vocabulary(kind, ["a a", "a a"]), made)


def test_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match="tokens is 'bpe', expected one of char, word, byte"):
        text_vocabulary("bpe", ["a a"])


def test_typed_text_is_cut_into_words_and_marks() -> None:
    assert split_words(" Don't stop, well-known friend!") == ("Don't", "stop", ",", "well-known", "friend", "!")


@pytest.mark.parametrize(
    "words",
    [
        ("हिन्दी", "भाषा", "।"),
        ("தமிழ்", "மொழி"),
        ("שָׁלוֹם", "עוֹלָם"),
        ("می\u200cخواهم", "بروم"),
        tuple(unicodedata.normalize("NFD", word) for word in ("café", "über", "l'été", "!")),
        ("1\ufe0f\u20e3", "\u2764\ufe0f", "x"),
        ("\u845b\U000e0100\u57ce", "\u9097\U000e0101"),  # ideographs with their variants
    ],
)
def test_a_combining_mark_belongs_to_what_it_stands_on(words: tuple[str, ...]) -> None:
    text = " ".join(words)
    assert split_words(text) == words
    vocabulary = WordVocabulary.from_texts([text, text])
    assert vocabulary.words == tuple(sorted([words[0], *(f" {word}" for word in words[1:])]))
