"""A file that isn't a run, or not a whole one, is refused in one line, whatever was altered in it."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.errors import InputError
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.resuming import load_run
from tui_rnn.training.run_facts import read_facts


def test_a_file_of_another_program_is_refused(altered: Any) -> None:
    with pytest.raises(InputError, match="another program wrote it"):
        checkpoints.read(altered(metadata={"format": "pt"}))


def test_a_text_is_refused_with_where_to_find_runs(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("Once upon a time there was no run at all.", "utf-8")
    with pytest.raises(InputError, match=r"text\.txt is not a complete tui-rnn run: .*tui-rnn runs"):
        checkpoints.read(path)


@pytest.mark.parametrize("length", [0, 5, 100, 1000, 20_000])
def test_a_file_that_was_cut_short_is_refused(length: int, saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "short.safetensors"
    path.write_bytes(saved.read_bytes()[:length])
    with pytest.raises(InputError, match=r"short\.safetensors is not a complete tui-rnn run: "):
        checkpoints.read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.safetensors can't be read: No such file"):
        checkpoints.read(tmp_path / "none.safetensors")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"format": 1}, "another version of tui-rnn wrote it"),
        ({"kind": "tagger"}, "another version of tui-rnn wrote it"),
        ({"step": -1}, "-1 where a count"),
        ({"step": True}, "True where a count"),
        ({"elapsed_s": None}, "None where seconds"),
        ({"elapsed_s": 1e400}, "inf where seconds"),
        ({"elapsed_s": 10**400}, "where seconds"),
        ({"step": 2**62}, "where a count"),
        ({"learning_rate": 10**400}, "learning_rate is 1000"),
        ({"config": {"cell": "x" * 100_000}}, "cell is 'xxx"),
        ({"learning_rate": -1}, "learning_rate is -1"),
        ({"learning_rate_changes": [[1]]}, "values to unpack"),
        ({"learning_rate_changes": 3}, "3 where a list"),
        ({"data": []}, "where a dict"),
        ({"data": {"name": 1}}, "1 where a str"),
        ({"data": {"name": "a", "sha256": "b", "byte_count": 3}}, "lacks 'request'"),
        ({"data": {"name": "a", "sha256": "b", "byte_count": 3, "request": {"files": {}}}}, "lacks 'columns'"),
        ({"config": {"hidden_size": 10**9}}, "hidden_size is 1000000000, expected 1 to 4096"),
        ({"config": {"hidden_size": "big"}}, "expected a whole number"),
        ({"config": {"cell": ["lstm"]}}, "expected one of"),
        ({"config": {"magic": 1}}, "settings that this version doesn't know: 'magic'"),
        ({"history": {}}, "lacks 'steps_per_point'"),
        ({"history": 7}, "where a dict"),
    ],
)
def test_facts_that_make_no_sense_are_refused(facts: dict[str, Any], reason: str, altered: Any) -> None:
    with pytest.raises(InputError, match=re.escape(reason)) as caught:
        checkpoints.read(altered(facts=facts))
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    "numbers",
    [{"val_loss_nats": math.inf}, {"best_val_loss_nats": math.nan}, {"sums": [0, 0, 10**400]}, {"summed": 2**70}],
)
def test_numbers_of_the_curves_that_could_not_be_saved_again_are_refused(
    numbers: dict[str, Any], saved: Path, altered: Any
) -> None:
    history = read_facts(saved).history
    with pytest.raises(InputError, match="history has"):
        checkpoints.read(altered(facts={"history": history | numbers}))


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"symbols.characters": None}, "lacks 'symbols.characters'"),
        ({"symbols.characters": np.array([97, 97], np.uint32)}, "not a sorted list of characters"),
        ({"symbols.characters": np.array([0xD800], np.uint32)}, "not a sorted list of characters"),
        ({"symbols.characters": np.array([2**32 - 1], np.uint32)}, "not a sorted list of characters"),
        ({"symbols.characters": np.zeros((2, 2), np.uint32)}, "vocabulary is malformed"),
        ({"symbols.characters": np.zeros(0, np.uint32)}, "vocabulary is malformed"),
        ({"symbols.characters": np.array([97, 98], np.uint32)}, "expected float32"),
        ({"U0": None}, "lacks 'U0'"),
        ({"adam_v.U0": None}, "lacks 'adam_v.U0'"),
        ({"state.h": np.zeros((1, 4, 17), np.float32)}, "expected float32 (1, 4, 16)"),
        ({"U0": np.zeros((3, 3))}, "expected float32"),
        ({"surplus": np.zeros(3)}, "a tensor 'surplus'"),
        ({"history.train": np.zeros((3, 4))}, "'history.train' is float64 (3, 4), expected float64 (any, 5)"),
        ({"history.train": np.zeros((3, 5), np.float32)}, "'history.train' is float32 (3, 5), expected float64"),
        ({"history.val": None}, "lacks 'history.val'"),
        ({"history.other": np.zeros(3)}, "a tensor 'history.other' that its settings don't ask for"),
        ({"feed.other": np.zeros(3)}, "a tensor 'feed.other' that its settings don't ask for"),
        ({"feed.step": np.zeros(2, np.int64)}, "'feed.step' is int64 (2,), expected int64 (1,)"),
        ({"feed.step": np.zeros(1 << 20, np.int64)}, "'feed.step' is int64 (1048576,), expected int64 (1,)"),
        ({"symbols.other": np.zeros(3)}, "a tensor 'symbols.other' that its settings don't ask for"),
        ({"symbols.labels": np.zeros(3, np.uint8)}, "a tensor 'symbols.labels' that its settings don't ask for"),
    ],
)
def test_arrays_that_do_not_fit_the_settings_are_refused(arrays: dict[str, Any], reason: str, altered: Any) -> None:
    with pytest.raises(InputError, match=re.escape(reason)):
        checkpoints.read(altered(arrays=arrays))


def test_gates_that_differ_are_refused_where_they_share_one_matrix(altered: Any, saved: Path) -> None:
    facts = {"config": read_facts(saved).config.settings | {"share_gates": True}}
    with pytest.raises(InputError, match="is not a complete tui-rnn run: array W0 differs from gate to gate"):
        checkpoints.read(altered(facts=facts))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", ["U0", "adam_m.U0", "adam_v.U0", "state.h", "history.train", "history.val"])
def test_numbers_that_training_would_break_on_are_refused(name: str, number: float, altered: Any, saved: Path) -> None:
    array = safetensors.numpy.load_file(saved)[name]
    array.flat[1] = number
    with pytest.raises(InputError, match=r"\A[^\n]*(history|'" + re.escape(name) + r"')[^\n]* NaN or infinity[^\n]*\Z"):
        checkpoints.read(altered(arrays={name: array}))


def test_a_mean_of_squares_below_0_is_refused(altered: Any, saved: Path) -> None:
    array = safetensors.numpy.load_file(saved)["adam_v.U0"]
    array.flat[1] = -1e-9
    with pytest.raises(InputError, match=r"'adam_v\.U0' holds negative numbers"):
        checkpoints.read(altered(arrays={"adam_v.U0": array}))


@pytest.mark.parametrize("arrays", [{"feed.step": np.array([2**62])}, {"feed.step": np.array([-1])}])
def test_a_place_that_training_never_comes_to_is_refused(arrays: dict[str, Any], altered: Any, corpus: Corpus) -> None:
    with pytest.raises(InputError, match="the data's step"):
        load_run(altered(arrays=arrays), corpus)


def test_nothing_is_allocated_by_a_claim(altered: Any, saved: Path, small: RunConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    def allocate(*args: object) -> None:
        raise AssertionError("a model was made from a file that lies")

    monkeypatch.setattr(LanguageModel, "__init__", allocate)
    with pytest.raises(InputError, match=r"float32 \(.*4096"):
        checkpoints.read(altered(facts={"config": {"hidden_size": 1024, "num_layers": 2, "cell": "lstm"}}))
    with pytest.raises(InputError, match="GiB of memory"):
        checkpoints.read(altered(facts={"config": small.settings | {"hidden_size": 64, "seq_len": 4096, "batch_size": 1024}}))


@pytest.mark.parametrize("name", ["feed.step", "feed.other", "history.train", "symbols.other", "symbols.characters", "x"])
def test_of_what_the_settings_do_not_ask_for_nothing_is_read(name: str, saved: Path, tmp_path: Path) -> None:
    """A hole of 64 GiB in the file, which would be as much memory."""
    data = saved.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    tensors = {key: value for key, value in header.items() if key not in ("__metadata__", name)}
    start = max(value["data_offsets"][1] for value in tensors.values())
    kept, place = {}, 0
    body = b""
    for key, value in tensors.items():
        begin, end = value["data_offsets"]
        body += data[8 + length + begin : 8 + length + end]
        kept[key] = value | {"data_offsets": [place, place + end - begin]}
        place += end - begin
    assert start >= place
    huge = {"dtype": "F64", "shape": [1 << 33], "data_offsets": [place, place + (1 << 36)]}
    new = json.dumps({"__metadata__": header["__metadata__"], **kept, name: huge}).encode()
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as file:
        file.write(len(new).to_bytes(8, "little") + new + body)
        file.truncate(8 + len(new) + place + (1 << 36))

    with pytest.raises(InputError, match=r"not a complete tui-rnn run: (tensor|it has a tensor|its vocabulary)"):
        checkpoints.read(path)
