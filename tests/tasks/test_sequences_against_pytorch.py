"""The same weights give the same loss and gradients as PyTorch's packed, bidirectional nn.RNN, nn.LSTM and nn.GRU."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.random_sequences import assert_same_gradients, configs, random_sequences, replace, with_biases, without_overlap
from tests.tasks.test_shared_gates import once_for_gates
from tui_rnn import reference
from tui_rnn.export.cells import ELSEWHERE
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.tagger import Tagger

torch = pytest.importorskip("torch", reason="PyTorch is not installed: the comparison with it is left out")

VOCABULARY, CLASSES = 9, 4


def known(config):
    """Whether PyTorch has the cell, and no z is at relu's corner: two units' U may be a mirror, so that U U h is h and, without
    a bias, a z is 0 but for rounding."""
    at_corner = config.activation == "relu" and config.hidden_size == 2 and not config.bias
    return config.cell in ELSEWHERE and not at_corner


class Peer:
    """Embedding → recurrent layers over packed sequences → linear, in float64, with a model's weights."""

    def __init__(self, model):
        config, parameters = model.config, model.parameters
        self.config, self.H = config, config.hidden_size
        if config.share_gates:  # torch knows of one matrix, too, and sums its gradients itself
            parameters = once_for_gates(parameters, config.cell)
        self.leaves = {name: torch.tensor(v.astype(np.float64), requires_grad=True) for name, v in parameters.items()}
        sizes = (config.embedding_size or VOCABULARY, self.H, config.num_layers)
        options = {"bias": config.bias, "bidirectional": config.bidirectional, "dtype": torch.float64}
        if config.cell == "elman":
            self.recurrent = torch.nn.RNN(*sizes, **options, nonlinearity=config.activation)
        else:
            self.recurrent = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[config.cell](*sizes, **options)

    def matrix(self, name):
        """A W or U with a block for each gate."""
        if not self.config.share_gates:
            return self.leaves[name]
        of_gates, of_candidate = torch.split(self.leaves[name], self.H, 1)
        facts = reference.CELLS[self.config.cell]
        is_gate = facts.gates_of_U if name[0] == "U" else facts.gates_of_W
        return torch.cat([of_gates if gate else of_candidate for gate in is_gate], 1)

    def weights(self):
        """The recurrent module's parameters, made of the model's: torch's GRU has its gates in the order r, z, n."""
        found: dict[str, Any] = {}  # of tensors: torch may be missing
        for k in range(self.config.num_layers):
            for way in ("", "_reverse") if self.config.bidirectional else ("",):
                W, U, b = self.matrix(f"W{k}{way}"), self.matrix(f"U{k}{way}"), self.leaves.get(f"b{k}{way}")
                of_input = of_state = b
                if self.config.cell == "gru":
                    W = torch.roll(W, -self.H, 1)
                    if b is not None:
                        n, r, z, m = torch.split(b, self.H)
                        of_input, of_state = torch.cat([r, z, n]), torch.cat([0 * r, 0 * z, m])
                elif b is not None:
                    of_state = torch.zeros_like(b)
                found |= {f"weight_ih_l{k}{way}": W.T, f"weight_hh_l{k}{way}": U.T}
                found |= {} if b is None else {f"bias_ih_l{k}{way}": of_input, f"bias_hh_l{k}{way}": of_state}
        return found

    def states(self, texts):
        """(longest, texts, D·H), and the lengths."""
        ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(t.astype(np.int64)) for t in texts])
        E = self.leaves.get("E", torch.eye(VOCABULARY, dtype=torch.float64))
        lengths = torch.tensor([len(t) for t in texts])
        packed = torch.nn.utils.rnn.pack_padded_sequence(E[ids], lengths, enforce_sorted=False)
        y, _ = torch.func.functional_call(self.recurrent, self.weights(), (packed,))
        return torch.nn.utils.rnn.pad_packed_sequence(y)[0], lengths

    def finish(self, rows, targets):
        """Loss and gradients of reading out these rows."""
        logits = rows @ self.leaves["V"].T + self.leaves.get("b_out", 0.0)
        targets = torch.tensor(np.asarray(targets, np.int64))
        loss, smoothed = (
            torch.nn.functional.cross_entropy(logits, targets, label_smoothing=share)
            for share in (0.0, self.config.label_smoothing)
        )
        smoothed.backward()
        return float(loss.detach()), {name: leaf.grad.numpy() for name, leaf in self.leaves.items()}


