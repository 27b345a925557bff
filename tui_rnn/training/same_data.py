"""Whether data are the ones that a run was trained on, and where to find these when it goes on."""

from __future__ import annotations

from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS
from tui_rnn.data.opening import Data, open_data
from tui_rnn.data.sources import first_gone, listed
from tui_rnn.data.symbols import Symbols
from tui_rnn.display import counted_tokens
from tui_rnn.errors import InputError
from tui_rnn.formats import size
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.run_facts import DataRecord, RunFacts

HASH_SHOWN = 12


def reopen(checkpoint: Checkpoint) -> Data:
    """Open what a run was trained on, from its old place. Raises InputError if it is gone."""
    check_there(checkpoint.facts.data, "RUN")
    return open_data(checkpoint.facts.data.request, symbols=checkpoint.symbols)


def own_data(record: DataRecord, symbols: Symbols) -> Data:
    """What a run was trained on, for a network with these symbols. Raises InputError if it is gone or has changed."""
    check_there(record, "RUN")
    data = open_data(record.request, symbols=symbols)
    if data.sha256 != record.sha256:
        raise InputError(f"{listed(data.source)} has changed since the run was trained on it")
    return data


def same_data(data: Data, facts: RunFacts) -> bool:
    """Whether a run was trained on these data, cut and split the same way."""
    asked, recorded = data.request, facts.data.request
    return (data.kind, data.sha256, asked.items, asked.tokens, asked.files.split_seed) == (
        facts.kind,
        facts.data.sha256,
        recorded.items,
        recorded.tokens,
        recorded.files.split_seed,
    )


def check_same_data(checkpoint: Checkpoint, data: Data, new_data: bool = False) -> None:
    """Raise InputError unless `data` is what the run was trained on, or, with new_data, is for the same task in the same
    characters and labels."""
    record, name = checkpoint.facts.data, listed(data.source)
    if data.kind != checkpoint.facts.kind:
        raise InputError(f"{name} was opened for the task {data.kind.name}, the run's is {checkpoint.facts.kind.name}")
    if data.sha256 != record.sha256 and not new_data:
        raise InputError(
            f"{name} is not the text that the run was trained on (SHA-256 {data.sha256[:12]}…, expected "
            f"{record.name}, {record.sha256[:12]}…): give that one, or allow another with --new-text"
        )
    if not (new_data or same_data(data, checkpoint.facts)):
        raise InputError(
            f"{name} is cut or split in another way than when the run was trained, so it would learn from what it is "
            "scored on: open it as before, or allow that with --new-text"
        )
    mine, known = data.symbols, checkpoint.symbols
    if mine.vocabulary != known.vocabulary:
        raise InputError(
            f"{name} has {counted_tokens(len(mine.vocabulary), mine.vocabulary.kind, 'distinct')}, not the "
            f"{len(known.vocabulary):,} that the run knows: train a new run on it"
        )
    if (mine.labels, mine.targets) != (known.labels, known.targets):
        raise InputError(f"{name} has other labels or targets than the run knows: train a new run on it")


def check_there(record: DataRecord, run: str) -> None:
    """Raise InputError if the training data of a run are gone: it says what they were and how to give them. run: its file."""
    source = record.source
    gone = first_gone(source) if source else None
    if source in BUILTINS or source in TASK_BUILTINS or (source and gone is None):
        return
    what = f"{record.name} ({size(record.byte_count)}, SHA-256 {record.sha256[:HASH_SHOWN]}…)"
    last = f"is gone from {gone}" if source else "was only in memory"
    raise InputError(
        f"what the run was trained on, {what}, {last}: say where it is now (tui-rnn train --resume {run} FILE), or open it "
        "in the playground and load the run there"
    )
