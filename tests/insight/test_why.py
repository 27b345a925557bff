"""Why a network says what it says, against the reference with an average row, finite differences, and PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.tasks.random_networks import in_float64
from tui_rnn import reference
from tui_rnn.errors import InputError
from tui_rnn.insight.question import Subject, refuse
from tui_rnn.insight.registry import answer
from tui_rnn.insight.why import Explanation, Why

TEXTS = {"lm": "a dog s", "items": "aaab", "tag": "kla mle xo", "classify": "abcd", "seq2seq": "acb"}
STEP = 1e-5


@pytest.fixture(scope="session")
def asked(subjects: dict[str, Subject], reader: Subject) -> dict[str, Subject]:
    return {**subjects, "lm": reader}


def logits_of(subject: Subject, inputs: np.ndarray, found: Explanation, given: np.ndarray) -> np.ndarray:
    """By the reference, of rows of inputs (T, D) in place of E[ids], the logits that are explained. given: the ids."""
    kind, parameters = subject.kind.name, in_float64(subject.network.parameters)
    prefix = "encoder." if kind == "seq2seq" else ""
    own = parameters | {f"{prefix}E": inputs}
    ids = np.arange(len(inputs))
    if kind in ("lm", "items"):
        state = reference.zero_state(own, "lstm", 1)
        return np.asarray(reference.forward(own, "lstm", ids[:, None], state).logits[-1, 0])
    if kind == "tag":
        ends = np.array([k for k in range(len(ids)) if k + 1 == len(ids)])
        return np.asarray(reference.tagging.logits(own, "lstm", ids, ends)[0])
    if kind == "classify":
        return np.asarray(reference.classification.logits(own, "lstm", subject.config.pool, ids))
    memory = reference.encoder_decoder.remember(
        own, reference.sequences.read(reference.encoder_decoder.side(own, "encoder"), "lstm", ids)
    )
    written = subject.network.greedy([given])[0].ids
    fed = np.append(subject.network.target_size, written[:1]).astype(int)
    done = reference.encoder_decoder.decode(own, "lstm", subject.config.attention != "none", memory, fed)
    return np.asarray(done.logits[-1])


def read_ids(subject: Subject, text: str) -> np.ndarray:
    ids = subject.symbols.vocabulary.encode(text)[0]
    return np.asarray(ids if subject.kind.answers else subject.network.begun(ids))


@pytest.mark.parametrize("kind", TEXTS)
def test_occlusion_and_gradients_are_what_the_reference_gives(asked, kind: str) -> None:
    subject, text = asked[kind], TEXTS[kind]
    found = answer(subject, Why(text, position=1 if kind == "seq2seq" else None))
    ids, parameters = read_ids(subject, text), in_float64(subject.network.parameters)
    table = parameters["encoder.E" if kind == "seq2seq" else "E"]
    train = subject.data.train
    counts = np.bincount(train if kind == "lm" else train.inputs.values, minlength=len(table))[: len(table)]
    average = counts / counts.sum() @ table
    x = table[ids]

    def log_odds(inputs: np.ndarray) -> float:
        logits = logits_of(subject, inputs, found, ids)
        return float(logits[best] - logits[second])

    def log_prob(inputs: np.ndarray) -> float:
        return float(reference.log_softmax(logits_of(subject, inputs, found, ids))[best])

    logits = logits_of(subject, x, found, ids)
    best, second = (int(k) for k in np.argsort(-logits)[:2])
    assert found.log_odds == pytest.approx(logits[best] - logits[second], abs=1e-6)
    assert found.prob == pytest.approx(np.exp(reference.log_softmax(logits)[best]), abs=1e-6)
    assert len(found.symbols) == len(ids)
    for t in range(len(ids)):
        occluded = x.copy()
        occluded[t] = average
        assert found.occlusion[t] == pytest.approx(log_odds(x) - log_odds(occluded), abs=1e-6)
        moved = [x + sign * STEP * np.eye(len(x))[t][:, None] * x[t] for sign in (1, -1)]
        assert found.gradient_times_input[t] == pytest.approx((log_odds(moved[0]) - log_odds(moved[1])) / (2 * STEP), abs=1e-5)
        slopes = []
        for number in range(x.shape[1]):
            step = np.zeros_like(x)
            step[t, number] = STEP
            slopes.append((log_prob(x + step) - log_prob(x - step)) / (2 * STEP))
        assert found.input_gradient[t] == pytest.approx(np.linalg.norm(slopes), abs=1e-5)


def test_the_symbol_at_a_position_is_explained_by_those_before_it(asked) -> None:
    subject, text = asked["lm"], TEXTS["lm"]
    found = answer(subject, Why(text, position=5))
    assert (found.shown, "".join(found.symbols), found.first) == (text[5], text[:5], 0)
    log_probs = subject.network.trace(read_ids(subject, text)).log_probs[4]
    assert found.prob == pytest.approx(np.exp(log_probs[subject.symbols.vocabulary.encode(text[5])[0][0]]), abs=1e-5)
    other = subject.symbols.vocabulary.encode(found.runner_up)[0][0]
    assert found.log_odds == pytest.approx(np.log(found.prob) - log_probs[other], abs=1e-4)


def test_of_a_long_text_the_last_symbols_are_explained_and_all_before_is_read(asked) -> None:
    subject, text = asked["lm"], "the cat sat. a dog ran away"
    whole, part = answer(subject, Why(text)), answer(subject, Why(text, reach=6))
    assert (part.first, len(part.symbols)) == (len(text) - 6, 6)
    np.testing.assert_allclose(part.occlusion, whole.occlusion[-6:], atol=1e-9)
    np.testing.assert_allclose(part.state_gradient, whole.state_gradient[-6:], atol=1e-9)


def test_what_validates_is_explained_where_no_text_is_given(asked) -> None:
    for subject in asked.values():
        found = answer(subject, Why())
        assert len(found.occlusion) == len(found.symbols) > 0
        assert all(isinstance(line, str) for line in found.lines())
    assert answer(asked["items"], Why()).shown == "</s>"  # the end of a whole item


def test_without_its_data_all_symbols_are_averaged_alike(asked) -> None:
    from dataclasses import replace

    gone = replace(asked["lm"], open_data=refuse("gone"), open_part=refuse("gone"))
    assert answer(gone, Why("the cat")).average_over == "all alike, as the data are gone"
    assert answer(replace(asked["lm"], open_data=refuse("gone")), Why("the")).average_over == "the text asked about"


@pytest.mark.parametrize(
    ("kind", "question", "says"),
    [
        ("lm", Why("the", position=4), "position is 4, expected 1 to 3"),
        ("lm", Why("the", position=0), "position is 0, expected 1 to 3: nothing is read before the first symbol"),
        ("lm", Why("thξ", position=2), "but the vocabulary lacks the symbol there"),
        ("tag", Why("kla", position=9), "position is 9, expected 0 to 2"),
        ("seq2seq", Why("abc", position=99), "position is 99, expected 0 to"),
    ],
)
def test_a_position_that_there_is_not_is_told(asked, kind: str, question: Why, says: str) -> None:
    with pytest.raises(InputError, match=says):
        answer(asked[kind], question)


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
def test_gradients_and_occlusion_equal_pytorchs(cell: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: the comparison with it is left out")

    from tests.insight.conftest import reader_of
    from tui_rnn.bench.peer import Peer

    subject = reader_of("the cat sat. a dog ran away. " * 200, layers=2, cell=cell)
    found = answer(subject, Why("the cat sat. a d"))
    peer: Any = Peer(subject.config, len(subject.symbols.vocabulary), dtype=torch.float64)
    peer.load(subject.network.parameters)
    ids = torch.as_tensor(read_ids(subject, "the cat sat. a d").astype(np.int64))
    E = torch.tensor(in_float64(subject.network.parameters)["E"])
    x = E[ids][:, None].clone().requires_grad_(True)

    def logits(inputs: Any) -> Any:
        return peer.readout(peer.recurrent(inputs)[0])[-1, 0]

    out = logits(x)
    given = out.detach()
    best, second = (int(k) for k in torch.argsort(-out)[:2])
    (gradient,) = torch.autograd.grad(out[best] - out[second], x, retain_graph=True)
    np.testing.assert_allclose(found.gradient_times_input, (gradient * x).sum(2)[:, 0].detach(), atol=1e-4)
    (gradient,) = torch.autograd.grad(torch.log_softmax(out, 0)[best], x)
    np.testing.assert_allclose(found.input_gradient, gradient.norm(dim=2)[:, 0], atol=1e-4)
    counts = np.bincount(subject.data.train, minlength=len(E))
    average = torch.tensor(counts / counts.sum()) @ E
    for t in range(len(ids)):
        occluded = x.detach().clone()
        occluded[t, 0] = average
        other = logits(occluded).detach()
        assert found.occlusion[t] == pytest.approx(float(given[best] - given[second] - other[best] + other[second]), abs=1e-4)
