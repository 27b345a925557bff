"""The tasks' networks on a file: the same in PyTorch, and measured only then."""

from dataclasses import replace
from typing import Any

import pytest

from tui_rnn.bench import report, tasks
from tui_rnn.bench.tasks import BENCHES, TaskPoint, check_agreement, measure_task
from tui_rnn.bench.timing import Effort
from tui_rnn.config import RunConfig
from tui_rnn.data.examples.batches import Batches
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import RunError

TEXTS = {
    "tag": "".join(f"w{k}\tA\nx\tB\nlonger{k}\tC\n\n" for k in range(30)),
    "classify": "text\tlabel\n" + "".join(f"{'ab' * (k % 4 + 1)}{k}\t{'XYZ'[k % 3]}\n" for k in range(30)),
    "seq2seq": "source\ttarget\n" + "".join(f"{'ab' * (k % 4 + 1)}{k}\t{k}c\n" for k in range(30)),
}
SMALL: dict[str, Any] = {"hidden_size": 20, "embedding_size": 6, "batch_size": 5, "learning_rate": 1e-4}


@pytest.fixture
def data_of(tmp_path):
    def open_task(task):
        path = tmp_path / "examples.tsv"
        path.write_text(TEXTS[task], encoding="utf-8")
        return open_data(DataRequest(SourceFiles(str(path)), task))

    return open_task


def a_batch(data):
    return data.train.batch(Batches(data.train.lengths, 5, 1).take(1)[0])


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
@pytest.mark.parametrize(
    ("task", "settings"),
    [
        ("tag", {"num_layers": 2}),
        ("tag", {"bidirectional": False, "bias": False}),
        ("classify", {"pool": "final"}),
        ("classify", {"pool": "mean"}),
        ("seq2seq", {"attention": "dot"}),
        ("seq2seq", {"attention": "dot", "num_layers": 2, "readout": "context"}),
        ("seq2seq", {"attention": "general", "num_layers": 2, "bidirectional": False}),
        ("seq2seq", {"attention": "none", "num_layers": 2}),
        ("seq2seq", {"attention": "none", "readout": "context"}),
    ],
)
def test_the_networks_that_are_compared_compute_the_same(data_of, cell, task, settings):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    data = data_of(task)
    check_agreement(RunConfig(task, cell=cell, **SMALL, **settings), data, a_batch(data))


def test_a_side_that_computes_something_else_is_not_timed(data_of, monkeypatch):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    from tui_rnn.bench.tasks_peer import TaskPeer

    honest = TaskPeer.load
    monkeypatch.setattr(TaskPeer, "load", lambda self, p: honest(self, p | {"P": p["P"] * 1.01}))
    with pytest.raises(RunError, match="differs from PyTorch's"):
        measure_task(data_of("seq2seq"), RunConfig("seq2seq", **SMALL), against_torch=True, effort=Effort(1, 0.0))


@pytest.mark.parametrize("task", BENCHES)
def test_both_sides_train_on_the_files_batches(data_of, monkeypatch, task):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    monkeypatch.setattr(tasks, "SETTLE_S", 0.0)
    for config in BENCHES[task].networks:
        point = measure_task(data_of(task), replace(config, **SMALL), against_torch=True, effort=Effort(1, 0.0))
        assert point.chars_per_s > 0
        assert point.torch_chars_per_s is not None
        assert point.torch_chars_per_s > 0


def test_the_ratio_is_how_many_times_as_fast_as_pytorch():
    point = TaskPoint("tag", RunConfig("tag"), 300.0, 3.0, 150.0)
    assert point.ratio == 2.0
    assert report.task_record(point)["ratio"] == 2.0
    assert report.tasks_done_record([point, replace(point, torch_chars_per_s=37.5)])["geometric_mean_ratio"] == pytest.approx(4)
    assert "ratio" not in report.task_record(replace(point, torch_chars_per_s=None))
