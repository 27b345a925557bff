"""The file of a run on examples: it knows its data, its labels and its words, and what makes no sense is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy

from tests.training.tasks import PROBLEMS
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.running_text import in_tokens
from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training import same_data
from tui_rnn.training.resuming import load_run, restored, save_run
from tui_rnn.training.trainer import Trainer

FILES = {name: None for name in ("validation", "test", "format", "columns", "encoding")} | {
    "source": "",
    "skip_bad_lines": False,
    "cut_long": False,
    "join_labels": False,
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    paths = {}
    for task, problem in PROBLEMS.items():
        folder = tmp_path_factory.mktemp(task)
        paths[task] = folder / "run.safetensors"
        save_run(Trainer(problem.config, problem.open(folder)), paths[task])
    return paths


def altered(saved: Path, folder: Path, arrays: dict[str, Any], facts: dict[str, Any] | None = None) -> Path:
    """The saved run with other arrays or facts; the file itself is well formed."""
    tensors = safetensors.numpy.load_file(saved)
    with safetensors.safe_open(saved, "numpy") as file:
        own = json.loads(file.metadata()["tui_rnn"]) | (facts or {})
    tensors = {name: array for name, array in (tensors | arrays).items() if array is not None}
    safetensors.numpy.save_file(tensors, folder / "altered.safetensors", {"tui_rnn": json.dumps(own)})
    return folder / "altered.safetensors"


def names(*names: str) -> np.ndarray[Any, Any]:
    return np.frombuffer(json.dumps(names).encode(), np.uint8)


@pytest.mark.parametrize("task", sorted(PROBLEMS))
def test_the_file_needs_nothing_beside_it(task: str, saved: dict[str, Path]) -> None:
    checkpoint = checkpoints.read(saved[task])
    data = same_data.reopen(checkpoint)
    assert checkpoint.symbols == data.symbols
    assert checkpoint.facts.kind is data.kind is KINDS[task]
    assert checkpoint.facts.config == PROBLEMS[task].config
    assert checkpoint.facts.data.request.files.source == str(saved[task].parent / "examples.tsv")


@pytest.mark.parametrize(
    ("task", "arrays", "reason"),
    [
        ("classify", {"symbols.labels": None}, "lacks 'symbols.labels'"),
        ("classify", {"symbols.labels": names("low", "high")}, "labels are not sorted"),
        ("classify", {"symbols.labels": names("a", "b", "c")}, "expected float32"),
        ("classify", {"symbols.labels": np.zeros(3, np.uint8)}, "no list of names"),
        ("classify", {"symbols.labels": np.zeros((3, 3), np.uint8)}, "no list of names"),
        ("classify", {"symbols.labels": np.frombuffer(b"[" * 100_000, np.uint8)}, "no list of names"),
        ("classify", {"symbols.labels": np.frombuffer(b'["a", 3]', np.uint8)}, "no list of names"),
        ("classify", {"symbols.labels": np.frombuffer(b'["a", "\\ud800"]', np.uint8)}, "half a character"),
        ("tag", {"symbols.known_words": None}, "lacks 'symbols.known_words'"),
        ("seq2seq", {"symbols.targets": names()}, "target tokens is empty"),
        ("seq2seq", {"symbols.separator": names("-")}, "separator of target tokens is '-'"),
        ("seq2seq", {"symbols.separator": names()}, "not enough values"),
        ("seq2seq", {"decoder.U0": None}, "lacks 'decoder.U0'"),
        ("items", {"V": np.zeros((3, 3), np.float32)}, "expected float32"),
    ],
)
def test_symbols_that_make_no_sense_are_refused(
    task: str, arrays: dict[str, Any], reason: str, saved: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=re.escape(reason)) as caught:
        checkpoints.read(altered(saved[task], tmp_path, arrays))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("feed", [np.array([-1]), np.array([2**62]), np.array([0.5]), np.zeros((2, 2), np.int64), None])
def test_a_place_among_the_batches_that_can_not_be_is_refused(feed: Any, saved: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"step doesn't fit|'feed\.step'"):
        load_run(altered(saved["tag"], tmp_path, {"feed.step": feed}))


def test_settings_of_another_task_are_refused(saved: dict[str, Path], tmp_path: Path) -> None:
    with safetensors.safe_open(saved["tag"], "numpy") as file:
        config = json.loads(file.metadata()["tui_rnn"])["config"]
    with pytest.raises(InputError, match="bidirectional is for tag, classify and seq2seq, this is lm with --items"):
        checkpoints.read(altered(saved["items"], tmp_path, {}, {"config": config}))


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"task": "dance"}, "task is 'dance'"),
        ({"tokens": 3}, "3 where a str"),
        ({"tokens": "word"}, "symbols.fold_case"),
        ({"files": FILES | {"split_seed": 2**63}}, "where a count"),
        ({"files": {}}, "lacks 'columns'"),
        ({"files": []}, "where a dict"),
    ],
)
def test_a_record_of_the_data_that_makes_no_sense_is_refused(
    request_: dict[str, Any], reason: str, saved: dict[str, Path], tmp_path: Path
) -> None:
    with safetensors.safe_open(saved["tag"], "numpy") as file:
        data = json.loads(file.metadata()["tui_rnn"])["data"]
    data["request"] |= request_
    with pytest.raises(InputError, match=re.escape(reason)):
        checkpoints.read(altered(saved["tag"], tmp_path, {}, {"data": data}))


def test_other_examples_are_refused_unless_they_are_meant(saved: dict[str, Path], tmp_path: Path) -> None:
    text = (saved["classify"].parent / "examples.tsv").read_text(encoding="utf-8")
    (tmp_path / "more.tsv").write_text(text + "dddd\tlow\n", encoding="utf-8")
    checkpoint = checkpoints.read(saved["classify"])
    other = open_data(DataRequest(SourceFiles(str(tmp_path / "more.tsv"))), symbols=checkpoint.symbols)
    with pytest.raises(InputError, match="is not the text that the run was trained on"):
        restored(checkpoint, other)
    assert restored(checkpoint, other, new_data=True).advance(1) == 0


def test_the_same_file_split_otherwise_is_refused_unless_it_is_meant(saved: dict[str, Path]) -> None:
    checkpoint = checkpoints.read(saved["classify"])
    files = SourceFiles(str(saved["classify"].parent / "examples.tsv"), split_seed=2)
    other = open_data(DataRequest(files), symbols=checkpoint.symbols)
    with pytest.raises(InputError, match="split in another way than when the run was trained"):
        restored(checkpoint, other)
    assert restored(checkpoint, other, new_data=True).epoch == 0


def test_examples_of_another_task_are_refused(saved: dict[str, Path]) -> None:
    data = same_data.reopen(checkpoints.read(saved["classify"]))
    with pytest.raises(InputError, match="was opened for the task classify, the run's is tag"):
        load_run(saved["tag"], data)


def test_labels_that_the_run_does_not_know_are_refused(saved: dict[str, Path], tmp_path: Path) -> None:
    text = (saved["classify"].parent / "examples.tsv").read_text(encoding="utf-8")
    (tmp_path / "more.tsv").write_text(text.replace("low", "deep"), encoding="utf-8")
    other = open_data(DataRequest(SourceFiles(str(tmp_path / "more.tsv"))))
    with pytest.raises(InputError, match="has other labels or targets than the run knows"):
        load_run(saved["classify"], other, new_data=True)


def test_examples_without_any_label_that_the_run_knows_are_refused(saved: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "more.tsv").write_text("text\tlabel\naa\tdeep\nbb\tdeep\nba\thigh up\n", encoding="utf-8")
    checkpoint = checkpoints.read(saved["classify"])
    other = open_data(DataRequest(SourceFiles(str(tmp_path / "more.tsv"))), symbols=checkpoint.symbols)
    with pytest.raises(InputError, match=r"every training example of .*more\.tsv has a label that the network doesn.t know"):
        restored(checkpoint, other, new_data=True)


@pytest.mark.parametrize("tokens", ["word", "byte"])
def test_a_text_in_words_or_bytes_goes_on_bit_for_bit(tokens: str, text: str, tmp_path: Path) -> None:
    config = RunConfig(hidden_size=16, batch_size=4, seq_len=16, warmup_steps=5)
    straight = Trainer(config, in_tokens(corpus_from_text(text), tokens))
    while straight.step < 30:
        straight.advance(min(7, 30 - straight.step))
        if straight.step == 14:
            save_run(straight, tmp_path / "half.safetensors")
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    data = open_data(DataRequest(SourceFiles(str(tmp_path / "text.txt")), tokens=tokens))
    resumed = load_run(tmp_path / "half.safetensors", data)
    assert resumed.learner.unit == tokens
    while resumed.step < 30:
        resumed.advance(min(7, 30 - resumed.step))
    for name, array in straight.learner.network.arrays().items():
        assert array.tobytes() == resumed.learner.network.arrays()[name].tobytes(), name
