"""Sources by stdin, several files, lines that are kept, and what a prompt and a text without spaces are told."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Result, TaskRun

Cli = Callable[..., Result]
QUICK = ("--steps", 2, "--hidden-size", 4, "--batch-size", 2, "--seq-len", 8)
TEXT = "".join(f"the cat sat on the mat, {k} times\n" for k in range(60))


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_what_comes_by_stdin_is_trained_on_resumed_and_scored(
    tui_rnn: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "x.safetensors"
    pipe(monkeypatch, TEXT.encode())
    assert tui_rnn("train", "-", *QUICK, "--out", run).code == 0
    pipe(monkeypatch, TEXT.encode())
    result = tui_rnn("train", "-", "--resume", run, "--steps", 4)
    assert (result.code, "finished at step 4" in result.out) == (0, True)
    pipe(monkeypatch, TEXT.encode())
    assert tui_rnn("eval", run, "-").code == 0


def test_without_a_pipe_stdin_is_named(tui_rnn: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    result = tui_rnn("train", "-")
    assert (result.code, result.err.startswith("tui-rnn: nothing comes by stdin (-)")) == (2, True)


def test_the_playground_reads_no_stdin(tui_rnn: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, TEXT.encode())
    result = tui_rnn("-")
    assert (result.code, "pipe it into tui-rnn train -" in result.err) == (2, True)


def test_several_files_are_trained_on_as_one(tui_rnn: Cli, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    result = tui_rnn("train", tmp_path / "a.txt", tmp_path / "b.txt", *QUICK, "--out", tmp_path / "x.safetensors")
    assert (result.code, "2 files joined in this order" in result.out) == (0, True)
    named = f"{tmp_path / 'a.txt'}, {tmp_path / 'b.txt'}"
    assert tui_rnn("eval", tmp_path / "x.safetensors").out.startswith(f"{named}, the validation part\n")
    (score,), (run,) = (
        tui_rnn(*words, "--json").records for words in (("eval", tmp_path / "x.safetensors"), ("runs", tmp_path))
    )
    assert score["source"] == run["source"] == named


class TestPredict:
    LINES = b"one\n\ntwo\n \nthree"

    def test_json_has_the_line_of_each_text(
        self, tui_rnn: Cli, task_runs: dict[str, TaskRun], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pipe(monkeypatch, self.LINES)
        records = tui_rnn("predict", task_runs["classify"].path, "--json").records
        assert [(record["line"], record["text"]) for record in records] == [(1, "one"), (3, "two"), (5, "three")]

    @pytest.mark.parametrize("kind", ["classify", "seq2seq"])
    def test_kept_lines_stand_beside_those_of_the_input(
        self, tui_rnn: Cli, task_runs: dict[str, TaskRun], monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        pipe(monkeypatch, self.LINES + b"\n\n\n")
        out = tui_rnn("predict", task_runs[kind].path, "--keep-lines").out
        lines = out.removesuffix("\n").split("\n")
        assert len(lines) == 7
        assert [number for number, line in enumerate(lines, 1) if not line][-2:] == [6, 7]
        if kind == "classify":
            assert [bool(line) for line in lines] == [True, False, True, False, True, False, False]

    @pytest.mark.parametrize(
        ("kind", "options", "says"),
        [
            ("tag", (), "a tagger writes one line for each word"),
            ("classify", ("--json",), "each prediction has its line"),
            ("seq2seq", ("--beam", 3), "--beam writes several lines"),
        ],
    )
    def test_lines_that_can_not_be_kept_are_refused(
        self,
        tui_rnn: Cli,
        task_runs: dict[str, TaskRun],
        monkeypatch: pytest.MonkeyPatch,
        kind: str,
        options: tuple[str, ...],
        says: str,
    ) -> None:
        pipe(monkeypatch, self.LINES)
        result = tui_rnn("predict", task_runs[kind].path, "--keep-lines", *options)
        assert (result.code, says in result.err) == (2, True)

    @pytest.mark.parametrize("text", ["我喜欢茶。", "ฉันชอบชา"])
    def test_words_without_spaces_are_pointed_out_to_a_tagger(
        self, tui_rnn: Cli, task_runs: dict[str, TaskRun], text: str
    ) -> None:
        assert "is read as one word, since it has no space" in tui_rnn("predict", task_runs["tag"].path, text).err


class TestPrompt:
    def test_a_backslash_that_the_run_does_not_know_is_explained(self, tui_rnn: Cli, saved: Path) -> None:
        assert (
            "with --escape it begins a line end or a tab" in tui_rnn("sample", saved, "--prompt", r"the\n", "--length", 3).err
        )

    def test_with_escape_it_is_read_as_what_was_meant(self, tui_rnn: Cli, saved: Path) -> None:
        given = tui_rnn("sample", saved, "--prompt", "the\ncat", "--length", 9, "--seed", 1)
        meant = tui_rnn("sample", saved, "--prompt", r"the\ncat", "--escape", "--length", 9, "--seed", 1)
        assert (meant.out, meant.err) == (given.out, given.err)
