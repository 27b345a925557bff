"""A running text with files to validate on and to test with: trained, resumed, scored and opened as the run was."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import tui_rnn as package
from tui_rnn.cli.main import run

Cli = Callable[..., Any]
VALID, TEST = "the cat ran off a mat\n" * 12, "a cat sat on it and then\n" * 9
CONSTANT = ("--schedule", "constant")


@dataclass(frozen=True)
class Trained:
    """The three texts, the run that was trained on them, and what `train` said at its end."""

    folder: Path
    done: dict[str, Any]

    @property
    def path(self) -> Path:
        return self.folder / "run.safetensors"

    def arguments(self, *more: str | int | Path) -> list[str | int | Path]:
        parts = ("--valid", self.folder / "valid.txt", "--test", self.folder / "test.txt")
        return ["train", self.folder / "train.txt", *parts, "--hidden-size", 16, "--seq-len", 32, *CONSTANT, *more]


@pytest.fixture(scope="module")
def trained(text: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("parts")
    shutil.copy(text, folder / "train.txt")
    (folder / "valid.txt").write_text(VALID, encoding="utf-8", newline="\n")
    (folder / "test.txt").write_text(TEST, encoding="utf-8", newline="\n")
    trained, told = Trained(folder, {}), io.StringIO()
    with contextlib.redirect_stdout(told):
        assert run([str(a) for a in trained.arguments("--steps", 20, "--out", trained.path, "--json")]) == 0
    return Trained(folder, json.loads(told.getvalue().splitlines()[-1]))


def test_the_validation_file_is_what_validates_and_the_test_file_is_scored_at_the_end(trained: Trained) -> None:
    network = package.load(trained.path)

    assert trained.done["val_loss_nats"] == pytest.approx(network.evaluate(VALID).loss_nats, rel=1e-5)
    assert trained.done["val_characters"] == len(VALID) - 1
    assert trained.done["test"]["loss_nats"] == pytest.approx(network.evaluate(TEST).loss_nats, rel=1e-5)
    assert trained.done["test"]["characters"] == len(TEST) - 1
    assert trained.done["test"]["baseline"]


def test_a_person_reads_the_score_of_both(tui_rnn: Cli, trained: Trained, tmp_path: Path) -> None:
    out = tui_rnn(*trained.arguments("--steps", 2, "--out", tmp_path / "run.safetensors")).out
    told = {line.split()[0]: line for line in out.splitlines() if "perplexity" in line}

    assert f"over {len(VALID) - 1} characters" in told["validation"]
    assert f"over {len(TEST) - 1} characters" in told["test"]


def test_a_resumed_run_opens_all_three_again(tui_rnn: Cli, trained: Trained, tmp_path: Path) -> None:
    path, whole = tmp_path / "run.safetensors", tmp_path / "whole.safetensors"
    shutil.copy(trained.path, path)
    resumed = tui_rnn("train", "--resume", path, "--steps", 30, "--json").records[-1]
    straight = tui_rnn(*trained.arguments("--steps", 30, "--out", whole, "--json")).records[-1]

    assert resumed["val_loss_nats"] == straight["val_loss_nats"]
    assert resumed["test"] == straight["test"]


@pytest.mark.parametrize("option", ["--valid", "--test"])
def test_a_resumed_run_is_not_given_another_part_unless_it_is_meant(
    tui_rnn: Cli, trained: Trained, tmp_path: Path, option: str
) -> None:
    path, other = tmp_path / "run.safetensors", tmp_path / "other.txt"
    shutil.copy(trained.path, path)
    other.write_text("the mat ran off\n" * 5, encoding="utf-8", newline="\n")
    refused = tui_rnn("train", "--resume", path, option, other, "--steps", 25)
    meant = tui_rnn("train", "--resume", path, option, other, "--steps", 25, "--new-text", "--json")

    assert (refused.code, meant.code) == (2, 0)
    scored = meant.records[-1] if option == "--valid" else meant.records[-1]["test"]
    assert scored["characters"] == 5 * len("the mat ran off\n") - 1


@pytest.mark.parametrize("part", ["validation", "test", "train", "all"])
@pytest.mark.parametrize("named", [False, True])
def test_eval_scores_the_parts_that_the_run_was_trained_with(tui_rnn: Cli, trained: Trained, part: str, named: bool) -> None:
    source = [trained.folder / "train.txt"] if named else []
    (record,) = tui_rnn("eval", trained.path, *source, "--part", part, "--json").records
    whole = (trained.folder / "train.txt").read_text(encoding="utf-8")
    expected = {"validation": VALID, "test": TEST}.get(part, whole)

    assert record["characters"] == len(expected) - 1
    assert record["loss_nats"] == pytest.approx(package.load(trained.path).evaluate(expected).loss_nats, rel=1e-5)


def test_eval_scores_all_of_another_text_even_where_the_runs_own_parts_are_gone(
    tui_rnn: Cli, trained: Trained, tmp_path: Path
) -> None:
    folder = tmp_path / "moved"
    shutil.copytree(trained.folder, folder)
    small = ("--hidden-size", 16, "--steps", 2, "--out", folder / "own.safetensors")
    tui_rnn("train", folder / "train.txt", "--valid", folder / "valid.txt", *small)
    (folder / "valid.txt").unlink()
    result = tui_rnn("eval", folder / "own.safetensors", folder / "test.txt", "--json")

    assert result.records[0]["part"] == "all"
    assert result.records[0]["characters"] == len(TEST) - 1


def test_characters_of_a_part_that_training_lacks_are_said(tui_rnn: Cli, trained: Trained, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("the KAT\n" * 4, encoding="utf-8", newline="\n")
    out = tmp_path / "run.safetensors"
    small = ("--hidden-size", 16, "--steps", 2, "--out", out)
    told = tui_rnn("train", trained.folder / "train.txt", "--valid", other, *small)

    assert "validation: 12 characters outside the vocabulary ('A', 'K', 'T') read as space" in told.out
    assert tui_rnn("eval", out, "--json").records[0]["unknown_characters"] == 12


@pytest.mark.parametrize("tokens", ["word", "byte"])
def test_words_and_bytes_have_parts_too(tui_rnn: Cli, trained: Trained, tmp_path: Path, tokens: str) -> None:
    out = tmp_path / "run.safetensors"
    done = tui_rnn(*trained.arguments("--tokens", tokens, "--steps", 2, "--out", out, "--json")).records[-1]
    (scored,) = tui_rnn("eval", out, "--part", "test", "--json").records

    counted = {"word": "words", "byte": "bytes"}[tokens]
    assert scored[counted] == done["test"][counted]
    assert scored["loss_nats"] == pytest.approx(done["test"]["loss_nats"], rel=1e-6)
