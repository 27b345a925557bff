"""Which network goes with which task, and how large it is. `kind`: one of data.opening.KINDS."""

from __future__ import annotations

import math
from collections.abc import Callable

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.data.opening import Symbols
from tui_rnn.kernels import compile_all, compile_for
from tui_rnn.layers.language_model import streams_of_shards
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.item_model import ItemModel
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger

Network = LanguageModel | ItemModel | Tagger | Classifier | Seq2Seq

_OF_EXAMPLES: dict[str, type[Tagger] | type[Classifier] | type[Seq2Seq]] = {
    "tag": Tagger,
    "classify": Classifier,
    "seq2seq": Seq2Seq,
}
_WORTH_MEETING = 1 << 20
"""Weights of U times streams, from which on a second thread gains more than meeting at every time step costs: measured."""
_STATE = ("adam_m.", "adam_v.", "state.")


def compile_kernels(kind: str, progress: Callable[[int, int, str], None] = lambda done, total, name: None) -> None:
    """Compile the kernels that a network needs, or load them from the cache; see kernels.compile_all."""
    if kind == "lm":
        compile_all(progress)
    else:
        compile_for(ItemModel if kind == "items" else _OF_EXAMPLES[kind], progress)


def new_network(kind: str, config: RunConfig, symbols: Symbols) -> Network:
    """A network with its initial weights. Raises InputError when the settings can't be for such a task."""
    if kind == "lm":
        return LanguageModel(config, len(symbols.vocabulary))
    if kind == "items":
        return ItemModel(config, len(symbols.vocabulary))
    return _OF_EXAMPLES[kind](config, len(symbols.vocabulary), outputs(symbols))


def array_shapes(kind: str, config: RunConfig, symbols: Symbols) -> dict[str, tuple[int, ...]]:
    """Name → shape of every array of the network's `arrays()`, computed without allocating anything."""
    if kind == "lm":
        return LanguageModel.array_shapes(config, len(symbols.vocabulary))
    if kind == "items":
        return ItemModel.array_shapes(config, len(symbols.vocabulary))
    return _OF_EXAMPLES[kind].array_shapes(config, len(symbols.vocabulary), outputs(symbols))


def parameter_count(kind: str, config: RunConfig, symbols: Symbols) -> int:
    """How many numbers such a network learns."""
    shapes = array_shapes(kind, config, symbols)
    return sum(math.prod(shape) for name, shape in shapes.items() if not name.startswith(_STATE))


def threads_for(kind: str, config: RunConfig, most: int) -> int:
    """How many threads train such a network fastest, of at most so many: one where a running text's streams are too few to be
    divided into shards and the network is small. Results don't depend on it."""
    undivided = kind == "lm" and len(streams_of_shards(config.batch_size)) == 1
    small = len(CELLS[config.cell].recurrent_blocks) * config.hidden_size**2 * config.batch_size < _WORTH_MEETING
    return 1 if undivided and small else most


def outputs(symbols: Symbols) -> int:
    """How many classes, tags or target tokens (with <unk>, without <s> and </s>) there are to choose from; for language
    models, tokens."""
    if symbols.targets is not None:
        return len(symbols.targets.names) + 1
    return len(symbols.labels or symbols.vocabulary)
