"""One file holds the whole run: training goes on from it bit for bit, and a file that isn't one is refused."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy

from tests.training.conftest import train
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus, corpus_from_text
from tui_rnn.errors import InputError
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.resuming import load_run, save_run
from tui_rnn.training.run_facts import read_facts
from tui_rnn.training.trainer import Trainer


def contents(path: Path) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, Any]]:
    """A run's file as the library sees it, without the times, which never repeat."""
    arrays = safetensors.numpy.load_file(path)
    for name in ("history.train", "history.val"):
        arrays[name] = np.delete(arrays[name], 1, axis=1)
    with safetensors.safe_open(path, "numpy") as file:
        facts = json.loads(file.metadata()["tui_rnn"])
    del facts["elapsed_s"]
    return arrays, facts


@pytest.mark.parametrize(
    "settings",
    [
        {"cell": "elman", "dropout": 0.3},
        {"cell": "lstm", "dropout": 0.3, "num_layers": 2, "weight_decay": 0.05},
        {"cell": "gru", "embedding_size": 16, "tie_weights": True},
        {"cell": "lstm", "schedule": "cosine", "steps": 3000, "reset_every": 0, "bias": False},
        {"cell": "lstm", "share_gates": True, "embedding_size": 8},
        {"cell": "gru", "sampled_softmax": 5},
        {"cell": "mingru", "dropout": 0.3, "num_layers": 2},
    ],
    ids=lambda settings: settings["cell"],
)
def test_a_run_that_was_interrupted_ends_with_the_same_bytes(
    settings: dict[str, Any], corpus: Corpus, small: RunConfig, tmp_path: Path
) -> None:
    config = replace(small, **settings)
    straight = train(Trainer(config, corpus), 1300)  # beyond the point where the history is halved
    save_run(straight, tmp_path / "straight.safetensors")
    first = train(Trainer(config, corpus), 1021)
    save_run(first, tmp_path / "half.safetensors")
    second = train(load_run(tmp_path / "half.safetensors", corpus), 1300)
    save_run(second, tmp_path / "resumed.safetensors")
    (arrays, facts), (expected, expected_facts) = (
        contents(tmp_path / "resumed.safetensors"),
        contents(tmp_path / "straight.safetensors"),
    )
    assert facts == expected_facts
    assert arrays.keys() == expected.keys()
    for name, array in expected.items():
        assert arrays[name].tobytes() == array.tobytes(), name


