"""A point of the table: measured at all, and only when both sides compute the same."""

from dataclasses import replace

import numpy as np
import pytest

from tui_rnn.bench import compare
from tui_rnn.bench.compare import Point, Variant, check_agreement, measure, random_tokens
from tui_rnn.bench.timing import Effort
from tui_rnn.config import RunConfig
from tui_rnn.errors import RunError

SMALL = RunConfig(hidden_size=20, batch_size=3, seq_len=8, learning_rate=1e-4)
ONE_CALL_EACH = Effort(rounds=1, sample_s=0.0)


def test_alone_only_this_project_and_the_yardstick_are_measured():
    point = measure(SMALL, against_torch=False, effort=ONE_CALL_EACH)
    assert point.chars_per_s > 0
    assert point.sampled_chars_per_s is not None
    assert point.sampled_chars_per_s > 0
    assert point.sgemm_flops > 0
    assert point.best_torch is None
    assert point.ratio is None


def test_against_pytorch_both_embedding_sizes_run_on_one_thread_and_on_all(monkeypatch):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    monkeypatch.setattr(compare, "cores", lambda: 2)
    point = measure(SMALL, against_torch=True, effort=ONE_CALL_EACH)
    assert set(point.torch) == {Variant(16, 1), Variant(16, 2), Variant(20, 1), Variant(20, 2)}
    assert all(rate > 0 for rate in point.torch.values())


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
@pytest.mark.parametrize("embedding_size", [0, 16, 20])
def test_the_networks_that_are_compared_compute_the_same(cell, embedding_size):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    config = replace(SMALL, cell=cell, embedding_size=embedding_size, num_layers=2)
    check_agreement(config, random_tokens(config))


def test_a_side_that_computes_something_else_is_not_timed(monkeypatch):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    from tui_rnn.bench.peer import Peer

    honest = Peer.load
    monkeypatch.setattr(Peer, "load", lambda self, p: honest(self, p | {"U0": p["U0"] * np.float32(1.01)}))
    with pytest.raises(RunError, match="differs from PyTorch's"):
        measure(SMALL, against_torch=True, effort=ONE_CALL_EACH)


def test_pytorchs_fastest_variant_counts():
    point = Point(SMALL, 300.0, 1.0, 1.0, {Variant(16, 1): 100.0, Variant(20, 1): 150.0, Variant(16, 2): 50.0})
    assert point.best_torch == (Variant(20, 1), 150.0)
    assert point.ratio == 2.0


def test_the_share_of_the_peak_is_the_necessary_work_done_by_the_work_that_could_be_done():
    config = RunConfig(cell="elman", hidden_size=10)
    flops = 3 * 2 * (10 * 10 + 10 * 65)
    assert Point(config, 0.0, 0.0, 1000.0 * flops).share_of_peak(250.0) == pytest.approx(0.25)
