"""Layers step by step in NumPy, against the kernels' traces, the reference, finite differences and PyTorch."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.random_networks import in_float64, reference_cell
from tests.tasks.random_sequences import configs, random_sequences, with_biases, without_overlap
from tui_rnn import reference
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.insight.stepping import Change, Stack, in_order, log_softmax
from tui_rnn.reference.cells import read_by_U
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.tasks.tagger import Tagger

VOCABULARY = 9


def stack_of(network: Any, dtype: Any = np.float64) -> Stack:
    return Stack(network.parameters, network.config, dtype=dtype)


def padded(texts: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.array([len(text) for text in texts])
    ids = np.zeros((lengths.max(), len(texts)), np.int64)
    for b, text in enumerate(texts):
        ids[: len(text), b] = text
    return ids, lengths


@settings(max_examples=25, derandomize=True)
@given(configs(), st.booleans(), st.sampled_from([np.float32, np.float64]))
def test_texts_of_unequal_lengths_side_by_side_hold_what_the_kernels_trace(config, overlap, dtype):
    config = config if overlap else without_overlap(config)
    network = with_biases(Tagger(config, VOCABULARY, 3))
    texts = random_sequences(np.random.default_rng(config.seed), 4, VOCABULARY)
    ids, lengths = padded(texts)
    reading = stack_of(network, dtype).read(ids, lengths=lengths, keep=True)
    for b, text in enumerate(texts):
        for d, signals in enumerate(network.trace(text).directions):
            for name, expected in signals.items():
                for k in range(config.num_layers):
                    found = np.array([now[name][b] for now in reading.moments[k, d][1:]])[: len(text)]
                    np.testing.assert_allclose(found[::-1] if d else found, expected[:, k], atol=1e-5, rtol=1e-5)
        seen = reference.sequences.read(in_float64(network.parameters), reference_cell(config), text)
        joined = seen.states if overlap else reference.tagging.apart(seen.states)
        np.testing.assert_allclose(reading.top[: len(text), b], joined, atol=1e-5, rtol=1e-5)


def test_a_text_that_all_rows_read_can_be_read_in_pieces() -> None:
    config = RunConfig(cell="gru", hidden_size=5, num_layers=2)
    stack = stack_of(with_biases(LanguageModel(config, VOCABULARY)))
    ids = np.arange(12)[:, None] % VOCABULARY
    whole = stack.read(np.repeat(ids, 3, axis=1))
    first = stack.read(ids[:5], 3)
    second = stack.read(ids[5:], 3, state=first.state)
    np.testing.assert_allclose(np.concatenate([first.top, second.top]), whole.top, atol=1e-12)


def changed_reference(parameters: dict[str, np.ndarray], cell: str, ids: np.ndarray, change: Any) -> np.ndarray:
    """The topmost h of one row, (T, H), with change(layer, t, name, value) on every gate and state."""
    x = parameters["E"][ids] if "E" in parameters else np.eye(len(parameters["W0"]))[ids]
    for k in range(reference.sequences.layers_of(parameters)):
        W, U, b = (parameters[f"{letter}{k}"] for letter in "WUb")
        now: dict[str, np.ndarray] = {name: np.zeros((1, len(U))) for name in reference.CELLS[cell].carried}
        outputs = []
        for t, x_t in enumerate(x):
            z = b.copy()[None]
            z[:, : W.shape[1]] += x_t @ W
            changed = partial(change, k, t)
            z[:, z.shape[1] - U.shape[1] :] += read_by_U(reference.CELLS[cell], z, now["h"], changed) @ U
            now = reference.CELLS[cell].forward(z, now, changed)
            outputs.append(now["h"][0])
        x = np.array(outputs)
    return np.asarray(x)


@pytest.mark.parametrize("cell", CELLS)
def test_each_row_has_changes_of_its_own_from_their_step_on(cell: str) -> None:
    network = with_biases(LanguageModel(RunConfig(cell=cell, hidden_size=4, num_layers=2, embedding_size=3), VOCABULARY))
    ids, gate = np.arange(7) * 2 % VOCABULARY, CELLS[cell].keeps or "h"
    changes = [
        Change((0, 0), "h", np.array([1, 1]), np.array([0, 3]), np.array([0.25, -1.0])),
        Change((1, 0), gate, np.array([2]), np.array([1]), 1.0, start=3),
    ]
    found = stack_of(network).read(ids[:, None], 3, changes=changes).top

    def second(k: int, t: int, name: str, value: np.ndarray) -> np.ndarray:
        if (k, name) == (0, "h"):
            value[:, [0, 3]] = 0.25, -1.0
        return value

    def third(k: int, t: int, name: str, value: np.ndarray) -> np.ndarray:
        if (k, name) == (1, gate) and t >= 3:
            value[:, 1] = 1.0
        return value

    parameters = in_float64(network.parameters)
    for row, change in enumerate((lambda k, t, name, value: value, second, third)):
        np.testing.assert_allclose(found[:, row], changed_reference(parameters, cell, ids, change), atol=1e-12)


def test_what_is_carried_can_be_cut_and_the_step_itself_stays() -> None:
    network = with_biases(LanguageModel(RunConfig(hidden_size=4), VOCABULARY))
    stack, ids = stack_of(network), np.arange(6)[:, None]
    cut = [Change((0, 0), name, np.zeros(4, np.int64), np.arange(4), 0.0, carried=True) for name in ("h", "c")]
    found = stack.read(ids, changes=cut).top
    for t in range(6):  # each step begins from the zero state
        np.testing.assert_allclose(found[t], stack.read(ids[t : t + 1]).top[0], atol=1e-12)


def test_a_gru_whose_U_h_is_switched_off_still_carries_h_on() -> None:
    network = with_biases(LanguageModel(RunConfig(cell="gru", hidden_size=4), VOCABULARY))
    stack, ids = stack_of(network), np.arange(6)[:, None]
    off = Change((0, 0), "Uh", np.zeros(4, np.int64), np.arange(4), 0.0)
    found = stack.read(ids, changes=[off]).top
    network.set_parameters(network.parameters | {"U0": np.zeros_like(network.parameters["U0"])})
    np.testing.assert_allclose(found, stack_of(network).read(ids).top, atol=1e-12)
    without_h = stack.read(ids, changes=[replace(off, signal="h", carried=True)]).top
    assert np.abs(found - without_h).max() > 0.01


@pytest.mark.parametrize("cell", [name for name, cell in CELLS.items() if cell.frozen_by])
def test_a_memory_is_frozen_by_the_gates_that_the_table_names(cell: str) -> None:
    network = with_biases(LanguageModel(RunConfig(cell=cell, hidden_size=4), VOCABULARY))
    rows, units, memory = np.zeros(4, np.int64), np.arange(4), CELLS[cell].carried[-1]
    frozen = [Change((0, 0), gate, rows, units, at, start=3) for gate, at in CELLS[cell].frozen_by.items()]
    moments = stack_of(network).read(np.arange(7)[:, None], changes=frozen, keep=True).moments[0, 0]
    for now in moments[4:]:
        np.testing.assert_allclose(now[memory], moments[3][memory], atol=1e-12)
    assert np.abs(moments[3][memory] - moments[2][memory]).max() > 1e-3


def test_the_id_after_the_last_reads_as_the_average_input() -> None:
    network = with_biases(LanguageModel(RunConfig(hidden_size=4, embedding_size=3), VOCABULARY))
    stack, shares = stack_of(network), np.arange(1.0, VOCABULARY + 1) / np.arange(1, VOCABULARY + 1).sum()
    stack.average_over(shares)
    E = in_float64(network.parameters)["E"]
    averaged = stack_of(network)
    averaged.inputs = np.concatenate([E, (shares @ E)[None]])
    averaged.average_over(np.full(VOCABULARY + 1, 1 / (VOCABULARY + 1)))
    ids = np.array([[1], [VOCABULARY], [2]])
    np.testing.assert_allclose(stack.read(ids).top, averaged.read(ids).top, atol=1e-12)


# ------------------------------------------------------------------ the way back


def log_prob(network: Any, top: np.ndarray, symbol: int) -> np.ndarray:
    """ln p of a symbol read out of the last position of top (T, B, D·H), (B,)."""
    parameters = in_float64(network.parameters)
    return np.asarray(log_softmax(top[-1] @ parameters["V"].T + parameters.get("b_out", 0.0))[:, symbol])


def slope_by_top(network: Any, top: np.ndarray, symbol: int) -> np.ndarray:
    """The derivative of log_prob by top."""
    parameters, dtop = in_float64(network.parameters), np.zeros_like(top)
    p = np.exp(log_softmax(top[-1] @ parameters["V"].T + parameters.get("b_out", 0.0)))
    dtop[-1] = (np.eye(p.shape[1])[symbol] - p) @ parameters["V"]
    return dtop


@settings(max_examples=20, derandomize=True)
@given(configs(activation="tanh"), st.booleans())  # relu has no slope where z = 0
def test_gradients_by_inputs_and_states_are_slopes(config, overlap):
    """Of the log-probability of a tag at the last character, along random directions."""
    config = config if overlap else without_overlap(config)
    network = with_biases(Tagger(config, VOCABULARY, 3))
    rng = np.random.default_rng(config.seed)
    text = rng.integers(0, VOCABULARY, 6)
    stack, step = stack_of(network), 1e-6
    x, rows = stack.inputs[text], len(text)

    def with_inputs(inputs: np.ndarray) -> Stack:
        """A stack whose ids are the positions."""
        other = stack_of(network)
        other.inputs = inputs
        other.average_over(np.full(rows, 1 / rows))
        return other

    ids = np.arange(rows)[:, None]
    reading = stack.read(text[:, None], keep=True)
    slopes = stack.backward(reading, slope_by_top(network, reading.top, 1))
    along = rng.normal(size=x.shape)
    after, before = (log_prob(network, with_inputs(x + sign * step * along).read(ids).top, 1)[0] for sign in (1, -1))
    slope = (after - before) / (2 * step)
    assert (slopes.inputs[:, 0] * along).sum() == pytest.approx(slope, rel=1e-4, abs=1e-7)
    for place, of_h in slopes.h.items():
        t = int(rng.integers(rows))
        h = reading.moments[place][t + 1]["h"][0]
        along = rng.normal(size=h.shape)
        units = np.arange(len(h))

        def moved(sign: int, place=place, t=t, h=h, along=along, units=units) -> float:
            """h_t of a place is set to a little beside what it is."""
            changes = [Change(place, "h", np.zeros(len(h), np.int64), units, h + sign * step * along, start=t, end=t + 1)]
            return float(log_prob(network, stack.read(text[:, None], changes=changes).top, 1)[0])

        assert (of_h[t, 0] * along).sum() == pytest.approx((moved(1) - moved(-1)) / (2 * step), rel=1e-4, abs=1e-7)


def test_the_gradient_by_a_carried_cell_state_is_a_slope() -> None:
    network = with_biases(LanguageModel(RunConfig(hidden_size=5, num_layers=2), VOCABULARY))
    stack, ids, step = stack_of(network), np.array([3, 1, 4, 1, 5])[:, None], 1e-6
    reading = stack.read(ids, keep=True)
    slopes = stack.backward(reading, slope_by_top(network, reading.top, 2))
    state = {place: {name: value.copy() for name, value in moments[3].items()} for place, moments in reading.moments.items()}
    for place in state:
        along = np.random.default_rng(1).normal(size=5)

        def moved(sign: int, place=place, along=along) -> float:
            begin = {**state, place: {**state[place], "c": state[place]["c"] + sign * step * along}}
            return float(log_prob(network, stack.read(ids[3:], state=begin).top, 2)[0])

        slope = (moved(1) - moved(-1)) / (2 * step)
        assert (slopes.c[place][2, 0] * along).sum() == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_the_padding_of_shorter_texts_takes_no_part() -> None:
    network = with_biases(Tagger(RunConfig("tag", hidden_size=4, num_layers=2, bidirectional=True), VOCABULARY, 3))
    texts = random_sequences(np.random.default_rng(1), 3, VOCABULARY)
    ids, lengths = padded(texts)
    stack = stack_of(network)
    reading = stack.read(ids, lengths=lengths, keep=True)
    dtop = np.random.default_rng(2).normal(size=reading.top.shape)
    dtop[np.arange(len(ids))[:, None] >= lengths] = 0
    together = stack.backward(reading, dtop, lengths)
    for b, text in enumerate(texts):
        alone = stack.read(text[:, None], keep=True)
        slopes = stack.backward(alone, dtop[: len(text), b : b + 1])
        np.testing.assert_allclose(together.inputs[: len(text), b], slopes.inputs[:, 0], atol=1e-12)
        assert not together.inputs[len(text) :, b].any()


def test_a_direction_from_the_end_keeps_the_padding_at_the_end() -> None:
    x = np.array([[1, 4], [2, 5], [3, 0]])[..., None]
    found = in_order(x, np.array([3, 2]), 1)
    assert found[..., 0].tolist() == [[3, 5], [2, 4], [1, 0]]
    assert in_order(found, np.array([3, 2]), 1).tolist() == x.tolist()
