"""Opens what was asked for, whatever the task; tells the task from the files when nobody says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from tui_rnn.data.corpus import Corpus
from tui_rnn.data.examples.classification import (
    ClassificationData,
    LabelledText,
    LabelledTexts,
    open_classification,
    read_labelled,
)
from tui_rnn.data.examples.inference import PLAIN_TEXT, infer_task
from tui_rnn.data.examples.items import Items, ItemsData, open_items, read_encoded_items
from tui_rnn.data.examples.labels import Labels, Tokens
from tui_rnn.data.examples.seq2seq import TARGET_UNITS, Pair, Pairs, Seq2SeqData, open_seq2seq, read_encoded_pairs
from tui_rnn.data.examples.splits import ExampleFiles
from tui_rnn.data.examples.tagged import TaggedSentence
from tui_rnn.data.examples.tagging import TaggedSentences, TaggingData, open_tagging, read_tagged
from tui_rnn.data.request import DataRequest
from tui_rnn.data.running_text import open_text
from tui_rnn.data.tokens import TextVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError

Data = Corpus | ItemsData | TaggingData | ClassificationData | Seq2SeqData
Part = NDArray[Any] | Items | TaggedSentences | LabelledTexts | Pairs
"""What is trained on or scored: a stretch of a text's ids, or encoded examples."""

KINDS = ("lm", "items", "tag", "classify", "seq2seq")
"""What Data.task can be: items are the task lm, read one by one."""

TASK_OF_FORMAT = {
    **dict.fromkeys(("conllu", "conll", "word/tag"), "tag"),
    **dict.fromkeys(("folder", "label-text", "text-label"), "classify"),
}
"""The formats that only one task reads."""


@dataclass(frozen=True)
class Symbols:
    """What a network reads and writes: made from the training part, and kept with the weights.

    labels: classes or tags. targets: of sequence to sequence. words: those that a tagger's training part has.
    """

    vocabulary: TextVocabulary
    labels: Labels | None = None
    targets: Tokens | None = None
    words: frozenset[str] | None = None

    @property
    def characters(self) -> Vocabulary:
        """The vocabulary, where a task reads characters."""
        assert isinstance(self.vocabulary, Vocabulary)
        return self.vocabulary


def open_data(request: DataRequest, progress: Callable[[int, int], None] | None = None, symbols: Symbols | None = None) -> Data:
    """Read, split and encode what is asked for. Its notices begin with the task, where that was found out here.

    progress(done, total) is called while sources are read and examples are encoded, and may raise, to cancel. symbols: those
    of a trained network, else made from the training part. Raises InputError when it can't be read so.
    """
    request, notice = with_task(request)
    data: Data
    if request.task == "lm" and request.items is None:
        data = _open_text(request, progress, symbols)
    else:
        data = _open_examples(request, progress, symbols)
    return replace(data, notices=(notice, *data.notices)) if notice else data


def symbols_of(data: Data) -> Symbols:
    """What a network that is trained on `data` reads and writes."""
    if isinstance(data, TaggingData):
        return Symbols(data.vocabulary, labels=data.tags, words=data.words)
    if isinstance(data, ClassificationData):
        return Symbols(data.vocabulary, labels=data.labels)
    if isinstance(data, Seq2SeqData):
        return Symbols(data.vocabulary, targets=data.targets)
    return Symbols(data.vocabulary)


def request_of(data: Data) -> DataRequest:
    """What opens the same data again, from any folder; everything that was found out is said in it."""
    if isinstance(data, Corpus):
        validation, test = (part.source if part is not None else None for part in (data.held_out, data.tested))
        files = ExampleFiles(data.source, validation, test, encoding=data.encoding)
        return DataRequest(files, "lm", tokens=data.vocabulary.kind)
    if isinstance(data, ItemsData):
        return DataRequest(data.files, "lm", items=data.files.format or "lines", tokens=data.vocabulary.kind)
    if isinstance(data, Seq2SeqData):
        units = next(units for units, separator in TARGET_UNITS.items() if separator == data.targets.separator)
        return DataRequest(data.files, "seq2seq", target_units=units)
    return DataRequest(data.files, data.task)


def read_part(
    kind: str, files: ExampleFiles, symbols: Symbols, progress: Callable[[int, int], None] | None = None
) -> tuple[Part, tuple[str, ...]]:
    """All of files.source as one part for a trained network of the `kind` (one of KINDS), and what should be known about
    it. progress as in open_data. Raises InputError when it can't be read so."""
    if kind == "lm":
        text = _open_text(DataRequest(files, "lm", tokens=symbols.vocabulary.kind), progress, symbols)
        return text.ids, text.notices
    if kind == "items":
        return read_encoded_items(files, symbols.vocabulary, progress)
    if kind == "seq2seq":
        assert symbols.targets is not None
        return read_encoded_pairs(files, symbols.characters, symbols.targets, progress)
    assert symbols.labels is not None
    read = read_tagged if kind == "tag" else read_labelled
    return read(files, symbols.characters, symbols.labels, progress)


