"""What a person does to the training of a run: pause, single steps, another learning rate, on after a divergence, and past
its goal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.lab.bench import Bench, opening, trains, until
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import open_corpus
from tui_rnn.data.opening import Part
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import RunError
from tui_rnn.lab import beginning, run_thread
from tui_rnn.lab.messages import (
    AddRun,
    BeginFrom,
    LoadRun,
    Notice,
    Pause,
    ResetRun,
    Resume,
    RunAdded,
    RunSnapshot,
    Saved,
    SaveRuns,
    ScaleLearningRate,
    StepOnce,
)
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.past_goal import past_goal
from tui_rnn.training.resuming import load_run, restored, save_run
from tui_rnn.training.trainer import Trainer


def loss_of(trainer: Trainer, part: Part | None = None) -> float:
    score = trainer.evaluate(part)
    assert score is not None
    return score.loss_nats


def test_pause_and_resume_hold_one_run_or_all(bench: Bench, source: str, elman: RunConfig, lstm: RunConfig) -> None:
    bench.open(source, elman, lstm)
    bench.wait_run(1, trains)
    bench.do(Pause(1))
    step = bench.wait_run(1, lambda run: run.status == "paused").step
    bench.wait_steps(2, 20)
    assert bench.run(1).step == step
    assert bench.run(1).chars_per_s == 0
    bench.do(Pause())
    bench.wait_run(2, lambda run: run.status == "paused")
    bench.do(Resume())
    bench.wait_run(1, lambda run: run.step > step)
    bench.wait_run(2, trains)


def test_what_is_paused_while_the_data_are_opened_begins_paused(
    bench: Bench, source: str, elman: RunConfig, lstm: RunConfig
) -> None:
    bench.do(opening(source, elman, lstm), Pause())
    until(lambda: len(bench.lab.snapshot().runs) == 2, "opening")
    for run_id in (1, 2):
        assert bench.wait_run(run_id, lambda run: run.status != "waiting").status == "paused"
        assert bench.run(run_id).step == 0
    bench.do(Resume())
    bench.wait_run(1, trains)
    bench.wait_run(2, trains)
    bench.do(AddRun(elman))
    bench.wait(RunAdded, lambda added: added.run_id == 3 and not added.paused)


def test_a_run_that_stands_is_scored_as_it_stands_and_its_future_is_that_of_one_that_never_stood(
    bench: Bench, source: str, elman: RunConfig
) -> None:
    bench.open(source, elman)
    bench.wait_run(1, lambda run: run.step > 3 and run.val_step < run.step)
    bench.do(Pause(1))
    stands = bench.wait_run(1, lambda run: run.status == "paused" and run.val_step == run.step)
    assert bench.run(1).val_loss_nats == stands.val_loss_nats
    bench.do(StepOnce(1))
    after = bench.wait_run(1, lambda run: run.val_step == stands.step + 1)
    assert after.val_loss_nats != stands.val_loss_nats

    bench.do(SaveRuns(1))
    saved = checkpoints.read(Path(bench.wait(Saved).path))
    alone = Trainer(saved.facts.config, open_corpus(Path(source)))
    while alone.step < saved.facts.step:
        alone.advance(saved.facts.step - alone.step)
    assert saved.history.arrays()["val"][:, [0, 2]].tolist() == alone.history.arrays()["val"][:, [0, 2]].tolist()
    assert loss_of(restored(saved, alone.data)) == loss_of(alone)
    assert after.val_loss_nats == pytest.approx(loss_of(alone, alone.learner.scored), rel=1e-6)


def test_single_steps_pause_the_run_and_are_single(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    bench.do(Pause(1))
    step = bench.wait_run(1, lambda run: run.status == "paused").step
    bench.do(*[StepOnce(1)] * 5)
    bench.wait_run(1, lambda run: run.step == step + 5)
    bench.do(Resume(1))
    bench.wait_run(1, trains)
    bench.do(StepOnce(1))
    bench.wait_run(1, lambda run: run.status == "paused")


def test_a_new_learning_rate_is_taken_and_a_wrong_one_refused(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    bench.do(ScaleLearningRate(1, 0.3))
    bench.wait_run(1, lambda run: run.learning_rate == pytest.approx(0.003))
    bench.do(ScaleLearningRate(1, -1.0))
    bench.wait(Notice, lambda notice: "learning_rate is -0.003" in notice.text and notice.severity == "error")
    assert bench.wait_run(1, trains).learning_rate == pytest.approx(0.003)


def test_a_run_that_diverges_stops_alone_and_goes_on_at_a_lower_rate(
    bench: Bench, source: str, elman: RunConfig, lstm: RunConfig
) -> None:
    bench.open(source, elman, lstm)
    bench.do(ScaleLearningRate(1, 1e8))
    run = bench.wait_run(1, lambda run: run.status == "diverged")
    assert "lower the learning rate (now 1e+06)" in run.message
    bench.wait_steps(2, 20)
    bench.do(ScaleLearningRate(1, 3e-9), Resume(1))
    bench.wait_run(1, lambda other: other.status == "training" and other.step > run.step)


def at_goal(bench: Bench, source: str, config: RunConfig) -> tuple[RunSnapshot, str]:
    """A run that reached its goal in the lab, and its file."""
    bench.open(source, config)
    bench.wait_run(1, lambda run: run.status == "finished")
    path = bench.wait(Saved).path
    return bench.wait_run(1, lambda run: run.saved_step == run.step), path


def test_a_run_that_is_named_trains_on_past_its_goal_and_says_at_which_rate(
    bench: Bench, source: str, elman: RunConfig
) -> None:
    done, _ = at_goal(bench, source, replace(elman, steps=20, schedule="cosine", learning_rate=0.02))
    bench.do(Resume(1))
    run = bench.wait_run(1, lambda run: run.status == "training" and run.step > done.step + 20)
    assert done.learning_rate == run.learning_rate == run.curve.learning_rate[-1] == pytest.approx(0.002)
    told = bench.wait(Notice, lambda notice: "past its goal" in notice.text).text
    assert "goal of 20 steps: it trains on without one, at a constant learning rate of 0.002 (10% of its peak)" in told
    assert "so its loss may rise at first" in told


def test_the_rate_past_the_goal_can_be_changed_before_and_after(bench: Bench, source: str, elman: RunConfig) -> None:
    at_goal(bench, source, replace(elman, steps=20, schedule="cosine", learning_rate=0.02))
    bench.do(ScaleLearningRate(1, 2.0))
    bench.wait_run(1, lambda run: run.learning_rate == pytest.approx(0.004) and run.status == "finished")
    bench.do(Resume(1), ScaleLearningRate(1, 0.5))
    bench.wait_run(1, lambda run: run.step > 40 and run.curve.learning_rate[-1] == pytest.approx(0.002))


def test_letting_all_train_on_leaves_those_at_their_goal_there(
    bench: Bench, source: str, elman: RunConfig, lstm: RunConfig
) -> None:
    bench.open(source, replace(elman, steps=20), lstm)
    bench.wait_run(1, lambda run: run.status == "finished")
    bench.do(Pause())
    step = bench.wait_run(2, lambda run: run.status == "paused").step
    bench.do(Resume())
    bench.wait_run(2, lambda run: run.step > step)
    assert (bench.run(1).status, bench.run(1).step) == ("finished", 20)


def test_a_single_step_past_the_goal_is_one_and_leaves_the_run_paused(bench: Bench, source: str, elman: RunConfig) -> None:
    at_goal(bench, source, replace(elman, steps=20))
    bench.do(StepOnce(1))
    bench.wait_run(1, lambda run: (run.status, run.step) == ("paused", 21))


def test_a_step_of_a_run_that_diverged_is_made_from_its_last_good_weights(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    bench.do(ScaleLearningRate(1, 1e8))
    good = bench.wait_run(1, lambda run: run.status == "diverged").step
    bench.do(ScaleLearningRate(1, 3e-9), StepOnce(1))
    bench.wait_run(1, lambda run: (run.status, run.step) == ("paused", good + 1))
    assert f"last good weights, step {good:,}," in bench.heard(Notice)[-1].text


def test_what_was_saved_at_the_goal_stays_and_the_rest_goes_to_a_file_of_its_own(
    bench: Bench, source: str, elman: RunConfig
) -> None:
    done, path = at_goal(bench, source, replace(elman, steps=20))
    bench.do(StepOnce(1))
    assert bench.wait_run(1, lambda run: run.step == 21).path == path  # that is where it can still be had from
    bench.do(SaveRuns(1))
    other = bench.wait(Saved, lambda saved: saved.path != path)
    bench.wait_run(1, lambda run: (run.saved_step, run.path) == (21, other.path))
    assert checkpoints.read(Path(path)).facts.step == done.step == 20
    assert checkpoints.read(Path(other.path)).facts.step == 21


def test_a_loaded_run_trained_on_past_its_goal_and_loaded_again_has_the_future_of_one_that_never_stopped(
    bench: Bench, source: str, elman: RunConfig, tmp_path: Path
) -> None:
    config, corpus = replace(elman, steps=20, schedule="cosine", dropout=0.2), open_corpus(source)
    alone = Trainer(config, corpus)
    while not alone.finished:
        alone.advance(100)
    path, saved = tmp_path / "done.safetensors", tmp_path / "on.safetensors"
    save_run(alone, path)
    bench.do(LoadRun(str(path)))
    bench.wait(RunAdded)
    bench.wait_run(1, lambda run: run.status == "finished")
    bench.do(*[StepOnce(1)] * 5, SaveRuns(1, str(saved)))
    bench.wait(Saved, lambda event: event.path == str(saved))
    again, straight = load_run(saved, corpus), past_goal(alone)
    for trainer, steps in ((again, 30), (straight, 35)):
        for _ in range(steps):
            while not trainer.advance(1):
                pass  # that was an evaluation
    for name, array in straight.learner.network.arrays().items():
        assert again.learner.network.arrays()[name].tobytes() == array.tobytes(), name


@pytest.mark.parametrize(("module", "name"), [(beginning, "Trainer"), (run_thread, "compile_kernels")])
def test_a_run_that_can_not_begin_says_so_whatever_it_is_asked_and_can_be_begun_again(
    module: Any, name: str, bench: Bench, source: str, elman: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> Trainer:
        raise RunError("there is no memory for it")

    monkeypatch.setattr(module, name, broken)
    bench.open(source, elman)
    bench.wait_run(1, lambda run: run.status == "failed")
    bench.do(StepOnce(1))
    assert "there is no memory for it" in bench.wait(Notice).text
    monkeypatch.undo()
    bench.do(ResetRun(1))
    bench.wait_run(1, trains)


def test_a_run_that_can_not_be_copied_to_begin_another_says_why_and_both_lab_and_run_go_on(
    bench: Bench, source: str, elman: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(trainer: Trainer) -> NoReturn:
        raise MemoryError

    bench.open(source, elman)
    monkeypatch.setattr(run_thread, "checkpoint_of", full)
    bench.do(BeginFrom(DataRequest(SourceFiles("counting")), run_id=1))
    assert bench.wait(Notice, lambda notice: notice.severity == "error").text.startswith("unexpected MemoryError")
    bench.wait_steps(1, 1)
    bench.do(AddRun(elman))
    bench.wait_run(2, trains)
