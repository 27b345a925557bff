"""`compare`: runs on the same text, with the standard error of their difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tui_rnn as api

Cli = Callable[..., Any]


@pytest.fixture(scope="module")
def other(text: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An Elman network that was trained less."""
    path = tmp_path_factory.mktemp("other") / "elman.safetensors"
    api.train(text, cell="elman", hidden_size=8, steps=20, seq_len=32, threads=1).save(path)
    return path


def test_two_runs_are_compared_on_what_validates(tui_rnn: Cli, saved: Path, other: Path) -> None:
    first, second, *equal = tui_rnn("compare", saved, other, "--json").records
    scored = tui_rnn("eval", saved, "--json").records[0]
    assert (first["event"], first["path"], first["of"]) == ("run", str(saved), scored["characters"])
    assert first["loss_nats"] == pytest.approx(scored["loss_nats"], rel=1e-4)
    assert (first["difference_nats"], first["standard_error"]) == (None, None)
    assert second["difference_nats"] == pytest.approx(second["loss_nats"] - first["loss_nats"], abs=1e-6)
    assert 0 < second["standard_error"] < second["difference_nats"]
    assert second["where"]
    assert len(second["first_ahead"]) == 10
    assert [(one["event"], one["axis"]) for one in equal] == [("at_equal", axis) for axis in ("chars", "elapsed_s", "flops")]
    assert equal[0]["at"] == second["chars"]
    out = tui_rnn("compare", saved, other).out
    assert "1 is better (± one paired standard error" in out
    assert "1  LSTM 16×2 (cat.safetensors): " in out
    assert "at equal" not in out


def test_a_run_beside_itself_is_no_better_than_chance(tui_rnn: Cli, saved: Path) -> None:
    _, same, *_ = tui_rnn("compare", saved, saved, "--json").records
    assert same["difference_nats"] == 0
    assert "no more than chance" in tui_rnn("compare", saved, saved).out


def test_runs_of_another_task_are_named_with_the_reason(tui_rnn: Cli, saved: Path, other: Path, task_runs: Any) -> None:
    tagger = task_runs["tag"].path
    _, third, second, *_ = tui_rnn("compare", saved, tagger, other, "--json").records
    assert (third["path"], third["comparable"]) == (str(tagger), False)
    assert third["reason"].startswith("another task (tagging")
    assert second["comparable"]
    assert "not comparable: another task" in tui_rnn("compare", saved, tagger, other).out
    result = tui_rnn("compare", saved, tagger)
    assert (result.code, result.out) == (2, "")
    assert "nothing can be compared" in result.err


@pytest.mark.parametrize("kind", ["items", "tag", "classify", "seq2seq"])
def test_tasks_are_compared_by_their_main_metric(tui_rnn: Cli, task_runs: Any, kind: str) -> None:
    path = task_runs[kind].path
    first, same, *_ = tui_rnn("compare", path, path, "--json").records
    if kind == "items":
        assert "accuracy" not in first
        return
    key = "exact_match" if kind == "seq2seq" else "accuracy"
    assert first[key] == pytest.approx(task_runs[kind].done[key])
    assert (same[f"{key}_difference"], same[f"{key}_standard_error"]) == (0, 0)
    assert "points" in tui_rnn("compare", path, path).out


def test_runs_on_other_data_are_compared_on_a_text_that_is_named(tui_rnn: Cli, saved: Path, text: Path, tmp_path: Path) -> None:
    alike = tmp_path / "alike.txt"
    alike.write_text(text.read_text("utf-8")[::-1], encoding="utf-8")
    path = tmp_path / "alike.safetensors"
    api.train(alike, hidden_size=8, steps=5, seq_len=32, threads=1).save(path)
    assert "it learnt from alike.txt, the first from cat.txt" in tui_rnn("compare", saved, path).err
    _, second = tui_rnn("compare", saved, path, "--on", text, "--json").records
    assert second["of"] == len(text.read_text("utf-8")) - 1


def test_one_run_alone_and_what_is_none_are_refused(tui_rnn: Cli, saved: Path, text: Path) -> None:
    assert "only one run is given" in tui_rnn("compare", saved).err
    assert tui_rnn("compare", saved, text).code == 2
    assert tui_rnn("compare", saved, saved, "--length", "1").code == 2
