"""`tui-rnn train`: learns, reports, saves where it was told to, and goes on from there."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tui_rnn as package
from tui_rnn.cli import train
from tui_rnn.data.corpus import open_corpus
from tui_rnn.training.past_goal import past_goal
from tui_rnn.training.resuming import load_run, save_run

Cli = Callable[..., Any]
SMALL = ("--hidden-size", "16", "--seq-len", "32")


def files_in(folder: Path) -> list[Path]:
    """Every file and folder below."""
    return sorted(folder.rglob("*"))


def test_it_reports_in_json_lines_and_ends_with_what_was_reached(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    out = tmp_path / "cat.safetensors"
    result = tui_rnn("train", text, *SMALL, "--cell", "elman", "--steps", 120, "--out", out, "--json")
    start, *progress, done = result.records

    assert (result.code, result.err) == (0, "")
    assert start["event"] == "start"
    assert start["config"]["cell"] == "elman"
    assert {record["event"] for record in progress} == {"progress"}
    assert {
        "step",
        "chars",
        "elapsed_s",
        "train_loss_nats",
        "train_loss_chars",
        "val_loss_nats",
        "val_loss_step",
        "chars_per_s",
        "grad_norm",
        "learning_rate",
    } <= progress[-1].keys()
    assert (done["event"], done["status"], done["step"], done["out"]) == ("done", "finished", 120, str(out))
    assert done["val_loss_nats"] < progress[0]["val_loss_nats"] - 0.5


def test_the_reported_loss_is_that_of_the_saved_run_over_the_whole_validation_part(
    tui_rnn: Cli, text: Path, tmp_path: Path
) -> None:
    out = tmp_path / "cat.safetensors"
    done = tui_rnn("train", text, *SMALL, "--steps", 30, "--out", out, "--json").records[-1]
    written = text.read_text(encoding="utf-8")
    validation = written[len(written) * 9 // 10 :]

    assert done["val_loss_nats"] == pytest.approx(package.load(out).evaluate(validation).loss_nats, rel=1e-5)
    assert done["val_bits_per_char"] == pytest.approx(done["val_loss_nats"] / math.log(2))


def test_the_training_loss_is_a_mean_over_as_many_characters_as_are_said(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    """One step says more of its batch than of the network: over all steps of a run shorter than a pass, the mean is of all."""
    out, options = tmp_path / "cat.safetensors", ("--hidden-size", 16, "--batch-size", 2, "--seq-len", 8)
    done = tui_rnn("train", text, *options, "--steps", 30, "--out", out, "--json").records[-1]
    curve = load_run(out).history.curves()["train_loss_nats"]
    assert len(curve) == 30
    assert done["train_loss_chars"] == 30 * 2 * 8 < len(text.read_text(encoding="utf-8")) * 9 // 10
    assert done["train_loss_nats"] == pytest.approx(curve.mean())
    assert done["val_loss_step"] == done["step"] == 30
    assert "train: the mean over the latest" in tui_rnn("train", text, *options, "--steps", 1, "--out", tmp_path / "b").out


def test_a_training_loss_that_is_estimated_from_a_sample_is_said_to_be(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    options = (*SMALL, "--sampled-softmax", 3, "--steps", 1, "--out", tmp_path / "cat.safetensors")
    assert ", estimated from 3 drawn in each step\n" in tui_rnn("train", text, *options).out


def test_a_sample_that_is_no_smaller_than_the_vocabulary_is_refused_in_a_line(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    options = (*SMALL, "--sampled-softmax", 5_000, "--steps", 1, "--out", tmp_path / "cat.safetensors")
    refused = tui_rnn("train", text, *options)
    assert refused.code == 2
    assert "sampled_softmax is 5,000, expected fewer than the vocabulary's" in refused.err
    assert refused.err.count("\n") == 1


def test_what_is_scored_while_it_trains_is_said_where_it_is_not_all(
    tui_rnn: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "pairs.tsv"
    source.write_text("".join(f"{n}\t{n + 1}\n" for n in range(1000)), "utf-8")
    options = (
        "train",
        source,
        "--task",
        "seq2seq",
        *SMALL[:2],
        "--steps",
        2,
        "--overwrite",
        "--out",
        tmp_path / "pairs.safetensors",
    )
    assert "while it trains" not in tui_rnn(*options).out
    monkeypatch.setattr("tui_rnn.training.learners.batched.MOST_WRITTEN", 40)
    assert "validation: 40 of 100 examples while it trains, all at the end" in tui_rnn(*options).out
    start, *_, done = tui_rnn(*options, "--json").records
    assert (start["scored_while_training"], start["val_examples"], done["examples"]) == (40, 100, 100)


@pytest.mark.parametrize(("tokens", "counted"), [("word", "words"), ("byte", "bytes")])
def test_the_closing_object_speaks_of_the_tokens_that_the_text_was_cut_into(
    tui_rnn: Cli, text: Path, tmp_path: Path, tokens: str, counted: str
) -> None:
    out = tmp_path / "cat.safetensors"
    done = tui_rnn("train", text, *SMALL, "--tokens", tokens, "--steps", 5, "--out", out, "--json").records[-1]

    assert done[f"val_bits_per_{tokens}"] == pytest.approx(done["val_loss_nats"] / math.log(2))
    assert done[f"val_{counted}"] == done[counted] > 0
    assert not [key for key in done if "char" in key and key.startswith("val_")]


def test_a_person_gets_plain_lines_in_a_pipe(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    result = tui_rnn("train", text, *SMALL, "--steps", 10, "--out", tmp_path / "cat.safetensors")

    assert result.code == 0
    assert "\r" not in result.out
    assert "\x1b" not in result.out
    assert "finished at step 10" in result.out
    assert f"tui-rnn sample {tmp_path / 'cat.safetensors'}" in result.out


def test_without_out_the_run_goes_to_the_runs_folder(tui_rnn: Cli, text: Path, home: Path) -> None:
    done = tui_rnn("train", text, *SMALL, "--steps", 5, "--json").records[-1]

    assert Path(done["out"]).parent == home / "runs"
    assert Path(done["out"]).is_file()
    assert Path(done["out"]).name.startswith("cat-lstm-16-")


def test_without_a_goal_it_trains_for_a_minute(tui_rnn: Cli, text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_rnn.cli.train.DEFAULT_GOAL", {"seconds": 0.05})
    start, *_ = tui_rnn("train", text, *SMALL, "--json").records

    assert start["config"]["seconds"] == 0.05
    assert "60 seconds" in " ".join(tui_rnn("train", "--help").out.split())


@pytest.mark.parametrize(("asked", "used"), [((), 1), (("--threads", 2), 2)])
def test_a_small_network_on_one_stream_gets_one_thread_unless_told_otherwise(
    tui_rnn: Cli, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[Any, ...], used: int
) -> None:
    monkeypatch.setattr("tui_rnn.layers.team.cores", lambda: 4)
    run = tmp_path / "run.safetensors"
    new = tui_rnn("train", text, *SMALL, "--batch-size", 1, "--steps", 2, "--out", run, "--json", *asked)
    resumed = tui_rnn("train", "--resume", run, "--steps", 4, "--json", *asked)

    assert (new.records[0]["threads"], resumed.records[0]["threads"]) == (used, used)


def test_a_learning_rate_that_explodes_ends_at_the_last_good_weights(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    out = tmp_path / "cat.safetensors"
    result = tui_rnn("train", text, *SMALL, "--steps", 200, "--learning-rate", "1e6", "--out", out, "--json")

    assert result.code == 1
    assert "diverged" in result.err
    assert result.err.count("\n") == 1
    assert result.records[-1]["status"] == "diverged"
    assert math.isfinite(package.load(out).evaluate("the cat sat").loss_nats)


@pytest.mark.parametrize(
    "options",
    [
        ("--hidden-size", "0"),
        ("--hidden-size", "many"),
        ("--learning-rate", "nan"),
        ("--dropout", "1"),
        ("--seconds", "-1"),
        ("--threads", "0"),
        ("--cell", "transformer"),
        ("--steps", "10", "--seconds", "10"),
        ("--tie-weights",),
        ("--new-text",),
        ("--encoding", "no-such-encoding"),
        ("--out", "missing-folder/run.safetensors"),
        ("--hidden-size", "4096", "--num-layers", "8", "--batch-size", "1024", "--seq-len", "300"),
    ],
)
def test_settings_that_can_not_be_are_refused_and_nothing_is_written(
    tui_rnn: Cli, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = tui_rnn("train", text, *options)

    assert result.code == 2
    assert result.err.count("\n") == 1
    assert files_in(tmp_path) == []
    assert files_in(home) == []


def test_a_text_that_is_too_short_is_refused(tui_rnn: Cli, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("the cat sat on the mat\n", encoding="utf-8")
    result = tui_rnn("train", tmp_path / "short.txt")

    assert result.code == 2
    assert "23 characters" in result.err


def test_a_file_that_is_no_run_is_not_overwritten(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    precious = tmp_path / "notes.txt"
    precious.write_text("mine", encoding="utf-8")
    result = tui_rnn("train", text, *SMALL, "--steps", 5, "--out", precious)

    assert result.code == 2
    assert precious.read_text(encoding="utf-8") == "mine"


def test_nothing_to_train_on(tui_rnn: Cli) -> None:
    result = tui_rnn("train")

    assert result.code == 2
    assert "tui-rnn corpora" in result.err


@pytest.mark.parametrize("seed", [0, 2])
def test_a_seed_of_the_split_is_given_when_it_is_0_too(tui_rnn: Cli, text: Path, seed: int) -> None:
    result = tui_rnn("train", text, "--task", "lm", "--split-seed", seed)

    assert result.code == 2
    assert "--split-seed" in result.err


def test_a_goal_that_a_run_is_past_is_said(tui_rnn: Cli, text: Path, saved: Path) -> None:
    result = tui_rnn("train", "--resume", saved, text, "--steps", 3)

    assert result.code == 0
    assert "past its goal" in result.err


def test_of_a_run_without_a_goal_it_is_said_how_it_ends(
    tui_rnn: Cli, text: Path, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on, endless = past_goal(load_run(saved, open_corpus(str(text)))), tmp_path / "on.safetensors"
    save_run(on, endless)
    monkeypatch.setattr(train, "train", lambda *_: None)
    result = tui_rnn("train", "--resume", endless)

    assert "on.safetensors has no goal, so it trains until you stop it" in result.err
    assert "--steps" in result.err
    assert "no goal" not in tui_rnn("train", "--resume", endless, "--steps", 900).err
