"""The coordinator with a cluster inside this process: what is kept, what is trained again, and what is not."""

from __future__ import annotations

import csv
import json

import pytest

pytest.importorskip("optuna")
pytest.importorskip("distributed")

import distributed

from tests.sweep.inside import inside
from tests.sweep.watching import Remembers
from tui_rnn.errors import InputError, RunError
from tui_rnn.sweep.conduct import Conductor
from tui_rnn.sweep.folder import SweepFolder
from tui_rnn.sweep.plan import Plan
from tui_rnn.sweep.study import Study


@pytest.fixture(scope="module")
def client():
    """One worker with one thread, in this process."""
    with inside() as cluster, distributed.Client(cluster, set_as_default=False) as client:
        yield client


@pytest.fixture
def folder(tmp_path):
    folder = SweepFolder(tmp_path / "sweep")
    folder.make()
    return folder


def conduct(client, plan, folder, data, most=None):
    """Run the sweep, until `most` trials ended; who watched, and which numbers a worker began."""
    began = []
    watcher = Remembers(on_begun=lambda running: began.append(running.trial.number))
    study = Study(folder.journal, plan, lower_is_better=True)
    Conductor(client, plan, study, folder, data, watcher, ours=False).run(
        lambda: most is not None and len(watcher.records) >= most, lambda: None
    )
    return watcher.records, began, study


def test_every_trial_ends_in_an_ordinary_run_file(client, small, folder, data):
    from tui_rnn.training.runs import list_runs

    records, began, study = conduct(client, small, folder, data)

    assert [record.status for record in records] == ["finished"] * 4
    assert len(began) == 4
    assert {saved.path.name for saved in list_runs(folder.path)} == {record.file for record in records}
    assert all(saved.facts is not None for saved in list_runs(folder.path))
    assert study.records == records


def test_an_interrupted_sweep_keeps_what_ended_and_goes_on_with_the_rest(client, small, folder, data):
    first, _, _ = conduct(client, small, folder, data, most=2)
    kept = {record.file: (folder.path / record.file).stat().st_mtime_ns for record in first}

    second, _, study = conduct(client, small, folder, data)

    assert len(study.records) == 4
    assert {record.key for record in first} & {record.key for record in second} == set()
    assert {name: (folder.path / name).stat().st_mtime_ns for name in kept} == kept


def test_a_run_that_was_saved_before_the_journal_knew_it_is_not_trained_again(client, small, folder, data):
    first, _, _ = conduct(client, small, folder, data)
    folder.journal.unlink()

    second, began, _ = conduct(client, small, folder, data)

    assert began == []
    assert [record.loss_nats for record in second] == [record.loss_nats for record in first]


def test_a_damaged_run_file_is_trained_again(client, small, folder, data):
    first, _, _ = conduct(client, small, folder, data)
    folder.journal.unlink()
    (folder.path / first[0].file).write_bytes(b"no run")

    second, began, _ = conduct(client, small, folder, data)

    assert len(began) == 1
    assert [record.loss_nats for record in second] == [record.loss_nats for record in first]


def test_what_a_worker_meets_ends_that_trial_alone(client, small, folder, data, monkeypatch):
    from tui_rnn.training import trainer

    def fails(self, *_args, **_more):
        if self.config.cell == "elman":
            raise OSError(28, "No space left on device")
        return known(self, *_args, **_more)

    known = trainer.Trainer.advance_for
    monkeypatch.setattr(trainer.Trainer, "advance_for", fails)

    records, _, _ = conduct(client, small, folder, data)

    assert [record.status for record in records] == ["failed", "failed", "finished", "finished"]
    assert "No space left on device" in records[0].problem


