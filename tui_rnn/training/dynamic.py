"""Dynamic evaluation (Krause et al. 2018): a language model that learns from a text while it is scored on it.

Each chunk is scored first, by a network that has learnt from all text before it, and from nothing of the chunk itself. So the
number is a fair prediction of the text, but it isn't the saved network's score: the two are never mixed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError
from tui_rnn.tasks.language_model import LanguageModel

CHUNK = 32
"""Tokens between two steps."""
STEPS_AT_A_TIME = 64


@dataclass(frozen=True)
class Dynamic:
    """loss_nats: the mean loss of `count` tokens. rate: of Adam's steps; chunk: how many tokens there are between two steps."""

    loss_nats: float
    count: int
    rate: float
    chunk: int = CHUNK


def evaluated_dynamically(network: LanguageModel, ids: NDArray[Any], rate: float) -> Dynamic:
    """The dynamic evaluation of a network on a running text's ids, read from the zero state; the network itself doesn't change.
    Adam starts fresh, without dropout and decay. Raises InputError for a text of fewer than 2 tokens, and if the network
    diverges."""
    if len(ids) < 2:
        raise InputError(f"the text has {len(ids)} tokens, expected at least 2: the first is not predicted")
    total = len(ids) - 1
    losses, learner, done = 0.0, _learner(network, min(CHUNK, total)), 0
    learner.set_parameters(network.parameters)
    while done < total:
        chunk = min(CHUNK, total - done)
        if chunk != learner.config.seq_len:  # the rest at the end
            arrays, learner = learner.arrays(), _learner(network, chunk)
            learner.load_arrays(arrays)
        steps = min(STEPS_AT_A_TIME, (total - done) // chunk)
        window = np.lib.stride_tricks.sliding_window_view(ids[done : done + steps * chunk + 1], chunk + 1)[::chunk]
        fresh = np.zeros((steps, 1), np.bool_)
        fresh[0, 0] = done == 0
        tokens = np.ascontiguousarray(window[:, :, None].astype(np.int32))
        found, _ = learner.train(tokens, fresh, np.full(steps, rate), done // CHUNK)
        if len(found) < steps or not np.isfinite(found).all():
            at = done + len(found) * chunk
            raise InputError(f"at the rate {rate:g} the network diverged at token {at:,} of {total:,}: give a smaller rate")
        losses += float(found.sum()) * chunk
        done += steps * chunk
    return Dynamic(losses / total, total, rate)


def _learner(network: LanguageModel, chunk: int) -> LanguageModel:
    """A network that reads a single stream in such chunks."""
    config = replace(network.config, dropout=0.0, weight_decay=0.0, batch_size=1, seq_len=chunk, sampled_softmax=0)
    return LanguageModel(config, network.vocab_size)
