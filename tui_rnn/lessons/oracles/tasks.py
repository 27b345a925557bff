"""Oracles for taggers, classifiers and models over items: reference/ in float64."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tui_rnn import reference
from tui_rnn.insight.question import Subject
from tui_rnn.kinds import ITEMS, LABELLED, TAGGED
from tui_rnn.lessons.oracles.language_models import ids_of, weights
from tui_rnn.reference import Array, Ids, classification, sequences, tagging

Oracle = Callable[[Subject, Any], Mapping[str, Any]]


def _of_items(subject: Subject, question: Any) -> Mapping[str, Any]:
    """Each item from <s> to </s>."""
    parameters, cell = weights(subject)
    part: Any = subject.part
    mark, nats, count = len(subject.symbols.vocabulary), 0.0, 0
    items = [np.concatenate([[mark], ids, [mark]]) for ids in part.inputs]
    for length in {len(item) for item in items}:  # those of one length are read side by side
        whole = np.stack([item for item in items if len(item) == length], axis=1)
        seen = reference.forward(parameters, cell, whole[:-1], reference.zero_state(parameters, cell, whole.shape[1]))
        logs = np.take_along_axis(reference.log_softmax(seen.logits), whole[1:, :, None], axis=2)
        nats -= float(logs.sum())
        count += logs.size
    return {"loss_nats": nats / count, "predictions": count, "count": len(part)}


def _of_tags(subject: Subject, question: Any) -> Mapping[str, Any]:
    parameters, cell = weights(subject)
    part: Any = subject.part
    every = sequences.states_of(parameters, cell, list(part.inputs))
    joined = every if subject.config.overlap else map(tagging.apart, every)
    logs = [
        reference.log_softmax(sequences.read_out(parameters, states[ends]))
        for states, ends in zip(joined, part.word_ends, strict=True)
    ]
    words = [word for sentence in part.examples for word in sentence.words]
    new = np.array([word not in (subject.symbols.words or ()) for word in words])
    return _of_labels(np.concatenate(logs), part.tag_ids.values, {"accuracy_unseen": new})


def _of_classes(subject: Subject, question: Any) -> Mapping[str, Any]:
    parameters, cell = weights(subject)
    part: Any = subject.part
    every = sequences.states_of(parameters, cell, list(part.inputs))
    pooled = [classification.pooled(states, parameters, subject.config.pool) for states in every]
    logs = reference.log_softmax(sequences.read_out(parameters, np.concatenate(pooled)))
    return _of_labels(logs, part.label_ids, {})


def _of_labels(logs: Array, gold: Ids, shares: Mapping[str, Array]) -> Mapping[str, Any]:
    """The scores of rows of log-probabilities. gold: the right labels. shares: metrics that are accuracies on some rows."""
    known, right = gold >= 0, logs.argmax(axis=1) == gold
    metrics = {"accuracy": float(right.mean())}
    metrics |= {name: float(right[rows].mean()) if rows.any() else float("nan") for name, rows in shares.items()}
    labels = np.arange(logs.shape[1])
    said = logs.argmax(axis=1)
    hits = np.array([((said == k) & (gold == k)).sum() for k in labels])
    either = np.array([(said == k).sum() + (gold == k).sum() for k in labels])
    metrics["macro_f1"] = float((2 * hits[either > 0] / either[either > 0]).mean())
    loss = -float(logs[known, gold[known]].mean())
    return {"loss_nats": loss, "predictions": int(known.sum()), "metrics": metrics, "count": len(gold)}


def _predict(subject: Subject, question: Any) -> Mapping[str, Any]:
    return {"said": [_SAY[subject.kind.name](subject, text) for text in question.texts]}


def _tagged(subject: Subject, text: str) -> Mapping[str, Any]:
    parameters, cell = weights(subject)
    words = text.split(" ")
    of_words = subject.symbols.vocabulary.kind == "word"
    ends = np.arange(len(words)) if of_words else np.cumsum([len(word) + 1 for word in words]) - 2
    logs = reference.log_softmax(tagging.logits(parameters, cell, ids_of(subject, text), ends, subject.config.overlap))
    names = _labels(subject)
    known = subject.symbols.words or ()
    return {
        "words": words,
        "tags": [names[k] for k in logs.argmax(axis=1)],
        "probs": np.exp(logs.max(axis=1)),
        "unseen": [word not in known for word in words],
    }


def _classified(subject: Subject, text: str) -> Mapping[str, Any]:
    parameters, cell = weights(subject)
    ids, pool, names = ids_of(subject, text), subject.config.pool, _labels(subject)

    def p(read: Ids) -> Array:
        return np.exp(reference.log_softmax(classification.logits(parameters, cell, pool, read)))

    probs = p(ids)
    return {
        "text": text,
        "labels": names,
        "label": names[int(probs.argmax())],
        "probs": probs,
        "after_each": np.array([p(ids[: n + 1]) for n in range(len(ids))]),
    }


def _labels(subject: Subject) -> tuple[str, ...]:
    assert subject.symbols.labels is not None
    return subject.symbols.labels.names


_SAY: dict[str, Callable[[Subject, str], Mapping[str, Any]]] = {TAGGED.name: _tagged, LABELLED.name: _classified}
ORACLES: dict[str, Oracle] = {"predict": _predict}
SCORERS: dict[str, Oracle] = {ITEMS.name: _of_items, TAGGED.name: _of_tags, LABELLED.name: _of_classes}
