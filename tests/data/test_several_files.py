"""Several files are one corpus in their order, two parallel ones are pairs, and folders in a folder are classes."""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.data.examples.test_real_files import classes_of, pairs_of, phrase, tags_of
from tui_rnn import leftovers
from tui_rnn.data import standard_input
from tui_rnn.data.examples.classification import written_alike
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.opening import Data, open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.sources import find_source, in_brief, together
from tui_rnn.errors import InputError


def opened(*paths: Path | str, task: str | None = None, **files: Any) -> Data:
    return open_data(DataRequest(SourceFiles(together([str(path) for path in paths]), **files), task))


def written(folder: Path, **texts: str) -> list[Path]:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return [folder / f"{name}.txt" for name in texts]


def text_of(data: Data) -> str:
    return str(data.vocabulary.decode(data.train)) + str(data.vocabulary.decode(data.validation))


class TestTexts:
    def test_are_one_text_in_the_order_given_each_from_a_new_line(self, tmp_path: Path) -> None:
        b, a = written(tmp_path, b="the cat sat on the mat" * 9, a="on the mat the cat sat\n" * 9)
        data = opened(b, a)
        assert text_of(data) == b.read_text() + "\n" + a.read_text()
        assert (data.name, data.notices) == ("b.txt and 1 more", ("2 files joined in this order",))

    def test_the_request_of_the_data_opens_them_again_from_anywhere(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written(tmp_path, a="the cat sat\n" * 20, b="the mat\n" * 20)
        monkeypatch.chdir(tmp_path)
        data = opened("a.txt", "b.txt", validation="b.txt")
        monkeypatch.chdir("/")
        again = open_data(data.request)
        assert (again.sha256, again.request) == (data.sha256, data.request)

    def test_a_pattern_that_no_shell_has_resolved_is_those_files_by_name(self, tmp_path: Path) -> None:
        written(tmp_path, b="the cat\n" * 9, a="the mat\n" * 9)
        (tmp_path / "c.md").write_text("the dog\n" * 9, encoding="utf-8")
        data = opened(tmp_path / "*.txt")
        assert text_of(data) == "the mat\n" * 9 + "the cat\n" * 9
        assert open_data(data.request).sha256 == data.sha256

    @pytest.mark.skipif(sys.platform == "win32", reason="no name has a line end there")
    def test_a_name_that_holds_a_line_end_is_one_file(self, tmp_path: Path) -> None:
        (tmp_path / "a\nb.txt").write_text("the cat\n" * 9, encoding="utf-8")
        assert text_of(opened(tmp_path / "a\nb.txt")) == "the cat\n" * 9

    def test_two_stars_in_a_name_are_one(self, tmp_path: Path) -> None:
        written(tmp_path, b="the cat\n" * 9, a="the mat\n" * 9)
        (tmp_path / "below.txt").mkdir()
        assert text_of(opened(tmp_path / "**.txt")) == "the mat\n" * 9 + "the cat\n" * 9
        with pytest.raises(InputError, match=r"no file matches .*none/\*\*\.txt"):
            opened(tmp_path / "none" / "**.txt")

    def test_several_are_told_without_their_folders(self) -> None:
        assert in_brief("/texts/a.txt") == "a.txt"
        assert in_brief(together(["/texts/a.txt", "b.txt", "c/*.md"])) == "a.txt and 2 more"

    def test_a_pattern_that_nothing_fits_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"no file matches .*\*\.txt"):
            opened(tmp_path / "*.txt")

    def test_a_file_called_like_a_pattern_is_that_file(self, tmp_path: Path) -> None:
        (tmp_path / "a[1].txt").write_text("the cat\n" * 9, encoding="utf-8")
        assert text_of(opened(tmp_path / "a[1].txt")) == "the cat\n" * 9

    def test_one_that_is_no_text_is_refused_by_name(self, tmp_path: Path) -> None:
        (a,) = written(tmp_path, a="the cat\n" * 9)
        (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4")
        with pytest.raises(InputError, match=r"b\.pdf is a PDF document"):
            opened(a, tmp_path / "b.pdf")

    def test_a_built_in_is_read_alone(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="prose is a built-in corpus, which is read alone"):
            opened(*written(tmp_path, a="the cat\n" * 9), "prose")


class TestTables:
    def test_of_several_each_has_its_own_header(self, tmp_path: Path) -> None:
        texts = {
            name: "text\tlabel\n" + "".join(f"{phrase(k)}\t{'xy'[k % 2]}\n" for k in numbers)
            for name, numbers in {"a": range(20), "b": range(20, 40)}.items()
        }
        assert classes_of(opened(*written(tmp_path, **texts))) == {phrase(k): "xy"[k % 2] for k in range(40)}

    def test_of_tagged_sentences_too(self, tmp_path: Path) -> None:
        sentences = {name: "".join(f"the\tDET\ncat{name}{k}\tNOUN\n\n" for k in range(15)) for name in "ab"}
        assert len(tags_of(opened(*written(tmp_path, **sentences)))) == 30

    def test_of_items_too(self, tmp_path: Path) -> None:
        files = written(
            tmp_path, a="".join(f"{phrase(k)}\n" for k in range(9)), b="".join(f"{phrase(k)}\n" for k in range(9, 20))
        )
        data = open_data(DataRequest(SourceFiles(together([*map(str, files)])), items="lines"))
        assert len(data.train) + len(data.validation) == 20


class TestParallelFiles:
    LINES = ("".join(f"{phrase(k)}\n" for k in range(40)), "".join(f"{phrase(k)[::-1]}\n" for k in range(40)))
    PAIRS = {phrase(k): phrase(k)[::-1] for k in range(40)}  # noqa: RUF012

    @pytest.mark.parametrize(
        "names", [("src.txt", "tgt.txt"), ("train.en", "train.de"), ("a.source", "a.target"), ("x.eng.txt", "x.fra.txt")]
    )
    def test_that_are_called_so_are_pairs(self, tmp_path: Path, names: tuple[str, str]) -> None:
        for name, text in zip(names, self.LINES, strict=True):
            (tmp_path / name).write_text(text, encoding="utf-8")
        data = opened(*(tmp_path / name for name in names))
        assert pairs_of(data) == self.PAIRS
        assert data.notices[0].startswith("two files of 40 lines each, called like sources and targets")
        assert pairs_of(open_data(data.request)) == self.PAIRS

    def test_of_other_names_are_a_text_and_it_is_said_what_else(self, tmp_path: Path) -> None:
        files = written(tmp_path, one=self.LINES[0], another=self.LINES[1])
        data = opened(*files)
        assert (data.kind.task, data.notices[0]) == (
            "lm",
            "two files of 40 lines each, read as one text: language model (--task seq2seq reads them as pairs)",
        )
        assert pairs_of(opened(*files, task="seq2seq")) == self.PAIRS

    def test_of_other_lengths_are_refused(self, tmp_path: Path) -> None:
        files = written(tmp_path, src=self.LINES[0], tgt=self.LINES[1] + "more\n")
        with pytest.raises(InputError, match=r"src\.txt has 40 lines and .*tgt\.txt 41, expected the same number"):
            opened(*files, task="seq2seq")

    def test_a_line_without_its_target_is_named(self, tmp_path: Path) -> None:
        lines = self.LINES[1].split("\n")
        files = written(tmp_path, src=self.LINES[0], tgt="\n".join(["", *lines[1:]]))
        with pytest.raises(InputError, match=r"src\.txt, line 1: the target is empty"):
            opened(*files, task="seq2seq")

    def test_validate_on_two_others(self, tmp_path: Path) -> None:
        files = written(tmp_path, src=self.LINES[0], tgt=self.LINES[1])
        data = opened(*files, task="seq2seq", validation=together([str(file) for file in files]))
        assert len(data.validation) == 40


class TestClassFolders:
    def reviews(self, tmp_path: Path, names: tuple[str, ...] = ("pos", "neg"), count: int = 12, size: int = 1) -> Path:
        for name in names:
            (tmp_path / "reviews" / name).mkdir(parents=True)
            for k in range(count):
                text = f"{name} {phrase(k)}\nand more\n" * size
                (tmp_path / "reviews" / name / f"{k}.txt").write_text(text, encoding="utf-8")
        return tmp_path / "reviews"

    @pytest.mark.parametrize("names", [("pos", "neg"), ("sport", "art", "politics")])
    def test_a_folder_in_a_folder_is_a_class_and_each_file_a_text(self, tmp_path: Path, names: tuple[str, ...]) -> None:
        data = opened(self.reviews(tmp_path, names))
        assert classes_of(data) == {f"{name} {phrase(k)}\nand more": name for name in names for k in range(12)}
        assert data.notices[0].startswith(f"{len(names)} folders (")

    def test_files_beside_the_folders_are_left_out_and_counted(self, tmp_path: Path) -> None:
        folder = self.reviews(tmp_path)
        (folder / "README").write_text("about", encoding="utf-8")
        data = opened(folder)
        assert (len(classes_of(data)), "1 file or folder skipped: 1 beside the folders of classes" in data.notices) == (
            24,
            True,
        )

    def test_folders_of_few_files_are_a_text_and_it_is_said_what_else(self, tmp_path: Path) -> None:
        folder = self.reviews(tmp_path, ("one", "two"), count=2)
        data = opened(folder)
        assert (data.kind.task, "--task classify takes the folders in it, one, two, as classes" in data.notices[0]) == (
            "lm",
            True,
        )
        assert set(classes_of(opened(folder, task="classify")).values()) == {"one", "two"}

    def test_texts_that_are_too_long_are_cut_where_that_was_said(self, tmp_path: Path) -> None:
        folder = self.reviews(tmp_path, size=200)
        with pytest.raises(InputError, match=r"expected at most 4,096; cut such texts with --cut-long"):
            opened(folder, task="classify")
        data = opened(folder, task="classify", cut_long=True)
        assert {len(text) for text in classes_of(data)} == {4_096}
        assert "24 texts cut to 4,096 characters" in data.notices
        assert open_data(data.request).sha256 == data.sha256

    def test_several_plain_files_are_a_class_each_where_the_task_was_said(self, tmp_path: Path) -> None:
        texts = {name: "".join(f"{name} {phrase(k)}\n" for k in range(12)) for name in ("austen", "melville")}
        assert set(classes_of(opened(*written(tmp_path, **texts), task="classify")).values()) == set(texts)


class TestLabels:
    @pytest.mark.parametrize(
        ("one", "other"), [("5", "5.0"), ("VERY BAD", "very bad"), ("very  bad", "very bad"), ("1e1", "10")]
    )
    def test_that_are_written_otherwise_are_said_and_joined(self, tmp_path: Path, one: str, other: str) -> None:
        text = "".join(f"{phrase(k)}\t{(one, other, 'good')[k % 3]}\n" for k in range(60))
        (file,) = written(tmp_path, x=text)
        data = opened(file, task="classify")
        first, second = sorted((one, other))
        assert any(f"'{first}' and '{second}' are different classes; --join-labels joins" in notice for notice in data.notices)
        joined = opened(file, task="classify", join_labels=True)
        assert set(classes_of(joined).values()) == {written_alike(one), "good"}
        assert not any("--join-labels" in notice for notice in joined.notices)

    @pytest.mark.parametrize("label", ["nan", "inf", "1e999", "infinity", "1_000"])
    def test_words_that_python_takes_for_numbers_stay_words(self, label: str) -> None:
        assert written_alike(label) in (label, "1000")


class TestNearlyAlike:
    def test_examples_stay_on_one_side_of_the_split(self, tmp_path: Path) -> None:
        text = "".join(f"{phrase(k)}\tx\n{phrase(k).upper()}\ty\n  {phrase(k)}\ty\n" for k in range(40))
        data = opened(*written(tmp_path, x=text), task="classify")
        assert isinstance(data, ExampleData)
        sides = [{" ".join(one.text.casefold().split()) for one in part.examples} for part in (data.train, data.validation)]
        assert sides[0].isdisjoint(sides[1])
        assert len(data.train) + len(data.validation) == 120
        assert any("80 texts differ from others only in letter case or white space" in notice for notice in data.notices)

    def test_those_of_another_file_are_counted(self, tmp_path: Path) -> None:
        files = written(
            tmp_path,
            x="".join(f"{phrase(k)}\t{'xy'[k % 2]}\n" for k in range(40)),
            v=f"{phrase(1)}\tx\n{phrase(2).upper()}\ty\nnew\tx\n",
        )
        notices = opened(files[0], task="classify", validation=str(files[1])).notices
        assert "1 of 3 texts for validation is also in the training file" in notices
        assert "1 of 3 texts for validation is in the training file but for letter case or white space" in notices


class TestStdin:
    @pytest.fixture(autouse=True)
    def none_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(standard_input, "_kept", None)

    def test_is_kept_in_a_file_and_read_like_one(self) -> None:
        standard_input.keep(io.BytesIO(b"the cat sat on the mat\n" * 20))
        data = opened("-")
        assert (text_of(data), data.name) == ("the cat sat on the mat\n" * 20, "stdin")
        assert open_data(data.request).sha256 == data.sha256

    @pytest.mark.skipif(sys.platform == "win32", reason="there, what was left goes after a week")
    def test_what_killed_processes_left_is_taken_away_and_nothing_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        gone = subprocess.run(
            [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
        )
        names = [f"{standard_input.PREFIX}{number}-x" for number in (int(gone.stdout), 10**30, os.getpid(), "mine")]
        names.append(f"tui-rnn-stdin-another-{int(gone.stdout)}-x")  # of a machine that shares the folder
        monkeypatch.setattr(leftovers, "_cleared", set())
        for name in names:
            (tmp_path / name).write_bytes(b"left")
        standard_input.keep(io.BytesIO(b"the cat sat on the mat\n" * 20))

        assert {path.name for path in tmp_path.iterdir()} - {standard_input.kept_file().name} == set(names[1:])

    def test_that_never_ends_is_refused(self) -> None:
        with pytest.raises(InputError, match="stdin has more than 1 MB"):
            standard_input.keep(io.BytesIO(b"y\n" * 1_000_000), most_bytes=1_000_000)

    def test_is_called_stdin_in_messages(self) -> None:
        standard_input.keep(io.BytesIO(b"a\0b\n" * 20))
        with pytest.raises(InputError, match=r"^stdin is binary"):
            opened("-")

    def test_without_anything_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"stdin is empty \(0 bytes\)"):
            standard_input.keep(io.BytesIO())
        with pytest.raises(InputError, match="nothing comes by stdin"):
            standard_input.keep(None)

    def test_where_nobody_reads_it_it_is_named(self) -> None:
        with pytest.raises(InputError, match="was never read: pipe it into tui-rnn train -"):
            find_source("-", ())
