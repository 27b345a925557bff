"""What removing a unit and cutting the state cost, and how far the gradient reaches, against loops over PyTorch's cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.insight.conftest import reader_of
from tui_rnn.insight.ablate import Ablate
from tui_rnn.insight.hold import Hold
from tui_rnn.insight.horizon import Horizon
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer

torch = pytest.importorskip("torch", reason="PyTorch is not installed: the comparison with it is left out")

from tui_rnn.bench.peer import Peer  # noqa: E402 - needs torch

LENGTH = 300
Kept = Callable[[Any], Any]


class Loop:
    """A network of one layer, step by step in float64. State: h, and of an LSTM (h, c)."""

    def __init__(self, subject: Subject) -> None:
        config, size = subject.config, len(subject.symbols.vocabulary)
        peer: Any = Peer(config, size, dtype=torch.float64)
        peer.load(subject.network.parameters)
        kind = {"elman": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}[config.cell]
        self.cell = kind(config.embedding_size, config.hidden_size, dtype=torch.float64)
        self.cell.load_state_dict({name.removesuffix("_l0"): value for name, value in peer.recurrent.state_dict().items()})
        self.embedding, self.readout = peer.embedding, peer.readout
        self.has_c = config.cell == "lstm"

    def zero(self) -> Any:
        h = torch.zeros(1, self.cell.hidden_size, dtype=torch.float64)
        return (h, h) if self.has_c else h

    def read(self, x: Any, state: Any, kept: Kept = lambda state: state) -> tuple[Any, Any]:
        """ln p after each row of x (T, D), (T, V), and the last state. kept: what becomes of a state."""
        found = []
        for row in x:
            state = kept(self.cell(row[None], state))
            found.append(torch.log_softmax(self.readout(state[0] if self.has_c else state), dim=1)[0])
        return torch.stack(found), state

    def loss(self, ids: np.ndarray, kept: Kept = lambda state: state, cut: Kept = lambda state: state) -> float:
        """The mean of −ln p, with `kept` made of each state and `cut` of what the next step gets of it."""
        state, total = self.zero(), 0.0
        with torch.no_grad():
            for t in range(len(ids) - 1):
                log_probs, state = self.read(self.embedding(torch.tensor([int(ids[t])])), cut(state), kept)
                total -= float(log_probs[0, int(ids[t + 1])])
        return total / (len(ids) - 1)


@pytest.fixture(scope="module", params=["elman", "lstm", "gru"])
def asked(request: pytest.FixtureRequest) -> tuple[Subject, Loop, np.ndarray]:
    subject = reader_of("the cat sat. a dog ran away. „oh“ it said.\n" * 300, cell=request.param)
    return subject, Loop(subject), np.asarray(subject.part[: LENGTH + 1], np.int64)  # type: ignore[index]


def test_removing_a_unit_costs_what_the_loop_loses(asked: tuple[Subject, Loop, np.ndarray]) -> None:
    subject, loop, ids = asked

    def without_3(state: Any) -> Any:
        h = (state[0] if loop.has_c else state).clone()
        h[:, 3] = 0
        return (h, state[1]) if loop.has_c else h

    found = answer(subject, Ablate(unit=(3,), length=LENGTH))
    before = loop.loss(ids)
    assert found.loss_nats == pytest.approx(before, abs=1e-4)
    assert found.units[0].added_nats == pytest.approx(loop.loss(ids, without_3) - before, abs=1e-4)


def test_a_cut_state_costs_what_the_loop_loses(asked: tuple[Subject, Loop, np.ndarray]) -> None:
    subject, loop, ids = asked
    found = answer(subject, Hold(cut="h", length=LENGTH, draw=0))
    expected = loop.loss(ids, cut=lambda state: (loop.zero()[0], state[1]) if loop.has_c else loop.zero())
    assert found.held_loss_nats == pytest.approx(expected, abs=1e-4)
    if loop.has_c:
        found = answer(subject, Hold(cut="c", length=LENGTH, draw=0))
        expected = loop.loss(ids, cut=lambda state: (state[0], loop.zero()[1]))
        assert found.held_loss_nats == pytest.approx(expected, abs=1e-4)


def test_the_gradient_reaches_as_far_as_autograds(asked: tuple[Subject, Loop, np.ndarray]) -> None:
    subject, loop, ids = asked
    reach, windows = 8, 5
    found = answer(subject, Horizon(reach=reach, windows=windows, length=LENGTH))
    inputs, of_states = np.zeros((2, reach))
    with torch.no_grad():
        whole, _ = loop.read(loop.embedding(torch.as_tensor(ids[:-1])), loop.zero())
    nats = -whole[torch.arange(LENGTH), torch.as_tensor(ids[1:])].numpy()
    starts = np.linspace(0, LENGTH - reach, windows).astype(int)
    short = np.zeros((windows, reach))
    for row, start in enumerate(starts):
        begin = loop.zero()
        if start:
            with torch.no_grad():
                _, begin = loop.read(loop.embedding(torch.as_tensor(ids[:start])), begin)
        x = loop.embedding(torch.as_tensor(ids[start : start + reach])).detach().requires_grad_(True)
        held: list[Any] = []

        def keep(state: Any, held: list[Any] = held) -> Any:
            """h in all its uses, and c as it goes on to the next step."""
            if not loop.has_c:
                state.retain_grad()
                held.append((state,))
                return state
            h, c = state[0], state[1].clone()
            h.retain_grad()
            c.retain_grad()
            held.append((h, c))
            return h, c

        log_probs, _ = loop.read(x, begin, keep)
        log_probs[-1, int(ids[start + reach])].backward()
        inputs += x.grad.norm(dim=1).numpy()[::-1] / windows
        for n, values in enumerate(reversed(held)):
            squares = sum(float(value.grad.square().sum()) for value in values if value.grad is not None)
            of_states[n] += np.sqrt(squares) / windows
        with torch.no_grad():
            from_zero, _ = loop.read(x, loop.zero())
        short[row] = -from_zero[torch.arange(reach), torch.as_tensor(ids[start + 1 : start + reach + 1])].numpy()
    np.testing.assert_allclose(found.gradient, inputs, atol=1e-4)
    np.testing.assert_allclose(found.state_gradient, of_states, atol=1e-4)
    lack = (short - nats[starts[:, None] + np.arange(reach)]).mean(axis=0)
    np.testing.assert_allclose(found.loss_by_context_nats, nats.mean() + lack, atol=1e-4)
