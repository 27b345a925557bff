"""`inspect` for every task: each direction and layer, and what was answered on the way."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tui_rnn as package
from tests.cli.conftest import TaskRun

Cli = Callable[..., Any]
Runs = dict[str, TaskRun]
READ = {"items": "bana", "tag": "the fox sits", "classify": "hello fox", "seq2seq": "ABBA"}
READINGS = {
    "items": ["forward"],
    "tag": ["forward", "backward"],
    "classify": ["forward", "backward"],
    "seq2seq": ["encoder forward", "encoder backward", "decoder"],
}


@pytest.mark.parametrize("kind", ["tag", "classify", "seq2seq"])
def test_every_direction_is_given_symbol_by_symbol(tui_rnn: Cli, task_runs: Runs, kind: str) -> None:
    *symbols, answer = tui_rnn("inspect", task_runs[kind].path, READ[kind], "--json").records

    assert list(dict.fromkeys(record["reading"] for record in symbols)) == READINGS[kind]
    for name in READINGS[kind]:
        read = [record["symbol"] for record in symbols if record["reading"] == name]
        assert read[-1] == "</s>" if name == "decoder" else "".join(read) == READ[kind]
    assert all(record["signals"].keys() == set("ifgoch") for record in symbols)
    assert np.shape(symbols[0]["signals"]["h"]) == (1, 16)
    assert (answer["event"], answer["task"], answer["text"]) == ("answer", kind, READ[kind])


def test_the_answer_is_the_one_that_predict_gives(tui_rnn: Cli, task_runs: Runs) -> None:
    for kind in ("tag", "classify", "seq2seq"):
        answer = tui_rnn("inspect", task_runs[kind].path, READ[kind], "--json").records[-1]
        (asked,) = tui_rnn("predict", task_runs[kind].path, READ[kind], "--json").records
        for key in {"words", "label", "output"} & asked.keys():
            assert answer[key] == asked[key]


def test_an_item_is_read_from_its_start_to_its_end(tui_rnn: Cli, task_runs: Runs) -> None:
    records = tui_rnn("inspect", task_runs["items"].path, "bana", "--json").records

    assert [record["character"] for record in records] == ["<s>", *"bana"]
    assert 0 < records[-1]["next_probability"] < 1
    assert "</s>" in [token["character"] for token in records[-1]["next"]]
    assert "followed by </s>" in tui_rnn("inspect", task_runs["items"].path, "bana").out


def test_attention_over_the_source_adds_up_to_one_at_each_step(tui_rnn: Cli, task_runs: Runs) -> None:
    *symbols, answer = tui_rnn("inspect", task_runs["seq2seq"].path, "ABBA", "--json").records
    steps = sum(record["reading"] == "decoder" for record in symbols)

    assert np.shape(answer["attention"]) == (steps, 4)
    np.testing.assert_allclose(np.sum(answer["attention"], axis=1), 1.0, atol=1e-5)


def test_the_class_after_the_last_character_is_the_answer(tui_rnn: Cli, task_runs: Runs) -> None:
    answer = tui_rnn("inspect", task_runs["classify"].path, "go away", "--json").records[-1]

    assert np.shape(answer["after_each"]) == (7, 2)
    last = dict(zip(answer["labels"], answer["after_each"][-1], strict=True))
    assert last == pytest.approx(answer["probabilities"], abs=1e-5)


@pytest.mark.parametrize("kind", READ)
def test_npz_names_the_arrays_of_each_direction(tui_rnn: Cli, task_runs: Runs, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "all.npz"
    assert tui_rnn("inspect", task_runs[kind].path, READ[kind], "--out", out).code == 0

    with np.load(io.BytesIO(out.read_bytes()), allow_pickle=False) as file:
        prefixes = [f"{name.replace(' ', '_')}." for name in READINGS[kind]] if len(READINGS[kind]) > 1 else [""]
        for prefix in prefixes:
            assert {f"{prefix}{signal}" for signal in "ifgoch"} <= file.keys()
            assert {len(file[f"{prefix}{signal}"]) for signal in "ifgoch"} == {len(file[f"{prefix}symbols"])}
        assert {"seq2seq": "attention", "classify": "after_each", "tag": "tags", "items": "log_probs"}[kind] in file
        assert file["text"] == READ[kind]
        if kind == "items":
            assert file["symbols"].tolist() == ["<s>", *READ[kind]]


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize(("suffix", "begins"), [("svg", b"<svg"), ("html", b"<!doctype html>"), ("png", b"\x89PNG")])
def test_pictures_of_every_task(tui_rnn: Cli, task_runs: Runs, tmp_path: Path, kind: str, suffix: str, begins: bytes) -> None:
    out = tmp_path / f"all.{suffix}"

    assert tui_rnn("inspect", task_runs[kind].path, READ[kind], "--out", out).code == 0
    assert out.read_bytes().startswith(begins)


def test_a_picture_has_each_signal_of_each_direction_and_the_attention(tui_rnn: Cli, task_runs: Runs, tmp_path: Path) -> None:
    out = tmp_path / "all.svg"
    tui_rnn("inspect", task_runs["seq2seq"].path, "ABBA", "--out", out)
    assert out.read_text(encoding="utf-8").count("<image") == 2 * (3 * 6 + 1)  # each with its bar of colours

    tui_rnn("inspect", task_runs["seq2seq"].path, "ABBA", "--out", out, "--signal", "c")
    assert out.read_text(encoding="utf-8").count("<image") == 2 * 3


def test_a_mean_shows_what_each_character_adds(tui_rnn: Cli, task_files: dict[str, tuple[Path, Path]], tmp_path: Path) -> None:
    out = tmp_path / "mean.safetensors"
    tui_rnn("train", task_files["classify"][0], "--pool", "mean", "--hidden-size", 8, "--steps", 5, "--out", out)
    answer = tui_rnn("inspect", out, "hello", "--json").records[-1]

    assert package.load(out).config.pool == "mean"
    assert np.shape(answer["contributions"]) == (5, 2)


def test_a_person_reads_where_the_decoder_looked(tui_rnn: Cli, task_runs: Runs) -> None:
    lines = tui_rnn("inspect", task_runs["seq2seq"].path, "AB").out.splitlines()

    assert all("looked at" in line for line in lines[:-1])
    assert lines[-1].startswith("answer: ")
