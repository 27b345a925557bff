"""The arrays of a network: single precision through and through, none over another, and what is handed out is a copy."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from tests.training.tasks import PROBLEMS
from tui_rnn.training.trainer import Trainer


@pytest.mark.parametrize("task", sorted(PROBLEMS))
def test_training_promotes_no_array_and_lets_none_share_memory(task: str, tmp_path: Path) -> None:
    problem = PROBLEMS[task]
    trainer = Trainer(problem.config, problem.open(tmp_path))
    while trainer.step < 3:
        trainer.advance(1)
    first, second = trainer.learner.network.arrays(), trainer.learner.network.arrays()

    assert {array.dtype for array in first.values()} == {np.dtype(np.float32)}
    assert all(array.flags.c_contiguous and array.flags.aligned for array in first.values())
    every = [*first.items(), *((f"again {name}", array) for name, array in second.items())]
    shared = [(a, b) for (a, one), (b, other) in combinations(every, 2) if np.shares_memory(one, other)]
    assert shared == []


@pytest.mark.parametrize("task", sorted(PROBLEMS))
def test_arrays_in_fortrans_order_are_the_same_network(task: str, tmp_path: Path) -> None:
    problem = PROBLEMS[task]
    trainer = Trainer(problem.config, problem.open(tmp_path))
    while trainer.step < 2:
        trainer.advance(1)
    network = trainer.learner.network
    before = network.arrays()
    network.load_arrays({name: np.asfortranarray(array) for name, array in before.items()})

    for name, array in network.arrays().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)
