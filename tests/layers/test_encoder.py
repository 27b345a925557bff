"""The encoder over whole sequences and over streams, against the reference."""

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations.dropout import CLOCK_SIZE, Dropout
from tui_rnn.layers.batch import batch_of, stream_batch
from tui_rnn.layers.encoder import Encoder, encoder_plan
from tui_rnn.layers.parameters import Layout
from tui_rnn.layers.store import Store
from tui_rnn.layers.team import Team
from tui_rnn.reference import sequences as reference

VOCABULARY = 11
NO_DROPOUT = Dropout(0.0, 0, np.zeros(CLOCK_SIZE, np.int64), 0)


def encoder(**settings):
    config = RunConfig("tag", **{"hidden_size": 20, "num_layers": 2, "embedding_size": 7} | settings)
    store = Store(Layout.of(encoder_plan(config, VOCABULARY)), config)
    return Encoder(config, store, VOCABULARY), store


def read(encoder, threads=1):
    Team().run(threads, [encoder.pack], [lambda program: encoder.forward(program, NO_DROPOUT)])
    D, H = len(encoder._ways), encoder.config.hidden_size
    return encoder.states.reshape(len(encoder.states), D, -1)[..., :H].reshape(len(encoder.states), -1)


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("embedding_size", [0, 7])
def test_every_sequence_of_a_batch_has_the_references_states(cell, bidirectional, embedding_size):
    coder, store = encoder(cell=cell, bidirectional=bidirectional, embedding_size=embedding_size)
    rng = np.random.default_rng(1)
    texts = [rng.integers(0, VOCABULARY, n) for n in (4, 9, 1, 6)]
    batch = batch_of([len(text) for text in texts])
    coder.begin(batch, batch.pack(texts))
    states = read(coder, threads=2)
    parameters = {name: value.astype(float) for name, value in store.parameters.items()}
    for k, text in enumerate(texts):
        rows = batch.at(np.full(len(text), k), np.arange(len(text)))
        np.testing.assert_allclose(states[rows], reference.read(parameters, cell, text).states, atol=1e-5)


def test_a_smaller_batch_after_a_larger_one_is_read_as_if_it_came_first():
    texts = [np.array([1, 2, 3]), np.array([4, 5])]
    first, _ = encoder()
    second, _ = encoder()
    large = batch_of([20] * 12)
    second.begin(large, np.zeros(large.rows, np.int32))
    read(second)
    batch = batch_of([3, 2])
    found = []
    for coder in (first, second):
        coder.begin(batch, batch.pack(texts))
        found.append(read(coder)[: batch.rows])
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("embedding_size", [0, 7])
@pytest.mark.parametrize("T", [2, 8])  # rows for which characters are looked up one by one, and in a table of all
def test_streams_read_in_chunks_have_the_states_of_one_sequence(embedding_size, T):
    coder, store = encoder(cell="lstm", bidirectional=False, embedding_size=embedding_size)
    B, n = 3, 4
    ids, fresh = np.zeros((1, T * B), np.int32), np.ones(B, np.bool_)
    text = np.random.default_rng(2).integers(0, VOCABULARY, (n * T, B))
    coder.begin_streams(stream_batch(T, B), ids, fresh)
    parameters = {name: value.astype(float) for name, value in store.parameters.items()}
    expected = [reference.read(parameters, "lstm", text[:, b]).states for b in range(B)]
    for k in range(n):
        ids[0], fresh[:] = text[k * T : (k + 1) * T].ravel(), k == 0
        states = read(coder).reshape(T, B, -1)
        for b in range(B):
            np.testing.assert_allclose(states[:, b], expected[b][k * T : (k + 1) * T], atol=1e-5)
