"""Gates that share one matrix: the kernels against the reference with that matrix written out."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.random_networks import Case, assert_close, assert_same_bits, cases, in_float64, reference_masks
from tests.tasks.random_sequences import assert_same_gradients, random_sequences, with_biases
from tui_rnn import reference
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.reference import encoder_decoder, sharing, tagging
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.tasks.network import Network
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger


def shared_cases(**more: Any) -> st.SearchStrategy[Case]:
    """Networks of cells that have gates, which share."""
    gated = cases(**more).filter(lambda case: CELLS[case.config.cell].gate_blocks != ())
    return gated.map(lambda case: case._replace(config=replace(case.config, share_gates=True)))


def once_for_gates(parameters: dict[str, Any], cell: str) -> dict[str, Any]:
    """The gates' one matrix and those of the other parts, as sharing.written_out takes them."""
    found = dict(parameters)
    for name, value in parameters.items():
        letter = name.rpartition(".")[2][0]
        if letter in "WUC":
            is_gate = reference.CELLS[cell].gates_of_U if letter == "U" else reference.CELLS[cell].gates_of_W
            blocks = np.split(value, len(is_gate), axis=1)
            found[name] = np.concatenate(
                [blocks[is_gate.index(True)], *(blocks[k] for k, gate in enumerate(is_gate) if not gate)], axis=1
            )
    return found


def assert_gradients_equal(found: dict[str, np.ndarray], by_place: reference.Parameters, cell: str) -> None:
    """A gradient of the kernels against the sum of the reference's over the places of each matrix."""
    expected = sharing.gathered(by_place, cell)
    assert_same_gradients(once_for_gates(in_float64(found), cell), expected)
    assert_same_gradients(found, sharing.written_out(expected, cell))  # the sum stands in each place


@settings(max_examples=20, derandomize=True)
@given(shared_cases(dropout_rates=(0.0, 0.4)), st.integers(1, 3))
def test_loss_and_gradients_equal_the_references(case, threads):
    model, cell = case.model(), case.config.cell
    loss, gradients = model.loss_and_gradients(case.tokens[0], case.fresh[0], threads)
    parameters = in_float64(model.parameters)
    start = reference.zero_state(parameters, cell, case.config.batch_size)
    expected_loss, expected, _ = reference.loss_and_gradients(
        parameters, cell, case.tokens[0], start, reference_masks(model, 0)
    )
    assert loss == pytest.approx(expected_loss, rel=1e-5, abs=1e-6)
    assert_gradients_equal(gradients, expected, cell)


@settings(max_examples=12, derandomize=True)
@given(shared_cases(max_steps=4), st.sampled_from([0.1, 1.0]), st.sampled_from([0.0, 0.05]), st.integers(1, 3))
def test_a_step_clips_and_moves_the_one_matrix_as_the_reference_does_and_its_places_stay_alike(case, clip_norm, decay, threads):
    case = case._replace(config=replace(case.config, clip_norm=clip_norm, weight_decay=decay))
    model, probe, cell = case.model(), LanguageModel(case.config, case.vocab_size), case.config.cell
    adam = reference.Adam()
    for step, (tokens, fresh) in enumerate(zip(case.tokens, case.fresh, strict=True)):
        arrays = model.arrays()
        probe.load_arrays(arrays)
        _, gradients = probe.loss_and_gradients(tokens, fresh)
        _, norms = model.train(tokens[None], fresh[None], np.full(1, 0.01), step, threads)

        before = once_for_gates(in_float64({name: arrays[name] for name in gradients}), cell)
        clipped, norm = reference.clip_by_global_norm(once_for_gates(in_float64(gradients), cell), clip_norm)
        moved, adam = reference.adam_step(before, clipped, adam, 0.01, decay)
        assert norms[0] == pytest.approx(norm, rel=1e-5)
        for name, values in sharing.written_out(moved, cell).items():
            assert_close(model.parameters[name], values, name)
        assert_same_bits(sharing.written_out(once_for_gates(model.parameters, cell), cell), model.parameters)


