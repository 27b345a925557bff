"""What is no text, or not enough of one, is refused in one line that says what was found and what to do."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data import collector, decoding
from tui_rnn.data.content import NotText
from tui_rnn.data.corpus import corpus_from_text, open_corpus
from tui_rnn.data.decoding import Findings, check_encoding, decode_file
from tui_rnn.errors import InputError, RunError


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "x.txt"
        path.write_bytes(content)
        return path

    return write


def refusal(source: Path | str, encoding: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        open_corpus(source, encoding=encoding)
    message = str(caught.value)
    assert "\n" not in message
    return message


class TestMissing:
    def test_a_near_miss_names_the_file_that_was_meant(self, tmp_path: Path) -> None:
        (tmp_path / "shakespeare.txt").write_text("x", encoding="utf-8")
        assert f"did you mean {tmp_path / 'shakespeare.txt'}?" in refusal(tmp_path / "shakespear.txt")

    def test_a_missing_ending_names_the_file_that_was_meant(self, tmp_path: Path) -> None:
        (tmp_path / "moby-dick.txt").write_text("x", encoding="utf-8")
        assert f"did you mean {tmp_path / 'moby-dick.txt'}?" in refusal(tmp_path / "moby-dick")

    def test_a_near_miss_names_a_built_in(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert "did you mean python-stdlib?" in refusal("python-stdlb")

    def test_otherwise_the_list_of_built_ins_is_named(self, tmp_path: Path) -> None:
        message = refusal(tmp_path / "qqqq")
        assert (
            message == f"no file, folder or built-in corpus '{tmp_path / 'qqqq'}': see `tui-rnn corpora` for the built-in ones"
        )

    def test_in_a_missing_folder(self, tmp_path: Path) -> None:
        assert "no file, folder or built-in corpus" in refusal(tmp_path / "nowhere" / "x.txt")

    @pytest.mark.skipif(os.name == "nt", reason="Windows reports it as missing")
    def test_below_a_file(self, write: Callable[[bytes], Path]) -> None:
        assert "a part of its path is a file" in refusal(write(b"text") / "x.txt")

    def test_an_empty_name(self) -> None:
        assert "empty string" in refusal("")

    @pytest.mark.parametrize("name", ["a\0b", "n" * 5000, "~nobody-here/x"], ids=["NUL", "too long", "unknown user"])
    def test_a_name_that_no_file_can_have(self, name: str) -> None:
        assert refusal(name)

    def test_control_characters_in_the_name_are_made_visible(self, tmp_path: Path) -> None:
        assert "␛[31m" in refusal(str(tmp_path / "\x1b[31m"))


class TestWebAddress:
    @pytest.mark.parametrize("address", ["https://example.org/alice.txt", "HTTP://x.org/a", "ftp://x/a", "s3://bucket/a.txt"])
    def test_it_is_named_and_not_opened(self, address: str) -> None:
        message = refusal(address)
        assert message.startswith(f"{address} is a web address, expected a file: download it first")
        assert "did you mean" not in message


class TestNoRegularFile:
    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
    def test_a_named_pipe_is_refused_without_waiting_for_it(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        message = refusal(tmp_path / "pipe")
        assert "is a named pipe, expected a text file" in message
        assert message.endswith("… | tui-rnn train -")

    @pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero on this system")
    def test_a_device_without_end_is_refused(self) -> None:
        assert refusal("/dev/zero") == "/dev/zero is a device, expected a text file or a folder of text files"


class TestTooLittle:
    def test_an_empty_file(self, write: Callable[[bytes], Path]) -> None:
        assert "is empty (0 bytes)" in refusal(write(b""))

    def test_nothing_but_a_byte_order_mark(self, write: Callable[[bytes], Path]) -> None:
        assert "has no characters" in refusal(write(b"\xef\xbb\xbf"))

    def test_one_character(self, write: Callable[[bytes], Path]) -> None:
        assert "is one character long" in refusal(write("é".encode()))

    def test_all_one_character(self, write: Callable[[bytes], Path]) -> None:
        assert "has only 'a' (1,000 times)" in refusal(write(b"a" * 1000))

    def test_an_empty_text(self) -> None:
        with pytest.raises(InputError, match="text has no characters"):
            corpus_from_text("")


class TestBinary:
    def test_a_nul_byte_is_named_with_its_offset(self, write: Callable[[bytes], Path]) -> None:
        assert "is binary (byte 5 is NUL)" in refusal(write(b"hello\0world"))

    def test_it_is_told_from_a_wrong_encoding(self, write: Callable[[bytes], Path]) -> None:
        assert "is binary (byte 3 is NUL)" in refusal(write(b"\x89PN\0G"))

    def test_far_into_the_file(self, write: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(decoding, "BLOCK_BYTES", 10)
        assert "byte 1234 is NUL" in refusal(write(b"x" * 1234 + b"\0"))

    def test_nul_characters_in_a_wide_encoding(self, write: Callable[[bytes], Path]) -> None:
        assert "holds NUL characters" in refusal(write("a\0b".encode("utf-16")))

    def test_a_nul_in_a_text_from_memory(self) -> None:
        with pytest.raises(InputError, match="has a NUL character at 1"):
            corpus_from_text("a\0b")


class TestNotInTheEncoding:
    def test_the_byte_and_its_offset_are_named_with_a_way_out(self, write: Callable[[bytes], Path]) -> None:
        message = refusal(write(b"caf\xe9 au lait"))
        assert "is not UTF-8: byte 3 is 0xe9" in message
        assert "--encoding cp1252 is probably right (it reads 'café au lait')" in message

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("He said “hello” – and it’s fine…\n", "cp1252"),
            ("Le café était fermé à Noël, où l’élève mangeait.\n", "mac-roman"),
            ("Zażółć gęślą jaźń, że się źle śpi.\n", "cp1250"),
            ("Привет, мир! Это обычный русский текст.\n", "cp1251"),
            ("Привет, мир! Это обычный русский текст.\n", "koi8-r"),
            ("Καλημέρα κόσμε, τι κάνεις σήμερα;\n", "cp1253"),
            ("これは日本語の文章です。漢字とかな。\n", "cp932"),
            ("これは日本語の文章です。漢字とかな。\n", "euc-jp"),
            ("我喜欢喝茶，今天天气很好。\n", "gb18030"),
            ("今天天氣很好，我喜歡喝茶。\n", "big5"),
            ("안녕하세요 오늘 날씨가 좋습니다.\n", "euc-kr"),
        ],
    )
    def test_the_encoding_that_fits_is_named(self, write: Callable[[bytes], Path], text: str, encoding: str) -> None:
        message = refusal(write(text.encode(encoding)))
        assert f"--encoding {encoding} is probably right" in message

    def test_where_all_but_a_byte_is_utf8_no_other_encoding_is_suggested(self, write: Callable[[bytes], Path]) -> None:
        message = refusal(write("naïve café ☃ déjà vu".encode() + b"\x93" + "à bientôt".encode()))
        assert "the rest is UTF-8, so correct that place" in message

    def test_bytes_that_no_encoding_fits_get_no_suggestion(self, write: Callable[[bytes], Path]) -> None:
        assert refusal(write(bytes(range(1, 256)))).endswith("give its encoding with --encoding")

    def test_a_last_byte_after_ascii_alone_may_be_a_letter_of_another_encoding(self, write: Callable[[bytes], Path]) -> None:
        assert "--encoding cp1252 is probably right (it reads 'caf\xe9')" in refusal(write(b"caf\xe9"))

    @given(st.text(max_size=40), st.integers(1, 9))
    def test_the_offset_is_right_wherever_the_blocks_end(
        self, tmp_path_factory: pytest.TempPathFactory, text: str, block: int
    ) -> None:
        before = text.replace("\0", "").encode()
        path = tmp_path_factory.getbasetemp() / "offset.txt"
        path.write_bytes(before + b"\xff" + before)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(decoding, "BLOCK_BYTES", block)
            with pytest.raises(NotText, match=f"byte {len(before)} is 0xff"):
                list(decode_file(path, path.stat().st_size, None, Findings(), lambda count: None))

    def test_half_a_surrogate_pair(self, write: Callable[[bytes], Path]) -> None:
        assert "does not decode as UTF-7 to whole characters" in refusal(write("a\ud800b".encode("utf-7")), "utf-7")

    def test_half_a_surrogate_pair_in_memory(self) -> None:
        with pytest.raises(InputError, match="lone surrogate"):
            corpus_from_text("a\ud800b")


class TestEncodingName:
    @pytest.mark.parametrize("name", ["utf9", "hex", "base64", "rot13", "idna", "undefined", "", "a\0b", "\x1b[0m"])
    def test_one_that_is_no_text_encoding_is_refused(self, name: str) -> None:
        with pytest.raises(InputError, match=r"^encoding is "):
            check_encoding(name)

    def test_a_near_miss_names_what_was_meant(self) -> None:
        with pytest.raises(InputError, match=r"did you mean latin-1\?"):
            check_encoding("latin-one")

    def test_it_is_checked_before_the_file(self, tmp_path: Path) -> None:
        assert "encoding is 'utf9'" in refusal(tmp_path / "missing", "utf9")


class TestUnreadable:
    def test_a_file_that_may_not_be_opened(self, write: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch) -> None:
        path = write(b"text")

        def denied(*args: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", denied)
        assert refusal(path) == f"can't read {path}: Permission denied; check its permissions"

    def test_a_disk_too_full_for_the_ids(self, write: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch) -> None:
        class FullDisk:
            def write(self, data: object) -> int:
                raise OSError(28, "No space left on device")

            def close(self) -> None: ...

        monkeypatch.setattr(collector.IdCollector, "_new_file", lambda self: FullDisk())
        with pytest.raises(RunError, match="No space left on device; free some space or set TMPDIR"):
            open_corpus(write(b"text"))


class TestBlocks:
    @given(
        text=st.text(alphabet=st.sampled_from("ab\r\né☃🙂\ufeff"), max_size=30),
        block=st.integers(1, 7),
        encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-32-be"]),
    )
    def test_where_they_end_does_not_change_the_text(
        self, tmp_path_factory: pytest.TempPathFactory, text: str, block: int, encoding: str
    ) -> None:
        path = tmp_path_factory.getbasetemp() / "blocks.txt"
        path.write_bytes(text.encode(encoding))
        findings = Findings()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(decoding, "BLOCK_BYTES", block)
            found = "".join(decode_file(path, path.stat().st_size, encoding, findings, lambda count: None))
        assert found == re.sub("\r+\n|\r", "\n", text.replace("\ufeff", ""))
        assert findings.byte_order_marks + findings.inner_marks == text.count("\ufeff")

    def test_a_file_that_grows_is_read_up_to_the_size_it_had(self, write: Callable[[bytes], Path]) -> None:
        path = write(b"as it was, and more")
        assert "".join(decode_file(path, 9, None, Findings(), lambda count: None)) == "as it was"
