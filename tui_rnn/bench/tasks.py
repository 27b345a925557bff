"""Training steps of the tasks on the user's own file, here and in PyTorch by turns: the same network, the same batches."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count, cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.bench.compare import check_errors
from tui_rnn.bench.timing import Effort, Job, sample
from tui_rnn.config import RunConfig
from tui_rnn.data.examples.batches import Batches
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.kinds import LABELLED, PAIRS, TAGGED
from tui_rnn.layers.team import cores
from tui_rnn.training.networks import new_network

TaskData = ExampleData[Any]
Examples = tuple[Any, ...]
"""A batch as the task's network takes it."""

BATCHES = 32  # that both sides go through, again and again
SETTLE_S = 0.4  # PyTorch's threads go on spinning for a while after its last step


@dataclass(frozen=True)
class TaskBench:
    """What is measured for a task by default: networks with an LSTM that reads both ways. compared: the settings in which
    they differ. peer: the name of the PyTorch side in tasks_peer."""

    networks: tuple[RunConfig, ...]
    compared: tuple[str, ...]
    peer: str


BENCHES = {
    TAGGED.name: TaskBench(
        (RunConfig("tag", num_layers=2),),
        (),
        "TaggerPeer",
    ),
    LABELLED.name: TaskBench(
        (RunConfig("classify", pool="final"), RunConfig("classify", pool="mean")),
        ("pool",),
        "ClassifierPeer",
    ),
    PAIRS.name: TaskBench(
        (RunConfig("seq2seq", attention="dot"), RunConfig("seq2seq", attention="none")),
        ("attention",),
        "Seq2SeqPeer",
    ),
}


@dataclass(frozen=True)
class TaskPoint:
    """The speed of one network's training steps, in characters (and tokens of targets) a second."""

    task: str
    config: RunConfig
    chars_per_s: float
    steps_per_s: float
    torch_chars_per_s: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times as fast as PyTorch."""
        return self.chars_per_s / self.torch_chars_per_s if self.torch_chars_per_s else None


def measure_task(data: TaskData, config: RunConfig, *, against_torch: bool, effort: Effort) -> TaskPoint:
    """Time training steps on the first batches of an epoch, on all cores.

    Raises RunError when this project and PyTorch don't compute the same loss and gradients.
    """
    taken = Batches(data.train.lengths, config.batch_size, config.seed).take(BATCHES)
    batches = [data.train.batch(rows) for rows in taken]
    chars = statistics.mean(_size(data, rows) for rows in taken)
    jobs = [Job(_steps(config, data, batches), chars)]
    if against_torch:
        check_agreement(replace(config, dropout=0.0), data, batches[0])
        jobs.append(Job(_torch_steps(config, data, batches), chars))
    rates: list[list[float]] = [[] for _ in jobs]
    for job in jobs:
        sample(job, effort.sample_s)  # makes room, fills caches
    for _ in range(effort.rounds):
        time.sleep(SETTLE_S if against_torch else 0.0)
        for found, job in zip(rates, jobs, strict=True):
            found.append(sample(job, effort.sample_s))
    rate, *others = (statistics.median(found) for found in rates)
    return TaskPoint(data.kind.name, config, rate, rate / chars, *others)


def check_agreement(config: RunConfig, data: TaskData, batch: Examples) -> None:
    """Raise RunError unless the same weights give the same loss and gradients here and in PyTorch."""
    ours: Any = new_network(config, data.symbols)
    peer = _peer(config, data)
    peer.load(ours.parameters)
    loss, gradients = ours.loss_and_gradients(*batch, threads=cores())
    expected_loss, expected = peer.gradients(*peer.prepare(*batch))
    largest = max(float(np.abs(gradient).max()) for gradient in expected.values())
    errors = {"loss": abs(loss - expected_loss) / expected_loss}
    for name, gradient in gradients.items():
        # where a few terms cancel, an error counts by the network's largest derivative
        scale = max(float(np.abs(expected[name]).max()), 0.02 * largest)
        errors[name] = float(np.abs(gradient - expected[name]).max()) / scale
    check_errors(config, errors)


def _size(data: TaskData, rows: NDArray[np.int64]) -> float:
    """Characters read and, of targets, tokens written."""
    return float(data.train.sizes[rows].sum())


def _steps(config: RunConfig, data: TaskData, batches: list[Examples]) -> Callable[[], None]:
    model: Any = new_network(config, data.symbols)
    turn, step, threads = cycle(batches), count(), cores()
    return lambda: model.train(*next(turn), config.learning_rate, next(step), threads)


def _torch_steps(config: RunConfig, data: TaskData, batches: list[Examples]) -> Callable[[], None]:
    import torch

    peer, threads = _peer(config, data), cores()
    step, turn = peer.trainer(), cycle([peer.prepare(*batch) for batch in batches])

    def run() -> None:
        torch.set_num_threads(threads)
        step(*next(turn))

    return run


def _peer(config: RunConfig, data: TaskData) -> Any:
    from tui_rnn.bench import tasks_peer

    peer = getattr(tasks_peer, BENCHES[data.kind.name].peer)
    return peer(config, len(data.vocabulary), data.symbols.outputs)
