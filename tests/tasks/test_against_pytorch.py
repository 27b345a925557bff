"""The same weights give the same loss, logits and gradients as PyTorch's own nn.RNN, nn.LSTM and nn.GRU, and as minGRU and
minLSTM written for it by the paper."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from tests.tasks.random_networks import assert_close, cases
from tui_rnn.cells import CELLS
from tui_rnn.export.cells import ELSEWHERE

torch = pytest.importorskip("torch", reason="PyTorch is not installed: the comparison with it is left out")

from tui_rnn.bench.peer import Peer  # noqa: E402 - needs torch

torch.set_num_threads(1)  # small networks: more would only wait for each other


def known(case):
    """Whether PyTorch has the cell."""
    return case.config.cell in ELSEWHERE


def without_U(case):
    """Whether the cell is minGRU or minLSTM."""
    return not CELLS[case.config.cell].recurrent_blocks


def peer_of(case, model):
    peer = Peer(case.config, case.vocab_size, dtype=torch.float64)
    peer.load(model.parameters)
    return peer


@settings(max_examples=80, derandomize=True)
@given(cases().filter(known))
def test_loss_and_gradients_equal_pytorchs(case):
    model = case.model()
    loss, gradients = model.loss_and_gradients(case.tokens[0], np.ones(case.config.batch_size, bool))
    expected_loss, expected = peer_of(case, model).gradients(case.tokens[0])
    assert loss == pytest.approx(expected_loss, rel=1e-5, abs=1e-6)
    assert gradients.keys() == expected.keys()
    for name, gradient in gradients.items():
        assert_close(gradient, expected[name], name)


@settings(max_examples=40, derandomize=True)
@given(cases().filter(known))
def test_log_probabilities_equal_pytorchs(case):
    case = case._replace(config=replace(case.config, batch_size=1), tokens=case.tokens[:, :, :1])
    model = case.model()
    ids = case.tokens[0]
    with torch.no_grad():
        logits, _ = peer_of(case, model).logits(torch.as_tensor(ids.astype(np.int64)))
    expected = torch.log_softmax(logits, dim=-1)[:, 0].numpy()
    np.testing.assert_allclose(model.trace(ids[:, 0]).log_probs, expected, rtol=1e-5, atol=1e-5)


def by_the_paper(case, leaves):
    """The logits (T, B, ·) of minGRU or minLSTM in the form of Feng et al. 2024, where minGRU's z is the share of the candidate
    (ours is that of the old state). All steps at once, as a scan would: h_t = Σ_s (Π_{s<r≤t} a_r) b_s, from the zero state."""
    x = torch.as_tensor(case.tokens[0, :-1].astype(np.int64))
    y = leaves["E"][x] if "E" in leaves else torch.nn.functional.one_hot(x, case.vocab_size).double()
    for k in range(case.config.num_layers):
        z = (y @ leaves[f"W{k}"] + leaves.get(f"b{k}", 0.0)).chunk(2 if case.config.cell == "mingru" else 3, dim=-1)
        if case.config.cell == "mingru":
            candidate, update = z[0], torch.sigmoid(-z[1])
            a, b = 1 - update, update * candidate
        else:
            forget, enter = torch.sigmoid(z[0]), torch.sigmoid(z[1])
            a, b = forget / (forget + enter), enter / (forget + enter) * z[2]
        so_far = torch.cumsum(torch.log(a), dim=0)
        since = (so_far[:, None] - so_far[None]).exp() * torch.tril(torch.ones(len(x), len(x)))[:, :, None, None]
        y = torch.einsum("tsbh,sbh->tbh", since, b)
    return y @ leaves["V" if "V" in leaves else "E"].T + leaves.get("b_out", 0.0)


@settings(max_examples=40, derandomize=True)
@given(cases().filter(without_U))
def test_loss_and_gradients_of_the_cells_without_u_equal_the_papers(case):
    model = case.model()
    loss, gradients = model.loss_and_gradients(case.tokens[0], np.ones(case.config.batch_size, bool))
    leaves = {name: torch.tensor(value.astype(np.float64), requires_grad=True) for name, value in model.parameters.items()}
    targets = torch.as_tensor(case.tokens[0, 1:].astype(np.int64)).flatten()
    expected = torch.nn.functional.cross_entropy(by_the_paper(case, leaves).flatten(0, 1), targets)
    expected.backward()
    assert loss == pytest.approx(float(expected.detach()), rel=1e-5, abs=1e-6)
    for name, gradient in gradients.items():
        if gradient.size:
            assert_close(gradient, leaves[name].grad.numpy(), name)
