"""A corpus is the text that was asked for, as ids, split in order, with everything that was changed on the way said."""

import hashlib
import os
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from tui_rnn.data import collector, decoding
from tui_rnn.data.builtin import BUILTINS
from tui_rnn.data.corpus import Corpus, corpus_from_text, open_corpus
from tui_rnn.data.vocabulary import Vocabulary

TEXT = "The quick brown fox jumps over the lazy dog.\n" * 4


def text_of(corpus: Corpus) -> str:
    return corpus.vocabulary.decode(corpus.ids)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fox.txt"
    path.write_bytes(TEXT.encode())
    return path


class TestOneFile:
    def test_ids_spell_the_text(self, file: Path) -> None:
        assert text_of(open_corpus(file)) == TEXT

    def test_the_vocabulary_is_the_sorted_distinct_characters(self, file: Path) -> None:
        assert open_corpus(file).vocabulary == Vocabulary.from_text(TEXT)

    def test_the_first_nine_tenths_train_and_the_rest_validates(self, file: Path) -> None:
        corpus = open_corpus(file)
        cut = len(TEXT) * 9 // 10
        assert corpus.vocabulary.decode(corpus.train) == TEXT[:cut]
        assert corpus.vocabulary.decode(corpus.validation) == TEXT[cut:]

    def test_the_name_is_the_files(self, file: Path) -> None:
        assert open_corpus(file).name == "fox.txt"

    def test_the_source_opens_it_again_from_anywhere(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(file.parent)
        source = open_corpus("fox.txt").source
        monkeypatch.chdir("/")
        assert text_of(open_corpus(source)) == TEXT

    def test_bytes_are_counted_as_on_disk(self, tmp_path: Path) -> None:
        path = tmp_path / "x.txt"
        path.write_bytes("é\r\n".encode())
        assert open_corpus(path).byte_count == 4

    def test_the_hash_is_of_the_text_in_utf8(self, tmp_path: Path) -> None:
        path = tmp_path / "x.txt"
        path.write_bytes("naïve ☃".encode("utf-16"))
        assert open_corpus(path).sha256 == hashlib.sha256("naïve ☃".encode()).hexdigest()

    def test_ids_can_not_be_written_to(self, file: Path) -> None:
        assert not open_corpus(file).ids.flags.writeable

    def test_a_plain_text_needs_no_notice(self, file: Path) -> None:
        assert open_corpus(file).notices == ()

    def test_a_home_folder_is_found(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(file.parent))
        monkeypatch.setenv("USERPROFILE", str(file.parent))
        assert open_corpus("~/fox.txt").char_count == len(TEXT)


class TestIds:
    @pytest.mark.parametrize(
        ("distinct", "dtype"), [(256, np.uint8), (257, np.uint16), (65_536, np.uint16), (65_537, np.uint32)]
    )
    def test_are_as_narrow_as_the_vocabulary_allows(self, distinct: int, dtype: type) -> None:
        text = (
            "".join(map(chr, range(0x20, 0xD800)))
            + "".join(map(chr, range(0xE000, 0xFE00)))
            + "".join(map(chr, range(0x10000, 0x14000)))
        )
        corpus = corpus_from_text(text[:distinct])
        assert corpus.ids.dtype == dtype

    @pytest.mark.parametrize("in_memory_bytes", [0, 1 << 30], ids=["on disk", "in memory"])
    def test_are_right_when_late_characters_widen_and_renumber_them(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory_bytes: int
    ) -> None:
        monkeypatch.setattr(collector, "IN_MEMORY_BYTES", in_memory_bytes)
        monkeypatch.setattr(decoding, "BLOCK_BYTES", 50)
        text = "zebra " * 30 + "".join(map(chr, range(0x4E00, 0x4F00))) + "aardvark" + chr(0x1F600) + "\t"
        path = tmp_path / "x.txt"
        path.write_bytes(text.encode())
        assert text_of(open_corpus(path)) == text

    def test_of_a_large_text_leave_no_file_behind(self, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(scratch))
        monkeypatch.setattr(collector, "IN_MEMORY_BYTES", 0)
        corpus = open_corpus(file)
        assert (text_of(corpus), os.listdir(scratch) if os.name == "posix" else []) == (TEXT, [])

    def test_take_memory_that_does_not_grow_with_the_text(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(collector, "IN_MEMORY_BYTES", 0)
        monkeypatch.setattr(decoding, "BLOCK_BYTES", 1 << 16)

        def peak_bytes(repeats: int) -> int:
            path = tmp_path / "x.txt"
            path.write_bytes(b"a" + b"It was a bright cold day in April.\n" * repeats)
            tracemalloc.start()
            try:
                open_corpus(path)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

        small = peak_bytes(10_000)
        assert peak_bytes(100_000) < small + 500_000  # 3 MB more text


class TestLineEndsAndMarks:
    def open_bytes(self, tmp_path: Path, content: bytes) -> Corpus:
        path = tmp_path / "x.txt"
        path.write_bytes(content)
        return open_corpus(path)

    def test_crlf_is_read_as_lf_and_said(self, tmp_path: Path) -> None:
        corpus = self.open_bytes(tmp_path, b"one\r\ntwo\r\nthree")
        assert (text_of(corpus), corpus.notices) == ("one\ntwo\nthree", ("2 CRLF line ends read as LF",))

    def test_a_cr_alone_ends_a_line_too_and_is_said(self, tmp_path: Path) -> None:
        corpus = self.open_bytes(tmp_path, b"one\rtwo\rthree")
        assert (text_of(corpus), corpus.notices) == ("one\ntwo\nthree", ("2 CR line ends read as LF",))

    def test_of_mixed_line_ends_each_kind_is_counted(self, tmp_path: Path) -> None:
        corpus = self.open_bytes(tmp_path, b"one\rtwo\r\nthree\nfour\r\r\nfive\r")
        said = "2 CRLF line ends and 2 CR line ends read as LF"
        assert (text_of(corpus), corpus.notices) == ("one\ntwo\nthree\nfour\nfive\n", (said,))

    def test_a_byte_order_mark_is_left_out_and_said(self, tmp_path: Path) -> None:
        corpus = self.open_bytes(tmp_path, b"\xef\xbb\xbfab")
        assert (text_of(corpus), corpus.notices) == ("ab", ("byte order mark left out",))

    def test_marks_further_in_are_left_out_and_counted(self, tmp_path: Path) -> None:
        corpus = self.open_bytes(tmp_path, "\ufeffa\ufeffb\ufeff".encode())
        said = ("byte order mark left out", "2 byte order marks (U+FEFF) inside the text left out")
        assert (text_of(corpus), corpus.notices) == ("ab", said)

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
    def test_a_wide_encoding_is_known_by_its_byte_order_mark(self, tmp_path: Path, encoding: str) -> None:
        corpus = self.open_bytes(tmp_path, "naïve\r\n☃".encode(encoding))
        said = f"read as {encoding.upper()}, as the byte order mark says"
        assert (text_of(corpus), corpus.notices[0]) == ("naïve\n☃", said)

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
    @pytest.mark.parametrize("text", ["naïve ☃\n", "我喜欢茶。\n今天天气很好。\n", "Привет, мир\n", "안녕하세요 오늘\n"])
    def test_a_wide_encoding_without_a_mark_is_known_by_its_bytes(self, tmp_path: Path, encoding: str, text: str) -> None:
        corpus = self.open_bytes(tmp_path, text.encode(encoding))
        said = f"read as {encoding.upper()}, as its NUL bytes show (it has no byte order mark)"
        assert (text_of(corpus), corpus.notices) == (text, (said,))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
    def test_a_last_character_that_is_cut_off_is_left_out_and_said(self, tmp_path: Path, encoding: str) -> None:
        corpus = self.open_bytes(tmp_path, ("naïve snowmen " * 6 + "☃").encode(encoding)[:-1])
        assert text_of(corpus) == "naïve snowmen " * 6
        assert (
            corpus.notices[-1] == "the text ends in the middle of a character, which is left out: perhaps the file is cut off"
        )


class TestEncoding:
    @pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16-le", "utf-16-be", "UTF8", "mac_roman"])
    def test_is_the_one_given(self, tmp_path: Path, encoding: str) -> None:
        path = tmp_path / "x.txt"
        path.write_bytes("naïve café".encode(encoding))
        assert text_of(open_corpus(path, encoding=encoding)) == "naïve café"

    def test_shift_jis_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "x.txt"
        path.write_bytes("漢字とかな".encode("shift_jis"))
        assert text_of(open_corpus(path, encoding="shift_jis")) == "漢字とかな"


class TestBuiltIn:
    NAME = next(name for name, built_in in BUILTINS.items() if built_in.entropy_rate_nats is not None)

    def test_opens_by_its_name_with_what_is_known_of_it(self) -> None:
        corpus, built_in = open_corpus(self.NAME), BUILTINS[self.NAME]
        assert (corpus.name, corpus.source, corpus.what_to_look_for, corpus.entropy_rate_nats) == (
            self.NAME,
            self.NAME,
            built_in.what_to_look_for,
            built_in.entropy_rate_nats,
        )

    def test_goes_before_a_file_of_the_same_name_and_says_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path(self.NAME).write_text(TEXT, encoding="utf-8")
        assert f"./{self.NAME}" in open_corpus(self.NAME).notices[0]

    def test_a_file_of_the_same_name_opens_by_its_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path(self.NAME).write_text(TEXT, encoding="utf-8")
        assert text_of(open_corpus(f"./{self.NAME}")) == TEXT


class TestGivenVocabulary:
    def test_ids_are_that_vocabularys(self, file: Path) -> None:
        vocabulary = Vocabulary.from_text(TEXT + "0123456789")
        corpus = open_corpus(file, vocabulary=vocabulary)
        assert np.array_equal(corpus.ids, vocabulary.encode(TEXT)[0])

    def test_unknown_characters_are_counted(self, file: Path) -> None:
        unknown = [ch for ch in TEXT if ch not in " aeiou"]
        assert open_corpus(file, vocabulary=Vocabulary(" aeiou")).unknown_count == len(unknown)

    def test_unknown_characters_are_read_as_the_fallback(self) -> None:
        corpus = corpus_from_text("a☃e☃", vocabulary=Vocabulary(" ae"))
        assert text_of(corpus) == "a e "

    def test_unknown_characters_are_named_in_a_notice(self) -> None:
        corpus = corpus_from_text("a☃e\u200b☃", vocabulary=Vocabulary(" ae"))
        said = "3 characters outside the vocabulary (U+200B ZERO WIDTH SPACE, '☃') read as space"
        assert corpus.notices == (said,)

    def test_a_text_of_one_known_character_can_be_scored(self) -> None:
        assert corpus_from_text("aaa", vocabulary=Vocabulary("ab")).char_count == 3


class TestFromText:
    @pytest.mark.parametrize("text", ["naïve\r\ncafé\r☃", "\ufeffa\ufeffb", TEXT], ids=["CR", "marks", "plain"])
    def test_is_the_corpus_of_a_file_with_that_text(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "x.txt"
        path.write_bytes(text.encode())
        from_file, from_text = open_corpus(path), corpus_from_text(text)
        assert (text_of(from_text), from_text.sha256, from_text.byte_count, from_text.notices) == (
            text_of(from_file),
            from_file.sha256,
            from_file.byte_count,
            from_file.notices,
        )

    def test_has_no_source(self) -> None:
        assert corpus_from_text(TEXT).source == ""


class TestProgress:
    def test_ends_at_the_total(self, file: Path) -> None:
        calls: list[tuple[int, int]] = []
        open_corpus(file, progress=lambda done, total: calls.append((done, total)))
        assert calls[-1] == (len(TEXT), len(TEXT))

    def test_moves_between_blocks(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(decoding, "BLOCK_BYTES", 100)
        done: list[int] = []
        open_corpus(file, progress=lambda so_far, total: done.append(so_far))
        assert done == [100, len(TEXT)]

    @pytest.mark.parametrize("error", [KeyboardInterrupt, BrokenPipeError])
    def test_may_raise_to_cancel(self, file: Path, error: type[BaseException]) -> None:
        def cancel(done: int, total: int) -> None:
            raise error

        with pytest.raises(error):
            open_corpus(file, progress=cancel)
