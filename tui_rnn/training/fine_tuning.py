"""A run that begins from another's weights on new data: new symbols get rows of their own, the other rows stay as they are.

A row belongs to a symbol that is read (in E or, if one-hot, in W0), or to one that is predicted (in V and b_out, or in E if V
is tied). A new row is the mean of the old ones: the symbol is read, and expected, like an average one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import EXAMPLES_NETWORK, NETWORK, SETTINGS, RunConfig
from tui_rnn.data.examples.labels import Labels, Tokens
from tui_rnn.data.lexicon import SpelledLexicon
from tui_rnn.data.request import DataRequest
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import ByteVocabulary, WordVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import counted, counted_tokens
from tui_rnn.errors import InputError
from tui_rnn.layers.parameters import Floats
from tui_rnn.layers.speller import PREFIX
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.moments import STATE
from tui_rnn.training.run_facts import Parent

KEPT = tuple(
    name for name, setting in SETTINGS.items() if setting.group in (NETWORK, EXAMPLES_NETWORK) and name != "teacher_forcing"
)
"""The settings of the network itself: a run that begins from its weights has the same."""

TAKEN_OVER = ("sampled_softmax",)
"""Settings that are the other run's where they are not given."""

ADAM = ("adam_m.", "adam_v.")
Rows = NDArray[np.int64]
_UNKNOWN, _EDGE = object(), object()


@dataclass(frozen=True)
class Start:
    """What a run begins from. weights: with rows for new symbols. optimizer: Adam's moments if they are kept, zero in new rows;
    else empty. new: how many symbols, labels and targets are new; told: the same in words, "" if nothing is new."""

    weights: Mapping[str, Floats]
    optimizer: Mapping[str, Floats]
    parent: Parent
    new: Mapping[str, int]
    told: str


def config_from(checkpoint: Checkpoint, settings: Mapping[str, Any], called: Callable[[str], str] = str) -> RunConfig:
    """The settings of a run to a goal with the other's network. Raises InputError for a setting of the network itself. called:
    the name of a setting in a message."""
    if changed := [name for name in settings if name in KEPT]:
        raise InputError(f"{called(changed[0])} can't be changed: it belongs to the network whose weights the run begins from")
    own = checkpoint.facts.config.settings
    kept = {name: own[name] for name in (*KEPT, *TAKEN_OVER) if name in own}
    return RunConfig.to_goal(checkpoint.facts.kind.name, **{**kept, **settings})


def request_for(checkpoint: Checkpoint, new: DataRequest) -> DataRequest:
    """The new data, opened for the task and in the tokens that the network was made for."""
    own, kind, symbols = checkpoint.facts.data.request, checkpoint.facts.kind, checkpoint.symbols
    return replace(
        new,
        task=kind.task,
        items=own.items,
        tokens=symbols.vocabulary.kind,  # even if the run's own data decided it: the new data may decide something else
        target_units=symbols.targets.units if symbols.targets is not None else None,
        fold_case=own.fold_case,
    )


def symbols_of_both(known: Symbols, new: Symbols) -> Symbols:
    """The symbols of a network that knows both. Raises InputError if they can't be joined."""
    if known.kind != new.kind or known.vocabulary.kind != new.vocabulary.kind:
        raise InputError(
            f"the new data are for {new.kind.said_as} in {new.vocabulary.kind}s, but the run is for {known.kind.said_as} in "
            f"{known.vocabulary.kind}s"
        )
    targets = known.targets
    if known.targets is not None and new.targets is not None:
        if known.targets.units != new.targets.units:
            raise InputError(f"the new targets are split into {new.targets.units}, but the run's into {known.targets.units}")
        targets = Tokens(_both(known.targets.names, new.targets.names), known.targets.units)
    labels = Labels(_both(known.labels.names, new.labels.names)) if known.labels and new.labels else known.labels
    words = known.words | new.words if known.words is not None and new.words is not None else known.words
    return Symbols(known.kind, _vocabulary(known.vocabulary, new.vocabulary), labels, targets, words)


def _vocabulary(known: Any, new: Any) -> Any:
    if known.kind == Vocabulary.kind:
        return Vocabulary("".join(_both(known.characters, new.characters)))
    if known.kind == ByteVocabulary.kind:
        return known
    both = replace(known, words=_both(known.words, new.words))
    return replace(both, letters=_vocabulary(known.letters, new.letters)) if isinstance(both, SpelledLexicon) else both


