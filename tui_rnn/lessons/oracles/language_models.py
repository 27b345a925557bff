"""Oracles for a language model over a running text: reference/ in float64."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn import reference
from tui_rnn.cells import CELLS
from tui_rnn.insight.by_hand import parameters_of, reference_cell
from tui_rnn.insight.expectation import END
from tui_rnn.insight.question import Subject
from tui_rnn.kinds import RUNNING_TEXT
from tui_rnn.reference import Array, Ids, Moment, Parameters

CHUNK = 512
WARM_UP, READERS = 512, 16
"""Readers side by side score the validation part (tasks/reading.py); each begins so many tokens before its part."""


def weights(subject: Subject) -> tuple[Parameters, str]:
    """The parameters in float64, and the name of the cell in reference/."""
    return parameters_of(subject.network), reference_cell(subject.config)


def log_probs(parameters: Parameters, cell: str, ids: Ids, state: list[Moment] | None = None) -> Iterator[Array]:
    """ln ŷ after each row of ids (T, B), in pieces (≤ CHUNK, B, V), from the zero state or another one."""
    state = state or reference.zero_state(parameters, cell, ids.shape[1])
    for start in range(0, len(ids), CHUNK):
        seen = reference.forward(parameters, cell, ids[start : start + CHUNK], state)
        state = seen.state
        yield reference.log_softmax(seen.logits)


def costs(parameters: Parameters, cell: str, ids: Ids) -> Array:
    """−ln ŷ of each of ids[1:], which one reader reads."""
    found, place = np.empty(len(ids) - 1), 0
    for piece in log_probs(parameters, cell, ids[:-1, None]):
        rows = np.arange(len(piece))
        found[place : place + len(piece)] = -piece[rows, 0, ids[place + 1 + rows]]
        place += len(piece)
    return found


def mean_cost(parameters: Parameters, cell: str, ids: Ids) -> float:
    """The mean of −ln ŷ over ids[1:], which several readers read as in validation."""
    readers = max(1, min(READERS, len(ids) // WARM_UP))
    if readers == 1:
        return float(costs(parameters, cell, ids).mean())
    length = -(-(len(ids) - 1) // readers)
    starts = np.arange(readers) * length
    padded = np.append(ids, np.full(readers * length + 1 - len(ids), ids[-1]))
    before = padded[np.maximum(starts - WARM_UP, 0)[None] + np.arange(WARM_UP)[:, None]]
    state = reference.forward(parameters, cell, before, reference.zero_state(parameters, cell, readers)).state
    state = reference.reset(state, starts == 0)
    places, total = starts[None] + np.arange(length)[:, None], 0.0
    for k, piece in enumerate(log_probs(parameters, cell, padded[places], state)):
        follow = places[k * CHUNK : (k + 1) * CHUNK] + 1
        nats = -np.take_along_axis(piece, padded[follow][..., None], axis=2)[..., 0]
        total += float(nats[follow < len(ids)].sum())
    return total / (len(ids) - 1)


def _scores(subject: Subject, question: Any) -> Mapping[str, Any]:
    part: NDArray[Any] = subject.part  # type: ignore[assignment]
    return {"loss_nats": mean_cost(*weights(subject), part), "predictions": len(part) - 1, "count": len(part) - 1}


def ids_of(subject: Subject, text: str) -> Ids:
    return subject.symbols.vocabulary.encode(text)[0]


def _surprise(subject: Subject, question: Any) -> Mapping[str, Any]:
    """For a text whose characters are all known."""
    ids = subject.part[: question.length] if question.text is None else ids_of(subject, question.text)  # type: ignore[index]
    nats = costs(*weights(subject), ids)
    return {
        "symbols": [subject.symbols.vocabulary.decode([k]) for k in ids.tolist()],
        "nats": np.append(np.nan, nats),
        "mean_nats": float(nats.mean()),
        "counted": len(nats),
        "places": 1 + np.argsort(-nats, kind="stable")[: question.places],
    }


def _after(subject: Subject, ids: Ids) -> Array:
    """ln ŷ after a text; for an item, after <s> and its beginning."""
    if subject.kind.draws_items:
        ids = np.concatenate([[len(subject.symbols.vocabulary)], ids])
    return np.asarray([*log_probs(*weights(subject), ids[:, None])][-1][-1, 0])


def _candidates(subject: Subject, question: Any) -> Mapping[str, Any]:
    ids = ids_of(subject, question.text)
    logs, how = _after(subject, ids), question.sampling
    p = np.exp(logs)
    drawn = reference.sampling_probabilities(logs, how.temperature, how.top_k, how.top_p)
    order = np.argsort(-p, kind="stable")[: question.likeliest].tolist()
    names = [*_names(subject), END]
    rows = [{"symbol": names[k], "p": p[k], "drawn_p": drawn[k]} for k in order]
    return {
        "candidates": rows,
        "others": len(p) - len(order),
        "others_p": 1 - sum(row["p"] for row in rows),
        "entropy_nats": _entropy(p),
        "drawn_entropy_nats": _entropy(drawn),
        "unknown": 0,
    }


def _entropy(p: Array) -> float:
    return float(-(p[p > 0] * np.log(p[p > 0])).sum())


def _trace(subject: Subject, question: Any) -> Mapping[str, Any]:
    vocabulary = subject.symbols.vocabulary
    ids = subject.part[: question.length] if question.text is None else ids_of(subject, question.text)  # type: ignore[index]
    parameters, cell = weights(subject)
    seen = reference.forward(parameters, cell, ids[:, None], reference.zero_state(parameters, cell, 1))
    logs = reference.log_softmax(seen.logits)[:, 0]
    order = np.argsort(-logs, axis=1, kind="stable")[:, : question.likeliest]
    follows = logs[np.arange(len(ids) - 1), ids[1:]]
    names = [*seen.moments[0][-1]]
    return {
        "text": vocabulary.decode(ids),
        "readings": [
            {
                "symbols": [vocabulary.decode([k]) for k in ids.tolist()],
                "signals": {name: seen.signal(name)[:, :, 0] for name in names},
            }
        ],
        "expected": {
            "top_symbols": [[vocabulary.decode([k]) for k in row] for row in order.tolist()],
            "top_probs": np.exp(np.take_along_axis(logs, order, axis=1)),
            "next_prob": np.append(np.exp(follows), np.nan),
            "next_rank": np.append(1 + (logs[:-1] > follows[:, None]).sum(axis=1), 0),
            "entropy_nats": -(np.exp(logs) * logs).sum(axis=1),
        },
    }


def _sample(subject: Subject, question: Any) -> Mapping[str, Any]:
    """For greedy text; for text that is drawn by chance, only the prompt."""
    vocabulary, how = subject.symbols.vocabulary, question.sampling
    ids = ids_of(subject, question.prompt)
    if how.temperature > 0 or not len(ids):
        return {"prompt": question.prompt}
    parameters, cell = weights(subject)
    state, read, written = reference.zero_state(parameters, cell, 1), ids[:, None], list[int]()
    for _ in range(how.length):
        seen = reference.forward(parameters, cell, read, state)
        state, read = seen.state, seen.logits[-1:].argmax(axis=2)
        written.append(int(read[0, 0]))
    return {"text": question.prompt + vocabulary.decode(written), "drawn": [vocabulary.decode([k]) for k in written]}


def _embedding(subject: Subject, question: Any) -> Mapping[str, Any]:
    parameters, _ = weights(subject)
    name = next(name for name in (("E", "W0") if question.matrix == "e" else ("V", "E")) if name in parameters)
    rows = parameters[name]
    cosine = rows @ rows.T / np.outer(*2 * [np.linalg.norm(rows, axis=1)])
    np.fill_diagonal(cosine, -np.inf)
    count = min(question.neighbours, len(rows) - 1)
    near = np.argsort(-cosine, axis=1, kind="stable")[:, :count]
    symbols = _names(subject)
    return {
        "matrix": name,
        "dimensions": rows.shape[1],
        "symbols": symbols,
        "near": near,
        "cosines": np.take_along_axis(cosine, near, axis=1),
        "of": symbols.index(question.of) if question.of in symbols else -1,
    }


def _arithmetic(subject: Subject, question: Any) -> Mapping[str, Any]:
    """A unit by its sums; the gradient of one layer by back-propagation in reference/."""
    parameters, cell = weights(subject)
    ids = ids_of(subject, question.text)
    at = len(ids) - 2 if question.position is None else question.position
    k, unit, hidden = question.layer - 1, question.unit, subject.config.hidden_size
    seen = reference.forward(parameters, cell, ids[: at + 1, None], reference.zero_state(parameters, cell, 1))
    h, x = seen.moments[k][-2]["h"][0], seen.inputs[k][-1, 0]
    steps: dict[str, Any] = {name: {"value": array[0, unit]} for name, array in seen.moments[k][-1].items()}
    letter = "W e" if k == 0 and "E" in parameters else "W x"
    if parameters[f"U{k}"].shape[1] == hidden:  # one block: Elman
        steps |= {
            "U h_t−1": {"value": h @ parameters[f"U{k}"][:, unit]},
            letter: {"value": x @ parameters[f"W{k}"][:, unit]},
            "b": {"value": float(parameters[f"b{k}"][unit]) if f"b{k}" in parameters else 0.0},
        }
        steps["z"] = {"value": sum(steps[name]["value"] for name in ("U h_t−1", letter, "b"))}
    found: dict[str, Any] = {"steps": steps, "position": at}
    if at + 1 < len(ids):
        logs = reference.log_softmax(seen.logits)[-1, 0]
        found["loss_nats"] = -logs[ids[at + 1]]
        steps["L"] = {"value": found["loss_nats"]}
        steps |= {f"ŷ[{name!r}]": {"value": np.exp(logs[i])} for i, name in enumerate(_names(subject))}
        if "W1" not in parameters:
            found["blocks"] = _block_gradients(parameters, cell, seen, int(ids[at + 1]))
    return found


def _block_gradients(parameters: Parameters, cell: str, seen: Any, true: int) -> dict[str, Any]:
    """For one layer that read from the zero state: the norm of the gradient of the last −ln ŷ by each block of W and U."""
    p = np.exp(reference.log_softmax(seen.logits)[-1, 0])
    dh = np.zeros((len(seen.inputs[0]), 1, seen.moments[0][-1]["h"].shape[1]))
    dh[-1, 0] = (p - np.eye(len(p))[true]) @ parameters["V" if "V" in parameters else "E"]
    W, U = parameters["W0"], parameters["U0"]
    _, dW, dU, *_ = reference.run_layer_backward(reference.CELLS[cell], seen.inputs[0], seen.moments[0], W, U, dh)
    facts, H = CELLS[cell.partition("_")[0]], dh.shape[2]
    matrices = (("U", dU, facts.recurrent_blocks), ("W", dW, facts.input_blocks))
    return {
        f"{letter}_{block}": {"norm": float(np.sqrt((gradient[:, k * H : (k + 1) * H] ** 2).sum()))}
        for letter, gradient, blocks in matrices
        for k, block in enumerate(blocks)
    }


def _names(subject: Subject) -> list[str]:
    vocabulary = subject.symbols.vocabulary
    return [vocabulary.decode([k]) for k in range(len(vocabulary))]


ORACLES: dict[str, Callable[[Subject, Any], Mapping[str, Any]]] = {
    "surprise": _surprise,
    "candidates": _candidates,
    "trace": _trace,
    "sample": _sample,
    "embedding": _embedding,
    "arithmetic": _arithmetic,
}
SCORERS = {RUNNING_TEXT.name: _scores}