def scripted(trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> Trainer:
    """Its evaluations find it better until about step 100, and worse from then on."""
    evaluate = trainer.learner.evaluate

    def found(*arguments: Any) -> Any:
        real = evaluate(*arguments)
        return real and replace(real, loss_nats=2 + abs(trainer.step - 100) / 1000)

    monkeypatch.setattr(trainer.learner, "evaluate", found)
    return trainer


@pytest.mark.parametrize("stop", [50, 112, 200, 950])
def test_a_run_that_goes_back_to_its_best_weights_does_so_after_an_interruption_too(
    stop: int, corpus: Corpus, small: RunConfig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config, path = replace(small, steps=1000, schedule="constant"), tmp_path / "run.safetensors"
    straight = scripted(Trainer(config, corpus, keep_best=True), monkeypatch)
    while not straight.finished:
        straight.advance(30)
    save_run(straight, path)
    arrays, facts = contents(path)
    assert straight.kept_step is not None
    save_run(train(scripted(Trainer(config, corpus, keep_best=True), monkeypatch), stop), path)
    resumed = scripted(load_run(path, corpus), monkeypatch)
    while not resumed.finished:
        resumed.advance(30)
    save_run(resumed, path)
    again, told = contents(path)

    assert resumed.kept_step == straight.kept_step
    assert told == facts
    assert {name: array.tobytes() for name, array in again.items()} == {n: array.tobytes() for n, array in arrays.items()}


def test_at_the_goal_the_best_weights_are_those_of_the_run_and_not_kept_twice(
    corpus: Corpus, small: RunConfig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trainer = scripted(Trainer(replace(small, steps=1000), corpus, keep_best=True), monkeypatch)
    save_run(train(trainer, 420), tmp_path / "before.safetensors")
    while not trainer.finished:
        trainer.advance(30)
    save_run(trainer, tmp_path / "after.safetensors")
    before, after = (safetensors.numpy.load_file(tmp_path / f"{name}.safetensors") for name in ("before", "after"))

    assert not [name for name in after if name.startswith("best.")]
    assert before["best.U0"].tobytes() == after["U0"].tobytes()


def test_the_best_on_one_text_is_not_gone_back_to_on_another(
    corpus: Corpus, text: str, small: RunConfig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trainer = scripted(Trainer(replace(small, steps=1000), corpus, keep_best=True), monkeypatch)
    save_run(train(trainer, 420), tmp_path / "run.safetensors")
    other = corpus_from_text(text[::-1], vocabulary=corpus.vocabulary)  # type: ignore[arg-type]
    resumed = load_run(tmp_path / "run.safetensors", other, new_data=True, goal={"steps": 430})
    monkeypatch.setattr(resumed.learner, "evaluate", lambda *arguments: Evaluation(2.9, 100))
    while not resumed.finished:
        resumed.advance(30)

    assert resumed.kept_step is None


@pytest.mark.parametrize(
    ("facts", "arrays", "reason"),
    [
        ({"keep_best": 1}, {}, "a bool was expected"),
        ({"best": [3]}, {}, "a dict was expected"),
        ({"best": {"step": 3, "val_loss_nats": math.nan, "val_metric": None}}, {}, "a score was expected"),
        ({"best": {"step": 3, "val_loss_nats": 2.0, "val_metric": "x"}}, {}, "a score was expected"),
        ({"best": {"step": 3, "val_loss_nats": 2.0}}, {}, "lacks 'val_metric'"),
        ({"best": {"step": 3, "val_loss_nats": 2.0, "val_metric": None}}, {}, "lacks 'best."),
        ({}, {"best.U0": np.zeros(3, np.float32)}, "a tensor 'best.U0' that its settings don't ask for"),
    ],
)
def test_best_weights_that_do_not_fit_are_refused(
    facts: dict[str, Any], arrays: dict[str, Any], reason: str, altered: Any
) -> None:
    with pytest.raises(InputError, match=re.escape(reason)):
        checkpoints.read(altered(arrays, facts))


def test_a_learning_rate_that_was_changed_stays_changed(corpus: Corpus, small: RunConfig, tmp_path: Path) -> None:
    trainer = train(Trainer(small, corpus), 10)
    trainer.set_learning_rate(0.004)
    save_run(trainer, tmp_path / "a.safetensors")
    resumed = load_run(tmp_path / "a.safetensors", corpus)
    assert resumed.learning_rate == 0.004
    assert resumed.learning_rate_changes == [(10, 0.004)]


def test_the_file_needs_nothing_beside_it(saved: Path, corpus: Corpus, small: RunConfig) -> None:
    checkpoint = checkpoints.read(saved)
    assert checkpoint.symbols.vocabulary == corpus.vocabulary
    assert checkpoint.facts.config == small
    assert checkpoint.facts.data.sha256 == corpus.sha256
    assert checkpoint.facts.chars == 20 * 4 * 16


def test_the_text_is_opened_again_from_where_it_lay(text: str, small: RunConfig, tmp_path: Path) -> None:
    source = tmp_path / "animals.txt"
    source.write_text(text, encoding="utf-16", newline="")
    from tui_rnn.data.corpus import open_corpus

    trainer = train(Trainer(small, open_corpus(source, encoding="utf-16")), 5)
    save_run(trainer, tmp_path / "a.safetensors")
    assert train(load_run(tmp_path / "a.safetensors"), 10).step == 10


def test_another_text_is_refused_unless_it_is_meant(saved: Path, text: str, corpus: Corpus) -> None:
    other = corpus_from_text(text[::-1], name="backwards")
    with pytest.raises(InputError, match="is not the text that the run was trained on"):
        load_run(saved, other)
    trainer = load_run(saved, other, new_data=True)
    assert trainer.step == 20
    assert train(trainer, 40).history.val_loss_nats > 0


def test_a_text_in_other_characters_is_refused_even_then(saved: Path, text: str) -> None:
    with pytest.raises(InputError, match="distinct characters"):
        load_run(saved, corpus_from_text(text + "ξ"), new_data=True)


def test_a_new_goal_replaces_the_runs_own(saved: Path, corpus: Corpus) -> None:
    trainer = load_run(saved, corpus, goal={"steps": 25})
    while not trainer.finished:
        trainer.advance(100)
    assert trainer.step == 25


def test_only_the_header_is_read_for_a_list(saved: Path, tmp_path: Path) -> None:
    facts = read_facts(saved)
    assert (facts.step, facts.data.name) == (20, "animals")
    assert facts.history["val_loss_nats"] > 0


def test_a_run_that_does_not_go_back_to_its_best_weights_does_not_carry_them(
    corpus: Corpus, small: RunConfig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "run.safetensors"
    save_run(train(scripted(Trainer(replace(small, steps=1000), corpus), monkeypatch), 420), path)
    save_run(train(scripted(load_run(path, corpus), monkeypatch), 620), path)

    assert not [name for name in safetensors.numpy.load_file(path) if name.startswith("best.")]
