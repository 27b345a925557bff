"""A network that was trained in PyTorch, as a run that can be traced, sampled, asked and trained further."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.data.examples.labels import Labels
from tui_rnn.data.feed import STATE_SHAPES
from tui_rnn.data.opening import Data, open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import ByteVocabulary, TextVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError
from tui_rnn.export.cells import Floats
from tui_rnn.export.state_dict import StateDict, parameters_of_layers, read_tensors, taken_apart
from tui_rnn.export.token_file import as_characters, read_labels, read_tokens
from tui_rnn.kinds import KINDS, Kind
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.history import History
from tui_rnn.training.networks import new_network
from tui_rnn.training.run_facts import DataRecord, RunFacts


@dataclass(frozen=True)
class Stages:
    """The names of the modules for the embedding, the recurrent layers and the readout, where shapes don't tell."""

    embedding: str | None = None
    rnn: str | None = None
    readout: str | None = None


@dataclass(frozen=True)
class Imported:
    """A run, and what a person should know about it."""

    checkpoint: Checkpoint
    notices: tuple[str, ...]


def imported(
    path: Path,
    task: str,
    vocabulary: Path | None,
    labels: Path | None,
    stages: Stages,
    data: str | None = None,
    ready: Callable[[], None] = lambda: None,
    **settings: Any,
) -> Imported:
    """The run of a state_dict in a .safetensors file, for a task (lm, tag or classify).

    vocabulary: see token_file.read_tokens; without, a network over the 256 bytes. labels: of tags or classes. data: what the
    run is opened with and trains on. ready: called when the files are found good, before the network is made and compiled.
    settings: activation and pool, which tensors don't tell. Raises InputError.
    """
    kind = KINDS[task]
    found = taken_apart(read_tensors(path), stages.embedding, stages.rnn, stages.readout)
    _check(kind, found, labels)
    tokens, read_order, notices = _tokens(vocabulary, found)
    names, said_order = _labels(labels, found) if labels is not None else (None, read_order)
    symbols = Symbols(kind, tokens, names, words=frozenset() if kind.labels_words else None)
    config = _config(kind, found, settings)
    ready()
    network = new_network(config, symbols)
    network.set_parameters(_parameters(found, config, read_order, said_order))
    record = DataRecord.of(_opened(data, kind, symbols)) if data is not None else _nothing(path, kind, tokens.kind)
    facts = RunFacts(kind, config, record, 0, 0, 0.0, config.learning_rate, (), History().numbers())
    feed = {name: np.zeros(shape, dtype) for name, (shape, dtype) in STATE_SHAPES.items()}
    return Imported(Checkpoint(facts, symbols, network.arrays(), feed, History()), tuple(notices))


def _check(kind: Kind, found: StateDict, labels: Path | None) -> None:
    if kind.writes_answers or kind.draws_items:
        raise InputError(f"a network for {kind.name} can't be imported, expected lm, tag or classify")
    if not kind.answers and len(found.ways) > 1:
        raise InputError("the network reads in both directions, so it is no language model: say --task tag or classify")
    if not kind.answers and len(found.V) != found.symbols:
        raise InputError(
            f"the network reads {found.symbols:,} tokens and chooses among {len(found.V):,}, so it is no language model: "
            "say --task tag or classify, and --labels"
        )
    if kind.answers and labels is None:
        raise InputError(f"--task {kind.task} needs --labels: a file with the names of its {len(found.V):,} {_many(kind)}")
    if not kind.answers and labels is not None:
        raise InputError("--labels is for --task tag or classify, a language model has none: leave it out")


def _many(kind: Kind) -> str:
    return kind.label.many if kind.label is not None else "answers"


def _tokens(path: Path | None, found: StateDict) -> tuple[TextVocabulary, Any, list[str]]:
    """The vocabulary, its tokens' ids in the network, and the notices."""
    if path is None:
        if found.symbols != 256:
            raise InputError(
                f"the network reads {found.symbols:,} tokens: say by --vocab which (without, it must be one over the 256 bytes)"
            )
        return ByteVocabulary(), np.arange(256), ["no --vocab: its 256 tokens are read as bytes"]
    characters, instead = as_characters(read_tokens(path, found.symbols))
    order = sorted(range(len(characters)), key=lambda i: characters[i])
    told = [f"{visible(token)} stands as U+{ord(ch):04X}, which no text has" for token, ch in list(instead.items())[:5]]
    if len(instead) > 5:
        told.append(f"{counted(len(instead) - 5, 'more token')} of several characters as well")
    return Vocabulary("".join(characters[i] for i in order)), np.array(order), told


def _labels(path: Path, found: StateDict) -> tuple[Labels, Any]:
    names = read_labels(path, len(found.V))
    if twice := [name for name in names if names.count(name) > 1 or not name]:
        raise InputError(f"{path} has the name {visible(twice[0])[:40]!r} twice or empty, expected another for each id")
    order = sorted(range(len(names)), key=lambda i: names[i])
    return Labels(tuple(names[i] for i in order)), np.array(order)


def _config(kind: Kind, found: StateDict, settings: Mapping[str, Any]) -> RunConfig:
    both: dict[str, Any] = {"bidirectional": len(found.ways) > 1} if kind.answers else {"tie_weights": found.tied}
    return RunConfig(
        kind.name,
        cell=found.cell,
        hidden_size=found.hidden_size,
        num_layers=len(found.layers),
        embedding_size=0 if found.embedding is None else found.embedding.shape[1],
        bias=found.has_biases or found.b_out is not None,
        **both,
        **settings,
    )


def _parameters(found: StateDict, config: RunConfig, read: Any, said: Any) -> dict[str, Floats]:
    """Our parameters, with symbols and answers in the order of our ids."""
    named = parameters_of_layers(found)
    if found.embedding is not None:
        named["E"] = found.embedding[read]
    else:
        named |= {f"W0{way}": named[f"W0{way}"][read] for way in found.ways}
    if not config.tie_weights:
        named["V"] = found.V[said]
    named["b_out"] = (np.zeros(len(found.V), np.float32) if found.b_out is None else found.b_out)[said]
    if not config.bias:
        named = {name: array for name, array in named.items() if not name.startswith("b")}
    return {name: np.ascontiguousarray(array) for name, array in named.items()}


def _opened(source: str, kind: Kind, symbols: Symbols) -> Data:
    request = DataRequest(SourceFiles(source), kind.task, tokens=symbols.vocabulary.kind)
    return open_data(request, symbols=symbols)


def _nothing(path: Path, kind: Kind, tokens: str) -> DataRecord:
    """The record of a network whose data are not here: the imported file stands for them."""
    content = path.read_bytes()
    return DataRecord(
        path.stem, DataRequest(SourceFiles(""), kind.task, tokens=tokens), hashlib.sha256(content).hexdigest(), len(content)
    )
