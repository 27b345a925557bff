"""The data that a run's weights were trained on before: while it trains on new data, its score on these shows what it
forgets."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui_rnn.data.opening import Part
from tui_rnn.data.symbols import Symbols
from tui_rnn.errors import InputError
from tui_rnn.training import same_data
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.learners import scored_part
from tui_rnn.training.run_facts import DataRecord, Parent


@dataclass(frozen=True)
class OldData:
    """The old validation part: the whole of it, and the share that is scored while training."""

    name: str
    whole: Part
    scored: Part


def old_data(record: DataRecord, symbols: Symbols) -> OldData:
    """The old validation part, for a network with these symbols. Raises InputError if the data are gone or have changed."""
    data = same_data.own_data(record, symbols)
    return OldData(record.name, data.validation, scored_part(data))


def data_of_parent(parent: Parent | None, symbols: Symbols) -> OldData | None:
    """The data of the run that this one began from; None if it began from none, or if they can't be opened any more."""
    if parent is None or parent.request is None:
        return None
    try:
        return old_data(DataRecord(parent.data_name, parent.request, parent.sha256, 0), symbols)
    except InputError:
        return None


def for_the_new(checkpoint: Checkpoint, symbols: Symbols) -> Symbols:
    """A network's symbols, to open the old run's data with: its known words are the words of the old run's training part."""
    return replace(symbols, words=checkpoint.symbols.words)
