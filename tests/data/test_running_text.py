"""A running text with another one to validate on, and one to test with: one vocabulary, and all of the text is trained on."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_rnn.data import collector
from tui_rnn.data.corpus import Corpus, corpus_from_text
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.running_text import require_length
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import TextVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.kinds import RUNNING_TEXT

TRAIN, VALID, TEST = "the cat sat on the mat\n" * 20, "the cat ran\n" * 5, "a mat\n" * 3
Write = Callable[..., SourceFiles]


@pytest.fixture
def files(tmp_path: Path) -> Write:
    """Writes three texts; None leaves one out."""

    def write(train: str = TRAIN, valid: str | None = VALID, test: str | None = TEST) -> SourceFiles:
        paths = []
        for name, text in (("train", train), ("valid", valid), ("test", test)):
            paths.append(None if text is None else str(tmp_path / f"{name}.txt"))
            if text is not None:
                (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8", newline="\n")
        source, validation, tested = paths
        assert source is not None
        return SourceFiles(source, validation, tested)

    return write


def read(files: SourceFiles, tokens: str = "char") -> Corpus:
    data = open_data(DataRequest(files, "lm", tokens=tokens))
    assert isinstance(data, Corpus)
    return data


def test_with_a_text_to_validate_on_all_of_the_source_is_trained_on(files: Write) -> None:
    corpus = read(files())
    assert corpus.vocabulary.decode(corpus.train) == TRAIN


def test_without_one_the_end_of_the_source_validates_and_the_test_text_changes_nothing_of_that(files: Write) -> None:
    corpus, alone = read(files(valid=None)), corpus_from_text(TRAIN)
    np.testing.assert_array_equal(corpus.train, alone.train)
    np.testing.assert_array_equal(corpus.validation, alone.validation)
    assert corpus.test is not None


@pytest.mark.parametrize("tokens", ["char", "byte"])
def test_the_parts_are_the_texts_of_their_files(files: Write, tokens: str) -> None:
    corpus = read(files(VALID + TEST + TRAIN), tokens)
    assert corpus.test is not None
    assert corpus.vocabulary.decode(corpus.validation) == VALID
    assert corpus.vocabulary.decode(corpus.test) == TEST


def test_only_the_source_makes_the_vocabulary_and_what_it_lacks_is_said_for_each_part(files: Write) -> None:
    corpus = read(files(valid="the dog\n", test="né\n"))
    assert corpus.vocabulary == corpus_from_text(TRAIN).vocabulary
    assert corpus.vocabulary.decode(corpus.validation) == "the  o \n"
    assert corpus.notices == (
        "validation: 2 characters outside the vocabulary ('d', 'g') read as space",
        "test: 1 character outside the vocabulary ('é') read as space",
    )


def test_words_come_from_all_of_the_source_and_are_unknown_in_the_parts(files: Write) -> None:
    late = "one two " * 45 + "three four " * 5  # what the last tenth alone has, training has too
    corpus = read(files(late, "two three nine", None), "word")
    assert {"three", "four"} <= {word.strip() for word in corpus.vocabulary.words}  # type: ignore[attr-defined]
    assert corpus.vocabulary.decode(corpus.validation).split() == ["two", "three", "<unk>"]
    assert "validation: 1 of 3 words outside the vocabulary, read as <unk>" in corpus.notices


def test_the_same_can_be_opened_again(files: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = files()
    monkeypatch.chdir(tmp_path)
    corpus = read(SourceFiles("train.txt", "valid.txt", "test.txt"))
    assert corpus.request.files == written
    monkeypatch.chdir("/")
    again = open_data(corpus.request, symbols=corpus.symbols)
    assert again.sha256 == corpus.sha256


def test_the_digest_tells_every_text_and_its_role(files: Write) -> None:
    given = [(TRAIN, valid, test) for valid in (VALID, TEST, None) for test in (VALID, TEST, None)] + [(TRAIN[1:], VALID, TEST)]
    assert len({read(files(*texts)).sha256 for texts in given}) == len(given)


def test_the_size_is_that_of_all_texts(files: Write) -> None:
    assert read(files()).byte_count == len(TRAIN + VALID + TEST)


def test_a_text_that_is_validated_on_although_it_is_trained_on_is_said(files: Write) -> None:
    assert "validation: this is the same text that is trained on" in read(files(valid=TRAIN, test=None)).notices


def test_large_texts_stay_on_disk(files: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "IN_MEMORY_BYTES", 16)
    corpus = read(files())
    assert corpus.test is not None
    for ids in (corpus.train, corpus.validation, corpus.test):
        base = ids
        while base.base is not None and not isinstance(base, np.memmap):
            base = base.base
        assert isinstance(base, np.memmap)
    assert corpus.vocabulary.decode(corpus.validation)[:4] == "the "


def test_opening_tells_how_far_it_is_in_each_text(files: Write) -> None:
    told: list[tuple[int, int]] = []
    open_data(DataRequest(files(), "lm"), lambda done, total: told.append((done, total)))
    assert told == [(len(text), len(text)) for text in (TRAIN, VALID, TEST)]


@pytest.mark.parametrize(("tokens", "found"), [("word", "1 word"), ("char", "one character long")])
def test_a_part_too_short_to_be_scored_is_refused(files: Write, tokens: str, found: str) -> None:
    with pytest.raises(InputError, match=rf"valid\.txt .*{found}"):
        read(files(valid="cat" if tokens == "word" else "c"), tokens)


def test_a_missing_text_is_named(files: Write, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.txt"):
        read(SourceFiles(files().source, str(tmp_path / "nowhere.txt")))


class TestEntropyRate:
    """Of the source, per token of what is scored: the line that a perfect model's loss comes near to."""

    def rate(self, source: str, tokens: str = "char", validation: str | None = None) -> float | None:
        return open_data(DataRequest(SourceFiles(source, validation), "lm", tokens=tokens)).entropy_rate_nats

    def test_of_words_is_the_nats_of_a_line_over_its_words(self) -> None:
        nats_a_line = 2 * math.log(8) + 2 * math.log(5) + math.log(17)
        words_a_line = 2 + 16 + 1  # two words, a gap of 16 dots in the mean, a line end
        assert self.rate("recall", "word") == pytest.approx(nats_a_line / words_a_line, rel=0.002)
        assert self.rate("recall") == pytest.approx(nats_a_line / (8 + 16 + 1), rel=1e-9)

    def test_of_bytes_is_that_of_characters_where_each_is_one_byte(self) -> None:
        assert self.rate("recall", "byte") == pytest.approx(self.rate("recall"))

    def test_is_unknown_where_rare_words_are_read_as_one(self) -> None:
        assert self.rate("arithmetic", "word") is None

    def test_is_unknown_where_another_file_is_validated_on(self, files: Write) -> None:
        assert self.rate("recall", validation=files().validation) is None

    def test_is_the_rate_of_what_validates(self) -> None:
        assert self.rate("counting", validation="counting") == self.rate("counting")
        assert self.rate("counting", validation="recall") is None  # most of its characters are read as another


