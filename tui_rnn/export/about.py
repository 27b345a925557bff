"""What an export says about itself, in JSON: what the network reads and writes, its task, its settings, its data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import tui_rnn
from tui_rnn.data.lexicon import LONGEST_SPELLED, Lexicon, SpelledLexicon
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import token_pattern, word_pattern
from tui_rnn.export.plan import Plan
from tui_rnn.training.run_facts import RunFacts

FORMAT = 1
ABOUT = "about.json"
"""The name of the file, in every export."""


def about(plan: Plan, symbols: Symbols, facts: RunFacts, step: int) -> dict[str, Any]:
    """All that is needed to use the network, besides its weights.

    symbols: each token by its id (none for bytes: an id is a byte). unknown: the id for all other tokens. pattern: the regular
    expression that finds words, where tokens are words or words are tagged. fold_case: whether words (without white space) are
    read in lower case. letters: where words are read with their letters, each letter by its id; unknown_letter: the id for all
    others; longest_word: a longer word is read by so many letters from its two ends. edge: the id of <s> in what is read and
    of </s> in what is written. labels, targets: the possible answers, by id. step: of the weights.
    """
    vocabulary = symbols.vocabulary
    told: dict[str, Any] = {
        "format": FORMAT,
        "made_by": f"tui-rnn {tui_rnn.__version__}",
        "name": plan.config.name,
        "task": plan.kind.name,
        "tokens": vocabulary.kind,
        "symbols": _symbols(vocabulary),
        "unknown": _unknown(vocabulary),
    }
    if isinstance(vocabulary, Lexicon):
        told["fold_case"] = vocabulary.folds_case
    if isinstance(vocabulary, SpelledLexicon):
        letters = vocabulary.letters
        told |= {"letters": _symbols(letters), "unknown_letter": _unknown(letters), "longest_word": LONGEST_SPELLED}
    bare = plan.kind.labels_words or isinstance(vocabulary, Lexicon)
    if (pattern := word_pattern() if bare else token_pattern(vocabulary)) is not None:
        told["pattern"] = pattern
    if plan.kind.draws_items:
        told["edge"] = len(vocabulary)
    if symbols.labels is not None:
        told["labels"] = list(symbols.labels.names)
    if symbols.targets is not None:
        between = " " if symbols.targets.units == "tokens" else ""
        told |= {"targets": list(symbols.targets.texts), "separator": between, "edge": len(symbols.targets)}
    return told | {
        "network": _network(plan),
        "settings": facts.config.settings,
        "step": step,
        "trained_on": {"name": facts.data.name, "sha256": facts.data.sha256, "bytes": facts.data.byte_count},
    }


def _symbols(vocabulary: Any) -> list[str] | None:
    if vocabulary.kind == "byte":
        return None
    return list(vocabulary.characters) if vocabulary.characters else [*vocabulary.words, vocabulary.fallback]


def _unknown(vocabulary: Any) -> int | None:
    if vocabulary.kind == "byte":
        return None
    return vocabulary.characters.index(vocabulary.fallback) if vocabulary.characters else len(vocabulary.words)


def _network(plan: Plan) -> dict[str, Any]:
    """The parts of the network, for programs that build it from them."""
    return {
        "cell": plan.config.cell,
        "activation": plan.config.activation,
        "hidden_size": plan.config.hidden_size,
        "num_layers": plan.config.num_layers,
        "embedding_size": plan.config.embedding_size,
        "ways": list(plan.encoder.ways),
        "picked": plan.picked,
        "tied": plan.tied,
        "attention": plan.config.attention if plan.decoder else None,
        "readout": plan.config.readout if plan.decoder else None,
    }


def as_json(told: Mapping[str, Any]) -> str:
    """In ASCII, so that no program reads it in another encoding."""
    return json.dumps(told, indent=1, allow_nan=False) + "\n"
