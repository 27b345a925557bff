"""Training on examples: each task is learnt, repeats exactly, and is told how well it does."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.same import assert_same
from tests.training.tasks import PROBLEMS
from tui_rnn.cli import answering, scores
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.opening import Data, encode_given
from tui_rnn.errors import InputError
from tui_rnn.insight.answers import WrittenText
from tui_rnn.insight.asking import classify_texts, tag_sentences, write_texts
from tui_rnn.insight.predict import answers
from tui_rnn.kinds import PAIRS
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger
from tui_rnn.training.networks import new_network
from tui_rnn.training.resuming import load_run, save_run
from tui_rnn.training.scoring import score
from tui_rnn.training.trainer import Trainer

TASKS = sorted(PROBLEMS)


@pytest.fixture(scope="module")
def data_of(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Data]:
    return {task: problem.open(tmp_path_factory.mktemp(task)) for task, problem in PROBLEMS.items()}


def trained(data: Data, end: int, max_steps: int = 64, threads: int = 1, **settings: Any) -> Trainer:
    trainer = Trainer(replace(PROBLEMS[data.kind.name].config, **settings), data, threads=threads)
    return train(trainer, end, max_steps)


def train(trainer: Trainer, steps: int, max_steps: int = 64) -> Trainer:
    while trainer.step < steps and not (trainer.diverged or trainer.finished):
        trainer.advance(min(max_steps, steps - trainer.step))
    return trainer


@pytest.fixture(scope="module")
def learnt(data_of: dict[str, Data]) -> dict[str, Trainer]:
    return {task: trained(data, 250, threads=2) for task, data in data_of.items()}


@pytest.mark.parametrize(("task", "metric", "least"), [("classify", "accuracy", 0.95), ("tag", "accuracy", 0.95)])
def test_labels_that_can_be_told_are_learnt(task: str, metric: str, least: float, learnt: dict[str, Trainer]) -> None:
    score = learnt[task].evaluate()
    assert score is not None
    assert score.metrics[metric] > least


def test_writing_letters_large_is_learnt(learnt: dict[str, Trainer]) -> None:
    score = learnt["seq2seq"].evaluate()
    assert score is not None
    assert score.metrics["exact_match"] > 0.6
    assert score.metrics["token_error_rate"] < 0.3


def test_items_are_predicted_better_than_by_their_letters_frequencies(learnt: dict[str, Trainer]) -> None:
    trainer = learnt["items"]
    assert isinstance(trainer.data, ExampleData)
    written = Counter("".join(f"{item}\n" for item in trainer.data.validation.examples))
    shares = np.array(list(written.values())) / written.total()
    score = trainer.evaluate()
    assert score is not None
    assert score.loss_nats < 0.6 * -(shares * np.log(shares)).sum()


@pytest.mark.parametrize("task", TASKS)
def test_neither_the_grouping_of_steps_nor_the_threads_change_a_bit(task: str, data_of: dict[str, Data]) -> None:
    settings: dict[str, Any] = {"dropout": 0.2, "schedule": "cosine", "steps": 40}
    assert_same(
        trained(data_of[task], 40, max_steps=7, **settings), trained(data_of[task], 40, max_steps=64, threads=2, **settings)
    )


@pytest.mark.parametrize(
    ("task", "own"), [*((task, {}) for task in TASKS), ("tag", {"num_layers": 1, "bidirectional": True, "overlap": False})]
)
def test_a_run_that_was_saved_goes_on_bit_for_bit(
    task: str, own: dict[str, Any], data_of: dict[str, Data], tmp_path: Path
) -> None:
    settings: dict[str, Any] = {"dropout": 0.2, "schedule": "cosine", "epochs": 20.0, **own}
    straight = trained(data_of[task], 90, **settings)
    save_run(trained(data_of[task], 51, **settings), tmp_path / "half.safetensors")
    resumed = load_run(tmp_path / "half.safetensors")  # opens the same file, split the same way
    assert resumed.step == 51
    assert_same(train(resumed, 90), straight)


@pytest.mark.parametrize("task", TASKS)
def test_an_epoch_takes_each_example_once(task: str, data_of: dict[str, Data]) -> None:
    data = data_of[task]
    trainer = Trainer(replace(PROBLEMS[task].config, epochs=1.0), data)
    while not trainer.finished:
        trainer.advance(100)
    assert trainer.epoch == 1.0
    assert isinstance(data, ExampleData)
    read = sum(len(example) + 1 if task == "items" else len(_text(task, example)) for example in data.train.examples)
    written = sum(len(pair.target) + 1 for pair in data.train.examples) if task == "seq2seq" else 0
    assert trainer.chars == read + written


def _text(task: str, example: Any) -> str:
    return " ".join(example.words) if task == "tag" else example[0]


@pytest.mark.parametrize("task", TASKS)
def test_an_untrained_network_guesses_about_blindly(task: str, data_of: dict[str, Data]) -> None:
    trainer = Trainer(PROBLEMS[task].config, data_of[task])
    trainer.advance(1)
    choices = {"classify": 2, "tag": 2, "seq2seq": 5 + 2, "items": 8 + 1}[task]
    assert trainer.history.val_loss_nats == pytest.approx(math.log(choices), rel=0.25)


def test_the_history_keeps_the_main_metric_of_each_evaluation(learnt: dict[str, Trainer]) -> None:
    for task, metric in (("classify", "accuracy"), ("tag", "accuracy"), ("seq2seq", "exact_match")):
        trainer = learnt[task]
        curve = trainer.history.curves()["val_metric"]
        assert len(curve) > 3
        assert trainer.latest is not None
        assert curve[-1] == trainer.history.val_metric == trainer.latest.metrics[metric]
    assert np.isnan(learnt["items"].history.curves()["val_metric"]).all()


def test_the_accuracy_of_classes_is_that_of_the_answers(learnt: dict[str, Trainer]) -> None:
    trainer = learnt["classify"]
    part, network = trainer.data.validation, trainer.learner.network
    assert isinstance(network, Classifier)
    assert not isinstance(part, np.ndarray)
    answers = classify_texts(network, trainer.learner.symbols, [text for text, _ in part.examples])
    right = [answer.label == label for answer, (_, label) in zip(answers, part.examples, strict=True)]
    losses = [
        -math.log(answer.probs[answer.labels.index(label)]) for answer, (_, label) in zip(answers, part.examples, strict=True)
    ]
    score = trainer.evaluate()
    assert score is not None
    assert score.metrics["accuracy"] == sum(right) / len(right)
    assert score.loss_nats == pytest.approx(sum(losses) / len(losses), rel=1e-4)
    assert score.confusion is not None
    assert score.confusion.counts.trace() == sum(right)
    assert (score.count, score.unit, score.examples) == (len(right), "text", len(right))


def test_the_accuracy_of_tags_is_that_of_the_answers(data_of: dict[str, Data]) -> None:
    trainer = trained(data_of["tag"], 6)  # so early that it is wrong now and then
    part, network, symbols = trainer.data.validation, trainer.learner.network, trainer.learner.symbols
    assert isinstance(network, Tagger)
    assert not isinstance(part, np.ndarray)
    answers = tag_sentences(network, symbols, [words for words, _ in part.examples])
    told = [
        (tag == truth, new)
        for answer, (_, tags) in zip(answers, part.examples, strict=True)
        for tag, truth, new in zip(answer.tags, tags, answer.unseen, strict=True)
    ]
    score = trainer.evaluate()
    assert score is not None
    assert 0 < score.metrics["accuracy"] == sum(right for right, _ in told) / len(told) < 1
    assert score.metrics["accuracy_unseen"] == np.mean([right for right, new in told if new])
    assert (score.count, score.unit, score.examples) == (len(told), "word", len(part.examples))


def test_the_exact_matches_are_those_of_the_answers(data_of: dict[str, Data]) -> None:
    trainer = trained(data_of["seq2seq"], 120)
    part, network = trainer.data.validation, trainer.learner.network
    assert isinstance(network, Seq2Seq)
    assert not isinstance(part, np.ndarray)
    answers = write_texts(network, trainer.learner.symbols, [source for source, _ in part.examples])
    right = [answer.outputs[0].text == target for answer, (_, target) in zip(answers, part.examples, strict=True)]
    score = trainer.evaluate()
    assert score is not None
    assert 0 < score.metrics["exact_match"] == sum(right) / len(right) < 1
    assert score.by_length is not None
    assert score.by_length.counts.sum() == len(right)
    assert score.by_length.counts @ score.by_length.shares == pytest.approx(sum(right))


def test_of_very_many_labels_the_confusion_is_of_the_most_frequent(
    learnt: dict[str, Trainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = learnt["classify"]
    examples = [("ab", "low"), ("ba", "low"), ("cd", "high"), ("ac", "nowhere")]
    part = encode_given(examples, trainer.learner.symbols)[0]
    monkeypatch.setattr("tui_rnn.training.scoring.CONFUSION_LABELS", 1)
    evaluation = trainer.evaluate(part)
    assert evaluation is not None
    assert evaluation.confusion is not None
    assert evaluation.confusion.labels == ("low",)
    assert evaluation.confusion.counts.tolist() == [[2]]
    assert len(evaluation.confusion.f1) == 1
    assert evaluation.metrics["accuracy"] == 0.75


def test_labels_that_training_lacks_count_as_wrong_and_are_left_out_of_the_loss(learnt: dict[str, Trainer]) -> None:
    learner = learnt["classify"].learner
    known = learner.evaluate(encode_given([("abcd", "low"), ("dcba", "high")], learner.symbols)[0])
    more = learner.evaluate(encode_given([("abcd", "low"), ("dcba", "high"), ("bb", "?")], learner.symbols)[0])
    assert known is not None
    assert more is not None
    assert (known.metrics["accuracy"], more.metrics["accuracy"]) == (1.0, 2 / 3)
    assert more.loss_nats == pytest.approx(known.loss_nats, rel=1e-5)
    assert (more.count, more.examples) == (2, 3)


@pytest.mark.parametrize("task", TASKS)
def test_a_cancelled_evaluation_tells_nothing(task: str, data_of: dict[str, Data]) -> None:
    trainer = Trainer(PROBLEMS[task].config, data_of[task])
    assert trainer.evaluate(cancelled=lambda: True) is None
    trainer.advance(1, cancelled=lambda: True)
    assert trainer.history.evaluated_step == -1


@pytest.mark.parametrize("task", TASKS)
def test_a_learning_rate_of_a_million_stops_the_run_at_its_last_good_weights(task: str, data_of: dict[str, Data]) -> None:
    trainer = trained(data_of[task], 20)
    trainer.advance(1)
    trainer.set_learning_rate(1e6)
    train(trainer, 2000)
    assert trainer.diverged
    assert "again; lower the learning rate" in trainer.message
    assert all(np.isfinite(array).all() for array in trainer.learner.network.arrays().values())
    trainer.resume()
    trainer.set_learning_rate(0.01)
    assert not train(trainer, trainer.step + 50).diverged


@pytest.mark.parametrize("task", TASKS)
def test_settings_of_another_task_are_refused(task: str, data_of: dict[str, Data]) -> None:
    other = PROBLEMS["items" if task != "items" else "tag"].config
    with pytest.raises(InputError, match=f"has settings for {other.kind}, the data are for {task}"):
        Trainer(other, data_of[task])


def test_a_network_too_large_for_the_memory_is_refused_by_its_settings(data_of: dict[str, Data]) -> None:
    for task, data in data_of.items():
        config = replace(PROBLEMS[task].config, hidden_size=4096, num_layers=8)
        with pytest.raises(InputError, match="GiB of memory"):
            Trainer(config, data)


def test_a_longer_validation_part_is_scored_in_part_while_it_trains(tmp_path: Path) -> None:
    from tui_rnn.data.opening import open_data
    from tui_rnn.data.request import DataRequest, SourceFiles

    rows = [f"{n}\t{'even' if n % 2 == 0 else 'odd'}\n" for n in range(100_000, 200_000)]
    (tmp_path / "numbers.tsv").write_text("".join(rows[:50]), encoding="utf-8")
    (tmp_path / "more.tsv").write_text("".join(rows[50:20_050]), encoding="utf-8")
    files = SourceFiles(str(tmp_path / "numbers.tsv"), validation=str(tmp_path / "more.tsv"))
    trainer = Trainer(PROBLEMS["classify"].config, open_data(DataRequest(files, "classify")))
    trainer.advance(1)
    assert trainer.latest is not None
    assert trainer.latest.examples == 65_536 // 6
    assert trainer.evaluate(cancelled=lambda: False).examples == 20_000  # type: ignore[union-attr]


def test_outputs_that_never_end_are_counted_said_and_no_more_wrong_than_none(tmp_path: Path) -> None:
    problem = PROBLEMS["seq2seq"]
    data = problem.open(tmp_path)
    network = new_network(problem.config, data.symbols)
    arrays = network.arrays()
    arrays["b_out"][-1] = -1_000.0  # </s>
    network.load_arrays(arrays)

    found = score(network, data.symbols, data.validation)
    assert found is not None
    assert found.unended == len(data.validation)
    assert found.metrics["token_error_rate"] <= 1.0
    assert scores.record(PAIRS, found, None)["unended"] == found.unended
    for beam in (1, 2):
        (one,) = answers(network, data.symbols, ["AB"], beam)
        assert isinstance(one, WrittenText)
        assert [(output.ended, len(output.tokens)) for output in one.outputs] == [(False, 2 * 2 + 20)] * beam
        assert answering.FORMS[PAIRS.name].record(one)["ended"] is False
    said = scores.lines(PAIRS, found, None)[0]
    assert f"{found.unended} of the outputs never ended and were cut off at their limit" in said
