"""`train`, `eval` and `predict` for every task: told by the content, scored beside what counting alone gets."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import tui_rnn as package
from tests.cli.conftest import TaskRun
from tests.cli.task_files import pairs, sentences, texts
from tui_rnn.cli.data_options import DataOptions
from tui_rnn.data.examples.labels import TARGET_UNITS
from tui_rnn.data.request import FORMATS, ITEM_FORMATS, TOKENS
from tui_rnn.kinds import TASKS

Cli = Callable[..., Any]
Runs = dict[str, TaskRun]
Files = dict[str, tuple[Path, Path]]
METRICS = {
    "items": set(),
    "tag": {"accuracy", "accuracy_unseen", "macro_f1"},
    "classify": {"accuracy", "macro_f1"},
    "seq2seq": {"exact_match", "token_error_rate"},
}
EVERY_METRIC = set().union(*METRICS.values())
KINDS = list(METRICS)


def test_the_options_offer_what_the_data_layer_knows() -> None:
    hints = get_type_hints(DataOptions)
    offered = {name: get_args(get_args(hints[name])[0]) for name in ("task", "items", "tokens", "format", "target_units")}

    assert offered["task"] == TASKS
    assert offered["items"] == ITEM_FORMATS
    assert set(offered["tokens"]) == set(TOKENS)
    assert {*offered["format"], *ITEM_FORMATS} == set(FORMATS)
    assert set(offered["target_units"]) == set(TARGET_UNITS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_task_is_told_by_the_content_and_said_with_the_reason(task_runs: Runs, kind: str) -> None:
    said = task_runs[kind].result.err

    if kind == "items":
        assert said == ""  # it was asked for
    else:
        assert said.count("\n") == 1
        assert {"tag": "blank lines", "classify": "text and label", "seq2seq": "source and target"}[kind] in said


@pytest.mark.parametrize("kind", KINDS)
def test_progress_done_and_eval_have_the_same_keys(tui_rnn: Cli, task_runs: Runs, kind: str) -> None:
    start, *progress, done = task_runs[kind].result.records
    (scored,) = tui_rnn("eval", task_runs[kind].path, "--json").records
    wanted = {"task", "examples", "loss_nats", "baseline"} | METRICS[kind]

    assert task_runs[kind].result.code == 0
    assert start["task"] == done["task"] == scored["task"] == ("lm" if kind == "items" else kind)
    for record in (*progress, done, done["test"], scored):
        assert wanted <= record.keys()
        assert not (EVERY_METRIC - METRICS[kind]) & record.keys()
    assert all(baseline.keys() == (METRICS[kind] or {"loss_nats"}) for baseline in done["baseline"].values())


@pytest.mark.parametrize("kind", KINDS)
def test_the_run_scores_on_its_own_validation_part_as_training_said(tui_rnn: Cli, task_runs: Runs, kind: str) -> None:
    done = task_runs[kind].done
    (scored,) = tui_rnn("eval", task_runs[kind].path, "--json").records

    assert scored["part"] == "validation"
    for key in ("examples", "baseline", *METRICS[kind]):
        assert scored[key] == done[key], key
    assert scored["loss_nats"] == pytest.approx(done["val_loss_nats"], rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_scored_like_the_same_file_in_training(tui_rnn: Cli, task_runs: Runs, task_files: Files, kind: str) -> None:
    """The test file was the validation file: training, its test and eval must agree."""
    run, done = task_runs[kind].path, task_runs[kind].done
    (scored,) = tui_rnn("eval", run, task_files[kind][1], "--json").records

    assert scored["part"] == "all"
    for key in ("examples", "baseline", *METRICS[kind]):
        assert scored[key] == done[key] == done["test"][key], key


def test_the_accuracy_is_the_share_of_right_predictions(tui_rnn: Cli, task_runs: Runs) -> None:
    run, examples = task_runs["classify"], texts(40, seed=2)
    records = tui_rnn("predict", run.path, *[text for text, _ in examples], "--json").records
    right = sum(record["label"] == label for record, (_, label) in zip(records, examples, strict=True))
    labels = Counter(label for _, label in examples)
    majority = Counter(label for _, label in texts(200, seed=1)).most_common(1)[0][0]

    assert run.done["accuracy"] == pytest.approx(right / 40)
    assert run.done["accuracy"] > 0.9
    assert run.done["baseline"]["majority class"]["accuracy"] == pytest.approx(labels[majority] / 40)


def test_the_accuracy_of_tags_is_over_words_and_over_those_that_training_lacks(tui_rnn: Cli, task_runs: Runs) -> None:
    run, examples = task_runs["tag"], sentences(40, seed=2)
    lines = [" ".join(word for word, _ in sentence) for sentence in examples]
    records = tui_rnn("predict", run.path, *lines, "--json").records
    known = {word for sentence in sentences(200, seed=1) for word, _ in sentence}
    found = [
        (told["tag"] == tag, told["unseen"], word not in known)
        for record, sentence in zip(records, examples, strict=True)
        for told, (word, tag) in zip(record["words"], sentence, strict=True)
    ]

    assert [told for _, told, _ in found] == [unseen for _, _, unseen in found]
    assert run.done["accuracy"] == pytest.approx(sum(right for right, _, _ in found) / len(found))
    unseen = [right for right, _, unseen in found if unseen]
    assert (run.done["accuracy_unseen"] is None) == (not unseen)
    assert not unseen or run.done["accuracy_unseen"] == pytest.approx(sum(unseen) / len(unseen))


def test_exact_match_is_the_share_of_right_outputs(tui_rnn: Cli, task_runs: Runs) -> None:
    run, examples = task_runs["seq2seq"], pairs(40, seed=2)
    records = tui_rnn("predict", run.path, *[source for source, _ in examples], "--json").records
    right = sum(record["output"] == target for record, (_, target) in zip(records, examples, strict=True))

    assert run.done["exact_match"] == pytest.approx(right / 40)
    assert run.done["baseline"]["copy of the source"] == {"exact_match": 0.0, "token_error_rate": 1.0}


def test_a_person_sees_the_metric_beside_the_baselines(tui_rnn: Cli, task_runs: Runs) -> None:
    done, out = task_runs["classify"].done, tui_rnn("eval", task_runs["classify"].path).out

    assert f"accuracy {done['accuracy']:.1%}" in out
    for name, metrics in done["baseline"].items():
        assert f"{name} {metrics['accuracy']:.1%}" in out


def test_words_are_scored_in_nats_a_word(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    options = ("--tokens", "word", "--hidden-size", 16, "--steps", 5, "--out", tmp_path / "words.safetensors")
    done = tui_rnn("train", text, *options, "--seq-len", 8, "--json").records[-1]

    assert {"bits_per_word", "words", "perplexity"} <= done.keys()
    assert done["bits_per_word"] == pytest.approx(done["loss_nats"] / 0.6931472)
    assert "nats/word" in tui_rnn("eval", tmp_path / "words.safetensors").out


def test_minutes_are_sixty_seconds(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    options = ("--hidden-size", 16, "--minutes", "0.001", "--no-recipe", "--out", tmp_path / "cat.safetensors")
    start = tui_rnn("train", text, *options, "--json").records[0]

    assert start["config"]["seconds"] == pytest.approx(0.06)


@pytest.mark.parametrize("kind", KINDS)
def test_every_task_goes_on_from_its_file(tui_rnn: Cli, task_runs: Runs, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "longer.safetensors"
    start, *_, done = tui_rnn("train", "--resume", task_runs[kind].path, "--steps", 62, "--out", out, "--json").records

    assert (start["step"], done["step"], done["task"]) == (60, 62, start["task"])
    assert package.load(out).config.steps == 62


SMALL = ("--steps", "2", "--hidden-size", "8")


@pytest.mark.parametrize("other", ["tsv", "jsonl", "folder"])
def test_a_file_of_another_format_than_the_runs_own_is_scored_as_what_it_is(tui_rnn: Cli, tmp_path: Path, other: str) -> None:
    rows, run = texts(60, seed=1), tmp_path / "run.safetensors"
    (tmp_path / "csv.csv").write_text("".join(f'"{text}",{label}\n' for text, label in rows), encoding="utf-8")
    (tmp_path / "tsv").write_text("text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in rows), encoding="utf-8")
    objects = [json.dumps({"text": text, "label": label}) + "\n" for text, label in rows]
    (tmp_path / "jsonl.jsonl").write_text("".join(objects), encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for name in ("kind", "rude"):
        lines = "".join(f"{text}\n" for text, label in rows if label == name)
        (tmp_path / "folder" / f"{name}.txt").write_text(lines, encoding="utf-8")
    paths = {path.stem: path for path in tmp_path.iterdir()}

    assert tui_rnn("train", paths["csv"], "--format", "csv", "--task", "classify", *SMALL, "--out", run).code == 0
    assert tui_rnn("eval", run, paths[other], "--json").records[0]["examples"] == 60
    assert tui_rnn("train", paths["folder"], "--format", "folder", *SMALL, "--out", run, "--overwrite").code == 0
    assert tui_rnn("eval", run, paths["csv" if other == "folder" else other], "--json").records[0]["examples"] == 60


def test_the_runs_own_file_is_known_though_its_columns_are_said_again(tui_rnn: Cli, tmp_path: Path) -> None:
    rows = "".join(f"{k}\t{text}\t{label}\n" for k, (text, label) in enumerate(texts(60, seed=1)))
    (tmp_path / "three.tsv").write_text(rows, encoding="utf-8")
    run = tmp_path / "run.safetensors"
    tui_rnn("train", tmp_path / "three.tsv", "--columns", "2,3", *SMALL, "--out", run)
    plain = tui_rnn("eval", run, tmp_path / "three.tsv", "--json").records
    said = tui_rnn("eval", run, tmp_path / "three.tsv", "--columns", "2,3", "--json").records

    assert plain == said
    assert said[0]["part"] == "validation"
    assert tui_rnn("eval", run, tmp_path / "three.tsv", "--columns", "1,3", "--json").records[0]["part"] == "all"


def test_the_runs_own_file_is_read_whole_in_its_own_encoding(tui_rnn: Cli, tmp_path: Path) -> None:
    rows = "".join(f"süß {text}\t{label}\n" for text, label in texts(60, seed=1))
    (tmp_path / "own.tsv").write_text(rows, encoding="latin-1")
    run = tmp_path / "run.safetensors"
    tui_rnn("train", tmp_path / "own.tsv", "--encoding", "latin-1", "--task", "classify", *SMALL, "--out", run)
    assert tui_rnn("eval", run, "--part", "all", "--json").records[0]["examples"] == 60


def test_items_of_a_file_with_another_ending_are_of_the_same_kind(tui_rnn: Cli, tmp_path: Path) -> None:
    run = tmp_path / "run.safetensors"
    for name in ("poems.txt", "more.md"):
        (tmp_path / name).write_text("".join(f"line {k}\nand {name}\n\n" for k in range(40)), encoding="utf-8")
    tui_rnn("train", tmp_path / "poems.txt", "--items", "paragraphs", *SMALL, "--out", run)
    assert tui_rnn("eval", run, tmp_path / "more.md", "--json").records[0]["examples"] == 40


def test_columns_of_training_that_another_file_lacks_are_named(tui_rnn: Cli, task_files: Files, tmp_path: Path) -> None:
    rows = "".join(f"{k}\t{text}\t{label}\n" for k, (text, label) in enumerate(texts(60, seed=1)))
    (tmp_path / "three.tsv").write_text(rows, encoding="utf-8")
    run = tmp_path / "run.safetensors"
    trained = tui_rnn("train", tmp_path / "three.tsv", "--columns", "2,3", *SMALL, "--out", run)
    refused = tui_rnn("eval", run, task_files["classify"][1])
    said = tui_rnn("eval", run, task_files["classify"][1], "--columns", "1,2", "--json")

    assert (trained.code, refused.code) == (0, 2)
    assert "no column 3, expected 1 to 2; it was read as the run's own data, with --columns 2,3" in refused.err
    assert said.records[0]["examples"] == 40
