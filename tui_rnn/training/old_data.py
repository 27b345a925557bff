"""The data that a run's weights were trained on before: what it forgets of them is scored while it trains."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui_rnn.data.opening import Part, open_data
from tui_rnn.data.symbols import Symbols
from tui_rnn.errors import InputError
from tui_rnn.training import same_data
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.learners import scored_part
from tui_rnn.training.run_facts import DataRecord, Parent


@dataclass(frozen=True)
class OldData:
    """The part that validated then: whole, and the share of it that is scored while training."""

    name: str
    whole: Part
    scored: Part


def old_data(record: DataRecord, symbols: Symbols) -> OldData:
    """What validated then, for a network with these symbols. Raises InputError where it is gone or has changed."""
    same_data.check_there(record, "RUN")
    data = open_data(record.request, symbols=symbols)
    if data.sha256 != record.sha256:
        raise InputError(f"{data.source} has changed since the run was trained on it")
    return OldData(record.name, data.validation, scored_part(data))


def data_of_parent(parent: Parent | None, symbols: Symbols) -> OldData | None:
    """Those of the run that one began from; None where it began from none, or where they can't be opened any more."""
    if parent is None or parent.request is None:
        return None
    try:
        return old_data(DataRecord(parent.data_name, parent.request, parent.sha256, 0), symbols)
    except InputError:
        return None


def for_the_new(checkpoint: Checkpoint, symbols: Symbols) -> Symbols:
    """A network's symbols to open another run's data with: the words that are known are those of that run's training."""
    return replace(symbols, words=checkpoint.symbols.words)
