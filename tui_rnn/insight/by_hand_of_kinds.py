"""Which text is computed by hand, and what is read out, for each kind of data. See insight/by_hand.py.

The network itself reads a running text up to a window of seq_len positions, and the window is computed by hand: the gradient
goes through it, as in training. Everything else is computed by hand from its beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.data.examples.encoding import Shown
from tui_rnn.data.examples.reading import Read, as_read, word_ends
from tui_rnn.data.spelled import Spelled, word_ids
from tui_rnn.data.tokens import token_texts
from tui_rnn.errors import InputError
from tui_rnn.insight import predict
from tui_rnn.insight.by_hand import ByHand, Ids, Own, Place, Text, head_at, head_of_all, of_text, parameters_of, without_overlap
from tui_rnn.insight.decoder_by_hand import DECODER, of_pair
from tui_rnn.insight.examples import example_at
from tui_rnn.insight.expectation import END
from tui_rnn.insight.place import check_place
from tui_rnn.insight.question import Subject
from tui_rnn.insight.trace import DIRECTIONS, START
from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED
from tui_rnn.reference.cells import Moment

LONGEST = 2000
"""The most symbols of an example; more would take too long."""
FIRST = 120
"""How many symbols of a running text that validates are read if no position is given."""


class Asked(Protocol):
    """The fields of a question that matter here. position: among the symbols, from 0 on; None: the last whose next is known."""

    @property
    def text(self) -> str | None: ...
    @property
    def example(self) -> int: ...
    @property
    def position(self) -> int | None: ...
    @property
    def direction(self) -> str: ...
    @property
    def layer(self) -> int: ...
    @property
    def unit(self) -> int: ...


def by_hand(subject: Subject, asked: Asked) -> ByHand:
    """The place that is asked about. Raises InputError if the network has no such place."""
    config, kind = subject.config, subject.kind
    check_place(config, layer=asked.layer, unit=asked.unit)
    ways = (*DIRECTIONS[: 1 + config.bidirectional], *((DECODER,) if kind.writes_answers else ()))
    if asked.direction not in ways:
        raise InputError(f"direction is {asked.direction}, this network has {' and '.join(ways)} only")
    return _BY_KIND[kind.name](subject, asked)


def _position(asked: Asked, count: int, usual: int) -> int:
    if asked.position is None:
        return usual
    if asked.position >= count:
        raise InputError(f"position is {asked.position:,}, the text has positions 0 to {count - 1:,}")
    return asked.position


def _check_length(ids: Ids) -> None:
    if not 1 <= len(ids) <= LONGEST:
        raise InputError(f"the text has {len(ids):,} symbols, expected 1 to {LONGEST:,}")


def _place(asked: Asked) -> Place:
    return Place(asked.layer, asked.direction, asked.unit)


# ----------------------------------------------------------------- language models

FOLLOWS, LIKELIEST = "which follows", "the likeliest, since nobody knows what follows"


def _running_text(subject: Subject, asked: Asked) -> ByHand:
    vocabulary = subject.symbols.vocabulary
    unknown: tuple[int, ...] = ()
    if asked.text is None:
        part: Any = subject.part
        ids = part[: (FIRST if asked.position is None else asked.position + 1) + 1]
    else:
        ids, unknown = vocabulary.encode(asked.text)
    if not len(ids):
        raise InputError("the text is empty, expected at least one character")
    position = _position(asked, len(ids), max(0, len(ids) - 2))
    following = int(ids[position + 1]) if position + 1 < len(ids) and position + 1 not in unknown else None
    start = max(0, position + 1 - subject.config.seq_len)
    own, carried = _network_at(subject, ids, asked.layer - 1, position, start)
    window = ids[start : position + 1]
    text = Text(window, token_texts(vocabulary, window), position - start, position, carried if start else None)
    return _predicting(subject, asked, text, following, token_texts(vocabulary, np.arange(len(vocabulary))), own)


def _item(subject: Subject, asked: Asked) -> ByHand:
    """<s> comes before an item, and </s> after an item that validates."""
    vocabulary, mark, ends = subject.symbols.vocabulary, len(subject.symbols.vocabulary), asked.text is None
    given, unknown = vocabulary.encode(example_at(subject, asked.example).text if asked.text is None else asked.text)
    ids = np.append(mark, given)
    _check_length(ids)
    position = _position(asked, len(ids), len(given) if ends else max(0, len(given) - 1))
    after = [None if k in unknown else one for k, one in enumerate(given.tolist())] + [mark if ends else None]
    symbols = (START, *token_texts(vocabulary, given))
    trace = subject.network.reader().trace(ids[: position + 1])
    own = {name: values[-1, asked.layer - 1] for name, values in trace.signals.items()}
    text = Text(ids[: position + 1], symbols[: position + 1], position, position)
    return _predicting(subject, asked, text, after[position], (*token_texts(vocabulary, np.arange(mark)), END), own)


def _predicting(subject: Subject, asked: Asked, text: Text, following: int | None, names: tuple[str, ...], own: Own) -> ByHand:
    head = head_at(text.row, f"the loss at position {text.position}", FOLLOWS, LIKELIEST)
    return of_text(subject.config, parameters_of(subject.network), text, _place(asked), head, following, names, own)


def _network_at(subject: Subject, ids: Ids, layer: int, position: int, start: int) -> tuple[Own, tuple[Moment, ...]]:
    """The network's own signals of a layer at a position, and the states of all its layers before `start`."""
    cell = CELLS[subject.config.cell]
    own = [(layer, signal.name) for signal in cell.signals]
    states = [(k, name) for k in range(subject.config.num_layers) for name in cell.carried]
    found: dict[int, list[Any]] = {}
    for places, values in subject.network.read_through(ids[: position + 1], own + states, subject.threads):
        for at in (position, start - 1):
            for row in np.flatnonzero(places == at).tolist():
                found[at] = [value[row].astype(np.float64) for value in values]
    signals = {name: value.astype(np.float32) for (_, name), value in zip(own, found[position], strict=False)}
    if not start:
        return signals, ()
    carried: list[Moment] = [{} for _ in range(subject.config.num_layers)]
    for (k, name), value in zip(states, found[start - 1][len(own) :], strict=True):
        carried[k][name] = value[None]
    return signals, tuple(carried)


