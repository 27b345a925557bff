"""Texts with a class come from tables, JSON Lines or a folder; what can't be learnt from is refused in one line."""

import os
from pathlib import Path
from typing import Any

import pytest

from tui_rnn.data.examples.classification import OPENER, LabelledTexts
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.examples.labels import Labels
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.kinds import LABELLED

TSV = "text\tlabel\n" + "".join(f"{'ab'[i % 2] * (i // 2 + 1)}\t{'xy'[i % 2]}\n" for i in range(20))


def opened(files: SourceFiles) -> ExampleData[LabelledTexts]:
    return OPENER.open(DataRequest(files, "classify"))


def classes(data: ExampleData[LabelledTexts]) -> tuple[str, ...]:
    assert data.symbols.labels is not None
    return data.symbols.labels.names


def open_text(folder: Path, text: str, name: str = "train.tsv", **options: object) -> ExampleData[LabelledTexts]:
    (folder / name).write_text(text, encoding="utf-8")
    return opened(SourceFiles(str(folder / name), **options))  # type: ignore[arg-type]


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        open_text(folder, text)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "aa\tx\nb\ty\nc\tx\n",
        "label,text\nx,aa\ny,b\nx,c\n",
        '{"text": "aa", "label": "x"}\n{"text": "b", "label": "y"}\n{"text": "c", "label": "x"}\n',
    ],
    ids=["tsv", "csv", "jsonl"],
)
def test_formats_are_told_by_their_content(tmp_path: Path, text: str) -> None:
    data = open_text(tmp_path, text, "examples")
    assert sorted(data.train.examples + data.validation.examples) == [("aa", "x"), ("b", "y"), ("c", "x")]


def test_a_format_can_be_said(tmp_path: Path) -> None:
    data = open_text(tmp_path, "a,x\t1\nb,y\t2\nc,x\t1\n", format="csv", split_seed=3)
    assert sorted(data.train.examples + data.validation.examples) == [("a", "x\t1"), ("b", "y\t2"), ("c", "x\t1")]


def test_a_folder_has_one_file_a_class(tmp_path: Path) -> None:
    (tmp_path / "Greek.txt").write_text("Kalas\nGianakos\n", encoding="utf-8")
    (tmp_path / "Czech.txt").write_text("Adamek\n\nBlazek\n", encoding="utf-8")
    data = opened(SourceFiles(str(tmp_path)))
    assert sorted(data.train.examples + data.validation.examples) == [
        ("Adamek", "Czech"),
        ("Blazek", "Czech"),
        ("Gianakos", "Greek"),
        ("Kalas", "Greek"),
    ]


