"""Oracles for changes and derivatives inside a network: reference/ in float64, with other weights or backward."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tui_rnn import reference
from tui_rnn.cells import CELLS
from tui_rnn.data.examples.batches import permutation
from tui_rnn.insight.examples import example_at
from tui_rnn.insight.question import Subject
from tui_rnn.insight.stepping import BY_STATE
from tui_rnn.lessons.formulas import Missing
from tui_rnn.lessons.oracles.language_models import costs, weights
from tui_rnn.reference import Array, Ids, Parameters, tagging

HELD_FAST = 1e4  # with such a bias, a gate is 0 or 1 for any input


def _hold(subject: Subject, question: Any) -> Mapping[str, Any]:
    """To hold U h at 0 is to set U to 0; to hold a gate at 0 or 1 is to give it a very large bias."""
    if not subject.kind.is_stream or question.unit or question.start or question.direction:
        raise Missing("an oracle exists only for all units of a language model, held from the first token on")
    parameters, cell = weights(subject)
    changed, H, facts = dict(parameters), subject.config.hidden_size, CELLS[subject.config.cell]
    for k in range(subject.config.num_layers):
        if question.layer not in (None, k + 1):
            continue
        if question.cut == BY_STATE:
            changed[f"U{k}"] = np.zeros_like(parameters[f"U{k}"])
        elif question.gate in facts.gates and question.at in (0.0, 1.0):
            b = parameters.get(f"b{k}", np.zeros(len(facts.blocks) * H)).copy()
            first = facts.blocks.index(question.gate) * H
            b[first : first + H] = HELD_FAST if question.at else -HELD_FAST
            changed[f"b{k}"] = b
        else:
            raise Missing("an oracle exists only for a gate that is held at 0 or 1, and for U h")
    ids = subject.part[: question.length + 1]  # type: ignore[index]
    loss, held = (float(costs(one, cell, ids).mean()) for one in (parameters, changed))
    return {"loss_nats": loss, "held_loss_nats": held, "added_nats": held - loss, "of": len(ids) - 1}


def _horizon(subject: Subject, question: Any) -> Mapping[str, Any]:
    """The gradient by the inputs of a network with one layer, window by window."""
    if subject.config.num_layers > 1:
        raise Missing("an oracle exists only for the horizon of one layer")
    parameters, cell = weights(subject)
    ids = np.asarray(subject.part[: question.length + 1])  # type: ignore[index]
    N = len(ids) - 1
    reach = min(question.reach, N // 2)
    starts = np.unique(np.linspace(0, N - reach, min(question.windows, N - reach + 1)).astype(np.int64)).tolist()
    whole = reference.forward(parameters, cell, ids[:-1, None], reference.zero_state(parameters, cell, 1))
    logs = reference.log_softmax(whole.logits)[:, 0]
    norms = np.zeros(reach)
    for start in starts:
        seen = reference.forward(parameters, cell, ids[start : start + reach, None], [whole.moments[0][start]])
        by_h = _by_h(parameters, seen.logits[-1, 0], int(ids[start + reach]))
        dh = np.zeros((reach, 1, len(by_h)))
        dh[-1, 0] = by_h
        W, U = parameters["W0"], parameters["U0"]
        dx, *_ = reference.run_layer_backward(reference.CELLS[cell], seen.inputs[0], seen.moments[0], W, U, dh)
        norms += np.linalg.norm(dx[::-1, 0], axis=1)
    gradient = norms / len(starts)
    largest = int(gradient.argmax())
    return {
        "distance": list(range(1, reach + 1)),
        "gradient": gradient,
        "loss_nats": float(-logs[np.arange(N), ids[1:]].mean()),
        "of": N,
        "windows": len(starts),
        "to_1_e": _fallen(gradient, largest, 1 / math.e),
        "to_1_percent": _fallen(gradient, largest, 0.01),
    }


def _by_h(parameters: Parameters, logits: Array, true: int) -> Array:
    """The derivative of ln ŷ[true] by the state that is read out."""
    p = np.exp(reference.log_softmax(logits))
    return np.asarray((np.eye(len(p))[true] - p) @ parameters["V" if "V" in parameters else "E"])


def _fallen(gradient: Array, largest: int, share: float) -> int | None:
    for n in range(largest, len(gradient)):
        if gradient[n] <= share * gradient[largest]:
            return n + 1
    return None


def _halves(subject: Subject, question: Any) -> Mapping[str, Any]:
    """A separate network reads each half."""
    part: Any = subject.part
    parameters, cell = weights(subject)
    overlap, labels, H = subject.config.overlap, subject.symbols.labels, subject.config.hidden_size
    assert labels is not None
    averaged, nothing = _with_average(parameters)

    def both(given: Parameters, sentences: list[Ids]) -> list[Array]:
        states = reference.sequences.states_of(given, cell, sentences)
        return states if overlap else list(map(tagging.apart, states))

    def right(states: Array, truth: int) -> bool:
        return int((parameters["V"] @ states + parameters.get("b_out", 0.0)).argmax()) == truth

    rows = permutation(len(part), seed=0)
    count = max(1, int(np.searchsorted(np.cumsum(part.inputs.lengths[rows]), question.length, side="right")))
    found: list[list[bool]] = []
    truths: list[int] = []
    for row in rows[:count]:
        ids = np.asarray(part.inputs[int(row)], np.int64)
        known = [(end, tag) for end, tag in zip(part.word_ends[int(row)], part.tag_ids[int(row)], strict=True) if tag >= 0]
        lacking = [np.where(np.arange(len(ids)) == end, nothing, ids) for end, _ in known]
        (whole,) = both(parameters, [ids])
        for (end, truth), states in zip(known, both(averaged, lacking), strict=True):
            less = states[end]
            halves = [
                np.concatenate([(less if f else whole[end])[:H], (less if b else whole[end])[H:]])
                for f, b in ((False, False), (True, False), (False, True), (True, True))
            ]
            found.append([right(states, truth) for states in halves])
            truths.append(truth)
    shares = np.mean(found, axis=0)
    told = {"accuracy": shares[0], "without_forward": shares[1], "without_backward": shares[2], "without_both": shares[3]}
    text = example_at(subject, question.example).words if question.text is None else question.text.split(" ")
    return {
        **told,
        "of": len(truths),
        "chance": float(np.bincount(truths).max() / len(truths)),
        "overlaps": overlap,
        **_through(subject, parameters, cell, text, question.word),
    }


def _with_average(parameters: Parameters) -> tuple[Parameters, int]:
    """The parameters with one more symbol, whose input is the mean of all, and its id."""
    names = ["E"] if "E" in parameters else ["W0", "W0_reverse"]
    grown = {name: np.concatenate([parameters[name], parameters[name].mean(axis=0)[None]]) for name in names}
    return parameters | grown, len(parameters[names[0]])


def _through(subject: Subject, parameters: Parameters, cell: str, words: Any, word: int) -> Mapping[str, Any]:
    """The gradient of ln ŷ of the likeliest tag by each input, through each half."""
    assert subject.symbols.labels is not None
    text, H = " ".join(words), subject.config.hidden_size
    ids = subject.symbols.vocabulary.encode(text)[0]
    at = int(np.cumsum([len(one) + 1 for one in words])[word]) - 2
    seen = reference.sequences.read(parameters, cell, ids)
    states = seen.states if subject.config.overlap else tagging.apart(seen.states)
    logits = parameters["V"] @ states[at] + parameters.get("b_out", 0.0)
    tag = int(logits.argmax())
    by_states, found = _by_h(parameters, logits, tag), {}
    for d, (name, way) in enumerate((("forward", ""), ("backward", "_reverse"))):
        dy = np.zeros_like(states)
        dy[at, d * H : (d + 1) * H] = by_states[d * H : (d + 1) * H]
        dy = dy if subject.config.overlap else tagging.apart_backward(dy)
        dh = reference.sequences.in_order(dy[:, d * H : (d + 1) * H], way)[:, None]
        x = reference.sequences.in_order(seen.inputs[0], way)[:, None]
        W, U = parameters[f"W0{way}"], parameters[f"U0{way}"]
        dx, *_ = reference.run_layer_backward(reference.CELLS[cell], x, seen.moments[0][d], W, U, dh)
        found[name] = np.linalg.norm(reference.sequences.in_order(dx[:, 0], way), axis=1)
    return {**found, "at": at, "tag": subject.symbols.labels.names[tag], "symbols": list(text), "words": list(words)}


ORACLES = {"hold": _hold, "horizon": _horizon, "halves": _halves}
