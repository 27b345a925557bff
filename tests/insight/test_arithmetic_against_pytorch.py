"""The arithmetic of a unit agrees with PyTorch's own cells and automatic differentiation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.tasks.random_networks import TOLERANCE
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.running_text import in_tokens
from tui_rnn.export.cells import ELSEWHERE
from tui_rnn.insight.arithmetic import Arithmetic
from tui_rnn.insight.registry import answer
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer

torch = pytest.importorskip("torch", reason="PyTorch is not installed: the comparison with it is left out")

from tui_rnn.bench.peer import Peer  # noqa: E402 - needs torch

TEXT, POSITION, UNIT = "the cat sat on", 9, 4
EVERY_CELL = [(name, activation) for name in ELSEWHERE for activation in ("tanh", *CELLS[name].activation_codes)]


@pytest.mark.parametrize(("cell", "activation"), EVERY_CELL)
@pytest.mark.parametrize("layer", [1, 2])
def test_h_the_loss_and_the_entry_of_the_gradient_are_pytorchs(cell: str, activation: str, layer: int) -> None:
    config = RunConfig(
        cell=cell, activation=activation, hidden_size=7, embedding_size=5, num_layers=2, seq_len=32, batch_size=2
    )
    trainer = Trainer(config, in_tokens(corpus_from_text("the cat sat on the mat. " * 60), "char"))
    rng, network = np.random.default_rng(5), trainer.learner.network
    network.set_parameters({name: rng.normal(0, 0.5, a.shape).astype(np.float32) for name, a in network.parameters.items()})
    subject = subject_of(trainer)
    worked = answer(subject, Arithmetic(TEXT, position=POSITION, unit=UNIT, layer=layer))

    peer = Peer(config, len(subject.symbols.vocabulary), dtype=torch.float64)
    peer.load(network.parameters)
    ids = torch.as_tensor(subject.symbols.vocabulary.encode(TEXT)[0].astype(np.int64))[:, None]
    logits, state = peer.logits(ids[: POSITION + 1])
    h = (state[0] if isinstance(state, tuple) else state)[layer - 1, 0, UNIT]
    loss = torch.nn.functional.cross_entropy(logits[POSITION], ids[POSITION + 1])
    loss.backward()
    shown = next(line.value for line in worked.steps if line.name == "h")
    assert shown == pytest.approx(float(h.detach()), abs=TOLERANCE)
    assert worked.loss_nats == pytest.approx(float(loss.detach()), abs=TOLERANCE)
    assert worked.gradient == pytest.approx(largest(peer, config, layer), abs=TOLERANCE)


def largest(peer: Any, config: RunConfig, layer: int) -> float:
    """Of all entries of W, U and b that belong to the unit, the one that is largest without its sign."""
    from tui_rnn.bench.torch_cells import layer_gradients

    dW, dU, db = layer_gradients(config, peer.recurrent, f"_l{layer - 1}")
    assert db is not None
    entries = np.concatenate([given.reshape(-1, given.shape[-1])[:, UNIT::7].ravel() for given in (dW, dU, db)])
    return float(entries[np.abs(entries).argmax()])
