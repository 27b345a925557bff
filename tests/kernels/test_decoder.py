"""The decoder's own kernels: where it begins, what it looks at, and what it is fed."""

import numpy as np
import pytest

from tui_rnn.kernels.equations import decoder, decoder_backward
from tui_rnn.kernels.equations.decoder import Decoder, DecoderActivations, DecoderPanels, Source
from tui_rnn.kernels.machine import matmul
from tui_rnn.kernels.machine.matmul import PANEL, panel_count
from tui_rnn.layers.team import Team
from tui_rnn.reference import attention as reference

H, L, SYMBOLS, B, ROWS = 16, 2, 5, 3, 6
END, LENGTHS = SYMBOLS - 1, [4, 1, 7]
FIRST = np.cumsum(LENGTHS) - LENGTHS


def zeros(*shape):
    return np.zeros(shape, np.float32)


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.fixture
def work(rng):
    """Activations of three streams with states at random."""
    made = DecoderActivations(
        gates=zeros(L, ROWS, H), h=zeros(L, B + ROWS, H), c=zeros(L, B + ROWS, H), tanh_c=zeros(L, ROWS, H),
        read=zeros(L, 1, H), y=zeros(L, ROWS, H), r=zeros(0, H), context=zeros(B + ROWS, H), weights=zeros(B + ROWS, 16),
        logits=zeros(ROWS, PANEL), dh=zeros(L, ROWS, H), dcontext=zeros(B + ROWS, H), dquery=zeros(B, H), carry=zeros(L, B, H),
        dread=zeros(L, 1, H),
    )  # fmt: skip
    for array in (made.h, made.c, made.y, made.dcontext):
        array[:] = rng.normal(0, 0.7, array.shape)
    return made


@pytest.fixture
def source(rng):
    states, keys = rng.normal(0, 0.7, (2, sum(LENGTHS) + B, H)).astype(np.float32)
    final = np.arange(B)[::-1].copy() + sum(LENGTHS)  # in another order than the streams
    return Source(states, keys, FIRST, np.array(LENGTHS), final)


def of(source, b):
    own = slice(FIRST[b], FIRST[b] + LENGTHS[b])
    return own, source.states[own].astype(float), source.keys[own].astype(float)


@pytest.mark.parametrize("threads", [1, 2])
def test_every_layer_begins_with_c_and_an_lstms_cell_with_zero(work, source, threads):
    after = work.h[:, B:].copy()
    Team().run(threads, [lambda program: decoder.begin(work, source, B, program)])
    for layer in range(L):
        np.testing.assert_array_equal(work.h[layer, :B], source.states[source.final])
    assert not work.c[:, :B].any()
    np.testing.assert_array_equal(work.h[:, B:], after)


def test_a_state_that_attends_finds_the_references_c_and_weights(work, source):
    decoder.look(True, work, source, 1, 2, B + 1)
    for k, b in enumerate((1, 2)):
        _, states, keys = of(source, b)
        c, weights = reference.attend(work.h[-1, B + 1 + k].astype(float), keys, states)
        np.testing.assert_allclose(work.context[B + 1 + k], c, atol=1e-6)
        np.testing.assert_allclose(work.weights[B + 1 + k, : LENGTHS[b]], weights, atol=1e-6)


def test_without_attention_c_is_the_sources_own_at_every_step(work, source):
    decoder.look(False, work, source, 0, B, B)
    np.testing.assert_array_equal(work.context[B : 2 * B], source.states[source.final])


def test_the_derivatives_of_what_was_looked_at_go_to_states_keys_and_query(work, source):
    decoder.look(True, work, source, 0, B, B)
    dstates, dkeys = np.ones_like(source.states), np.ones_like(source.keys)
    decoder_backward.look_backward(True, work, source, dstates, dkeys, 0, B, B)
    for b in range(B):
        own, states, keys = of(source, b)
        query, dcontext = work.h[-1, B + b].astype(float), work.dcontext[B + b].astype(float)
        _, weights = reference.attend(query, keys, states)
        dquery, of_keys, of_states = reference.attend_backward(query, keys, states, weights, dcontext)
        np.testing.assert_allclose(work.dquery[b], dquery, atol=5e-6)
        np.testing.assert_allclose(dkeys[own] - 1, of_keys, atol=5e-6)
        np.testing.assert_allclose(dstates[own] - 1, of_states, atol=5e-6)
    assert (dstates[source.final] == 1).all()


def test_without_attention_they_go_to_the_sources_own_c(work, source):
    dstates = np.zeros_like(source.states)
    decoder_backward.look_backward(False, work, source, dstates, dstates, 0, B, B)
    np.testing.assert_array_equal(dstates[source.final], work.dcontext[B : 2 * B])
    assert not dstates[: sum(LENGTHS)].any()


class Feeding:
    """Three streams at their second step: the likeliest symbols after the first are 2, </s> and 1."""

    def __init__(self, work, rng):
        V = rng.normal(0, 0.5, (SYMBOLS, H)).astype(np.float32)
        V /= np.linalg.norm(V, axis=1, keepdims=True)  # a state that is a row of V likes that symbol best
        work.y[-1, :B] = 3 * V[[2, END, 1]]
        panels, nothing = zeros(panel_count(SYMBOLS), H, PANEL), zeros(0, 0, 0)
        matmul.pack_transposed(V, panels, 0, 1)
        stack = zeros(0, 0, 0, PANEL)
        self.panels = DecoderPanels(nothing, nothing, stack, stack, stack, stack, stack, stack, panels)
        self.theta = Decoder(
            zeros(SYMBOLS, H), zeros(H, H), zeros(0, H, H), zeros(L, H, H), zeros(L, H), zeros(0, H, H), zeros(H), zeros(PANEL)
        )
        self.work = work

    def fed(self, before, given=(False, False, False), stays=False):
        fed = np.array([*before, 3, 3, 3], np.int32)
        decoder.feed_back(self.theta, self.panels, self.work, fed, np.array([True] * 3 + list(given)), 0, B, B, END, stays)
        return fed[B:].tolist()


def test_what_is_fed_back_is_the_likeliest_symbol(work, rng):
    assert Feeding(work, rng).fed([END, END, END]) == [2, END, 1]


def test_what_is_given_stays(work, rng):
    assert Feeding(work, rng).fed([END, END, END], given=(True, False, True)) == [3, END, 3]


def test_a_stream_that_ended_goes_on_with_the_end_only_where_outputs_are_written(work, rng):
    feeding = Feeding(work, rng)
    assert feeding.fed([END, 0, 0], stays=True) == [END, END, 1]
    assert feeding.fed([END, 0, 0], stays=False) == [2, END, 1]