def _both(known: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*known, *new}))


def start_from(checkpoint: Checkpoint, symbols: Symbols, keep_optimizer: bool = False) -> Start:
    """The weights of a run for a network that knows these symbols, its own among them. keep_optimizer: also Adam's moments and
    the number of steps that they have seen."""
    known, facts = checkpoint.symbols, checkpoint.facts
    arrays = checkpoint.network
    weights = _for_symbols({name: array for name, array in arrays.items() if not name.startswith(STATE)}, known, symbols)
    kept: dict[str, Floats] = {}
    for prefix in ADAM if keep_optimizer else ():
        own = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
        kept |= {prefix + name: array for name, array in _for_symbols(own, known, symbols, empty=True).items()}
    steps = facts.weights_step + (facts.parent.optimizer_steps if facts.parent is not None else 0)
    parent = Parent(facts.data.name, facts.data.sha256, facts.weights_step, facts.data.request, steps if keep_optimizer else 0)
    pairs_of = {name: (getattr(known, name), getattr(symbols, name)) for name in ("vocabulary", "labels", "targets")}
    new = {name: len(now) - len(before) for name, (before, now) in pairs_of.items() if before is not None}
    return Start(weights, kept, parent, new, _told(symbols, new))


def _for_symbols(weights: dict[str, Floats], known: Symbols, symbols: Symbols, empty: bool = False) -> dict[str, Floats]:
    """Arrays of a network with rows for more symbols: each is the mean of the others, or zero if `empty`."""
    read = _rows(_read(known), _read(symbols))
    chosen = _rows(_chosen(known), _chosen(symbols))
    pairs = known.kind.writes_answers
    for prefix, rows in (("encoder.", read), ("decoder.", chosen)) if pairs else (("", read),):
        names = (
            [f"{prefix}E"] if f"{prefix}E" in weights else [n for n in weights if n in (f"{prefix}W0", f"{prefix}W0_reverse")]
        )
        weights |= {name: _grown(weights[name], rows, empty) for name in names}
    if f"{PREFIX}E" in weights:
        letters = _rows(known.vocabulary.letters.characters, symbols.vocabulary.letters.characters)  # type: ignore[attr-defined]
        weights[f"{PREFIX}E"] = _grown(weights[f"{PREFIX}E"], letters, empty)
    return weights | {name: _grown(weights[name], chosen, empty) for name in ("V", "b_out") if name in weights}


def _read(symbols: Symbols) -> list[Hashable]:
    """The symbols that a network reads, in the order of their rows."""
    vocabulary: Any = symbols.vocabulary
    edge = [_EDGE] if symbols.kind.draws_items else []
    if vocabulary.kind in (WordVocabulary.kind, SpelledLexicon.kind):
        return [*vocabulary.words, _UNKNOWN, *edge]
    return [*(vocabulary.characters or range(len(vocabulary))), *edge]


def _chosen(symbols: Symbols) -> list[Hashable]:
    """The symbols that a network predicts, in the order of their rows."""
    if symbols.targets is not None:
        return [*symbols.targets.names, _UNKNOWN, _EDGE]
    return list(symbols.labels.names) if symbols.labels is not None else _read(symbols)


def _rows(known: Sequence[Hashable], wanted: Sequence[Hashable]) -> Rows:
    """The old row of each new one, -1 if there was none."""
    place = {symbol: row for row, symbol in enumerate(known)}
    return np.array([place.get(symbol, -1) for symbol in wanted], np.int64)


def _grown(array: Floats, rows: Rows, empty: bool) -> Floats:
    found = array[rows]
    found[rows < 0] = 0 if empty else array.mean(axis=0)
    return found


def _told(now: Symbols, new: Mapping[str, int]) -> str:
    """How many new symbols there are, in words."""
    told = [counted_tokens(new["vocabulary"], now.vocabulary.kind)] if new["vocabulary"] else []
    if new.get("labels") and now.kind.label is not None:
        told.append(now.kind.label.count(new["labels"]))
    if new.get("targets") and now.targets is not None:
        told.append(counted(new["targets"], f"target {now.targets.unit}"))
    return f"new to the network: {', '.join(told)}; each begins as the mean of the known ones" if told else ""
