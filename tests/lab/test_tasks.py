"""Each task in the lab: what is told of its data, its scores, its answers, what goes on inside; saved and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from tests.lab.bench import Bench, start, until, watching
from tests.lab.examples import EXAMPLE_TASKS, EXAMPLES, TASKS, UNITS, as_found, config, mean_pooling, request
from tui_rnn.config import RunConfig, default_configs
from tui_rnn.data.opening import open_data
from tui_rnn.insight.baselines import baselines
from tui_rnn.insight.chance import chance
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.items import DrawnItems, Items
from tui_rnn.insight.predict import Predict, Predictions
from tui_rnn.insight.sample import Sample, Sampled
from tui_rnn.insight.scores import Scored, Scores
from tui_rnn.insight.trace import Trace, Traced
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import (
    AddRun,
    Ask,
    DataOpened,
    LandmarksReady,
    LoadRun,
    Notice,
    OpenData,
    RemoveRun,
    RunAdded,
    Saved,
)
from tui_rnn.training.resuming import save_run
from tui_rnn.training.trainer import Trainer

Write = Callable[[str], str]
UNITS_OF_LOSS = {"tag": "nats/word", "classify": "nats/text", "seq2seq": "nats/char", "items": "nats/char", "lm": "nats/char"}
METRICS = {"tag": "accuracy", "classify": "accuracy", "seq2seq": "exact_match", "items": None, "lm": None}


@pytest.mark.parametrize("task", TASKS)
def test_opening_tells_the_task_and_how_much_there_is(bench: Bench, write: Write, task: str) -> None:
    bench.do(OpenData(request(task, write(task)), ()))
    opened = bench.wait(DataOpened)
    assert (opened.kind, opened.loss_unit, opened.main_metric) == (task, UNITS_OF_LOSS[task], METRICS[task])
    assert opened.vocab_size == len(opened.vocabulary) > 1
    if task == "lm":
        assert (opened.train_examples, opened.val_examples) == (0, 0)
        assert opened.sample[0].text.startswith(EXAMPLES["lm"][0])
    else:
        assert opened.train_examples + opened.val_examples == len(set(EXAMPLES[task]))
        assert opened.val_examples == round(len(set(EXAMPLES[task])) / 10)


def test_opening_tells_the_labels_and_shows_examples_with_what_is_right(bench: Bench, write: Write) -> None:
    bench.do(OpenData(request("classify", write("classify")), ()))
    opened = bench.wait(DataOpened)
    assert opened.labels == ("long", "short")
    assert {f"{example.text}\t{example.truth}" for example in opened.sample} <= set(EXAMPLES["classify"])


def test_a_task_that_nobody_named_is_found_and_said(bench: Bench, write: Write) -> None:
    bench.do(OpenData(replace(request("seq2seq", write("seq2seq")), task=None), ()))
    opened = bench.wait(DataOpened)
    assert opened.kind == "seq2seq"
    assert "sequence to sequence" in opened.notices[0]
    assert opened.request is not None
    assert opened.request.task == "seq2seq"


def test_the_default_runs_show_what_the_task_is_about() -> None:
    names = {kind: [run.name for run in default_configs(kind)] for kind in KINDS}
    assert names == {
        "lm": ["Elman 128", "LSTM 128"],
        "items": ["Elman 128", "LSTM 128"],
        "tag": ["BiElman 128", "BiLSTM 128"],
        "classify": ["BiLSTM 128", "BiLSTM 128 mean"],
        "seq2seq": ["BiLSTM 128", "BiLSTM 128 no attention"],
    }
    assert all(run.kind == kind for kind in KINDS for run in default_configs(kind))


@pytest.mark.parametrize("configs", [None, (RunConfig(hidden_size=UNITS),)])
def test_without_settings_or_with_those_of_another_task_the_default_runs_are_started(
    bench: Bench, write: Write, monkeypatch: pytest.MonkeyPatch, configs: tuple[RunConfig, ...] | None
) -> None:
    small = mean_pooling()
    monkeypatch.setattr("tui_rnn.lab.lab.default_configs", lambda kind: (small,) if kind == "classify" else ())
    bench.do(OpenData(request("classify", write("classify")), configs))
    assert bench.wait(RunAdded).config == small
    bench.do(AddRun(RunConfig(hidden_size=UNITS)))
    assert "LSTM 8 is for another task than classify" in bench.wait(Notice).text


@pytest.mark.parametrize("task", TASKS)
def test_the_landmarks_are_those_of_the_scored_examples(bench: Bench, write: Write, task: str) -> None:
    source = write(task)
    bench.do(OpenData(request(task, source), ()))
    data = open_data(request(task, source))
    trainer = Trainer(config(task), data)
    parts = data.symbols, data.train, trainer.learner.scored
    guessed, counted = (
        [(one.name, *pair) for one in found(*parts) for pair in one.metrics.items()] for found in (chance, baselines)
    )
    told = bench.wait(LandmarksReady, lambda ready: len(ready.landmarks) == len(guessed) + len(counted)).landmarks
    assert [(one.name, one.measure, one.value) for one in told] == [*guessed, *counted]
    at_once = bench.heard(LandmarksReady)[0].landmarks
    assert [(one.name, one.measure, one.value) for one in at_once] == (guessed or counted)


@pytest.mark.parametrize("task", EXAMPLE_TASKS)
def test_each_evaluation_is_told_in_full(bench: Bench, write: Write, task: str) -> None:
    bench.do(watching(Scores(latest=True)))
    start(bench, task, write(task), replace(config(task), steps=40))
    run = bench.wait_run(1, lambda run: run.status == "finished")
    scored = bench.wait_answer(Scored, lambda scored: scored.step == 40).answer
    assert scored.metrics == run.metrics
    if task == "tag":
        assert scored.confusion is not None
        assert scored.count == scored.confusion.counts.sum()
    else:
        assert scored.count == round(len(set(EXAMPLES[task])) / 10)
    assert run.curve.val_metric[-1] == scored.metrics[METRICS[task] or ""]
    assert len(run.curve.val_metric) == len(run.curve.val_loss_nats)
    if task == "seq2seq":
        assert scored.by_length is not None
        assert scored.by_length.counts.sum() == bench.heard(DataOpened)[0].val_examples
    else:
        assert scored.confusion is not None
        counts = scored.confusion.counts
        assert scored.metrics["accuracy"] == pytest.approx(np.trace(counts) / counts.sum())


def test_a_language_model_has_no_metrics_to_tell_of(bench: Bench, write: Write) -> None:
    bench.do(watching(Scores(latest=True)))
    start(bench, "items", write("items"), replace(config("items"), steps=20))
    run = bench.wait_run(1, lambda run: run.status == "finished")
    scored = bench.wait_answer(Scored, lambda scored: scored.step == 20).answer
    assert run.metrics == scored.metrics == {}
    assert scored.loss_nats == run.val_loss_nats


@pytest.mark.parametrize("task", EXAMPLE_TASKS)
def test_without_a_probe_the_chosen_validation_example_is_read(bench: Bench, write: Write, task: str) -> None:
    start(bench, task, write(task))
    bench.do(watching(Predict(examples=3, chosen=1), Trace(example=1)))
    second = bench.wait_answer(Predictions).answer.said[1]
    answer = bench.wait_answer(Traced).answer.said
    assert answer is not None
    assert as_found(answer) == as_found(second)


def test_an_item_model_expects_the_end_of_the_item(bench: Bench, write: Write) -> None:
    start(bench, "items", write("items"))
    bench.wait_steps(1, 100)
    bench.do(watching(Trace("karadel")))
    expected = bench.wait_answer(Traced).answer.expected
    assert "</s>" in expected.top_symbols[-1]
    assert np.isfinite(expected.next_prob[:-1]).all()


def test_fresh_items_are_drawn_and_known_ones_marked(bench: Bench, write: Write) -> None:
    start(bench, "items", write("items"))
    bench.wait_steps(1, 300)
    bench.do(watching(Items(count=6, sampling=Sampling(temperature=0.5, length=20))))
    until(lambda: len(bench.answers(DrawnItems)) > 3)
    assert len({drawn.answer.items for drawn in bench.answers(DrawnItems)}) > 1
    for drawn in bench.answers(DrawnItems):
        assert len(drawn.answer.items) == 6
        assert all((item.found_in is not None) == (item.text in EXAMPLES["items"]) for item in drawn.answer.items)


def test_fresh_items_begin_with_the_prompt(bench: Bench, write: Write) -> None:
    start(bench, "items", write("items"))
    bench.wait_steps(1, 100)
    bench.do(watching(Items("ka", 6, Sampling(length=20))))
    drawn = bench.wait_answer(DrawnItems).answer
    assert drawn.prompt == "ka"
    assert all(item.text.startswith("ka") for item in drawn.items)
    assert drawn.unknown == ()


def test_a_prompt_that_the_vocabulary_lacks_is_shown_as_typed_and_marked(bench: Bench, write: Write) -> None:
    start(bench, "items", write("items"))
    bench.wait_steps(1, 100)
    bench.do(watching(Items("kaß", 6, Sampling(length=20))))
    drawn = bench.wait_answer(DrawnItems).answer
    assert drawn.unknown == (2,)
    assert all(item.text.startswith("kaß") and item.found_in is None for item in drawn.items)


def test_an_item_goes_on_from_a_prompt_until_its_end(bench: Bench, write: Write) -> None:
    start(bench, "items", write("items"))
    bench.wait_steps(1, 300)
    bench.do(Ask(1, 3, Sample("mora", Sampling(length=50, temperature=0.3), seed=1)))
    drawn = bench.wait_answer(Sampled).answer
    assert drawn.text.startswith("mora")
    assert len(drawn.text) < 4 + 50
    assert len(drawn.surprise_nats) == len(drawn.text)
    assert np.isfinite(drawn.surprise_nats).all()


@pytest.mark.parametrize("task", ["tag", "classify", "seq2seq", "items"])
def test_a_watched_and_asked_run_learns_the_same_as_one_alone(bench: Bench, write: Write, task: str) -> None:
    goal = replace(config(task), steps=60, dropout=0.2)
    source = write(task)
    of_kind = (Items(count=3), Sample("kara")) if task == "items" else (Predict(examples=3), Predict(("kara",)))
    bench.do(watching(Trace("kara"), of_kind[0], Scores(latest=True)))
    start(bench, task, source, goal, config(task))
    bench.do(Ask(1, 1, of_kind[1]), Ask(1, 2, Scores()))
    path = bench.wait(Saved, lambda saved: saved.run_id == 1).path
    alone = Trainer(goal, open_data(request(task, source)))
    while not alone.finished:
        alone.advance(100)
    in_the_lab = safetensors.numpy.load_file(path)
    for name, array in alone.learner.network.arrays().items():
        assert in_the_lab[name].tobytes() == array.tobytes(), name


@pytest.mark.parametrize("task", ["tag", "classify", "seq2seq", "items"])
def test_a_saved_run_brings_its_data_along_and_its_scores_are_found_again(
    bench: Bench, write: Write, tmp_path: Path, task: str
) -> None:
    source = write(task)
    trainer = Trainer(replace(config(task), steps=20), open_data(request(task, source)))
    while not trainer.finished:
        trainer.advance(20)
    save_run(trainer, tmp_path / "a.safetensors")
    bench.do(LoadRun(str(tmp_path / "a.safetensors")))
    opened = bench.wait(DataOpened)
    assert (opened.kind, opened.source) == (task, source)
    assert bench.wait(RunAdded).config == trainer.config
    assert trainer.latest is not None
    run = bench.wait_run(1, lambda run: run.status == "finished" and (task == "items" or bool(run.metrics)))
    assert run.metrics == trainer.latest.metrics
    assert run.val_loss_nats == trainer.latest.loss_nats


def test_a_run_of_another_split_is_not_set_beside_this_one(bench: Bench, write: Write, tmp_path: Path) -> None:
    source = write("classify")
    other = request("classify", source)
    save_run(
        Trainer(config("classify"), open_data(replace(other, files=replace(other.files, split_seed=2)))),
        tmp_path / "a.safetensors",
    )
    start(bench, "classify", source)
    bench.do(LoadRun(str(tmp_path / "a.safetensors")))
    assert "was trained on classify.tsv, split in another way" in bench.wait(Notice).text
    bench.do(RemoveRun(1), LoadRun(str(tmp_path / "a.safetensors")))
    bench.wait(RunAdded, lambda added: added.run_id == 2)
    opened = bench.heard(DataOpened)[-1].request
    assert opened is not None
    assert opened.files.split_seed == 2
