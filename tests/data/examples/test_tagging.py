"""A tagger reads a sentence's characters; each word's tag stands at its last one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.examples.labels import Labels
from tui_rnn.data.examples.reading import word_ends
from tui_rnn.data.examples.tagged import TaggedSentence
from tui_rnn.data.examples.tagging import OPENER, TaggedSentences
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.kinds import TAGGED

VOCABULARY = Vocabulary(" abcdefgh")
TAGS = Labels(("X", "Y"))
WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=5), min_size=1, max_size=6)


def encode(*sentences: str) -> TaggedSentences:
    """Sentences written as "ab/X c/Y"."""
    examples = []
    for sentence in sentences:
        pairs = [word.split("/") for word in sentence.split()]
        examples.append(TaggedSentence(tuple(w for w, _ in pairs), tuple(t for _, t in pairs)))
    return TaggedSentences.encode(examples, VOCABULARY, TAGS)


def open_text(folder: Path, train: str, validation: str | None = None) -> ExampleData[TaggedSentences]:
    (folder / "train.tsv").write_text(train, encoding="utf-8")
    if validation is not None:
        (folder / "dev.tsv").write_text(validation, encoding="utf-8")
    given = str(folder / "dev.tsv") if validation is not None else None
    return OPENER.open(DataRequest(SourceFiles(str(folder / "train.tsv"), given), "tag"))


class TestEncoding:
    def test_characters_are_the_words_with_a_space_between(self) -> None:
        assert VOCABULARY.decode(encode("ab/X cde/Y").inputs[0]) == "ab cde"

    @given(WORDS)
    def test_word_ends_are_where_the_words_end(self, words: list[str]) -> None:
        text = " ".join(words)
        ends = [i for i, _ in enumerate(text) if i + 1 == len(text) or text[i + 1] == " "]
        assert word_ends(words, VOCABULARY).tolist() == ends

    def test_a_word_with_a_space_inside_ends_once(self) -> None:
        assert word_ends(["10 000", "a"], VOCABULARY).tolist() == [5, 7]

    def test_each_word_has_a_tag_id(self) -> None:
        assert encode("ab/X cde/Y", "a/Y").tag_ids[1].tolist() == [1]

    def test_a_tag_that_training_lacks_is_minus_one_and_said(self) -> None:
        part = encode("ab/Z c/X")
        assert part.tag_ids[0].tolist() == [-1, 0]
        assert part.notices == ("1 tag that training lacks (Z): it counts as wrong and is left out of the loss",)

    def test_characters_that_training_lacks_are_said(self) -> None:
        assert encode("aé/X").notices == ("1 character that training lacks ('é') read as space",)


class TestOpening:
    def test_vocabulary_and_tags_are_of_the_training_part(self, tmp_path: Path) -> None:
        data = open_text(tmp_path, "b\tX\na\tY\n", "c\tZ\na\tX\n")
        assert (data.vocabulary.characters, data.symbols.labels) == (" ab", Labels(("X", "Y")))

    def test_a_space_is_known_even_where_every_sentence_is_one_word(self, tmp_path: Path) -> None:
        assert " " in open_text(tmp_path, "a\tX\n\nb\tY\n", "a\tX\n").vocabulary.characters

    def test_what_validation_has_and_training_lacks_is_said(self, tmp_path: Path) -> None:
        data = open_text(tmp_path, "b\tX\na\tY\n", "c\tZ\na\tX\n")
        assert data.notices == (
            "validation: 1 character that training lacks ('c') read as space",
            "validation: 1 tag that training lacks (Z): it counts as wrong and is left out of the loss",
        )

    def test_repeated_sentences_are_on_one_side_only(self, tmp_path: Path) -> None:
        data = open_text(tmp_path, "\n".join(f"{word}\tX\na\tY\n" for word in "bcdefghbcdefgh"))
        sides = [{sentence.words for sentence in part.examples} for part in (data.train, data.validation)]
        assert not sides[0] & sides[1]

    def test_one_tag_only_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"every training word of .* has the same tag, expected at least two"):
            open_text(tmp_path, "a\tX\n\nb\tX\n")

    def test_a_built_in_opens(self) -> None:
        data = OPENER.open(DataRequest(SourceFiles("tagged-sentences"), "tag"))
        assert (data.source, len(data.train) + len(data.validation)) == ("tagged-sentences", 4_000)

    def test_the_vocabularies_of_a_trained_network_can_be_given(self, tmp_path: Path) -> None:
        (tmp_path / "x.tsv").write_text("a\tX\nz\tZ\n", encoding="utf-8")
        part, notices = OPENER.read_part(SourceFiles(str(tmp_path / "x.tsv")), Symbols(TAGGED, VOCABULARY, TAGS))
        assert part.tag_ids.values.tolist() == [0, -1]
        assert notices == part.notices