def test_asha_stops_trials_and_the_sweep_ends_all_the_same(client, small, folder, data):
    plan = Plan(small.space, {**small.fixed, "steps": 18}, (1, 2, 3, 4, 5), stop="asha")

    records, _, _ = conduct(client, plan, folder, data)

    assert len(records) == 10
    stopped = [record for record in records if record.status == "stopped"]
    assert stopped
    assert {record.step for record in stopped} <= {2, 6}
    assert len(Study(folder.journal, plan, True).records) == 10


def test_no_worker_trains_on_when_the_table_cannot_be_written(client, small, folder, data):
    def full():
        raise RunError("the disk is full")

    conductor = Conductor(client, small, Study(folder.journal, small, True), folder, data, Remembers(), ours=False)
    with pytest.raises(RunError, match="the disk is full"):
        conductor.run(lambda: False, full)

    kept = client.run_on_scheduler(lambda dask_scheduler: [*dask_scheduler.worker_plugins])
    assert [name for name in kept if name.startswith("tui-rnn")] == []


def test_the_table_has_a_row_for_each_trial_in_both_forms(client, small, folder, data):
    records, _, _ = conduct(client, small, folder, data)
    folder.save_table(records, small.space, data.kind, {"source": "x"})

    with (folder.path / "results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    told = json.loads((folder.path / "results.json").read_text("utf-8"))

    assert [row["cell"] for row in rows] == [record.settings["cell"] for record in records]
    assert [float(row["loss_nats"]) for row in rows] == [record.loss_nats for record in records]
    assert [one["file"] for one in told["trials"]] == [row["file"] for row in rows]


def test_two_sweeps_do_not_work_in_one_folder_and_a_dead_one_is_in_nobodys_way(folder):
    with folder.held(), pytest.raises(InputError, match="another sweep works in"), SweepFolder(folder.path).held():
        pass
    (folder.path / "sweep.lock").write_text("elsewhere.example 1", encoding="utf-8")
    with pytest.raises(InputError, match="another sweep"), folder.held():
        pass
    import socket

    (folder.path / "sweep.lock").write_text(f"{socket.gethostname()} 999999999", encoding="utf-8")
    with folder.held():
        assert (folder.path / "sweep.lock").exists()
    assert not (folder.path / "sweep.lock").exists()


def test_a_scheduler_that_goes_away_ends_the_sweep_with_one_line_and_what_ended_stays(small, folder, data):
    study, ended = Study(folder.journal, small, lower_is_better=True), list[int]()
    with inside() as cluster, distributed.Client(cluster, set_as_default=False) as client:

        def close(count):
            ended.append(count)
            cluster.close()

        with pytest.raises(RunError, match="the connection to the scheduler is lost: go on with tui-rnn sweep --resume"):
            Conductor(client, small, study, folder, data, Remembers(on_ended=close), ours=False).run(
                lambda: False, lambda: None
            )

    again = Study(folder.journal, small, lower_is_better=True)
    assert ended == [1]
    assert [record.status for record in again.records] == ["finished"]


def test_workers_that_can_not_take_the_data_are_told_what_they_need(client, small, folder, data, monkeypatch):
    def lacks(self, worker):
        raise ModuleNotFoundError("No module named 'tui_rnn'")

    monkeypatch.setattr("tui_rnn.sweep.cluster.DataKeeper.setup", lacks)

    with pytest.raises(InputError, match=r"the workers can't take the data \(ModuleNotFoundError: .*they need tui-rnn "):
        conduct(client, small, folder, data)


def test_a_result_that_went_with_its_worker_is_trained_again_and_counts_once(client, small, folder, data, monkeypatch):
    known, lost = distributed.Future.result, list[str]()

    def result(self, timeout=None):
        if not lost:
            lost.append(self.key)
            raise TimeoutError
        return known(self, timeout)

    monkeypatch.setattr(distributed.Future, "result", result)

    records, began, _ = conduct(client, small, folder, data)

    assert lost
    assert [record.status for record in records] == ["finished"] * 4
    assert sorted(record.number for record in records) == [0, 1, 2, 3]
    assert len(began) == 5