class TestRequireLength:
    @pytest.mark.parametrize("seq_len", [1, 5, 8, 64, 1000])
    def test_the_length_it_asks_for_is_the_least_that_gives_both_parts_enough(self, seq_len: int) -> None:
        def suffices(length: int) -> bool:
            corpus = corpus_from_text("ab" * (length // 2) + "c" * (length % 2))
            enough = len(corpus.train) >= seq_len + 2 and len(corpus.validation) >= 2
            try:
                require_length(corpus, seq_len)
            except InputError:
                assert not enough
            else:
                assert enough
            return enough

        results = [suffices(length) for length in range(seq_len + 2, 2 * seq_len + 20)]
        assert True in results
        assert False in results

    def test_beside_a_text_to_validate_on_the_source_needs_only_what_it_trains_on(self, files: Write) -> None:
        require_length(read(files("abcde" * 2)), 8)
        with pytest.raises(InputError, match="give a text of at least 11"):
            require_length(read(files("abcde" * 2)), 9)

    def test_the_message_says_what_there_is_and_what_is_needed(self) -> None:
        with pytest.raises(
            InputError, match=r"short\.txt has 9 characters, too few for seq_len 64: give a text of at least 74"
        ):
            require_length(corpus_from_text("abcabcabc", name="short.txt"), 64)


def reopened(files: SourceFiles, vocabulary: TextVocabulary | None = None, tokens: str = "char") -> Corpus:
    known = None if vocabulary is None else Symbols(RUNNING_TEXT, vocabulary)
    data = open_data(DataRequest(files, "lm", tokens=tokens), symbols=known)
    assert isinstance(data, Corpus)
    return data


class TestCharactersThatTrainingLacks:
    TEXT = "the cat sat on the mat\n" * 30

    def opened(self, tmp_path: Path, end: str, **files: Any) -> Corpus:
        (tmp_path / "x.txt").write_text(self.TEXT + end, encoding="utf-8")
        return reopened(SourceFiles(str(tmp_path / "x.txt"), **files))

    def test_are_not_in_the_vocabulary_and_are_counted(self, tmp_path: Path) -> None:
        text = self.opened(tmp_path, "a ☃ and a ☃ z")
        assert text.vocabulary == Vocabulary.from_text(self.TEXT)
        assert text.vocabulary.decode(text.validation).endswith("mat\na   an  a    ")
        said = "4 characters of the validation part that the training part lacks ('d', 'z', '☃') read as space"
        assert (text.unknown_count, text.notices[0]) == (4, said)

    def test_are_known_where_another_text_validates(self, tmp_path: Path) -> None:
        (tmp_path / "valid.txt").write_text("the mat\n" * 5, encoding="utf-8")
        text = self.opened(tmp_path, "☃", validation=str(tmp_path / "valid.txt"))
        assert "☃" in text.vocabulary.characters

    def test_keep_no_run_from_going_on(self, tmp_path: Path) -> None:
        first = self.opened(tmp_path, "a ☃")
        again = reopened(SourceFiles(first.source), first.vocabulary)
        assert (again.sha256, again.trains_on_unknown) == (first.sha256, False)
        assert np.array_equal(again.ids, first.ids)

    def test_where_training_has_them_they_are_found(self, tmp_path: Path) -> None:
        text = self.opened(tmp_path, "the mat " * 9)
        other = reopened(SourceFiles(text.source), Vocabulary.from_text("the ma\n"))
        assert other.trains_on_unknown

    @pytest.mark.parametrize("tokens", ["word", "byte"])
    def test_are_no_matter_to_words_and_bytes(self, tmp_path: Path, tokens: str) -> None:
        (tmp_path / "x.txt").write_text(self.TEXT + "☃ ☃", encoding="utf-8")
        text = reopened(SourceFiles(str(tmp_path / "x.txt")), tokens=tokens)
        if tokens == "byte":
            assert text.vocabulary.decode(text.ids) == self.TEXT + "☃ ☃"


def test_characters_that_nobody_sees_are_named(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(("the\u200b cat\x07 sat\xad \u200d\n" * 30).encode())
    said = "3 characters that cannot be seen are in the vocabulary like any other"
    assert reopened(SourceFiles(str(tmp_path / "x.txt"))).notices == (
        f"{said} (U+0007, U+00AD SOFT HYPHEN, U+200B ZERO WIDTH SPACE)",
    )


def test_cp1252_that_is_read_as_latin_1_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes("He said “hello” – twice.\n".encode("cp1252") * 30)
    notices = reopened(SourceFiles(str(tmp_path / "x.txt"), encoding="latin-1")).notices
    assert notices[0].endswith("U+0080 to U+009F are not text: if the file is in cp1252, give --encoding cp1252")
    assert reopened(SourceFiles(str(tmp_path / "x.txt"), encoding="cp1252")).notices == ()
