"""Which network goes with which task, and on how many threads it trains."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.training.tasks import PROBLEMS
from tui_rnn.config import SETTINGS, RunConfig
from tui_rnn.kernels.equations import decoder, sampling, streams
from tui_rnn.kernels.machine import compiling
from tui_rnn.kernels.machine.jit import Kernel
from tui_rnn.kinds import KINDS, RUNNING_TEXT, TAGGED
from tui_rnn.training.networks import compile_kernels, threads_for
from tui_rnn.training.resuming import checkpoint_of
from tui_rnn.training.run import Run
from tui_rnn.training.trainer import Trainer


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> set[Kernel]:
    """The kernels that Python calls."""
    seen: set[Kernel] = set()
    ready = Kernel.make_ready

    def asked(kernel: Kernel) -> None:
        seen.add(kernel)
        ready(kernel)

    monkeypatch.setattr(Kernel, "make_ready", asked)
    return seen


def compiled_for(kind: str, monkeypatch: pytest.MonkeyPatch) -> set[Kernel]:
    """What is compiled before such a network trains."""
    wanted: set[Kernel] = set()
    monkeypatch.setattr(compiling, "compile_kernels", lambda kernels, progress: wanted.update(kernels))
    compile_kernels(KINDS[kind])
    return {each for kernel in wanted for each in kernel.needs()}


@pytest.mark.parametrize("kind", sorted(PROBLEMS))
def test_whatever_a_network_trains_is_scored_and_asked_by_was_compiled_before(
    kind: str, tmp_path: Path, called: set[Kernel], monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = PROBLEMS[kind]
    for settings in ({}, {"pool": "mean"}, {"attention": "general", "readout": "context"}, {"num_layers": 2, "cell": "gru"}):
        known: dict[str, Any] = {name: value for name, value in settings.items() if SETTINGS[name].is_for(kind)}
        trainer = Trainer(replace(problem.config, dropout=0.1, **known), problem.open(tmp_path))
        trainer.advance(3)
        trainer.evaluate()
        run = Run(trainer.learner.network, checkpoint_of(trainer), trainer.data)
        run.generate("ab") if kind == "items" else run.predict("abc")
    assert called
    assert called - {sampling.write_next} <= compiled_for(kind, monkeypatch)  # which the first sample waits for


@pytest.mark.parametrize("kind", ["classify", "tag"])
def test_nobody_waits_for_the_kernels_of_another_task(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not {decoder.decoder_forward, streams.next_chunk} & compiled_for(kind, monkeypatch)


# on two cores that do nothing else, one thread was 1.1 to 2.3 times as fast at these, two 1.1 to 1.5 times at those below
@pytest.mark.parametrize("setting", [("elman", 32, 8), ("elman", 128, 1), ("lstm", 96, 1), ("gru", 128, 4)])
def test_a_small_network_on_few_streams_trains_on_one_thread(setting: tuple[str, int, int]) -> None:
    cell, hidden_size, batch_size = setting
    assert threads_for(RUNNING_TEXT, RunConfig(cell=cell, hidden_size=hidden_size, batch_size=batch_size), 4) == 1


@pytest.mark.parametrize("setting", [("elman", 512, 1), ("lstm", 256, 8), ("lstm", 128, 1), ("gru", 256, 1), ("lstm", 32, 16)])
def test_a_larger_one_or_one_on_streams_that_are_divided_uses_all(setting: tuple[str, int, int]) -> None:
    cell, hidden_size, batch_size = setting
    assert threads_for(RUNNING_TEXT, RunConfig(cell=cell, hidden_size=hidden_size, batch_size=batch_size), 4) == 4


def test_networks_over_whole_sequences_use_all() -> None:
    assert threads_for(TAGGED, RunConfig("tag", hidden_size=16, batch_size=1), 4) == 4
