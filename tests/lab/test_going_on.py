"""A run that goes on with other text: with the weights of a run of the lab or of a saved one."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.lab.bench import Bench, trains, until
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import InputError
from tui_rnn.lab.beginning import Beginning
from tui_rnn.lab.messages import BeginFrom, DataOpened, Notice, Pause, ResetRun, RunAdded, RunRemoved, Saved, SaveRuns
from tui_rnn.lab.orders import End, Surroundings
from tui_rnn.lab.run_thread import RunThread
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.run_facts import read_facts


@pytest.fixture
def other(tmp_path: Path) -> DataRequest:
    path = tmp_path / "letters.txt"
    path.write_text("Zwölf Ähren 7!\n" * 300, encoding="utf-8")
    return DataRequest(SourceFiles(str(path)))


def going(bench: Bench, source: str, config: RunConfig) -> Path:
    """A run of the lab that has trained, and the file that it was saved in."""
    bench.open(source, config)
    bench.wait_run(1, trains)
    bench.wait_steps(1, 20)
    bench.do(Pause(1), SaveRuns(1))
    return Path(bench.wait(Saved).path)


def test_a_run_of_the_lab_goes_on_with_what_is_new_and_its_old_loss_beside(
    bench: Bench, source: str, other: DataRequest, elman: RunConfig
) -> None:
    path = going(bench, source, elman)
    bench.do(BeginFrom(other, run_id=1, learning_rate=0.02))

    added = bench.wait(RunAdded, lambda event: event.run_id == 2)
    bench.wait_run(2, trains)
    now = bench.wait_run(2, lambda run: len(run.curve.old_loss_nats) > 0)
    opened = bench.heard(DataOpened)[-1]

    assert (added.config.cell, added.config.hidden_size, added.config.learning_rate) == ("elman", 16, 0.02)
    assert opened.name == "letters.txt"
    assert set(opened.vocabulary) == set("Zwölf Ähren 7!\n") | set(checkpoints.read(path).symbols.vocabulary.characters)
    assert now.old_name == "animals.txt"
    assert 0 < now.curve.old_loss_nats[0] < 20
    assert "new to the network: " in bench.wait(Notice, lambda one: "goes on from animals.txt" in one.text).text
    assert bench.wait(RunRemoved, lambda event: event.run_id == 1)


def test_a_saved_run_goes_on_and_its_file_stays_as_it_is(
    bench: Bench, source: str, other: DataRequest, elman: RunConfig
) -> None:
    path = going(bench, source, elman)
    before = path.read_bytes()
    bench.do(BeginFrom(other, path=str(path), keep_optimizer=True))
    bench.wait(RunAdded, lambda event: event.run_id == 2)
    bench.wait_run(2, trains)
    bench.do(Pause(2), SaveRuns(2))
    saved = bench.wait(Saved, lambda event: event.run_id == 2)

    parent = read_facts(Path(saved.path)).parent
    assert parent is not None
    assert (parent.data_name, parent.optimizer_steps) == ("animals.txt", read_facts(path).step)
    assert path.read_bytes() == before


def test_a_reset_begins_again_from_those_weights(bench: Bench, source: str, other: DataRequest, elman: RunConfig) -> None:
    going(bench, source, elman)
    bench.do(BeginFrom(other, run_id=1))
    bench.wait(RunAdded, lambda event: event.run_id == 2)
    bench.wait_run(2, trains)
    bench.wait_steps(2, 5)
    bench.do(Pause(2), ResetRun(2))
    now = bench.wait_run(2, lambda run: run.step == 0 and run.status == "paused")

    assert now.old_name == "animals.txt"


@pytest.mark.parametrize("wrong", ["no such file.txt", "seq.tsv"])
def test_data_that_can_not_be_leave_the_lab_as_it_is(
    bench: Bench, source: str, elman: RunConfig, tmp_path: Path, wrong: str
) -> None:
    going(bench, source, elman)
    (tmp_path / "seq.tsv").write_text("", encoding="utf-8")
    bench.do(BeginFrom(DataRequest(SourceFiles(str(tmp_path / wrong))), run_id=1))

    until(lambda: [one for one in bench.heard(Notice) if one.severity == "error"])
    assert [run.run_id for run in bench.lab.snapshot().runs] == [1]
    assert bench.heard(RunRemoved) == []


def test_a_run_that_is_gone_can_not_go_on(bench: Bench, source: str, other: DataRequest, elman: RunConfig) -> None:
    going(bench, source, elman)
    bench.do(BeginFrom(other, run_id=7))

    bench.wait(Notice, lambda one: "the run to begin from is gone" in one.text)


def test_a_copy_of_a_run_that_has_ended_is_refused_and_not_waited_for(elman: RunConfig) -> None:
    alone = Surroundings(lambda event: None, lambda job: Future(), lambda: 1, lambda: None, lambda: ())
    run = RunThread(1, elman, corpus_from_text("a mill and a wheel\n" * 50), alone, Beginning(), None)
    run.start(paused=True)
    run.post(End(save=False, announce=False))
    until(lambda: not run.alive)

    with pytest.raises(InputError, match="is gone"):
        run.copied()
