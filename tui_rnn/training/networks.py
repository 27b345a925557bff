"""The network of each kind of data, and how large it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.data.lexicon import Lexicon, SpelledLexicon
from tui_rnn.data.symbols import Symbols
from tui_rnn.kernels import compile_for
from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED, Kind
from tui_rnn.layers.language_model import streams_of_shards
from tui_rnn.layers.parameters import Layout
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.item_model import ItemModel
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger
from tui_rnn.training.compute import flops_per_char
from tui_rnn.training.moments import STATE

Network = LanguageModel | ItemModel | Tagger | Classifier | Seq2Seq

NETWORKS: dict[str, type[Any]] = {
    RUNNING_TEXT.name: LanguageModel,
    ITEMS.name: ItemModel,
    TAGGED.name: Tagger,
    LABELLED.name: Classifier,
    PAIRS.name: Seq2Seq,
}
"""The network of each kind of data. All are made of (config, how many symbols they read, how many they choose among), language
models of (config, how many symbols they read)."""

_WORTH_MEETING = 1 << 20
"""Weights of U times streams. From this size on, a second thread gains more than meeting at every time step costs: measured."""
_LARGE_U = 1 << 16
"""Weights of U from which on that holds for a single stream, too: each thread then fetches its own part of U."""


def compile_kernels(kind: Kind, progress: Callable[[int, int, str], None] = lambda done, total, name: None) -> None:
    """Compile the kernels that a network needs, or load them from the cache; see kernels.compile_for."""
    compile_for(NETWORKS[kind.name], progress)


def new_network(config: RunConfig, symbols: Symbols) -> Any:
    """A network with its initial weights. Raises InputError if the settings are not for such a task."""
    words = {"unknown": len(symbols.vocabulary) - 1} if isinstance(symbols.vocabulary, Lexicon) else {}
    return NETWORKS[symbols.kind.name](config, *_sizes(symbols), **words)


def array_shapes(config: RunConfig, symbols: Symbols) -> dict[str, tuple[int, ...]]:
    """Name → shape of every array of the network's `arrays()`, computed without allocating anything."""
    shapes: dict[str, tuple[int, ...]] = NETWORKS[symbols.kind.name].array_shapes(config, *_sizes(symbols))
    return shapes


def layout_of(config: RunConfig, symbols: Symbols) -> Layout:
    """Where the network's parameters lie."""
    layout: Layout = NETWORKS[symbols.kind.name].layout(config, *_sizes(symbols))
    return layout


def parameter_count(config: RunConfig, symbols: Symbols) -> int:
    """How many numbers such a network learns: a matrix that several gates share counts once."""
    return layout_of(config, symbols).parameter_count


def stored_count(config: RunConfig, symbols: Symbols) -> int:
    """How many numbers its weights take; a shared matrix counts in each of its places."""
    shapes = array_shapes(config, symbols)
    return sum(math.prod(shape) for name, shape in shapes.items() if not name.startswith(STATE))


@dataclass(frozen=True)
class Size:
    """How many numbers a network learns, and the FLOPs of training on one character (training/compute.py)."""

    parameters: int
    flops_per_char: float


def size_of(config: RunConfig, symbols: Symbols) -> Size:
    """The size of such a network, computed without allocating anything."""
    return Size(
        parameter_count(config, symbols), flops_per_char(symbols.kind, array_shapes(config, symbols), config.sampled_softmax)
    )


def threads_for(kind: Kind, config: RunConfig, most: int) -> int:
    """How many threads, of at most so many, train such a network fastest: one if a running text has too few streams to divide
    them into shards and the network is small. Results don't depend on it."""
    undivided = kind.is_stream and len(streams_of_shards(config.batch_size)) == 1
    weights = len(CELLS[config.cell].recurrent_blocks) * config.hidden_size**2
    small = weights < _LARGE_U and weights * config.batch_size < _WORTH_MEETING
    return 1 if undivided and small else most


def _sizes(symbols: Symbols) -> tuple[int, ...]:
    read, vocabulary = len(symbols.vocabulary), symbols.vocabulary
    if isinstance(vocabulary, SpelledLexicon):
        return read, symbols.outputs, len(vocabulary.letters)
    return (read, symbols.outputs) if symbols.kind.answers else (read,)