@settings(max_examples=10, derandomize=True)
@given(shared_cases(max_steps=5, dropout_rates=(0.0, 0.3)), st.integers(2, 3))
def test_neither_threads_nor_the_grouping_of_steps_change_a_bit(case, threads):
    rates = np.linspace(1e-3, 1e-2, len(case.tokens))
    one, other = case.model(), case.model()
    one.train(case.tokens, case.fresh, rates, 0, threads=1)
    for step, rate in enumerate(rates):
        other.train(case.tokens[step : step + 1], case.fresh[step : step + 1], np.full(1, rate), step, threads)
    assert_same_bits(other.arrays(), one.arrays())


def test_a_tagger_in_both_directions_and_an_encoder_decoder_learn_by_the_sums_too():
    rng = np.random.default_rng(2)
    small: dict[str, Any] = {"hidden_size": 7, "num_layers": 2, "embedding_size": 5, "bidirectional": True, "share_gates": True}
    for cell in ("lstm", "gru"):
        sentences = random_sequences(rng, 9, 6)
        ends, tags = [np.array([len(s) - 1]) for s in sentences], [rng.integers(0, 3, 1) for _ in sentences]
        tagger = with_biases(Tagger(RunConfig("tag", cell=cell, **small), 6, 3))
        _, gradients = tagger.loss_and_gradients(sentences, ends, tags, threads=2)
        _, expected = tagging.loss_and_gradients(in_float64(tagger.parameters), cell, sentences, ends, tags)
        assert_gradients_equal(gradients, expected, cell)

        targets = random_sequences(rng, 9, 4, longest=5)
        pairs = with_biases(Seq2Seq(RunConfig("seq2seq", cell=cell, **small), 6, 4))
        _, gradients = pairs.loss_and_gradients(sentences, targets, threads=2)
        _, expected = encoder_decoder.loss_and_gradients(in_float64(pairs.parameters), cell, True, sentences, targets)
        assert_gradients_equal(gradients, expected, cell)
        pairs.train(sentences, targets, 0.01, 0, threads=2)
        alike = sharing.written_out(once_for_gates(pairs.parameters, cell), cell)
        assert_same_bits(alike, pairs.parameters)


@pytest.mark.parametrize(("cell", "gates"), [("lstm", 3), ("gru", 2)])
@pytest.mark.parametrize("make", [lambda c: LanguageModel(c, 20), lambda c: Tagger(replace(c, kind="tag"), 20, 4)])
def test_the_parameter_count_has_the_shared_matrices_once(cell: str, gates: int, make: Any) -> None:
    H, D = 9, 5
    config = RunConfig(cell=cell, hidden_size=H, embedding_size=D)
    own: Network[Any] = make(config)
    one: Network[Any] = make(replace(config, share_gates=True))
    assert own.parameter_count - one.parameter_count == (gates - 1) * (D * H + H * H)
    learned = {name: np.unique(value, axis=1) for name, value in one.parameters.items() if name[0] in "WU"}
    assert [value.shape[1] for value in learned.values()] == [2 * H] * len(learned)


def test_a_cell_without_gates_and_weights_that_are_not_shared_are_refused() -> None:
    with pytest.raises(
        InputError, match="share_gates needs a cell of which two gates can share, found elman: set cell to lstm or gru or mgru"
    ):
        RunConfig(cell="elman", share_gates=True)
    own, one = (LanguageModel(RunConfig(hidden_size=8, share_gates=shared), 9) for shared in (False, True))
    with pytest.raises(InputError, match="array W0 differs from gate to gate"):
        one.load_arrays(own.arrays())


def test_the_reference_shares_the_blocks_that_the_table_of_cells_calls_gates() -> None:
    for name, cell in CELLS.items():
        own = reference.CELLS[name]
        assert own.gates_of_W == tuple(block in cell.gate_blocks for block in cell.input_blocks)
        assert own.gates_of_U == tuple(block in cell.gate_blocks for block in cell.recurrent_blocks)
