"""The table of cells says what the networks, the kernels and the reference really do."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tui_rnn import reference
from tui_rnn.cell_facts import Cell
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations import cells as kernels
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger

H, VOCABULARY, LENGTH = 11, 7, 40

every_cell = pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())


def network(cell: Cell, scale: float = 3.0, **settings: object) -> LanguageModel:
    """A language model with large random weights, so that its signals come near their limits."""
    model = LanguageModel(RunConfig(cell=cell.name, hidden_size=H, num_layers=2, **settings), VOCABULARY)  # type: ignore[arg-type]
    rng = np.random.default_rng(5)
    model.set_parameters(
        {name: (scale * rng.standard_normal(a.shape)).astype(np.float32) for name, a in model.parameters.items()}
    )
    return model


def text() -> np.ndarray:
    return np.random.default_rng(6).integers(0, VOCABULARY, LENGTH)


def test_the_table_loads_without_numpy_and_without_the_compiler():
    code = "import sys, tui_rnn.cells; print([m for m in ('numpy', 'numba', 'textual') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


@every_cell
def test_a_cell_has_as_many_blocks_as_its_parameters(cell):
    shapes = {name: array.shape for name, array in network(cell).parameters.items()}
    assert shapes["W1"] == (H, len(cell.input_blocks) * H)
    assert shapes["U1"] == (H, len(cell.recurrent_blocks) * H)
    assert shapes["b1"] == (len(cell.blocks) * H,)


@every_cell
def test_the_blocks_of_both_matrices_lie_one_over_the_other_from_where_the_table_says(cell):
    first, *_ = cell.blocks
    assert cell.blocks[: len(cell.input_blocks)] == cell.input_blocks
    assert cell.blocks[cell.recurrent_start :] == cell.recurrent_blocks
    assert first == cell.input_blocks[0]
    assert len(set(cell.blocks)) == len(cell.blocks)


@every_cell
def test_every_network_traces_the_signals_of_the_table_in_its_order(cell):
    names = [signal.name for signal in cell.signals]
    assert list(network(cell).trace(text()).signals) == names
    config = RunConfig("seq2seq", cell=cell.name, hidden_size=H, embedding_size=4)
    tagger, seq2seq = Tagger(config, VOCABULARY, 3), Seq2Seq(config, VOCABULARY, VOCABULARY)
    assert all(list(direction) == names for direction in tagger.trace(text().astype(np.int32)).directions)
    traced = seq2seq.trace(text().astype(np.int32), np.array([1, 2], np.int32))
    assert list(traced.decoder) == names


@every_cell
def test_the_signals_of_a_random_network_stay_within_the_limits_of_the_table(cell):
    for name, values in network(cell).trace(text()).signals.items():
        signal = cell.signal(name)
        assert signal.low is None or values.min() >= signal.low
        assert signal.high is None or values.max() <= signal.high
        if signal.bounded:  # and come near them: the limits are no wider than they have to be
            assert values.min() < signal.low + 0.05
            assert values.max() > signal.high - 0.05


def test_a_signal_without_limits_goes_beyond_those_of_the_others():
    assert np.abs(network(CELLS["lstm"], 6.0).trace(text()).signals["c"]).max() > 1
    assert network(CELLS["elman"], activation="relu").trace(text()).signals["h"].max() > 1


@every_cell
def test_a_new_network_keeps_its_memory_where_the_table_names_a_forget_block(cell):
    bias = LanguageModel(RunConfig(cell=cell.name, hidden_size=H), VOCABULARY).parameters["b0"]
    for name, values in zip(cell.blocks, bias.reshape(-1, H), strict=True):
        np.testing.assert_array_equal(values, name == cell.forget_block)


@every_cell
def test_the_reference_carries_and_stores_the_same(cell):
    other = reference.CELLS[cell.name]
    assert (other.carried, other.blocks) == (cell.carried, len(cell.blocks))


def test_the_kernels_know_the_cells_by_the_numbers_of_the_table():
    own = [name for name in CELLS if name not in ("elman", "mgru")]
    assert [CELLS[name].code for name in own] == [getattr(kernels, name.upper()) for name in own]
    assert (CELLS["elman"].code_for("tanh"), CELLS["elman"].code_for("relu")) == (kernels.ELMAN_TANH, kernels.ELMAN_RELU)
    assert len({CELLS["elman"].code_for("relu"), *(cell.code for cell in CELLS.values())}) == len(own) + 2
    assert CELLS["lstm"].code_for("relu") == CELLS["lstm"].code


def test_an_mgru_is_a_gru_with_a_scale_before_its_blocks():
    gru, mgru = CELLS["gru"], CELLS["mgru"]
    assert mgru.code == gru.code
    assert mgru.blocks == (mgru.scale_block, *gru.blocks)


@every_cell
def test_every_signal_says_what_it_is(cell):
    for signal in cell.signals:
        assert signal.title
        assert signal.meaning
        assert signal.equation.startswith(f"{signal.symbol} = ")
        assert (signal.colours == "sequential") == (signal.low == 0)
        assert ((signal.low, signal.high) == (0.0, 1.0)) == bool(signal.zero and signal.one)