# ----------------------------------------------------------------- what answers a text

RIGHT, GUESS = "the right one", "the likeliest, since nobody knows the right one"


def _read(subject: Subject, asked: Asked) -> tuple[Shown, Read, int]:
    """The text, the symbols that the network reads, and the position."""
    shown = example_at(subject, asked.example) if asked.text is None else predict.as_read(subject.kind, asked.text)
    read = as_read(subject.symbols.vocabulary, shown)
    _check_length(read.ids)
    last = len(read.ids) - 1
    return shown, read, _position(asked, last + 1, last) if asked.direction in DIRECTIONS else 0


def _text(read: Read, position: int) -> Text:
    letters = tuple(read.ids.letters[form] for form in read.ids.forms) if isinstance(read.ids, Spelled) else ()
    return Text(word_ids(read.ids), read.symbols, position, position, letters=letters)


def _traced(subject: Subject, asked: Asked, ids: Ids, position: int) -> Own:
    signals = subject.network.trace(ids).directions[DIRECTIONS.index(asked.direction)]
    return {name: values[position, asked.layer - 1] for name, values in signals.items()}


def _sentence(subject: Subject, asked: Asked) -> ByHand:
    shown, read, position = _read(subject, asked)
    ids, labels, words = read.ids, subject.symbols.labels, shown.words or ()
    assert labels is not None
    ends = word_ends(words, subject.symbols.vocabulary)
    word = int(np.searchsorted(ends, position))
    truth = shown.truth[word] if shown.truth else None
    head = head_at(int(ends[word]), f"the tag of {words[word]!r}, read off at its end, position {ends[word]}", RIGHT, GUESS)
    head = head if subject.config.overlap else without_overlap(head)
    target = labels.names.index(truth) if truth in labels.names else None
    text, own = _text(read, position), _traced(subject, asked, ids, position)
    return of_text(subject.config, parameters_of(subject.network), text, _place(asked), head, target, labels.names, own)


def _labelled(subject: Subject, asked: Asked) -> ByHand:
    shown, read, position = _read(subject, asked)
    ids, labels, parameters = read.ids, subject.symbols.labels, parameters_of(subject.network)
    mean = subject.config.pool == "mean"
    assert labels is not None
    what = "the class of the text, read off " + ("the mean of all h" if mean else "the final state")
    target = labels.names.index(shown.truth) if shown.truth in labels.names else None
    head = head_of_all(parameters, mean, what, RIGHT, GUESS)
    text, own = _text(read, position), _traced(subject, asked, ids, position)
    return of_text(subject.config, parameters, text, _place(asked), head, target, labels.names, own)


def _pair(subject: Subject, asked: Asked) -> ByHand:
    shown, read, position = _read(subject, asked)
    ids, targets = read.ids, subject.symbols.targets
    assert targets is not None
    written = subject.network.greedy([ids])[0].ids if shown.truth is None else targets.encode_all([shown.truth])[0]
    if asked.direction == DECODER:
        position = _position(asked, len(written) + 1, len(written))
    trace = subject.network.trace(ids, written)
    signals = trace.decoder if asked.direction == DECODER else trace.encoder[DIRECTIONS.index(asked.direction)]
    own = {name: values[position, asked.layer - 1] for name, values in signals.items()}
    parameters, names = parameters_of(subject.network), (*targets.texts, END)
    known = shown.truth is not None
    return of_pair(subject.config, parameters, ids, read.symbols, written, known, _place(asked), position, names, own)


_BY_KIND: dict[str, Callable[[Subject, Asked], ByHand]] = {
    RUNNING_TEXT.name: _running_text,
    ITEMS.name: _item,
    TAGGED.name: _sentence,
    LABELLED.name: _labelled,
    PAIRS.name: _pair,
}
