"""A file's bytes: gzip, bzip2 and xz are unpacked within limits, and what is no text is named for what it is."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data import collector, content
from tui_rnn.data.content import Content, NotText
from tui_rnn.data.corpus import open_corpus
from tui_rnn.errors import InputError

TEXT = "The quick brown fox jumps over the naïve dog.\n" * 20
PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress}
packed_with = pytest.mark.parametrize("packer", PACKERS)


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        open_corpus(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


class TestPacked:
    @packed_with
    @pytest.mark.parametrize("name", ["x.txt", "x.txt.gz"])
    def test_a_text_is_unpacked_whatever_its_name_and_that_is_said(self, tmp_path: Path, packer: str, name: str) -> None:
        corpus = open_corpus(written(tmp_path / name, PACKERS[packer](TEXT.encode())))
        assert corpus.vocabulary.decode(corpus.ids) == TEXT
        assert corpus.notices == (f"unpacked from {packer}",)

    @packed_with
    def test_parts_that_were_packed_apart_are_one_text(self, tmp_path: Path, packer: str) -> None:
        data = PACKERS[packer](b"first\n") + PACKERS[packer](b"second\n")
        corpus = open_corpus(written(tmp_path / "x", data))
        assert corpus.vocabulary.decode(corpus.ids) == "first\nsecond\n"

    @packed_with
    @given(data=st.binary(max_size=3_000), sizes=st.lists(st.integers(1, 700), min_size=1, max_size=5))
    def test_what_comes_out_is_what_went_in_however_it_is_read(
        self, tmp_path_factory: pytest.TempPathFactory, packer: str, data: bytes, sizes: list[int]
    ) -> None:
        packed = PACKERS[packer](data)
        path = written(tmp_path_factory.getbasetemp() / "any", packed)
        found = b""
        with Content(path, len(packed)) as opened:
            while block := opened.read(sizes[len(found) % len(sizes)]):
                found += block
        assert (found, opened.packed, opened.taken) == (data, packer, len(packed))

    @packed_with
    def test_one_that_is_cut_off_anywhere_is_damaged(self, tmp_path: Path, packer: str) -> None:
        data = PACKERS[packer](TEXT.encode())
        for length in range(12, len(data) - 1, 7):
            assert "damaged" in refusal(written(tmp_path / "x.txt", data[:length]))

    @packed_with
    def test_flipped_bytes_are_found(self, tmp_path: Path, packer: str) -> None:
        data, rng = bytearray(PACKERS[packer](TEXT.encode())), random.Random(1)
        for _ in range(50):
            changed = bytearray(data)
            changed[rng.randrange(20, len(data))] ^= 1 << rng.randrange(8)
            path = written(tmp_path / "x.txt", bytes(changed))
            try:
                corpus = open_corpus(path)
            except InputError:
                continue
            assert corpus.vocabulary.decode(corpus.ids) == TEXT  # of the header, some bits say nothing about the text

    @packed_with
    def test_a_bomb_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packer: str) -> None:
        monkeypatch.setattr(content, "BOMB_BYTES", 1 << 16)
        data = PACKERS[packer](b"a" * (1 << 25))
        assert "grows to more than 250 times its size" in refusal(written(tmp_path / "x.txt", data))

    @packed_with
    def test_more_than_the_limit_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packer: str) -> None:
        monkeypatch.setattr(content, "MAX_UNPACKED_BYTES", 10_000)
        noise = np.random.default_rng(1).integers(97, 123, 20_000).astype(np.uint8).tobytes()
        assert "when it is unpacked: unpack it, and give the file" in refusal(
            written(tmp_path / "x.txt", PACKERS[packer](noise))
        )

    def test_an_xz_that_asks_for_much_memory_is_refused(self, tmp_path: Path) -> None:
        filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
        data = bytearray(lzma.compress(TEXT.encode(), filters=filters, check=lzma.CHECK_NONE))
        at = data.index(b"\x21\x01") + 2  # the filter's number and size, then the size of its dictionary
        data[at] = 40  # 4 GiB
        data[20:24] = zlib.crc32(bytes(data[12:20])).to_bytes(4, "little")
        assert "damaged (Memory usage limit" in refusal(written(tmp_path / "x.txt", bytes(data)))

    def test_the_ids_of_what_grows_large_go_to_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = written(tmp_path / "x.gz", gzip.compress(TEXT.encode()))
        monkeypatch.setattr(collector, "IN_MEMORY_BYTES", 500)
        corpus = open_corpus(path)
        assert corpus.vocabulary.decode(corpus.ids) == TEXT
        assert isinstance(corpus.ids.base, np.memmap)

    def test_a_word_that_begins_like_bzip2_is_text(self, tmp_path: Path) -> None:
        corpus = open_corpus(written(tmp_path / "x.txt", b"BZhang is a name, and BZ a reaction.\n"))
        assert corpus.notices == ()


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "application/epub+zip" if name == "mimetype" else "text " * 50)
    return held.getvalue()


def tarred() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("x.txt"), io.BytesIO(b""))
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4\n1 0 obj << /Type /Catalog >>\n%%EOF\n", "a PDF document: save its text first"),
        (rb"{\rtf1\ansi Hello\par}", "an RTF document: save it as plain text"),
        (zipped("a.txt"), "a zip archive: unpack it"),
        (zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"), "a Word document"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "an Excel table: save it as CSV"),
        (zipped("mimetype"), "an EPUB book"),
        (tarred(), "a tar archive"),
        (b"\x28\xb5\x2f\xfd....", "compressed with zstd: unpack it by zstd -d"),
        (b"PAR1....PAR1", "a Parquet table: save it as CSV"),
        (b"SQLite format 3\0....", "an SQLite database"),
        (b"\x89PNG\r\n\x1a\n....", "a PNG picture"),
        (b"\x40\x00\x00\x00\x00\x00\x00\x00" + b'{"a":{}}' + b" " * 60, "a file of weights: a saved run is opened with"),
    ],
    ids=["pdf", "rtf", "zip", "docx", "xlsx", "epub", "tar", "zst", "parquet", "sqlite", "png", "safetensors"],
)
def test_what_is_no_text_is_named_for_what_it_is(tmp_path: Path, data: bytes, kind: str) -> None:
    assert f"x.txt is {kind}" in refusal(written(tmp_path / "x.txt", data))


def test_in_a_folder_it_is_skipped_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"More.\n"))
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4\n")
    corpus = open_corpus(tmp_path)
    assert corpus.vocabulary.decode(corpus.ids) == TEXT + "More.\n"
    assert corpus.notices == ("2 files joined in order of their paths; 1 skipped: 1 PDF document", "unpacked from gzip")


@pytest.mark.parametrize("start", ["<!DOCTYPE html>\n<p>", "\n<html lang=en>", '<?xml version="1.0"?>\n<html>'])
def test_a_web_page_is_read_and_asked_about(tmp_path: Path, start: str) -> None:
    corpus = open_corpus(written(tmp_path / "x.html", (start + TEXT).encode()))
    assert corpus.notices[-1].startswith("it looks like a web page: the tags are read as text; to leave them out")


@pytest.mark.parametrize(
    "start",
    ['<?xml version="1.0"?>\n<corpus>\n', "<corpus>\n" + '<s id="1"><w>the</w></s>\n' * 50, "<tmx>\n" + "<seg>a</seg>\n" * 50],
)
def test_xml_is_read_and_asked_about(tmp_path: Path, start: str) -> None:
    corpus = open_corpus(written(tmp_path / "x.txt", (start + TEXT).encode()))
    assert corpus.notices[-1].startswith("it looks like XML: the tags are read as text; to learn from its fields, save them as")


@pytest.mark.parametrize("start", ["<3 you all\n", "<Anna> hello there\n<Bert> hi\n" * 30, "< 5 > 4\n"])
def test_what_begins_with_an_angle_alone_is_no_xml(tmp_path: Path, start: str) -> None:
    corpus = open_corpus(written(tmp_path / "x.txt", (start + TEXT).encode()))
    assert not any("XML" in notice for notice in corpus.notices)


def test_a_missing_file_between_finding_and_opening_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(NotText, match="can't read"):
        Content(tmp_path / "gone.txt", 3)
