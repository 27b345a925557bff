"""Which network goes with which task, and on how many threads it trains."""

from __future__ import annotations

import pytest

from tui_rnn.config import RunConfig, SequenceConfig
from tui_rnn.train.networks import threads_for


# on two cores, one thread was 1.1 to 2.8 times as fast at these, two were 1.02 to 1.5 times as fast at those below
@pytest.mark.parametrize("setting", [("elman", 32, 8), ("elman", 512, 1), ("lstm", 128, 8), ("gru", 256, 4)])
def test_a_small_network_on_few_streams_trains_on_one_thread(setting: tuple[str, int, int]) -> None:
    cell, hidden_size, batch_size = setting
    assert threads_for("lm", RunConfig(cell=cell, hidden_size=hidden_size, batch_size=batch_size), 4) == 1


@pytest.mark.parametrize("setting", [("elman", 512, 4), ("lstm", 256, 8), ("lstm", 512, 1), ("gru", 256, 8), ("lstm", 32, 16)])
def test_a_larger_one_or_one_on_streams_that_are_divided_uses_all(setting: tuple[str, int, int]) -> None:
    cell, hidden_size, batch_size = setting
    assert threads_for("lm", RunConfig(cell=cell, hidden_size=hidden_size, batch_size=batch_size), 4) == 4


def test_networks_over_whole_sequences_use_all() -> None:
    assert threads_for("tag", SequenceConfig(hidden_size=16, batch_size=1), 4) == 4
