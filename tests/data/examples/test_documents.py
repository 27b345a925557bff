"""A source of examples opens as whole texts: a file, the files of a folder, a built-in; what is too large is refused."""

import hashlib
from pathlib import Path

import pytest

from tui_rnn.data.examples import documents
from tui_rnn.data.examples.documents import MAX_ITEM_CHARS, BadLines, Document, digest, open_documents, text_problem
from tui_rnn.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "classes"
    folder.mkdir()
    for name, text in (("b.txt", b"bee\n"), ("a.txt", b"ant\n"), ("c.bin", b"\0\1"), (".hidden", b"x")):
        (folder / name).write_bytes(text)
    (folder / "deeper").mkdir()
    (folder / "deeper" / "d.txt").write_bytes(b"dog\n")
    return folder


def test_a_file_opens_as_one_document(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_bytes(b"a\tb\r\n")
    opened = open_documents(str(tmp_path / "x.tsv"), None)
    assert [(d.stem, d.text) for d in opened.documents] == [("x", "a\tb\n")]


def test_what_was_changed_on_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_bytes(b"a\tb\r\n")
    assert open_documents(str(tmp_path / "x.tsv"), None).notices == ("1 CRLF line end read as LF",)


def test_crlf_is_what_csv_is_written_with_and_not_worth_a_word(tmp_path: Path) -> None:
    (tmp_path / "x.CSV").write_bytes(b"text,label\r\na,b\r\n")
    opened = open_documents(str(tmp_path / "x.CSV"), None)
    assert (opened.documents[0].text, opened.notices) == ("text,label\na,b\n", ())


def test_the_source_opens_it_again_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.tsv").write_bytes(b"a\tb\n")
    monkeypatch.chdir(tmp_path)
    source = open_documents("x.tsv", None).source
    monkeypatch.chdir(tmp_path.parent)
    assert open_documents(source, None).documents[0].text == "a\tb\n"


def test_a_folder_opens_as_its_own_text_files_in_order_of_their_names(folder: Path) -> None:
    assert [(d.stem, d.text) for d in open_documents(str(folder), None).documents] == [("a", "ant\n"), ("b", "bee\n")]


def test_what_a_folder_holds_besides_is_counted(folder: Path) -> None:
    assert open_documents(str(folder), None).notices == (
        "3 files and folders skipped: 1 binary, 1 hidden, 1 in folders within",
    )


def test_a_folder_without_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\0")
    with pytest.raises(InputError, match=r"has no text files \(1 binary\)"):
        open_documents(str(tmp_path), None)


@pytest.mark.parametrize("name", ["dates", "names"])
def test_a_built_in_opens_by_its_name(name: str) -> None:
    opened = open_documents(name, None)
    assert (opened.source, opened.byte_count) == (name, len(opened.documents[0].text.encode()))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file, folder or built-in corpus"):
        open_documents(str(tmp_path / "nothing.tsv"), None)


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_bytes(b"a\0b")
    with pytest.raises(InputError, match="is binary"):
        open_documents(str(tmp_path / "x.tsv"), None)


def test_more_than_fits_in_memory_is_refused_with_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_SOURCE_BYTES", 3_000_000)
    with (tmp_path / "x.tsv").open("wb") as file:
        file.truncate(4_000_000)  # sparse: only its size is looked at
    with pytest.raises(InputError, match="has 4 MB, expected at most 3 MB of examples"):
        open_documents(str(tmp_path / "x.tsv"), None)


def test_only_a_newline_ends_a_line() -> None:
    text = "a\u2028b\x0bc\n\nd"
    assert list(Document("x", "x", text).lines()) == [(1, "a\u2028b\x0bc"), (2, ""), (3, "d")]


def test_a_newline_at_the_end_begins_no_line() -> None:
    assert list(Document("x", "x", "a\n").lines()) == [(1, "a")]


class TestDigest:
    def test_of_one_file_is_of_its_text_in_utf8(self, tmp_path: Path) -> None:
        (tmp_path / "x.tsv").write_bytes("é\tb\n".encode("utf-16"))
        opened = open_documents(str(tmp_path / "x.tsv"), None)
        assert digest([opened]) == hashlib.sha256("é\tb\n".encode()).hexdigest()

    def test_tells_which_file_holds_what(self, tmp_path: Path) -> None:
        for name, text in (("x", b"ab"), ("y", b"c"), ("v", b"a"), ("w", b"bc")):
            (tmp_path / name).write_bytes(text)
        x, y, v, w = (open_documents(str(tmp_path / name), None) for name in "xyvw")
        assert digest([x, y]) != digest([v, w])

    def test_of_a_folder_tells_the_names_of_its_files(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            (tmp_path / name / f"{name}.txt").write_bytes(b"x\n")
        assert digest([open_documents(str(tmp_path / "a"), None)]) != digest([open_documents(str(tmp_path / "b"), None)])


class TestBadLines:
    document = Document("f.tsv", "f", "")

    def test_are_errors_that_name_file_line_found_and_expected(self) -> None:
        with pytest.raises(InputError) as caught:
            BadLines(skip=False).report(self.document, 7, "1 column", "2")
        assert str(caught.value) == (
            "f.tsv, line 7: 1 column, expected 2; correct the line, or leave out such lines with --skip-bad-lines"
        )

    def test_are_counted_where_they_may_be_skipped(self) -> None:
        bad = BadLines(skip=True)
        bad.report(self.document, 7, "1 column", "2")
        bad.report(self.document, 9, "3 columns", "2")
        assert bad.notices() == ["2 examples left out, the first in f.tsv, line 7: 1 column, expected 2"]

    def test_without_any_there_is_nothing_to_say(self) -> None:
        assert BadLines(skip=True).notices() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "the text is empty"),
        (" \t", "the text is empty"),
        ("x" * 100_000, "the text has 100,000 characters"),
        ("a\0", "the text has a NUL"),
        ("a\ud800", "the text has half a character (a lone surrogate)"),
    ],
)
def test_what_can_not_be_an_item(text: str, found: str) -> None:
    problem = text_problem(text)
    assert problem is not None
    assert problem[0] == found


def test_the_longest_item_is_fine() -> None:
    assert text_problem("x" * MAX_ITEM_CHARS) is None
