"""Tiny random networks of every kind, with symbols to match, and an example that each can be given."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import numpy as np

from tui_rnn import cells
from tui_rnn.config import RunConfig
from tui_rnn.data.examples.labels import Labels, Tokens
from tui_rnn.data.lexicon import SpelledLexicon
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import TextVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.export.cells import ELSEWHERE
from tui_rnn.kinds import ITEMS, KINDS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED
from tui_rnn.training.networks import new_network

H = 8
CHARACTERS = Vocabulary(" <abcdefé")
KNOWN_CELLS = (("elman", "tanh"), ("elman", "relu"), ("lstm", "tanh"), ("gru", "tanh"))
"""Those that PyTorch and ONNX know."""
CELLS = (*KNOWN_CELLS, *((name, "tanh") for name in cells.CELLS if name not in ELSEWHERE))
KIND_NAMES = tuple(KINDS)
SOME = [
    (kind, cell, activation)
    for kind, (cell, activation) in product(KIND_NAMES, CELLS)
    if cells.CELLS[cell].recurrent_blocks or kind in (RUNNING_TEXT.name, TAGGED.name)
]
"""Kinds and cells. The cells without U differ by no more than their few lines from the others that are written in lines, so two
kinds are enough: one that goes on from a state, one that reads in both directions."""
SPELLED = SpelledLexicon((".", "cat", "the"), False, Vocabulary(" .acehté"))
"""Words that are read with their letters."""
SENTENCE = ("The", "cat", "the", "unheard", "é", ".", "t" * 30 + "h" * 30, "cat")


def symbols_of(kind: str, vocabulary: TextVocabulary = CHARACTERS) -> Symbols:
    labels = Labels(("no", "yes", "zero"))
    own: dict[str, Any] = {
        TAGGED.name: {"labels": labels, "words": frozenset({"ab"})},
        LABELLED.name: {"labels": labels},
        PAIRS.name: {"targets": Tokens(("u", "v", "w", "é"))},
    }
    return Symbols(KINDS[kind], vocabulary, **own.get(kind, {}))


EMBEDDINGS: tuple[dict[str, Any], ...] = (
    {"embedding_size": 0},
    {"embedding_size": 5},
    {"embedding_size": H, "tie_weights": True},
)


def settings_of(kind: str) -> Iterator[dict[str, Any]]:
    """Depth, direction, embedding and tying, pooling, attention and readout: all that go together; every second without
    biases."""
    own: dict[str, dict[str, tuple[Any, ...]]] = {
        RUNNING_TEXT.name: {"embedding": EMBEDDINGS},
        ITEMS.name: {"embedding": EMBEDDINGS},
        TAGGED.name: {"embedding": EMBEDDINGS[:2], "bidirectional": (False, True)},
        LABELLED.name: {"embedding": EMBEDDINGS[:2], "bidirectional": (False, True), "pool": ("final", "mean")},
        PAIRS.name: {
            "embedding": EMBEDDINGS,
            "bidirectional": (False, True),
            "attention": ("none", "dot", "general"),
            "readout": ("state", "context"),
        },
    }
    choices = {"num_layers": (1, 2)} | own[kind]
    for number, values in enumerate(product(*choices.values())):
        chosen = dict(zip(choices, values, strict=True))
        yield chosen.pop("embedding") | chosen | {"bias": number % 2 == 0}


def few_settings_of(kind: str) -> list[dict[str, Any]]:
    """Some of them, in which every two values of two settings that meet in all of them meet at least once."""
    ahead = [(one, set(combinations(sorted(one.items()), 2))) for one in settings_of(kind)]
    left, few = set[Any]().union(*(pairs for _, pairs in ahead)), []
    while left:
        best, met = max(ahead, key=lambda one: len(one[1] & left))
        left -= met
        few.append(best)
    return few


def network_of(kind: str, cell: str, activation: str, symbols: Symbols | None = None, **settings: Any) -> Any:
    """With parameters that are all other than at the start, biases too."""
    config = RunConfig(kind, cell=cell, activation=activation, hidden_size=H, batch_size=2, **settings)
    network = new_network(config, symbols or symbols_of(kind))
    rng = np.random.default_rng(3)
    changed = {name: p + 0.3 * rng.standard_normal(p.shape).astype(np.float32) for name, p in network.parameters.items()}
    network.set_parameters(changed)
    return network


def example_of(network: Any, symbols: Symbols, length: int = 12) -> tuple[Any, ...]:
    """What `logits` takes."""
    if isinstance(symbols.vocabulary, SpelledLexicon):
        return (symbols.vocabulary.spelled([SENTENCE])[0],)
    rng = np.random.default_rng(5)
    ids = rng.integers(0, len(symbols.vocabulary), length).astype(np.int32)
    if symbols.targets is not None:
        return ids, rng.integers(0, len(symbols.targets), length // 2).astype(np.int32)
    return (ids if symbols.kind.answers else network.begun(ids),)
