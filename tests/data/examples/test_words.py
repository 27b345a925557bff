"""Examples are read as words where they are sentences; a word is what stands in the file, or what split_words finds."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_rnn.data.examples.encoding import Shown
from tui_rnn.data.examples.labels import UNITS
from tui_rnn.data.examples.reading import as_read, cut, encode_texts, word_ends
from tui_rnn.data.examples.told import are_sentences, are_tokenised
from tui_rnn.data.lexicon import MOST_WORDS, Lexicon
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.tokens import ByteVocabulary, split_words
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.training.symbol_file import SEPARATORS

LEXICON = Lexicon(("!", "bad", "film", "good"))
SENTENCES = [
    f"the {thing} of the {place} was {how} today ."
    for thing in ("end", "cast")
    for place in ("film", "play")
    for how in ("good", "bad")
]
LABELLED = [f"{sentence} {k}\t{'pos' if 'good' in sentence else 'neg'}" for k in range(40) for sentence in SENTENCES]


class TestLexicon:
    def test_an_unknown_word_has_the_last_id_and_its_place_is_told(self) -> None:
        ids, unknown = LEXICON.encode("good, dear film!")
        assert (ids.tolist(), unknown) == ([3, 4, 4, 2, 0], (1, 2))

    def test_a_word_is_the_same_at_the_beginning_and_behind_a_bracket(self) -> None:
        assert LEXICON.encode("film (film")[0].tolist() == [2, 4, 2]

    def test_words_that_come_once_are_left_out(self) -> None:
        assert Lexicon.of([("a", "b"), ("a",)]).words == ("a",)

    def test_the_most_frequent_are_kept(self) -> None:
        words = [f"w{k:05}" for k in range(MOST_WORDS + 1)] * 2 + ["w20000"]
        found = Lexicon.of([words])
        assert len(found.words) == MOST_WORDS
        assert "w20000" in found.words
        assert "w19999" not in found.words

    def test_case_is_folded_only_where_that_was_asked_for(self) -> None:
        sentences = [("The", "the", "The")]
        assert Lexicon.of(sentences).words == ("The",)
        folded = Lexicon.of(sentences, folds_case=True)
        assert folded.words == ("the",)
        assert folded.encode("THE cat")[0].tolist() == [0, 1]

    def test_where_no_word_comes_twice_it_says_what_to_do(self) -> None:
        with pytest.raises(InputError, match=r"no word comes twice .* give more examples, or say --tokens char"):
            Lexicon.of([("a", "b")])

    def test_decoded_words_have_a_space_between(self) -> None:
        assert LEXICON.decode([3, 2, 4, 0]) == "good film <unk> !"


class TestReading:
    def test_given_words_stay_as_they_are(self) -> None:
        read = as_read(Lexicon(("U.S.", "in")), Shown("in U.S.", ("in", "U.S.")))
        assert (read.ids.tolist(), read.symbols, read.unknown) == ([1, 0], ("in", "U.S."), ())

    def test_an_unknown_word_is_shown_as_it_stands(self) -> None:
        assert as_read(LEXICON, Shown("dear film")).symbols == ("dear", "film")

    def test_a_text_without_words_is_refused(self) -> None:
        with pytest.raises(InputError, match="no words"):
            as_read(LEXICON, Shown(" \n "))

    def test_each_word_ends_where_it_is_read(self) -> None:
        words = ("ab", "é", "c")
        assert word_ends(words, LEXICON).tolist() == [0, 1, 2]
        assert word_ends(words, Vocabulary(" abcé")).tolist() == [1, 3, 5]

    def test_bytes_of_several_texts_stay_apart(self) -> None:
        ragged, notices = encode_texts(["é", "ab"], ByteVocabulary())
        assert [ids.tolist() for ids in ragged] == [list("é".encode()), [97, 98]]
        assert notices == []

    def test_how_many_words_are_unknown_is_said(self) -> None:
        ragged, (notice,) = encode_texts(["good dear film", "film"], LEXICON)
        assert ragged.lengths.tolist() == [3, 1]
        assert notice == "1 of 4 words (25.0%) read as <unk> (dear)"

    @pytest.mark.parametrize("words", [None, ("good", "bad", "film")])
    def test_what_is_too_long_is_cut_after_a_word(self, words: tuple[str, ...] | None) -> None:
        shown, left_out = cut(LEXICON, Shown("good bad film", words), 2)
        assert (shown.text, shown.words, left_out) == ("good bad", words and words[:2], 1)


class TestToldByTheTexts:
    def test_sentences_that_repeat_their_words_are(self) -> None:
        assert are_sentences([split_words(one) for one in SENTENCES * 40])

    @pytest.mark.parametrize(
        "texts",
        [
            ["Anna Maria", "Bo", "Li Wei"] * 2000,
            ["12 March 2021", "1 April 1999"] * 2000,
            SENTENCES,  # too few to learn words from
            [" ".join(f"{np.base_repr(k * 7 + j, 26)}x" for j in range(8)) for k in range(1000)],
            ["我喜欢这个电影因为它很好看"] * 2000,
            [],
        ],
        ids=["names", "dates", "few", "never the same words", "a script without spaces", "none"],
    )
    def test_others_are_not(self, texts: list[str]) -> None:
        assert not are_sentences([split_words(one) for one in texts])

    def test_marks_behind_a_space_tell_that_a_text_is_tokenised(self) -> None:
        assert are_tokenised(["a dog .", "two dogs run !"])
        assert not are_tokenised(["a dog.", "two dogs"])
        assert not are_tokenised(["a dog", "two dogs"])


def opened(tmp_path: Path, lines: list[str], **request: object) -> Any:
    path = tmp_path / "data.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_data(DataRequest(SourceFiles(str(path)), **request))  # type: ignore[arg-type]


class TestOpening:
    def test_sentences_with_classes_are_read_as_words_and_it_is_said(self, tmp_path: Path) -> None:
        data = opened(tmp_path, LABELLED, task="classify")
        assert (data.vocabulary.kind, data.request.tokens) == ("word", "word")
        assert any(one.startswith("read as words, since these are sentences") for one in data.notices)

    def test_what_was_said_holds(self, tmp_path: Path) -> None:
        data = opened(tmp_path, LABELLED, task="classify", tokens="char")
        assert data.vocabulary.kind == "char"
        assert opened(tmp_path, LABELLED, task="classify", tokens="byte").vocabulary.kind == "byte"

    def test_sentences_into_sentences_are_words_on_both_sides(self, tmp_path: Path) -> None:
        lines = [f"{one} {k}\t{one.removesuffix(' .')}." for k in range(40) for one in SENTENCES]
        data = opened(tmp_path, lines, task="seq2seq")
        assert (data.vocabulary.kind, data.request.target_units) == ("word", "words")
        assert data.request.loss_unit == "word"

    def test_tokenised_targets_are_what_stands_between_spaces(self, tmp_path: Path) -> None:
        data = opened(tmp_path, [f"{one} {k}\tl' {one}" for k in range(40) for one in SENTENCES], task="seq2seq")
        assert data.request.target_units == "tokens"

    def test_spellings_are_characters_whatever_their_targets_are(self, tmp_path: Path) -> None:
        data = opened(tmp_path, [f"w{k:04}rd\tW ER {k % 7} D" for k in range(2000)], task="seq2seq")
        assert (data.vocabulary.kind, data.request.target_units) == ("char", "tokens")

    def test_a_tagger_reads_no_bytes(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="the task tag reads char, word"):
            opened(tmp_path, ["a\tX", "b\tY", "", "a\tX", "b\tY", "", "b\tY"], task="tag", tokens="byte")

    def test_a_tagged_word_is_what_stands_in_the_file(self, tmp_path: Path) -> None:
        lines = ["U.S.\tX", "in\tY", "", "in\tY", "U.S.\tX", "", "x\tX"]
        data = opened(tmp_path, lines, task="tag", tokens="word")
        assert set(data.vocabulary.words) <= {"U.S.", "in"}
        assert data.train.word_ends[0].tolist() == [*range(len(data.train.inputs[0]))]

    def test_folding_the_case_is_for_words(self) -> None:
        with pytest.raises(InputError, match="fold_case is for words"):
            DataRequest(SourceFiles("x"), tokens="char", fold_case=True)


def test_every_unit_of_targets_can_be_saved() -> None:
    assert SEPARATORS.keys() == UNITS.keys()