def assert_agree(found, expected):
    assert found[0] == pytest.approx(expected[0], rel=1e-5, abs=1e-6)
    assert_same_gradients(found[1], expected[1])


@settings(max_examples=40, derandomize=True)
@given(configs().filter(known), st.booleans(), st.sampled_from([0.0, 0.2]), st.sampled_from([1, 5, 11]))
def test_a_taggers_loss_and_gradients_equal_pytorchs(config, overlap, label_smoothing, count):
    config = replace(config if overlap else without_overlap(config), label_smoothing=label_smoothing)
    rng, model = np.random.default_rng(config.seed), with_biases(Tagger(config, VOCABULARY, CLASSES))
    texts = random_sequences(rng, count, VOCABULARY)
    ends = [np.unique(rng.integers(0, len(t), 3)) for t in texts]
    tags = [rng.integers(0, CLASSES, len(e)) for e in ends]
    peer = Peer(model)
    y, _ = peer.states(texts)
    if not overlap:  # y is 0 beyond the end of a text
        after = torch.cat([y[1:], torch.zeros_like(y[:1])])
        y = torch.cat([y[..., : config.hidden_size], after[..., config.hidden_size :]], dim=-1)
    rows = torch.cat([y[torch.tensor(e), k] for k, e in enumerate(ends)])
    assert_agree(model.loss_and_gradients(texts, ends, tags, 2), peer.finish(rows, np.concatenate(tags)))


@settings(max_examples=20, derandomize=True)
@given(configs().filter(lambda config: config.cell in ("lstm", "gru")), st.sampled_from([1, 5, 11]))
def test_the_gradients_of_gates_that_share_one_matrix_equal_pytorchs(config, count):
    config = replace(config, share_gates=True)
    rng, model = np.random.default_rng(config.seed), with_biases(Tagger(config, VOCABULARY, CLASSES))
    texts = random_sequences(rng, count, VOCABULARY)
    ends, tags = [np.array([len(t) - 1]) for t in texts], [rng.integers(0, CLASSES, 1) for _ in texts]
    peer = Peer(model)
    y, _ = peer.states(texts)
    rows = torch.stack([y[len(t) - 1, k] for k, t in enumerate(texts)])
    loss, gradients = model.loss_and_gradients(texts, ends, tags, 2)
    assert_agree((loss, once_for_gates(gradients, config.cell)), peer.finish(rows, np.concatenate(tags)))


@settings(max_examples=40, derandomize=True)
@given(configs("classify").filter(known), st.sampled_from(["final", "mean"]), st.sampled_from([1, 5, 11]))
def test_a_classifiers_loss_and_gradients_equal_pytorchs(config, pool, count):
    config = replace(config, pool=pool)
    rng, model = np.random.default_rng(config.seed), with_biases(Classifier(config, VOCABULARY, CLASSES))
    texts, labels = random_sequences(rng, count, VOCABULARY), rng.integers(0, CLASSES, count)
    peer = Peer(model)
    y, lengths = peer.states(texts)
    if pool == "mean":
        rows = y.sum(dim=0) / lengths[:, None]
    else:
        H = config.hidden_size
        last = y[lengths - 1, torch.arange(count)]
        rows = torch.cat([last[:, :H], y[0, :, H:]], dim=1) if config.bidirectional else last
    assert_agree(model.loss_and_gradients(texts, labels, 2), peer.finish(rows, labels))
