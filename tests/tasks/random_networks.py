"""Random networks with something to read, and the reference's view of a LanguageModel."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from tui_rnn import cells, reference
from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations.dropout import dropout, mask_key, mask_seed
from tui_rnn.layers.language_model import streams_of_shards
from tui_rnn.tasks.language_model import LanguageModel

TOLERANCE = 1e-5  # of each tensor's largest value
ROUNDING = 6e-8  # float32's, of a term of size 1: where large terms cancel, their rounding is what is left


class Case(NamedTuple):
    """A network and something to read: tokens (n, T + 1, B) and fresh (n, B) of a few training steps."""

    config: RunConfig
    vocab_size: int
    tokens: np.ndarray
    fresh: np.ndarray

    def model(self) -> LanguageModel:
        """With biases that are not zero, as after some training."""
        model = LanguageModel(self.config, self.vocab_size)
        rng = np.random.default_rng(self.config.seed)
        arrays = model.arrays()
        for name in arrays:
            if name.startswith("b"):
                arrays[name] = (arrays[name] + rng.normal(0, 0.3, arrays[name].shape)).astype(np.float32)
        model.load_arrays(arrays)
        return model


CELLS = st.sampled_from(
    [(name, activation) for name, cell in cells.CELLS.items() for activation in ("tanh", *cell.activation_codes)]
)


@st.composite
def cases(draw, max_steps=1, dropout_rates=(0.0,)):
    cell, activation = draw(CELLS)
    H = draw(st.sampled_from([1, 2, 7, 16, 17, 33, 48]))
    D = draw(st.sampled_from([0, 1, 5, 24, H]))
    config = RunConfig(
        cell=cell,
        activation=activation,
        hidden_size=H,
        num_layers=draw(st.integers(1, 3)),
        embedding_size=D,
        tie_weights=draw(st.booleans()) if D == H else False,
        bias=draw(st.booleans()),
        seq_len=draw(st.sampled_from([1, 2, 5, 9])),
        batch_size=draw(st.sampled_from([1, 2, 3, 8, 17])),
        dropout=draw(st.sampled_from(dropout_rates)),
        seed=draw(st.integers(0, 1000)),
    )
    vocab_size = draw(st.sampled_from([1, 2, 3, 16, 17, 65, 200]))
    rng = np.random.default_rng(config.seed)
    n = draw(st.integers(1, max_steps))
    tokens = rng.integers(0, vocab_size, (n, config.seq_len + 1, config.batch_size)).astype(np.int32)
    fresh = rng.random((n, config.batch_size)) < draw(st.sampled_from([0.0, 0.3, 1.0]))
    return Case(config, vocab_size, tokens, fresh)


def reference_cell(config):
    return "elman_relu" if config.cell == "elman" and config.activation == "relu" else config.cell


def in_float64(parameters):
    return {name: value.astype(np.float64) for name, value in parameters.items()}


def reference_state(model):
    """The streams' states as the reference wants them: one moment a layer."""
    arrays = model.arrays()
    names = reference.CELLS[reference_cell(model.config)].carried
    return [
        {name: arrays[f"state.{name}"][layer].astype(np.float64) for name in names} for layer in range(model.config.num_layers)
    ]


def reference_masks(model, step):
    """The dropout masks of one step, by the kernels' own function of (seed, step, layer, row)."""
    config = model.config
    if not config.dropout:
        return None
    T, width = config.seq_len, -(-config.hidden_size // 16) * 16
    masks = []
    for layer in range(config.num_layers):
        of_shards = []
        for shard, B in enumerate(streams_of_shards(config.batch_size)):
            ones, mask = np.ones((T * B, width), np.float32), np.zeros((T * B, width), np.float32)
            dropout(ones, 0, mask, 0, 0, T * B, mask_key(mask_seed(config.seed, shard), step, layer), config.dropout)
            of_shards.append(mask[:, : config.hidden_size].reshape(T, B, -1).astype(np.float64))
        masks.append(np.concatenate(of_shards, axis=1))
    return masks


def assert_close(found, expected, name="", tolerance=TOLERANCE):
    assert found.shape == expected.shape, name
    largest = np.abs(expected).max(initial=0)  # a cell without U has a U without columns
    error = np.abs(found - expected).max(initial=0)
    assert error <= tolerance * largest + ROUNDING, f"{name}: {error:.2e} of at most {largest:.2e}"


def assert_same_bits(a, b):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)
