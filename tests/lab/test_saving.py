"""Runs are saved, reset, removed and loaded without losing a step."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from tests.lab.bench import Bench, trains, until
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import open_corpus
from tui_rnn.errors import RunError
from tui_rnn.lab import run_file, run_thread
from tui_rnn.lab.messages import (
    DataOpened,
    LoadRun,
    Notice,
    NotSaved,
    Pause,
    RemoveRun,
    ResetRun,
    RunAdded,
    RunRemoved,
    Saved,
    SaveRuns,
    StepOnce,
)
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.resuming import checkpoint_of, save_run
from tui_rnn.training.trainer import Trainer


def test_a_run_that_reached_its_goal_is_saved_and_says_so(bench: Bench, source: str, elman: RunConfig, home: Path) -> None:
    bench.open(source, replace(elman, steps=20))
    saved = bench.wait(Saved)
    assert saved.step == 20
    assert Path(saved.path).parent == home / "runs"
    bench.wait(Notice, lambda notice: "reached its goal of 20 steps at step 20" in notice.text)
    assert bench.wait_run(1, lambda run: run.saved_step == 20).path == saved.path


def test_a_run_is_reset_to_its_first_weights_and_its_old_file_stays(
    bench: Bench, source: str, elman: RunConfig, tmp_path: Path
) -> None:
    bench.open(source, elman)
    bench.wait_run(1, trains)
    bench.do(SaveRuns(1), Pause(1))
    old = bench.wait(Saved)
    bench.do(ResetRun(1))
    bench.wait_run(1, lambda run: run.step == 0 and run.status == "paused" and run.path is None)
    bench.do(SaveRuns(1))
    new = bench.wait(Saved, lambda saved: saved.path != old.path)
    assert new.step == 0
    first = Trainer(elman, open_corpus(source)).learner.network.arrays()
    assert np.array_equal(safetensors.numpy.load_file(new.path)["U0"], first["U0"])
    assert safetensors.numpy.load_file(old.path)["feed.step"] == old.step > 0


def test_a_save_that_ends_after_the_reset_is_of_the_run_as_it_was(
    bench: Bench, source: str, elman: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, goes_on = checkpoints.write, threading.Event()

    def slow(checkpoint: Checkpoint, path: Path) -> None:
        assert goes_on.wait(60)
        write(checkpoint, path)

    monkeypatch.setattr(checkpoints, "write", slow)
    bench.open(source, elman)
    bench.wait_run(1, trains)
    bench.do(SaveRuns(1), Pause(1), ResetRun(1))
    bench.wait_run(1, lambda run: run.step == 0)
    goes_on.set()
    assert bench.wait(Saved).step > 0
    bench.do(StepOnce(1))
    run = bench.wait_run(1, lambda run: run.step == 1)
    assert (run.saved_step, run.path) == (0, None)


def test_a_saved_run_is_loaded_beside_the_others(bench: Bench, source: str, elman: RunConfig, tmp_path: Path) -> None:
    bench.open(source, elman)
    bench.wait_run(1, trains)
    path = tmp_path / "mine.safetensors"
    bench.do(Pause(1), SaveRuns(1, str(path)))
    step = bench.wait(Saved, lambda saved: saved.path == str(path)).step
    bench.do(LoadRun(str(path)))
    assert "is already in the lab" in bench.wait(Notice).text
    bench.do(RemoveRun(1), LoadRun(str(path)))
    bench.wait(RunAdded, lambda added: added.run_id == 2)
    run = bench.wait_run(2, trains)
    assert run.step >= step
    assert run.path == str(path)


def test_two_labs_that_go_on_from_one_file_keep_what_the_other_saved(
    bench: Bench, source: str, elman: RunConfig, tmp_path: Path, home: Path
) -> None:
    path, other = tmp_path / "mine.safetensors", Bench()
    save_run(Trainer(elman, open_corpus(source)), path)
    for lab in (bench, other):
        lab.do(LoadRun(str(path)))
        lab.wait(RunAdded)
        lab.wait_run(1, trains)
    other.do(Pause(1), SaveRuns(1))
    theirs = other.wait(Saved)
    assert theirs.path == str(path)
    kept = path.read_bytes()

    bench.do(Pause(1), SaveRuns(1), StepOnce(1), SaveRuns(1))
    mine = bench.wait(Saved)
    told = bench.wait(Notice, lambda notice: "so that file stays as it is: this run is saved in" in notice.text)
    assert (told.severity, mine.path in told.text) == ("warning", True)
    assert Path(mine.path).parent == home / "runs"
    assert bench.wait(Saved, lambda saved: saved.step == mine.step + 1).path == mine.path  # its own from then on

    other.lab.shut_down(save=False)
    assert path.read_bytes() == kept


def test_a_run_whose_file_was_deleted_is_saved_there_again(bench: Bench, source: str, elman: RunConfig, tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    save_run(Trainer(elman, open_corpus(source)), path)
    bench.do(LoadRun(str(path)))
    bench.wait(RunAdded)
    bench.wait_run(1, trains)
    path.unlink()
    bench.do(Pause(1), SaveRuns(1))
    assert bench.wait(Saved).path == str(path)
    assert path.is_file()


def test_the_first_loaded_run_brings_its_text_along(bench: Bench, source: str, elman: RunConfig, tmp_path: Path) -> None:
    save_run(Trainer(elman, open_corpus(source)), tmp_path / "a.safetensors")
    bench.do(LoadRun(str(tmp_path / "a.safetensors")))
    assert bench.wait(DataOpened).source == source
    bench.wait(RunAdded)
    bench.wait_run(1, trains)


def test_a_run_of_another_text_is_refused(bench: Bench, source: str, elman: RunConfig, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("la li lu, " * 1000, encoding="utf-8")
    save_run(Trainer(elman, open_corpus(other)), tmp_path / "a.safetensors")
    bench.open(source, elman)
    bench.do(LoadRun(str(tmp_path / "a.safetensors")))
    assert "was trained on other.txt, but the lab has animals.txt" in bench.wait(Notice).text


def test_a_file_that_is_no_run_is_refused(bench: Bench, source: str) -> None:
    bench.do(LoadRun(source))
    assert "is not a complete tui-rnn run" in bench.wait(Notice).text


def test_a_removed_run_is_saved_first(bench: Bench, source: str, elman: RunConfig, lstm: RunConfig) -> None:
    bench.open(source, elman, lstm)
    bench.wait_run(1, trains)
    bench.do(RemoveRun(1))
    bench.wait(RunRemoved, lambda removed: removed.run_id == 1)
    assert bench.wait(Saved, lambda saved: saved.run_id == 1).step > 0
    assert [run.run_id for run in bench.lab.snapshot().runs] == [2]


def test_the_end_waits_for_a_run_that_is_just_leaving(
    bench: Bench, source: str, elman: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:

    def slow(trainer: Trainer) -> Checkpoint:
        time.sleep(0.3)
        return checkpoint_of(trainer)

    monkeypatch.setattr(run_thread, "checkpoint_of", slow)
    bench.open(source, elman)
    bench.wait_run(1, trains)
    bench.do(RemoveRun(1))
    bench.lab.shut_down(save=True)
    assert Path(bench.heard(Saved)[0].path).is_file()


def test_one_file_is_not_offered_for_two_runs(
    bench: Bench, source: str, elman: RunConfig, lstm: RunConfig, tmp_path: Path
) -> None:
    bench.open(source, elman, lstm)
    bench.do(SaveRuns(None, str(tmp_path / "a.safetensors")))
    assert "can hold only one run" in bench.wait(Notice).text


def test_a_run_that_can_not_be_saved_says_so_and_trains_on(bench: Bench, source: str, elman: RunConfig, tmp_path: Path) -> None:
    bench.open(source, elman)
    bench.do(SaveRuns(1, str(tmp_path / "missing" / "a.safetensors")))
    assert "Elman 16 was not saved: " in bench.wait(NotSaved).reason
    bench.wait_steps(1, 1)


def test_a_run_for_whose_file_there_is_no_memory_says_so_and_trains_on(
    bench: Bench, source: str, elman: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(checkpoint: Checkpoint, path: Path) -> None:
        raise MemoryError

    monkeypatch.setattr(checkpoints, "write", full)
    bench.open(source, elman)
    bench.do(SaveRuns(1))
    assert bench.wait(NotSaved).reason == "Elman 16 was not saved: out of memory"
    bench.wait_steps(1, 1)


def test_runs_are_saved_now_and_then_by_themselves(
    bench: Bench, source: str, elman: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_file, "AUTOSAVE_S", 0.05)
    bench.open(source, elman)
    until(lambda: len(bench.heard(Saved)) >= 3)
    saved = bench.heard(Saved)
    assert len({event.path for event in saved}) == 1
    assert saved[0].step < saved[1].step < saved[2].step


def test_the_end_saves_what_is_new_and_waits_for_it(bench: Bench, source: str, elman: RunConfig, lstm: RunConfig) -> None:
    bench.open(source, elman, lstm)
    bench.wait_run(1, trains)
    bench.wait_run(2, trains)
    bench.lab.shut_down(save=True)
    saved = {event.run_id: event for event in bench.heard(Saved)}
    assert set(saved) == {1, 2}
    for run_id, event in saved.items():
        assert safetensors.numpy.load_file(event.path)["feed.step"] == event.step == bench.run(run_id).step
    assert [run.saved_step for run in bench.lab.snapshot().runs] == [saved[1].step, saved[2].step]


def test_the_end_without_saving_writes_nothing(bench: Bench, source: str, elman: RunConfig, home: Path) -> None:
    bench.open(source, elman)
    bench.wait_run(1, trains)
    bench.lab.shut_down(save=False)
    assert not list(home.rglob("*.safetensors"))


def test_where_the_runs_folder_is_full_a_run_that_ends_is_saved_elsewhere(
    bench: Bench, source: str, elman: RunConfig, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, other = checkpoints.write, tmp_path / "elsewhere"

    def full(checkpoint: Checkpoint, path: Path) -> None:
        if path.parent == home / "runs":
            raise RunError(f"{path} was not written: No space left on device")
        write(checkpoint, path)

    other.mkdir()
    monkeypatch.chdir(other)
    monkeypatch.setattr(checkpoints, "write", full)
    bench.open(source, elman)
    bench.wait_run(1, trains)
    bench.open(source, elman)  # the run before ends
    saved = bench.wait(Saved)
    assert Path(saved.path).parent == other
    assert checkpoints.read(Path(saved.path)).facts.step == saved.step > 0
    assert "saved in" in bench.wait(Notice, lambda notice: "No space left" in notice.text).text


def test_where_the_runs_folder_can_not_be_made_a_run_that_ends_is_saved_elsewhere(
    bench: Bench, source: str, elman: RunConfig, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "runs").write_bytes(b"")  # a file in its place
    other = tmp_path / "elsewhere"
    other.mkdir()
    monkeypatch.chdir(other)
    bench.open(source, elman)
    bench.wait_run(1, trains)
    bench.do(SaveRuns(1))
    refused = bench.wait(NotSaved).reason
    assert str(home / "runs") in refused
    assert "its folder can't be made: File exists" in refused

    bench.open(source, elman)  # the run before ends
    saved = bench.wait(Saved)
    assert Path(saved.path).parent == other
    assert checkpoints.read(Path(saved.path)).facts.step == saved.step > 0


def test_a_run_goes_on_training_when_it_is_to_be_saved_in_the_home_of_a_user_who_is_not_there(
    bench: Bench, source: str, elman: RunConfig
) -> None:
    bench.open(source, elman)
    bench.wait_run(1, trains)
    bench.do(SaveRuns(1, "~nobody-of-this-name/cat.safetensors"))
    refused = bench.wait(NotSaved).reason
    assert f"~nobody-of-this-name{os.sep}cat.safetensors" in refused
    bench.wait_steps(1, 1)
    assert bench.run(1).status == "training"
