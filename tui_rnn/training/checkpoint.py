"""A run as one self-contained .safetensors file: the whole state, so that training goes on from it bit for bit.

Tensors: the network's arrays under their own names (weights, Adam's moments, carried states), `feed.*` (where streams or
batches are), `history.*`, `best.*` (the network's best arrays, if the run goes back to them), `moments.*` (weights of its
past), `average.*` (the mean of its weights, if it will end with that), `symbols.*` (see training/symbol_file.py). The only
key of the metadata, `tui_rnn`, holds the rest as JSON. Two runs that did the same differ only in their times.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import tui_rnn
from tui_rnn.data.feed import STATE_SHAPES
from tui_rnn.data.symbols import Symbols
from tui_rnn.training import symbol_file, tensor_file
from tui_rnn.training.history import MAX_POINTS, History, read_history
from tui_rnn.training.moments import STATE, read_moments
from tui_rnn.training.run_facts import FORMAT, METADATA_KEY, RunFacts, facts_from, refusing


@dataclass(frozen=True)
class Checkpoint:
    """A run between two steps. The arrays are copies: further training doesn't change them. best: the network's arrays when it
    scored facts.best. moments: weights of the run's past, see Moments.arrays. average: the mean of its weights at
    facts.averaged moments, if it ends with that."""

    facts: RunFacts
    symbols: Symbols
    network: dict[str, NDArray[np.float32]]
    feed: dict[str, NDArray[Any]]
    history: History
    best: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    moments: dict[str, NDArray[Any]] = field(default_factory=dict)
    average: dict[str, NDArray[np.float32]] = field(default_factory=dict)


def write(checkpoint: Checkpoint, path: Path) -> None:
    """Write the run to `path`, whole or not at all. Raises RunError or InputError with one line."""
    tensor_file.check_target(path)  # before anything is packed
    tensor_file.put(path, packed(checkpoint))


def packed(checkpoint: Checkpoint, remarks: Mapping[str, str] | None = None) -> bytes:
    """The bytes of the run's file. remarks: further metadata, which `read` ignores."""
    arrays: dict[str, NDArray[Any]] = {**symbol_file.arrays(checkpoint.symbols), **checkpoint.network}
    arrays |= {f"feed.{name}": array for name, array in checkpoint.feed.items()}
    arrays |= {f"best.{name}": array for name, array in checkpoint.best.items()}
    arrays |= {f"moments.{name}": array for name, array in checkpoint.moments.items()}
    arrays |= {f"average.{name}": array for name, array in checkpoint.average.items()}
    arrays |= {f"history.{name}": array for name, array in checkpoint.history.arrays().items()}
    facts = asdict(checkpoint.facts) | {"format": FORMAT, "version": tui_rnn.__version__}
    facts |= {"kind": checkpoint.facts.kind.name, "config": checkpoint.facts.config.settings}
    return tensor_file.packed(arrays, {**(remarks or {}), METADATA_KEY: json.dumps(facts, allow_nan=False)})


def read(path: Path) -> Checkpoint:
    """Read a run. Raises InputError with one line if the file is not a whole, sane run. Each shape is compared with the one
    that the run's settings ask for before memory is taken for it."""
    # imported here, since they load the compiler, and some users of this module only want facts
    from tui_rnn.layers.store import check_shared
    from tui_rnn.training.memory import check_memory
    from tui_rnn.training.networks import array_shapes, layout_of

    with refusing(path), tensor_file.opened(path) as file:
        facts = facts_from(file.metadata)
        request = facts.data.request
        symbols = symbol_file.read(file, facts.kind, request.tokens or "char", request.target_units)
        config = facts.config
        check_memory(config, symbols, config.batch_size * (config.seq_len if facts.kind.is_stream else 1))
        shapes = array_shapes(config, symbols)
        network = file.read_finite("", shapes)
        best = file.read_finite("best.", shapes) if facts.best else {}
        parameters = {name: shape for name, shape in shapes.items() if not name.startswith(STATE)}
        average = file.read_finite("average.", parameters) if facts.averaged else {}
        for weights in filter(None, (network, best, average)):
            check_shared(weights, layout_of(config, symbols))
            for name, array in weights.items():
                if "adam_v." in name and (array < 0).any():
                    raise ValueError(f"tensor {name!r} holds negative numbers, but a mean of squares has none")
        feed = file.read_part("feed.", STATE_SHAPES, MAX_POINTS)
        moments = read_moments(file, config.moments_mb, facts.step, shapes)
        history = read_history(file, facts.history)
        if other := file.unread():
            raise ValueError(f"it has a tensor {other[0]!r} that its settings don't ask for")
        return Checkpoint(facts, symbols, network, feed, history, best, moments, average)
