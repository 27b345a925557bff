"""`sample` on a run over items: from <s> to </s>, those of its file marked."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import TaskRun

Cli = Callable[..., Any]
Runs = dict[str, TaskRun]
Files = dict[str, tuple[Path, Path]]


def test_items_are_marked_that_stand_in_the_files(tui_rnn: Cli, task_runs: Runs, task_files: Files) -> None:
    train, valid = (path.read_text(encoding="utf-8").split() for path in task_files["items"])
    records = tui_rnn("sample", task_runs["items"].path, "--count", 60, "--seed", 1, "--json").records

    assert len(records) == 60
    for record in records:
        part = "training" if record["text"] in train else "validation" if record["text"] in valid else None
        assert record["found_in"] in (part, "test" if part == "validation" else part)
    assert {record["found_in"] for record in records} > {None}


def test_a_person_reads_an_item_a_line(tui_rnn: Cli, task_runs: Runs) -> None:
    options = ("sample", task_runs["items"].path, "--count", 20, "--seed", 1)
    records = tui_rnn(*options, "--json").records
    lines = [line.split("\t") for line in tui_rnn(*options).out.splitlines()]

    assert [line[0] for line in lines] == [record["text"] for record in records]
    for line, record in zip(lines, records, strict=True):
        assert line[1:] == ([f"(in {record['found_in']})"] if record["found_in"] and record["ended"] else line[1:])


def test_an_item_repeats_with_its_seed_and_is_cut_at_the_length(tui_rnn: Cli, task_runs: Runs) -> None:
    run = task_runs["items"].path
    records = tui_rnn("sample", run, "--count", 5, "--seed", 1, "--json").records
    longest = max(records, key=lambda record: len(record["text"]))  # one that ends by itself before the length is not cut
    (again,) = tui_rnn("sample", run, "--count", 1, "--seed", records[3]["seed"], "--json").records
    (cut,) = tui_rnn("sample", run, "--count", 1, "--seed", longest["seed"], "--length", 2, "--json").records

    assert again == records[3]
    assert len(longest["text"]) > 2
    assert (cut["text"], cut["ended"]) == (longest["text"][:2], False)


def test_items_go_on_from_a_prompt(tui_rnn: Cli, task_runs: Runs) -> None:
    records = tui_rnn("sample", task_runs["items"].path, "--prompt", "ba", "--count", 5, "--json").records

    assert all(record["text"].startswith("ba") for record in records)


def test_without_its_file_nothing_is_marked_and_that_is_said(tui_rnn: Cli, task_files: Files, tmp_path: Path) -> None:
    text, out = tmp_path / "names.txt", tmp_path / "names.safetensors"
    shutil.copy(task_files["items"][0], text)
    tui_rnn("train", text, "--items", "lines", "--hidden-size", 8, "--steps", 3, "--out", out)
    text.unlink()
    result = tui_rnn("sample", out, "--count", 3, "--json")

    assert result.code == 0
    assert "not marked" in result.err
    assert [record["found_in"] for record in result.records] == ["unknown"] * 3
    assert "(in " not in tui_rnn("sample", out, "--count", 3).out


@pytest.mark.parametrize("count", ["0", "-1", "1e9", "2000000"])
def test_a_count_out_of_range_is_refused(tui_rnn: Cli, task_runs: Runs, count: str) -> None:
    result = tui_rnn("sample", task_runs["items"].path, "--count", count)

    assert (result.code, result.out) == (2, "")
    assert "--count" in result.err


def test_novelty_says_how_much_stands_in_the_training_part(tui_rnn: Cli, task_runs: Runs) -> None:
    run = task_runs["items"].path
    *items, novelty = tui_rnn("sample", run, "--count", 20, "--seed", 1, "--novelty", "--json").records
    assert len(items) == 20
    assert novelty["event"] == "novelty"
    assert novelty["longest_copy"] >= max(len(item["text"]) for item in items if item["found_in"] == "training")
    assert novelty["copied_at"] is not None
    assert list(novelty["new_ngrams"]) == list(novelty["new_ngrams_validation"]) == [str(n) for n in range(4, 13)]
    told = tui_rnn("sample", run, "--count", 20, "--seed", 1, "--novelty")
    assert f"longest copy: {novelty['longest_copy']}" in told.err
