"""How much each symbol that a network read contributes to one of its outputs: by occlusion, and by gradients, in float64.

Occlusion reads the text again for each of its symbols, with the average input in place of the symbol's: the symbol's share is
what the log-odds of two outputs lose. Gradient × input is what the share would be if the network were linear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from tui_rnn.data.spelled import SpelledRagged
from tui_rnn.errors import InputError
from tui_rnn.insight.interventions import CELLS_AT_ONCE, Readout, pooled
from tui_rnn.insight.question import Progress, Subject
from tui_rnn.insight.spelled import average_of
from tui_rnn.insight.stepping import Ids, Numbers, Place, Stack, log_softmax
from tui_rnn.reference.cells import Array, Moment

MOST_COUNTED = 2_000_000
MOST_SPELLED = 20_000
"""The most words where the letters of each distinct one are read, since each question reads them again."""
ALL_ALIKE = "all alike, as the data are gone"


class Head(NamedTuple):
    """How states are read out. logits: from top (T, B, D·H) to (B, K). spread: from dlogits (K,) to dtop (T, 1, D·H)."""

    logits: Callable[[Numbers], Numbers]
    spread: Callable[[Numbers, Numbers], Numbers]


def at_row(readout: Readout, row: int) -> Head:
    """Reads out the topmost state of one position."""

    def logits(top: Numbers) -> Numbers:
        return np.asarray(top[row] @ readout.V.T + readout.b)

    def spread(dlogits: Numbers, top: Numbers) -> Numbers:
        dtop = np.zeros_like(top)
        dtop[row, 0] = dlogits @ readout.V
        return dtop

    return Head(logits, spread)


def at_all(readout: Readout, pool: str, H: int) -> Head:
    """Reads out the final states of both directions, or the mean over all states."""

    def logits(top: Numbers) -> Numbers:
        lengths = np.full(top.shape[1], len(top))
        return np.asarray(pooled(top, lengths, pool, H) @ readout.V.T + readout.b)

    def spread(dlogits: Numbers, top: Numbers) -> Numbers:
        d, dtop = dlogits @ readout.V, np.zeros_like(top)
        if pool == "mean":
            dtop[:] = d / len(top)
        else:
            dtop[-1, 0, :H], dtop[0, 0, H:] = d[:H], d[H:]
        return dtop

    return Head(logits, spread)


@dataclass(frozen=True, eq=False)
class Explained:
    """One output, `shown`, against another, `runner_up`: their log-odds; probs (K,): the probabilities of all outputs.

    For each symbol that was read: occlusion (T,) and gradient_times_input (T,), its share in the log-odds; input_gradient (T,),
    the norm of the gradient of ln p(shown) by its input; state_gradient (T, layers), the norm by h and c of each layer after
    it. For words with their letters: letters (T,), the share of the letters alone, by occlusion.
    """

    shown: int
    runner_up: int
    log_odds: float
    probs: Array
    occlusion: Array
    gradient_times_input: Array
    input_gradient: Array
    state_gradient: Array
    letters: Array | None = None


def explained(
    stack: Stack,
    head: Head,
    ids: Ids,
    shown: int | None,
    progress: Progress,
    state: Mapping[Place, Moment] | None = None,
    letters: int = 0,
) -> Explained:
    """ids (T,) are read from `state`. shown: an output; None: the likeliest. runner_up is the likeliest other one. letters: the
    id of a word plus this is the word with average letters; see insight/spelled.py."""
    T = len(ids)
    reading = stack.read(ids[:, None], state=state, keep=True)
    logits = head.logits(reading.top)[0]
    if len(logits) < 2:
        raise InputError("the network has one output only, expected at least two to choose from")
    chosen = int(logits.argmax()) if shown is None else shown
    others = logits.copy()
    others[chosen] = -np.inf
    other = int(others.argmax())
    probs = np.exp(log_softmax(logits.copy()))

    difference = np.zeros(len(logits))
    difference[chosen], difference[other] = 1.0, -1.0
    of_odds = stack.backward(reading, head.spread(difference, reading.top))
    of_log_prob = stack.backward(reading, head.spread(np.eye(len(logits))[chosen] - probs, reading.top))
    by_layer = np.zeros((T, stack.depth))
    for (k, d), by in of_log_prob.h.items():
        c = of_log_prob.c[k, d]
        squares = np.square(by[:, 0]).sum(axis=1) + (np.square(c[:, 0]).sum(axis=1) if c.size else 0)
        by_layer[:, k] += squares[::-1] if d else squares

    def lost(instead: Ids) -> Array:
        """How much the log-odds fall when each symbol, one at a time, is replaced by its id in `instead` (T,)."""
        found, size = np.empty(T), max(1, CELLS_AT_ONCE // (8 * T * stack.hidden_size))
        for first in range(0, T, size):
            progress(first, T)
            rows = np.arange(first, min(first + size, T))
            occluded = np.repeat(ids[:, None], len(rows), axis=1).astype(np.int64)
            occluded[rows, rows - first] = instead[rows]
            begin = None if state is None else {place: _repeated(moment, len(rows)) for place, moment in state.items()}
            after = head.logits(stack.read(occluded, state=begin).top)
            found[rows] = (logits[chosen] - logits[other]) - (after[:, chosen] - after[:, other])
        return found

    return Explained(
        chosen,
        other,
        float(logits[chosen] - logits[other]),
        probs,
        lost(np.full(T, len(stack.inputs))),
        np.einsum("td,td->t", of_odds.inputs[:, 0], stack.inputs[ids]),
        np.linalg.norm(of_log_prob.inputs[:, 0], axis=1),
        np.sqrt(by_layer),
        lost(ids + letters) if letters else None,
    )


def _repeated(moment: Moment, rows: int) -> Moment:
    return {name: np.repeat(value, rows, axis=0) for name, value in moment.items()}


def average_input(subject: Subject, stack: Stack) -> str:
    """Let a stack read the average input as its last id, and say what the average is over: the words or symbols of the training
    part or, if that can't be opened, of the text asked about; else all rows of the stack's table alike."""
    for where, part in _parts(subject):
        if isinstance(words := part if subject.kind.is_stream else part.inputs, SpelledRagged):
            if len(words.values):
                parameters = subject.network.parameters
                stack.read_average_as(average_of(parameters, subject.config, words, MOST_SPELLED, stack.dtype))
                return where if len(words.values) <= MOST_SPELLED else f"the first {MOST_SPELLED:,} words of {where}"
        elif (shares := _shares(subject, part, len(stack.inputs))) is not None:
            stack.average_over(shares)
            return where
    return ALL_ALIKE


def shares_of_ids(subject: Subject, size: int) -> tuple[Array, str]:
    """The frequency of each of `size` ids (size,), and where it was counted: see average_input."""
    for where, part in _parts(subject):
        if (shares := _shares(subject, part, size)) is not None:
            return shares, where
    return np.full(size, 1 / size), ALL_ALIKE


def _parts(subject: Subject) -> Iterator[tuple[str, Any]]:
    places: dict[str, Callable[[], Any]] = {
        "the training part": lambda: subject.data.train,
        "the text asked about": lambda: subject.part,
    }
    for where, open_it in places.items():
        with suppress(InputError):
            yield where, open_it()


def _shares(subject: Subject, part: Any, size: int) -> Array | None:
    ids = part if subject.kind.is_stream else part.inputs.values
    counts = np.bincount(np.asarray(ids[:MOST_COUNTED], np.int64), minlength=size)[:size]
    return counts / counts.sum() if counts.sum() else None
