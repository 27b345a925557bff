"""A folder is the corpus of its text files, in order of their paths; what is no text is skipped and counted."""

import os
from pathlib import Path

import pytest

from tui_rnn.data import decoding
from tui_rnn.data.corpus import Corpus, open_corpus
from tui_rnn.data.examples.documents import open_documents
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError


def text_of(corpus: Corpus) -> str:
    return corpus.vocabulary.decode(corpus.ids)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two texts and one of everything else that a folder may hold."""
    root = tmp_path / "texts"
    (root / "b").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "a.txt").write_text("first", encoding="utf-8")
    (root / "b" / "c.md").write_text("second\n", encoding="utf-8")
    (root / ".git" / "config").write_text("hidden", encoding="utf-8")
    (root / ".notes").write_text("hidden", encoding="utf-8")
    (root / "empty.txt").write_bytes(b"")
    (root / "picture.png").write_bytes(b"\x89PNG\0\0")
    (root / "latin.txt").write_bytes("naïve".encode("latin-1"))
    return root


def test_the_texts_are_joined_in_order_of_their_paths_each_from_a_new_line(folder: Path) -> None:
    assert text_of(open_corpus(folder)) == "first\nsecond\n"


def test_what_was_skipped_is_counted_by_reason(folder: Path) -> None:
    assert open_corpus(folder).notices == (
        "2 files joined in order of their paths; 5 skipped: "
        "1 binary, 1 empty, 2 hidden, 1 not UTF-8 (latin.txt, byte 2, perhaps cp1252)",
    )


def test_the_size_is_of_what_was_read(folder: Path) -> None:
    assert open_corpus(folder).byte_count == open_documents(str(folder.parent / "texts"), None).byte_count + len("second\n")
    assert open_corpus(folder).byte_count == len("first" + "second\n")


def test_the_name_and_source_are_the_folders(folder: Path) -> None:
    corpus = open_corpus(folder)
    assert (corpus.name, corpus.source) == ("texts", str(folder.resolve()))


@pytest.mark.parametrize(("here", "source"), [(".", "."), ("b", ".."), (".", "../texts"), (".", "b/..")])
def test_a_relative_path_opens_it(folder: Path, monkeypatch: pytest.MonkeyPatch, here: str, source: str) -> None:
    monkeypatch.chdir(folder / here)
    corpus = open_corpus(source)
    assert (text_of(corpus), corpus.name, corpus.source) == ("first\nsecond\n", "texts", str(folder.resolve()))


def test_a_file_that_turns_out_binary_half_way_leaves_no_trace(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "BLOCK_BYTES", 64)
    expected = open_corpus(folder)
    (folder / "a2.txt").write_bytes(b"QXZ" * 1000 + b"\0")
    corpus = open_corpus(folder)
    assert (text_of(corpus), corpus.sha256, corpus.vocabulary) == (
        text_of(expected),
        expected.sha256,
        expected.vocabulary,
    )


def test_the_order_does_not_depend_on_the_file_system(tmp_path: Path) -> None:
    for name in ["10", "9", "b", "a", "B"]:
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert text_of(open_corpus(tmp_path)) == "10\n9\nB\na\nb"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_named_pipe_in_a_folder_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert "1 not a regular file" in open_corpus(folder).notices[0]


def test_a_folder_without_text_is_refused_with_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0\0")
    with pytest.raises(InputError, match=r"has no text \(1 skipped: 1 binary\)"):
        open_corpus(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no text \(none skipped\)"):
        open_corpus(tmp_path)


def test_unknown_characters_of_a_skipped_file_are_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "BLOCK_BYTES", 64)
    (tmp_path / "a").write_bytes(b"xyz" * 1000 + b"\0")
    (tmp_path / "b").write_bytes(b"aaxaa")
    assert open_corpus(tmp_path, vocabulary=Vocabulary("a")).unknown_count == 1
