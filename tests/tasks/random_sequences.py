"""Random networks that read whole sequences, with batches of unequal lengths, and the reference's view of them."""

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.tasks.random_networks import CELLS, TOLERANCE, assert_same_bits, in_float64, reference_cell
from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations.dropout import dropout, mask_key, mask_seed
from tui_rnn.layers.batch import batch_of
from tui_rnn.tasks.network import Network, divided

__all__ = [
    "assert_same_bits", "assert_same_gradients", "configs", "in_float64", "masks", "random_sequences", "reference_cell",
    "replace", "with_biases", "without_overlap",
]  # fmt: skip

Model = TypeVar("Model", bound=Network[Any])
SIZES = st.sampled_from([1, 2, 7, 16, 17, 33])


@st.composite
def configs(draw: st.DrawFn, /, kind="tag", dropout_rates=(0.0,), **fixed):
    cell, activation = draw(CELLS)
    settings = {
        "cell": cell,
        "activation": activation,
        "hidden_size": draw(SIZES),
        "num_layers": draw(st.integers(1, 3)),
        "embedding_size": draw(st.sampled_from([0, 1, 5, 24])),
        "bias": draw(st.booleans()),
        "bidirectional": draw(st.booleans()),
        "dropout": draw(st.sampled_from(dropout_rates)),
        "seed": draw(st.integers(0, 1000)),
    }
    return RunConfig(kind, **(settings | fixed))


def without_overlap(config: RunConfig) -> RunConfig:
    """The same, but h_t^f is joined with h_t+1^b."""
    return replace(config, num_layers=1, bidirectional=True, overlap=False)


def random_sequences(rng, count, size, longest=12, shortest=1) -> list[NDArray[np.int32]]:
    """Arrays of ids below `size`, of unequal lengths."""
    return [rng.integers(0, size, n).astype(np.int32) for n in rng.integers(shortest, longest + 1, count)]


def with_biases(model: Model) -> Model:
    """The model with biases that are not zero, as after some training."""
    rng = np.random.default_rng(model.config.seed)
    parameters = model.parameters
    for name, values in parameters.items():
        if name.rpartition(".")[2].startswith("b"):
            parameters[name] = (values + rng.normal(0, 0.3, values.shape)).astype(np.float32)
    model.set_parameters(parameters)
    return model


def masks(config, lengths, step, first_layer=0, directions=None, groups=None):
    """For each sequence its layers' dropout masks in one step, by the kernels' own function of (seed, step, layer, row).
    groups: the numbers of the sequences of each shard, by default divided by these lengths."""
    if not config.dropout:
        return None
    found: dict[int, list[list[np.ndarray]]] = {}
    for shard, group in enumerate(divided(lengths) if groups is None else groups):
        own = replace(config, seed=mask_seed(config.seed, shard))
        of_shard = masks_of_shard(own, [lengths[k] for k in group], step, first_layer, directions)
        found |= dict(zip(group, of_shard, strict=True))
    return [found[k] for k in range(len(lengths))]


def masks_of_shard(config, lengths, step, first_layer, directions):
    D = (1 + config.bidirectional) if directions is None else directions
    batch, H = batch_of(lengths), config.hidden_size
    padded = -(-H // 16) * 16
    layers = []
    for layer in range(config.num_layers):
        ones = np.ones((batch.rows, D * padded), np.float32)
        mask = np.zeros_like(ones)
        key = mask_key(config.seed, step, first_layer + layer)
        dropout(ones, 0, mask, 0, 0, batch.rows, key, config.dropout)
        layers.append(mask.reshape(batch.rows, D, padded)[:, :, :H].reshape(batch.rows, D * H).astype(float))
    rows = [batch.at(np.full(n, k), np.arange(n)) for k, n in enumerate(lengths)]
    return [[layer[own] for layer in layers] for own in rows]


def assert_same_gradients(found, expected):
    """Within float32's error over long sums: of each tensor's largest value or, where terms cancel, of the network's."""
    assert found.keys() == expected.keys()
    largest = max(np.abs(values).max(initial=0) for values in expected.values())
    for name, values in expected.items():
        assert found[name].shape == values.shape, name
        error = np.abs(found[name] - values).max(initial=0)
        scale = max(np.abs(values).max(initial=0), 0.05 * largest)
        assert error <= 4 * TOLERANCE * scale + 1e-9, f"{name}: {error:.2e} of at most {scale:.2e}"
