"""The same weights give the same loss, logits and gradients as PyTorch's own nn.RNN, nn.LSTM and nn.GRU."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from tests.tasks.random_networks import assert_close, cases

torch = pytest.importorskip("torch", reason="PyTorch is not installed: the comparison with it is left out")

from tui_rnn.bench.peer import Peer  # noqa: E402 - needs torch

torch.set_num_threads(1)  # small networks: more would only wait for each other


def peer_of(case, model):
    peer = Peer(case.config, case.vocab_size, dtype=torch.float64)
    peer.load(model.parameters)
    return peer


@settings(max_examples=80, derandomize=True)
@given(cases())
def test_loss_and_gradients_equal_pytorchs(case):
    model = case.model()
    loss, gradients = model.loss_and_gradients(case.tokens[0], np.ones(case.config.batch_size, bool))
    expected_loss, expected = peer_of(case, model).gradients(case.tokens[0])
    assert loss == pytest.approx(expected_loss, rel=1e-5, abs=1e-6)
    assert gradients.keys() == expected.keys()
    for name, gradient in gradients.items():
        assert_close(gradient, expected[name], name)


@settings(max_examples=40, derandomize=True)
@given(cases())
def test_log_probabilities_equal_pytorchs(case):
    case = case._replace(config=replace(case.config, batch_size=1), tokens=case.tokens[:, :, :1])
    model = case.model()
    ids = case.tokens[0]
    with torch.no_grad():
        logits, _ = peer_of(case, model).logits(torch.as_tensor(ids.astype(np.int64)))
    expected = torch.log_softmax(logits, dim=-1)[:, 0].numpy()
    np.testing.assert_allclose(model.trace(ids[:, 0]).log_probs, expected, rtol=1e-5, atol=1e-5)
