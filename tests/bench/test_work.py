"""The work of a training step, counted by hand."""

import numpy as np

from tui_rnn.bench.work import flops_per_char, sgemm
from tui_rnn.config import RunConfig
from tui_rnn.kernels.machine.threads import cores


def test_an_elman_step_is_u_and_v_forward_and_twice_back():
    assert flops_per_char(RunConfig(cell="elman", hidden_size=10), vocab_size=7) == 3 * 2 * (10 * 10 + 10 * 7)


def test_an_lstm_has_four_times_the_u_and_a_gru_three_times():
    lstm, gru, elman = (flops_per_char(RunConfig(cell=cell, hidden_size=10), vocab_size=0) for cell in ("lstm", "gru", "elman"))
    assert (lstm, gru) == (4 * elman, 3 * elman)


def test_a_second_layer_adds_its_own_w_and_u():
    one, two = (flops_per_char(RunConfig(cell="elman", hidden_size=10, num_layers=n), vocab_size=7) for n in (1, 2))
    assert two - one == 3 * 2 * (10 * 10 + 10 * 10)


def test_the_yardstick_counts_a_multiplication_and_an_addition_for_each_of_n_cubed_terms():
    job = sgemm(8)
    job.run()
    assert job.amount == 2 * 8**3 * cores()  # a product on each core
    assert np.isfinite(job.amount)