def encode_examples(kind: str, examples: Sequence[Any], symbols: Symbols) -> Part:
    """Examples in memory as one part: items as texts, (words, tags), (text, label) or (source, target) each, by the kind
    (one of KINDS). Raises InputError when there are none, or one isn't so."""
    if not examples:
        raise InputError("there are no examples, expected at least one")
    for example in examples:
        if problem := _problem(kind, example):
            raise InputError(f"{problem}, found {example!r:.80}")
    if kind == "items":
        return Items.encode(examples, symbols.vocabulary)
    if kind == "tag":
        assert symbols.labels is not None
        sentences = [TaggedSentence(tuple(words), tuple(tags)) for words, tags in examples]
        return TaggedSentences.encode(sentences, symbols.characters, symbols.labels)
    if kind == "classify":
        assert symbols.labels is not None
        return LabelledTexts.encode([LabelledText(*example) for example in examples], symbols.characters, symbols.labels)
    assert symbols.targets is not None
    return Pairs.encode([Pair(*example) for example in examples], symbols.characters, symbols.targets)


def _problem(kind: str, example: Any) -> str:
    """What was expected in place of an example that has not the form of its kind; '' where it has."""
    if kind == "items":
        return "" if isinstance(example, str) else "an item is a text"
    if isinstance(example, str) or not isinstance(example, Sequence) or len(example) != 2:
        return f"an example of the task {kind} has two parts"
    if kind == "tag":
        words, tags = example
        lists = not any(isinstance(part, str) or not isinstance(part, Sequence) for part in example)
        if not lists or not all(isinstance(one, str) and one for one in (*words, *tags)) or not 0 < len(words) == len(tags):
            return "a sentence has a list of words and one of as many tags, at least one"
    elif not all(isinstance(part, str) for part in example):
        return f"an example of the task {kind} has two texts"
    elif not example[0]:
        return "a text has at least one character"
    return ""


def with_task(request: DataRequest) -> tuple[DataRequest, str]:
    """The request with its task, and with its columns where the label comes first; and what to say about it."""
    files = request.files
    if request.task == "classify" and files.columns is None and files.format != "folder":
        _, reason, columns = infer_task(files.source, files.encoding, files.format)
        return (replace(request, files=replace(files, columns=columns)), reason) if columns else (request, "")
    if request.task is not None:
        return request, ""
    if request.items is not None or request.tokens != "char":
        return replace(request, task="lm"), ""
    if request.target_units is not None:
        return replace(request, task="seq2seq"), ""
    if files.format in TASK_OF_FORMAT:
        return replace(request, task=TASK_OF_FORMAT[files.format]), ""
    task, reason, turned = infer_task(files.source, files.encoding, files.format, files.columns)
    request = replace(request, files=replace(files, columns=turned or files.columns))
    expected = task == "lm" and reason.startswith((PLAIN_TEXT, files.source))
    if expected or "--" in reason:
        return replace(request, task=task), "" if expected else reason
    return replace(request, task=task), f"{reason} (another with --task)"


def _open_text(request: DataRequest, progress: Callable[[int, int], None] | None, symbols: Symbols | None) -> Corpus:
    files = request.files
    for name, value in (("a format", files.format), ("columns", files.columns)):
        if value is not None:
            raise InputError(
                f"{name} was given, but the task is lm on a running text, which has none: leave it out, or say another task"
            )
    known = symbols.vocabulary if symbols else None
    return open_text(files, tokens=request.tokens, vocabulary=known, progress=progress)


def _open_examples(request: DataRequest, progress: Callable[[int, int], None] | None, symbols: Symbols | None) -> Data:
    files = request.files
    if request.task == "lm":
        files = replace(files, format=request.items)
        known = symbols.vocabulary if symbols else None
        return open_items(files, tokens=request.tokens, vocabulary=known, progress=progress)
    if request.tokens != "char":
        raise InputError(f"tokens are {request.tokens}s, but the task {request.task} reads characters: leave tokens out")
    vocabulary, labels, targets = (symbols.characters, symbols.labels, symbols.targets) if symbols else (None, None, None)
    if request.task == "tag":
        return open_tagging(files, vocabulary=vocabulary, tags=labels, progress=progress)
    if request.task == "classify":
        return open_classification(files, vocabulary=vocabulary, labels=labels, progress=progress)
    return open_seq2seq(files, target_units=request.target_units, vocabulary=vocabulary, targets=targets, progress=progress)
