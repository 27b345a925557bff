"""A network made by hand whose memory is known: a shift register that copies."""

from __future__ import annotations

import random

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.insight.question import Subject
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer

LETTERS = "abcd"


def copier(memory: int, strength: float = 4.0, length: int = 30_000) -> Subject:
    """A language model that expects the letter that stood `memory` symbols before the next one, on a text where that is so: its
    units are a shift register, of which unit j·4 + k is 1 when letter k stood j symbols before the last one."""
    chance = random.Random(memory)
    text = "".join(chance.choices(LETTERS, k=memory))
    while len(text) < length:  # mostly right
        text += text[-memory] if chance.random() < 0.9 else chance.choice(LETTERS)
    n = len(LETTERS)
    config = RunConfig(cell="elman", activation="relu", hidden_size=memory * n, embedding_size=0, batch_size=1, seq_len=8)
    trainer = Trainer(config, corpus_from_text(text))
    network = trainer.learner.network
    weights = {name: np.zeros_like(value) for name, value in network.parameters.items()}
    weights["W0"][:, :n] = np.eye(n)
    weights["U0"][: (memory - 1) * n, n:] = np.eye((memory - 1) * n)
    weights["V"][:, (memory - 1) * n :] = strength * np.eye(n)
    network.set_parameters(weights)
    return subject_of(trainer)