def test_a_folder_with_one_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Greek.txt").write_text("Kalas\nGianakos\n", encoding="utf-8")
    with pytest.raises(InputError, match="has only one text file, expected one for each class"):
        opened(SourceFiles(str(tmp_path)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Greek", "Czech"):
        (tmp_path / f"{name}.txt").write_text("".join(f"{name[0]}{'a' * k}\n" for k in range(9)), encoding="utf-8")
    return tmp_path


USELESS = [
    (b"", "is empty", "mend it"),
    (b" \n\n", "has no text", "mend it"),
    (b"\0", "is binary", "mend it"),
    (b"M\xfcller\n", "is not UTF-8", "say its --encoding"),
]


@pytest.mark.parametrize(("content", "why", "mending"), USELESS)
def test_a_class_whose_file_gives_no_text_is_refused_by_name(folder: Path, content: bytes, why: str, mending: str) -> None:
    (folder / "German.txt").write_bytes(content)
    with pytest.raises(InputError) as caught:
        opened(SourceFiles(str(folder)))
    assert str(caught.value) == (
        f"{folder / 'German.txt'} {why}, expected texts of the class 'German', one a line: {mending}, move it out of the "
        "folder, or leave it out with --skip-bad-lines"
    )


@pytest.mark.parametrize(("content", "why", "mending"), USELESS)
def test_such_a_class_may_be_left_out_and_is_said(folder: Path, content: bytes, why: str, mending: str) -> None:
    (folder / "German.txt").write_bytes(content)
    data = opened(SourceFiles(str(folder), skip_bad_lines=True))
    assert classes(data) == ("Czech", "Greek")
    assert f"{folder / 'German.txt'} {why}: the class 'German' is left out" in data.notices


def test_a_class_with_malformed_lines_only_is_said_to_be_left_out(folder: Path) -> None:
    (folder / "German.txt").write_text("a" * 5_000, encoding="utf-8")
    data = opened(SourceFiles(str(folder), skip_bad_lines=True))
    assert f"{folder / 'German.txt'} has no text that can be read: the class 'German' is left out" in data.notices


def test_a_useless_file_beside_another_of_its_class_leaves_no_class_out(folder: Path) -> None:
    (folder / "Greek.md").write_bytes(b"")
    data = opened(SourceFiles(str(folder), skip_bad_lines=True))
    assert f"{folder / 'Greek.md'} is empty" in data.notices


def test_hidden_files_and_folders_within_are_no_classes(folder: Path) -> None:
    (folder / ".hidden").write_bytes(b"\0")
    (folder / "within").mkdir()
    (folder / "within" / "x.txt").write_bytes(b"")
    assert classes(opened(SourceFiles(str(folder)))) == ("Czech", "Greek")


def test_a_folder_within_that_can_not_be_listed_is_no_class(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "within").mkdir()
    listed = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path).name == "within":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    data = opened(SourceFiles(str(folder)))
    assert classes(data) == ("Czech", "Greek")
    assert "1 file or folder skipped: 1 unreadable" in data.notices


def test_space_around_a_label_is_left_out(tmp_path: Path) -> None:
    assert classes(open_text(tmp_path, "a\t x\nb\tx \nc\ty\n", split_seed=3)) == ("x", "y")


def test_labels_and_characters_are_of_the_training_part(tmp_path: Path) -> None:
    (tmp_path / "dev.tsv").write_text("text\tlabel\né\tz\n", encoding="utf-8")
    data = open_text(tmp_path, TSV, validation=str(tmp_path / "dev.tsv"))
    assert (data.vocabulary.characters, classes(data)) == ("ab", ("x", "y"))


def test_labels_that_training_lacks_are_minus_one_and_said(tmp_path: Path) -> None:
    (tmp_path / "dev.tsv").write_text("text\tlabel\na\tx\nb\tz\nc\tz\n", encoding="utf-8")
    data = open_text(tmp_path, TSV, validation=str(tmp_path / "dev.tsv"))
    assert data.validation.label_ids.tolist() == [0, -1, -1]
    assert "validation: 2 labels that training lacks (z): they count as wrong and are left out of the loss" in data.notices


def test_a_class_with_a_single_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "dev.tsv").write_text("text\tlabel\na\tx\n", encoding="utf-8")
    data = open_text(tmp_path, TSV + "c\tz\n", validation=str(tmp_path / "dev.tsv"))
    assert "1 class has a single training text (z)" in data.notices


def test_one_class_only_is_refused(tmp_path: Path) -> None:
    assert "has the label 'x': expected at least two classes" in refusal(tmp_path, "a\tx\nb\tx\nc\tx\n")


def test_about_as_many_classes_as_texts_are_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, "".join(f"text {i}\tlabel {i}\n" for i in range(100)))
    assert "has 90 classes for 90 training texts, expected at least twice as many texts as classes" in message


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("\tx", "the text is empty, expected at least one character"),
        ("c\t ", "the label is empty, expected at least one character"),
        ("c" * 100_000 + "\tx", "the text has 100,000 characters, expected at most 4,096"),
    ],
)
def test_what_is_no_example_is_named_by_its_line(tmp_path: Path, line: str, found: str) -> None:
    assert f"train.tsv, line 2: {found}" in refusal(tmp_path, f"a\tx\n{line}\nb\ty\n")


def test_bad_lines_may_be_skipped(tmp_path: Path) -> None:
    data = open_text(tmp_path, TSV + "\tx\n" + "c" * 100_000 + "\tx\n", skip_bad_lines=True)
    assert len(data.train) + len(data.validation) == 20
    assert data.notices[0].startswith("2 examples left out, the first in ")


def test_plain_text_is_refused(tmp_path: Path) -> None:
    assert "looks like plain text, but classification reads tsv (tabs between columns)" in refusal(
        tmp_path, "It was cold.\nIt was late.\n"
    )


def test_a_file_can_be_read_whole_for_a_trained_network(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text(TSV, encoding="utf-8")
    part, notices = OPENER.read_part(
        SourceFiles(str(tmp_path / "x.tsv")), Symbols(LABELLED, Vocabulary("ab"), Labels(("x", "y")))
    )
    assert (len(part), notices) == (20, ())


def test_a_built_in_opens() -> None:
    assert classes(opened(SourceFiles("messages"))) == ("complaint", "praise")
