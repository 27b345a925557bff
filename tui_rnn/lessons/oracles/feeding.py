"""Oracle for networks that are fed their own predictions: reference/ in float64, symbol by symbol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn import reference
from tui_rnn.data.examples.batches import permutation
from tui_rnn.insight.question import Subject
from tui_rnn.lessons.oracles.language_models import weights
from tui_rnn.reference import Array, encoder_decoder, sequences

Costs = list[tuple[Array, Array]]
"""For each place or example: −ln ŷ of every true symbol, and whether it was the likeliest."""
Told = tuple[list[NDArray[np.int64]], Costs, Costs]
"""The true symbols of each place or example; their costs when the network is fed the truth; and when it is fed itself."""


def _rollout(subject: Subject, question: Any) -> Mapping[str, Any]:
    told = _of_pairs if subject.kind.writes_answers else _of_language_model
    truth, forced, free = told(subject, question)
    longest = max(map(len, truth))
    found: dict[str, list[float]] = {"of": [], "forced_nats": [], "free_nats": [], "forced_accuracy": [], "free_accuracy": []}
    for n in range(longest):
        rows = [k for k, one in enumerate(truth) if n < len(one)]
        found["of"].append(len(rows))
        for name, costs in (("forced", forced), ("free", free)):
            found[f"{name}_nats"].append(float(np.mean([costs[k][0][n] for k in rows])))
            found[f"{name}_accuracy"].append(float(np.mean([costs[k][1][n] for k in rows])))
    _, counts = np.unique(np.concatenate(truth), return_counts=True)
    shares = counts / counts.sum()
    return {
        "position": list(range(1, longest + 1)),
        **found,
        "chance_accuracy": float(shares.max()),
        "chance_nats": float(-(shares * np.log(shares)).sum()),
    }


def _of_language_model(subject: Subject, question: Any) -> Told:
    part: Any = subject.part
    parameters, cell = weights(subject)
    if subject.kind.is_stream:
        context = question.context or 64
        places = np.unique(np.linspace(0, len(part) - context - question.steps, question.count).astype(np.int64))
        texts = [np.asarray(part[place : place + context + question.steps], np.int64) for place in places.tolist()]
    else:
        context, mark = 1 + (question.context or 1), np.array([len(subject.symbols.vocabulary)])
        chosen = [np.asarray(part.inputs[row], np.int64) for row in permutation(len(part.inputs), seed=0)[: question.count]]
        texts = [np.concatenate([mark, item, mark])[: context + question.steps] for item in chosen if len(item) + 1 >= context]
    truth, lengths, costs = [text[context:] for text in texts], np.array([len(text) for text in texts]), []
    for own in (False, True):
        of_way: Costs = [(np.zeros(0), np.zeros(0))] * len(texts)
        for length in np.unique(lengths):  # texts of one length are read side by side
            rows = np.flatnonzero(lengths == length)
            ids = np.stack([texts[row] for row in rows], axis=1)
            seen = reference.forward(parameters, cell, ids[:context], reference.zero_state(parameters, cell, len(rows)))
            nats, right = [], []
            for true in ids[context:]:
                logs = reference.log_softmax(seen.logits)[-1]
                likeliest = logs.argmax(axis=1)
                nats.append(-logs[np.arange(len(rows)), true])
                right.append((likeliest == true).astype(float))
                seen = reference.forward(parameters, cell, (likeliest if own else true)[None], seen.state)
            for place, row in enumerate(rows):
                of_way[row] = np.array(nats)[:, place], np.array(right)[:, place]
        costs.append(of_way)
    return truth, costs[0], costs[1]


def _of_pairs(subject: Subject, question: Any) -> Told:
    part: Any = subject.part
    parameters, cell = weights(subject)
    attends, end = subject.config.attention != "none", subject.symbols.outputs
    rows = [int(row) for row in permutation(len(part), seed=0)[: question.count]]
    whole = [np.append(part.target_ids[row], end).astype(np.int64) for row in rows]
    costs = []
    for own in (False, True):
        of_way: Costs = []
        for row, true in zip(rows, whole, strict=True):
            seen = sequences.read(encoder_decoder.side(parameters, "encoder"), cell, part.inputs[row])
            fed = np.concatenate([[end], np.full(len(true) - 1, -1) if own else true[:-1]])
            done = encoder_decoder.decode(parameters, cell, attends, encoder_decoder.remember(parameters, seen), fed)
            logs = reference.log_softmax(done.logits)
            nats = -logs[np.arange(len(true)), true]
            of_way.append((nats[: question.steps], (logs.argmax(axis=1) == true)[: question.steps].astype(float)))
        costs.append(of_way)
    return [true[: question.steps] for true in whole], costs[0], costs[1]


ORACLES = {"rollout": _rollout}
