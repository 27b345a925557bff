"""Oracles for what formulas know without a question: the size of a network, from its settings, and the scores of counting."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.data.opening import Data, Part
from tui_rnn.data.symbols import Symbols
from tui_rnn.insight.scores import Scores
from tui_rnn.kinds import LABELLED, RUNNING_TEXT, TAGGED
from tui_rnn.lessons.formulas import Missing
from tui_rnn.reference.ngrams import KneserNey

SCORES = Scores()
NOTED = ("step", "chars", "seconds", "paused")
"""These count what was done: no other way computes them."""
ORDERS = {"unigram": 1, "bigram": 2, "trigram": 3}


def _parameters(config: RunConfig, data: Data) -> int:
    """The parameters of a language model, tagger or classifier, from the shapes of the chapter's matrices."""
    symbols, cell = data.symbols, CELLS[config.cell]
    if symbols.targets is not None:
        raise Missing("no oracle counts the parameters of an encoder-decoder")
    hidden, ways, marks = config.hidden_size, 1 + config.bidirectional, int(symbols.kind.draws_items)
    read = len(symbols.vocabulary) + marks
    count, size = read * config.embedding_size, config.embedding_size or read
    repeated = max(0, len(cell.gate_blocks) - 1) * config.share_gates  # a W and a U that gates share count once
    for _ in range(config.num_layers):
        of_input, of_state = (len(cell.input_blocks) - repeated) * size, (len(cell.recurrent_blocks) - repeated) * hidden
        count += ways * hidden * (of_input + of_state + len(cell.blocks) * config.bias)
        size = ways * hidden
    said = symbols.outputs + marks
    return count + said * size * (not config.tie_weights) + said * config.bias


def _vocab_size(config: RunConfig, data: Data) -> int:
    return len(data.vocabulary)


COUNTED: dict[str, Callable[[RunConfig, Data], Any]] = {"parameters": _parameters, "vocab_size": _vocab_size}


def counted(symbols: Symbols, train: Part, scored: Part, name: str, measure: str) -> float:
    """A landmark, computed again. Raises Missing if there is no oracle for it."""
    known = _COUNTERS.get((symbols.kind.name, measure))
    found = known(symbols, train, scored, name) if known else None
    if found is None:
        raise Missing(f"no oracle computes the landmark {name!r:.40} of {measure}")
    return found


def _of_text(symbols: Symbols, train: Any, scored: Any, name: str) -> float | None:
    size = len(symbols.vocabulary)
    if name == "uniform":
        return math.log(size)
    if name not in ORDERS:
        return None
    order, ids = ORDERS[name], scored.tolist()
    model = KneserNey(train.tolist(), order, size)
    known: dict[tuple[int, ...], float] = {}
    total = 0.0
    for at in range(1, len(ids)):
        gram = tuple(ids[max(0, at - order + 1) : at + 1])
        if gram not in known:
            known[gram] = math.log(model.probability(gram[-1], gram[:-1]))
        total -= known[gram]
    return total / (len(ids) - 1)


def _of_tags(symbols: Symbols, train: Any, scored: Any, name: str) -> float | None:
    """Each word's most frequent tag in training; for an unseen word, the most frequent tag of the words seen once."""
    if name != "most frequent tag":
        return None
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in train.examples:
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            seen[word][tag] += 1

    def most(tags: Counter[str]) -> str:
        return sorted(tags, key=lambda tag: (-tags[tag], tag))[0]

    once = Counter(most(tags) for tags in seen.values() if sum(tags.values()) == 1)
    other = most(once or sum(seen.values(), Counter()))
    right = [
        (most(seen[word]) if word in seen else other) == tag
        for sentence in scored.examples
        for word, tag in zip(sentence.words, sentence.tags, strict=True)
    ]
    return float(np.mean(right))


def _of_labels(symbols: Symbols, train: Any, scored: Any, name: str) -> float | None:
    if name != "majority class":
        return None
    most = Counter(train.label_ids[train.label_ids >= 0].tolist()).most_common(1)[0][0]
    return float(np.mean(scored.label_ids == most))


_COUNTERS: dict[tuple[str, str], Callable[[Symbols, Any, Any, str], float | None]] = {
    (RUNNING_TEXT.name, "loss_nats"): _of_text,
    (TAGGED.name, "accuracy"): _of_tags,
    (LABELLED.name, "accuracy"): _of_labels,
}
