"""Examples that can't be learnt from, and options that the task has no use for: one line, exit 2, nothing written."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import TaskRun

Cli = Callable[..., Any]
GOOD = "text\tlabel\n" + "".join(f"text {i}\t{'ab'[i % 2]}\n" for i in range(60))
PAIRS = "source\ttarget\n" + "".join(f"source {i}\ttarget {i}\n" for i in range(60))
TEXT = "Some prose which is no table.\n" * 100
CONLLU = "1\tGo\tgo\tVERB\t_\t_\t0\troot\t_\t_\n2\taway\taway\tADV\t_\t_\t1\tadvmod\t_\t_\n\n"

FILES = {
    "one class only": ("text\tlabel\n" + "".join(f"text {i}\tgood\n" for i in range(60)), (), "at least two classes"),
    "more classes than items": (
        "text\tlabel\n" + "".join(f"t {i}\tc{i}\n" for i in range(60)),
        ("--task", "classify"),
        "classes",
    ),
    "an empty item": (GOOD + "\ta\n", (), "line 62: the text is empty"),
    "an empty label": (GOOD + "text\t\n", (), "line 62: the label is empty"),
    "an item of 100,000 characters": (GOOD + "x" * 100_000 + "\ta\n", (), "line 62: the text has 100,000 characters"),
    "a line with too few columns": (GOOD + "oops\n", (), "line 62: 1 column, expected 2"),
    "a line with too many columns": (GOOD + "a\tb\tc\n", (), "line 62: 3 columns, expected 2"),
    "an empty target": (PAIRS + "source\t\n", (), "line 62: the target is empty"),
    "one text many times": ("text\tlabel\n" + "same\ta\n" * 60, (), "only one text"),
    "a word without its columns": (CONLLU * 20 + "1\tGo\n\n", (), "line 61: 2 columns, expected 10"),
    "one tag only": ("".join(f"w{i}\tX\n\n" for i in range(60)), ("--task", "tag"), "the same tag"),
    "no table": (TEXT, ("--task", "classify"), "looks like plain text"),
    "a column that isn't there": (GOOD, ("--columns", "text,nope"), "no column 'nope'"),
    "a long line among items": ("anna\nbob\n" * 20 + "x" * 100_000 + "\n", ("--items", "lines"), "line 41"),
    "a single item": ("anna\n" * 20, ("--items", "lines"), "only one item"),
}


@pytest.mark.parametrize("what", FILES)
def test_bad_examples_are_refused_and_nothing_is_written(
    tui_rnn: Cli, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    content, options, says = FILES[what]
    (tmp_path / "file.txt").write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    refused(tui_rnn("train", "file.txt", *options, "--steps", 3), says)

    assert [path.name for path in tmp_path.iterdir()] == ["file.txt"]
    assert list(home.iterdir()) == []


def refused(result: Any, says: str) -> None:
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    assert says in result.err


OPTIONS = [
    (GOOD, ("--attention", "dot"), "--attention is for seq2seq, this is classify"),
    (GOOD, ("--teacher-forcing", "0.5"), "--teacher-forcing is for seq2seq, this is classify"),
    (GOOD, ("--seq-len", "8"), "--seq-len is for lm on a running text, this is classify"),
    (GOOD, ("--reset-every", "8"), "--reset-every is for lm on a running text, this is classify"),
    (GOOD, ("--tie-weights",), "--tie-weights is for"),
    (GOOD, ("--target-units", "tokens", "--task", "classify"), "--target-units is for seq2seq, this is classify"),
    (GOOD, ("--items", "lines", "--task", "classify"), "--items is for the task lm, found classify"),
    (GOOD, ("--tokens", "byte", "--fold-case", "--task", "classify"), "fold_case is for words"),
    (TEXT, ("--fold-case",), "--fold-case is for tag, classify and seq2seq, this is lm"),
    (PAIRS, ("--pool", "mean", "--task", "seq2seq"), "--pool is for classify, this is seq2seq"),
    (TEXT, ("--bidirectional",), "--bidirectional is for tag, classify and seq2seq, this is lm"),
    (TEXT, ("--no-bidirectional", "--items", "lines"), "--bidirectional is for tag, classify and seq2seq"),
    (TEXT, ("--valid", "nope.txt"), "nope.txt"),
    (TEXT, ("--columns", "1,2"), "--columns is for tag, classify and seq2seq, this is lm"),
    (TEXT, ("--skip-bad-lines",), "--skip-bad-lines is for"),
    (GOOD, ("--columns", "text"), "--columns is 'text', expected two"),
    (GOOD, ("--split-seed", "-1"), "--split-seed is -1"),
    (GOOD, ("--minutes", "1", "--epochs", "3"), "--epochs and --minutes"),
    (GOOD, ("--minutes", "0"), "--minutes is 0"),
    (GOOD, ("--valid", "nope.tsv"), "nope.tsv"),
    (GOOD, ("--format", "conllu"), "line 1: 2 columns, expected 10 with tabs or spaces between"),
    (GOOD, ("--format", "folder"), "file.txt is a file, expected a folder with one file for each class"),
]


@pytest.mark.parametrize(("content", "options", "says"), OPTIONS, ids=lambda value: " ".join(value)[:40] if value else "")
def test_options_that_do_not_fit_are_refused_by_name(
    tui_rnn: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, options: tuple[str, ...], says: str
) -> None:
    (tmp_path / "file.txt").write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    goal = () if {"--minutes", "--epochs"} & set(options) else ("--steps", "3")

    refused(tui_rnn("train", "file.txt", *options, *goal), says)


def test_malformed_lines_can_be_left_out_and_are_counted(tui_rnn: Cli, tmp_path: Path) -> None:
    (tmp_path / "file.tsv").write_text(GOOD + "oops\na\tb\tc\n", encoding="utf-8")
    options = ("--hidden-size", 8, "--steps", 3, "--skip-bad-lines", "--out", tmp_path / "run.safetensors", "--json")
    result = tui_rnn("train", tmp_path / "file.tsv", *options)

    assert result.code == 0
    assert any("2 examples left out" in notice and "line 62" in notice for notice in result.records[0]["notices"])


def test_labels_that_training_lacks_are_wrong_and_said(tui_rnn: Cli, task_runs: dict[str, TaskRun], tmp_path: Path) -> None:
    (tmp_path / "other.tsv").write_text("text\tlabel\nhello cat 1\tkind\nhello dog 2\tsilly\n", encoding="utf-8")
    result = tui_rnn("eval", task_runs["classify"].path, tmp_path / "other.tsv", "--json")
    (record,) = result.records

    assert record["accuracy"] == 0.5
    assert any("silly" in notice for notice in record["notices"])
    assert not any("--columns" in notice for notice in record["notices"])


def test_where_training_lacks_every_label_the_other_order_of_columns_is_suggested(
    tui_rnn: Cli, task_runs: dict[str, TaskRun], tmp_path: Path
) -> None:
    run, other = task_runs["classify"].path, tmp_path / "other.tsv"
    other.write_text("kind\thello cat 1\nkind\thello dog 2\n", encoding="utf-8")
    result = tui_rnn("eval", run, other)

    assert result.code == 0
    assert "2 labels that training lacks" in result.err
    assert "give --columns, such as 1,2 or 2,1" in result.err
    assert "labels that" not in tui_rnn("eval", run, other, "--columns", "2,1").err


def test_a_key_that_is_not_there_is_answered_with_those_that_are(
    tui_rnn: Cli, task_runs: dict[str, TaskRun], tmp_path: Path
) -> None:
    (tmp_path / "other.jsonl").write_text('{"line": "hello cat 1", "kind": "kind"}\n', encoding="utf-8")
    columns = ("--columns", "body,kind")
    refused(
        tui_rnn("eval", task_runs["classify"].path, tmp_path / "other.jsonl", *columns),
        'line 1: no "body", expected text (its keys are line, kind: --columns names others)',
    )


@pytest.mark.parametrize(
    ("kind", "arguments", "says"),
    [
        ("classify", (), "stdin"),
        ("classify", ("",), "the text is empty"),
        ("classify", ("x" * 100_000,), "100,000 characters"),
        ("classify", ("x", "--beam", "2"), "--beam is for seq2seq, but this run is for classify"),
        ("seq2seq", ("A", "--beam", "0"), "--beam is 0"),
        ("seq2seq", ("A", "--beam", "100000"), "beam"),
        ("seq2seq", ("A", "--input", "nope.txt"), "both texts and --input nope.txt were given"),
        ("seq2seq", ("A", "--input", "nope.txt", "--columns", "1"), "both texts and --input nope.txt were given"),
        ("seq2seq", ("--input", "nope.txt"), "nope.txt"),
        ("seq2seq", ("--input", "nope.txt"), "no file 'nope.txt': check its name"),
        ("seq2seq", ("--input", "."), "is a folder"),
        ("tag", ("a", "--format", "words"), "--format is for --input or a pipe"),
        ("classify", ("a", "--encoding", "latin-1"), "--encoding is for --input or a pipe"),
        ("tag", ("--columns", "a,b,c"), "--columns is 'a,b,c', expected a name or a number"),
        ("tag", ("   ",), "the text is empty"),
    ],
)
def test_what_can_not_be_asked_is_refused(
    tui_rnn: Cli,
    task_runs: dict[str, TaskRun],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    arguments: tuple[str, ...],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))

    refused(tui_rnn("predict", task_runs[kind].path, *arguments), says)


def test_a_stdin_that_never_ends_is_refused(
    tui_rnn: Cli, task_runs: dict[str, TaskRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[:] = b"\n" * len(buffer)
            return len(buffer)

        def readall(self) -> bytes:
            raise AssertionError("read without an end")

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(Endless())))

    refused(tui_rnn("predict", task_runs["classify"].path), "stdin has more than 100 MB")


@pytest.mark.parametrize(
    ("kind", "arguments", "says"),
    [
        ("classify", ("--part", "all", "nope.tsv"), "nope.tsv"),
        ("items", ("prose", "--part", "train"), "--part is train"),
        ("tag", ("messages",), "messages"),
    ],
)
def test_what_can_not_be_scored_is_refused(
    tui_rnn: Cli, task_runs: dict[str, TaskRun], kind: str, arguments: tuple[str, ...], says: str
) -> None:
    refused(tui_rnn("eval", task_runs[kind].path, *arguments), says)


def test_the_run_reads_its_own_data_as_it_did(tui_rnn: Cli, task_runs: dict[str, TaskRun]) -> None:
    refused(tui_rnn("eval", task_runs["classify"].path, "--columns", "2,1"), "--columns is for another file")
