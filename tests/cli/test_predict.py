"""`tui-rnn predict`: texts from arguments, files, pipes and a terminal, and what is said of each."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tui_rnn as package
from tests.cli.conftest import TaskRun
from tests.cli.task_files import texts
from tui_rnn.cli import predict
from tui_rnn.cli.main import run as main
from tui_rnn.insight.answers import WrittenText

Cli = Callable[..., Any]
Runs = dict[str, TaskRun]
Files = dict[str, tuple[Path, Path]]


def test_tags_stand_beside_their_words(tui_rnn: Cli, task_runs: Runs) -> None:
    assert tui_rnn("predict", task_runs["tag"].path, "the fox sits.").out.splitlines() == [
        "the\tDET",
        "fox\tNOUN",
        "sits\tVERB",
        ".\tPUNCT",
    ]


def test_probabilities_of_all_classes_add_up_to_one(tui_rnn: Cli, task_runs: Runs) -> None:
    (record,) = tui_rnn("predict", task_runs["classify"].path, "go away owl 7", "--json").records

    assert sum(record["probabilities"].values()) == pytest.approx(1.0, abs=1e-5)
    assert record["probability"] == record["probabilities"][record["label"]] == max(record["probabilities"].values())
    assert tui_rnn("predict", task_runs["classify"].path, "go away owl 7").out.startswith("rude ")


def test_a_beam_gives_several_outputs_the_likeliest_first(tui_rnn: Cli, task_runs: Runs) -> None:
    (record,) = tui_rnn("predict", task_runs["seq2seq"].path, "ABBA", "--beam", 3, "--json").records
    log_probs = [output["log_prob"] for output in record["outputs"]]

    assert len(log_probs) == 3
    assert log_probs == sorted(log_probs, reverse=True)
    assert record["output"] == record["outputs"][0]["text"] == "".join(record["outputs"][0]["tokens"])
    assert len(tui_rnn("predict", task_runs["seq2seq"].path, "ABBA", "--beam", 3).out.splitlines()) == 3


def outputs_of(path: Path, *sources: str) -> list[str]:
    """What the API writes for each source."""
    answers = [package.load(path).predict(source) for source in sources]
    return [answer.outputs[0].text for answer in answers if isinstance(answer, WrittenText)]


def test_lines_of_a_file_and_of_stdin_are_asked_one_by_one(
    tui_rnn: Cli, task_runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, lines = task_runs["seq2seq"].path, "AB\n\nCA\r\nD\n"
    (tmp_path / "dates").write_text(lines, encoding="utf-8", newline="")
    monkeypatch.chdir(tmp_path)  # a file that is called like a built-in corpus is still that file
    expected = outputs_of(run, "AB", "CA", "D")
    assert tui_rnn("predict", run, "--input", "dates").out.splitlines() == expected

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    records = tui_rnn("predict", run, "--json").records
    assert [record["text"] for record in records] == ["AB", "CA", "D"]
    assert [record["output"] for record in records] == expected


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("\ufeffAB\nCA\n".encode(), "byte order mark left out"),
        (gzip.compress(b"AB\nCA\n", mtime=0), "unpacked from gzip"),
        (b"AB\rCA\r", "2 CR line ends read as LF"),
    ],
    ids=["mark", "gzip", "CR"],
)
def test_what_comes_by_a_pipe_is_read_like_a_file(
    tui_rnn: Cli, task_runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes, said: str
) -> None:
    run, path = task_runs["seq2seq"].path, tmp_path / "sent.txt"
    path.write_bytes(sent)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent)))
    piped, file = tui_rnn("predict", run, "--json"), tui_rnn("predict", run, "--input", path, "--json")

    assert (piped.code, piped.records) == (0, file.records)
    assert len(piped.records) == 2
    assert f"stdin: {said}" in piped.err
    assert f"sent.txt: {said}" in file.err


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (gzip.compress(b"A" * 40_000_000, mtime=0), "stdin grows to more than 250 times its size"),
        (b"%PDF-1.4\nAB", "stdin is a PDF document"),
        (b"the cat sat\n" * 9 + b"\0", "stdin is binary"),
        (b"", "stdin is empty"),
        ("Das “Café” – naïve Menschen’s Über-Ich, größer.\n".encode("cp1252"), "--encoding cp1252 is probably right"),
    ],
    ids=["bomb", "pdf", "binary", "empty", "cp1252"],
)
def test_what_comes_by_a_pipe_and_is_no_text_is_refused_by_that_name(
    tui_rnn: Cli, task_runs: Runs, monkeypatch: pytest.MonkeyPatch, sent: bytes, says: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent)))
    result = tui_rnn("predict", task_runs["seq2seq"].path)

    assert (result.code, result.out) == (2, "")
    assert says in result.err


def test_a_tagger_is_asked_about_the_words_of_a_file(
    tui_rnn: Cli, task_runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, words = task_runs["tag"].path, [("the", "fox", "sits."), ("a\u200cb", "ran")]
    (tmp_path / "words.txt").write_text("\n\n".join("\n".join(sentence) for sentence in words), encoding="utf-8")
    (tmp_path / "words.tsv").write_text("".join("".join(f"{w}\t\n" for w in one) + "\n" for one in words), encoding="utf-8")
    said = [tui_rnn("predict", run, "--input", tmp_path / "words.txt", "--format", "words")]
    said.append(tui_rnn("predict", run, "--input", tmp_path / "words.tsv"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((tmp_path / "words.tsv").read_bytes())))
    said.append(tui_rnn("predict", run))
    for result in said:
        sentences = result.out.removesuffix("\n\n").split("\n\n")
        assert [tuple(line.split("\t")[0] for line in one.split("\n")) for one in sentences] == words
    records = tui_rnn("predict", run, "--input", tmp_path / "words.tsv", "--json").records
    assert [tuple(word["word"] for word in record["words"]) for record in records] == words
    assert [record["text"] for record in records] == [" ".join(sentence) for sentence in words]


def test_predictions_on_a_tagged_file_are_those_that_eval_scores(tui_rnn: Cli, task_runs: Runs, task_files: Files) -> None:
    run, file = task_runs["tag"].path, task_files["tag"][1]
    said = tui_rnn("predict", run, "--input", file).out
    pairs = [line.split("\t") for line in file.read_text(encoding="utf-8").split("\n") if line]
    found = [line.split("\t") for line in said.split("\n") if line]
    (scored,) = tui_rnn("eval", run, file, "--json").records
    assert [word for word, _ in found] == [word for word, _ in pairs]
    right = sum(tag == truth for (_, tag), (_, truth) in zip(found, pairs, strict=True))
    assert right / len(pairs) == pytest.approx(scored["accuracy"])


def test_the_unknown_of_all_texts_is_said_once(tui_rnn: Cli, task_runs: Runs) -> None:
    said = tui_rnn("predict", task_runs["seq2seq"].path, "AB", "AÜ", "ÄÜ").err
    assert said == "tui-rnn: the run doesn't know 'Ä', 'Ü': read as 'A'\n"


@pytest.mark.parametrize("tokens", ["word", "word+char"])
def test_only_words_that_a_network_of_words_lacks_are_said_to_be_unknown(tui_rnn: Cli, tmp_path: Path, tokens: str) -> None:
    run = tmp_path / "lamp.safetensors"
    letters = ("--embedding-size", 8) if tokens == "word+char" else ()
    tui_rnn("train", "lamp", "--tokens", tokens, *letters, "--hidden-size", 8, "--steps", 1, "--out", run)
    assert tui_rnn("predict", run, "press on", "wait off").err == ""
    assert tui_rnn("predict", run, "press on", "pull twice off").err == (
        "tui-rnn: the run doesn't know 2 of the words: read as <unk>\n"
    )


@pytest.mark.parametrize("kind", ["tag", "classify", "seq2seq"])
def test_many_texts_are_answered_group_by_group(
    tui_rnn: Cli, task_runs: Runs, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [f"A{'B' * k}" for k in range(10)]
    (tmp_path / "asked.txt").write_text("\n".join(asked), encoding="utf-8")
    whole = tui_rnn("predict", task_runs[kind].path, "--input", tmp_path / "asked.txt", "--json").records
    monkeypatch.setattr(predict, "TEXTS_AT_ONCE", 3)
    assert tui_rnn("predict", task_runs[kind].path, "--input", tmp_path / "asked.txt", "--json").records == whole
    assert [record["text"] for record in whole] == asked


def test_of_a_labelled_file_only_the_texts_are_asked_about(tui_rnn: Cli, task_runs: Runs, task_files: Files) -> None:
    run, file = task_runs["classify"].path, task_files["classify"][1]
    result = tui_rnn("predict", run, "--input", file, "--json")
    assert [record["text"] for record in result.records] == [text for text, _ in texts(40, seed=2)]
    assert "is read as TSV, for its texts" in result.err


def test_a_text_may_begin_with_a_hyphen(tui_rnn: Cli, task_runs: Runs) -> None:
    (record,) = tui_rnn("predict", task_runs["seq2seq"].path, "--json", "--", "-AB").records
    assert record["text"] == "-AB"


def test_a_text_that_is_the_name_of_a_file_is_read_as_a_text_and_said(
    tui_rnn: Cli, task_runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ABBA").write_text("DD\n", encoding="utf-8")
    (tmp_path / "ABBB").mkdir()
    there, other = (tui_rnn("predict", task_runs["seq2seq"].path, text) for text in ("ABBA", "ABBB"))
    assert (there.code, other.code, other.err) == (0, 0, "")
    assert there.err == "tui-rnn: 'ABBA' is read as a text, although there is a file of that name: --input reads the file\n"


class Typing(io.StringIO):
    """A terminal where somebody types these lines. said: what stood on the screen when each was asked for."""

    def __init__(self, lines: str) -> None:
        super().__init__(lines)
        self.said: list[str] = []

    def isatty(self) -> bool:
        return True

    def readline(self, *arguments: Any) -> str:  # type: ignore[override]  # a text file is derived from a binary one
        self.said.append(getattr(sys.stdout, "getvalue", str)())
        return super().readline(*arguments)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_in_a_terminal_each_line_that_is_typed_is_answered_before_the_next(
    task_runs: Runs, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    run, sources = task_runs["seq2seq"].path, ["AB", "CA"]
    expected = outputs_of(run, *sources)
    typing, screen = Typing("AB\n\n  \nCA\n"), io.StringIO()
    monkeypatch.setattr(sys, "stdin", typing)
    with contextlib.redirect_stdout(screen):
        assert main(["predict", str(run), *options]) == 0
    written = screen.getvalue().splitlines()
    assert [json.loads(line)["output"] if options else line for line in written] == expected
    assert [len(said.splitlines()) for said in typing.said] == [0, 1, 1, 1, 2]


def test_what_is_typed_and_can_not_be_asked_about_is_said_and_the_next_line_answered(
    tui_rnn: Cli, task_runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Typing(f"{'A' * 5000}\nA\udcffB\nAB\n"))
    result = tui_rnn("predict", task_runs["seq2seq"].path)

    assert (result.code, len(result.out.splitlines())) == (0, 1)
    first, *problems = result.err.splitlines()
    assert first.endswith(("Ctrl-D ends", "Ctrl-Z and Enter ends"))
    assert ["5,000 characters" in problems[0], "half a character" in problems[1], len(problems)] == [True, True, 2]


def test_unknown_characters_are_named(tui_rnn: Cli, task_runs: Runs) -> None:
    result = tui_rnn("predict", task_runs["seq2seq"].path, "AÜ")
    (record,) = tui_rnn("predict", task_runs["seq2seq"].path, "AÜ", "--json").records

    assert result.code == 0
    assert "'Ü'" in result.err
    assert record["unknown_positions"] == [1]


def test_a_language_model_is_sampled_and_the_others_are_asked(tui_rnn: Cli, saved: Path, task_runs: Runs) -> None:
    for command, run, other in (
        (("predict", saved, "the cat"), saved, "sample"),
        (("predict", task_runs["items"].path, "bana"), task_runs["items"].path, "sample"),
        (("sample", task_runs["tag"].path), task_runs["tag"].path, "predict"),
    ):
        result = tui_rnn(*command)

        assert (result.code, result.out) == (2, "")
        assert f"tui-rnn {other} {run}" in result.err
