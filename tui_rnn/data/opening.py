"""Opens the data that a request names, of any kind; if the request has no task, the files show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from numpy.typing import NDArray

from tui_rnn.data.corpus import Corpus
from tui_rnn.data.examples import classification, items, seq2seq, tagging
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.examples.encoding import EncodedExamples
from tui_rnn.data.examples.inference import infer_task
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.running_text import TEXT_OPENER
from tui_rnn.data.symbols import Symbols
from tui_rnn.kinds import LABELLED, PAIRS, TAGGED, Kind

Data = Corpus | ExampleData[Any]
"""Open data. All have: kind, name, shown, source, request, symbols, vocabulary, byte_count, char_count, sha256, notices,
entropy_rate_nats, what_to_look_for, tracks, and the parts train, validation and test (None if there is none)."""
Part = NDArray[Any] | EncodedExamples[Any]
"""What is trained on or scored: a part of a text's ids, or encoded examples."""
Progress = Callable[[int, int], None]


class Opener(Protocol):
    """Opens data of a kind; see examples.dataset.ExampleOpener for what each method does."""

    @property
    def kind(self) -> Kind: ...

    @property
    def completed(self) -> Callable[[DataRequest], tuple[DataRequest, str]]: ...

    def open(self, request: DataRequest, progress: Progress | None, known: Symbols | None) -> Data: ...

    def read_part(self, files: SourceFiles, symbols: Symbols, progress: Progress | None) -> tuple[Any, tuple[str, ...]]: ...

    def encode_given(self, examples: Any, symbols: Symbols) -> tuple[Any, int]: ...


_ALL: tuple[Opener, ...] = (TEXT_OPENER, items.OPENER, tagging.OPENER, classification.OPENER, seq2seq.OPENER)
OPENERS = {opener.kind.name: opener for opener in _ALL}

KIND_OF_FORMAT = {
    **dict.fromkeys(("conllu", "conll", "word/tag"), TAGGED),
    **dict.fromkeys(("folder", "label-text", "text-label"), LABELLED),
}
"""The formats that belong to only one kind of data."""


def open_data(request: DataRequest, progress: Progress | None = None, symbols: Symbols | None = None) -> Data:
    """Read, split and encode what is asked for. If the task was found here, the first notice says so.

    progress(done, total) is called while sources are read and examples are encoded, and may raise, to cancel. symbols: of a
    trained network; None: they are made from the training part. Raises InputError if the data can't be read so.
    """
    request, notice = with_task(request)
    assert request.kind is not None
    data = OPENERS[request.kind.name].open(request, progress, symbols)
    return replace(data, notices=(notice, *data.notices)) if notice else data


def read_part(files: SourceFiles, symbols: Symbols, progress: Progress | None = None) -> tuple[Part, tuple[str, ...]]:
    """All of files.source as one part for a trained network with these symbols, and notices about it. progress: as in
    open_data. Raises InputError if it can't be read so."""
    return OPENERS[symbols.kind.name].read_part(files, symbols, progress)


def encode_given(examples: Any, symbols: Symbols) -> tuple[Part, int]:
    """A text or examples in memory as one part, and how many of their tokens are unknown: a running text, or a list of items,
    of (words, tags), (text, label) or (source, target). Raises InputError if there are none, or if one has another form."""
    return OPENERS[symbols.kind.name].encode_given(examples, symbols)


def with_task(request: DataRequest) -> tuple[DataRequest, str]:
    """The request with its task, and with its columns if they are not the first two; and a line about that."""
    files = request.files
    if request.kind is not None:
        return OPENERS[request.kind.name].completed(replace(request, task=request.kind.task))
    if request.target_units is not None:
        return replace(request, task=PAIRS.task), ""
    if files.format in KIND_OF_FORMAT:
        return replace(request, task=KIND_OF_FORMAT[files.format].task), ""
    told = infer_task(files.source, files.encoding, files.format, files.columns)
    request = replace(request, task=told.task, files=replace(files, columns=told.columns or files.columns))
    if told.expected or "--" in told.reason:
        return request, "" if told.expected else told.reason
    return request, f"{told.reason} (another with --task)"
