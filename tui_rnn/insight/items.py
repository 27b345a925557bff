"""Items that a language model over items draws, and which of them are in the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from tui_rnn.data.examples.items import found_in
from tui_rnn.data.prompts import as_corpus_has, encode_written
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.answers import DrawnItem
from tui_rnn.insight.drawing import Sampling, lacking, pieces, seed_of
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject

ITEM_LIMIT = 200  # tokens of a drawn item
MAX_ITEMS = 1_000_000
OF_ITEMS = Sampling(length=ITEM_LIMIT)

_finders: WeakKeyDictionary[Any, Callable[[str], str | None]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Items(Question["DrawnItems"]):
    """Items drawn from <s>, or from <s> and a beginning, until </s>; items that are in the data are marked."""

    prompt: str = described("", "what each item begins with")
    count: int = described(10, "items to draw", low=1, high=MAX_ITEMS)
    sampling: Sampling = OF_ITEMS
    seed: int | None = described(
        None,
        "the seed of the first item; each next item has the next seed; without, the run's and its step's",
        low=0,
        high=1 << 62,
    )


@dataclass(frozen=True, eq=False)
class DrawnItems(Answer):
    """prompt: the beginning that each item was given, as it stands in its text. unknown: places in it that the vocabulary lacks
    (they were read as its fallback); unknown_words: how many words these are, 0 if tokens aren't words. not_found: why it isn't
    known which items are in the data, "" if it is."""

    items: tuple[DrawnItem, ...]
    sampling: Sampling
    seed: int
    prompt: str = ""
    unknown: tuple[int, ...] = ()
    unknown_words: int = 0
    not_found: str = ""

    @property
    def headlines(self) -> tuple[Headline, ...]:
        known = [item for item in self.items if item.found_in != "unknown"]
        share = sum(item.found_in is not None for item in known) / len(known) if known else float("nan")
        return Headline("share that stands in the data", share), Headline("items", " · ".join(item.text for item in self.items))

    def lines(self) -> Iterator[str]:
        for item in self.items:
            mark = "cut" if not item.ended else "" if item.found_in in (None, "unknown") else f"in {item.found_in}"
            yield f"{item.text}  ({mark})" if mark else item.text


def answer(subject: Subject, question: Items, progress: Progress) -> DrawnItems:
    """Each item with its loss, and the part of the data that has the same item."""
    network, vocabulary = subject.network, subject.symbols.vocabulary
    found_in, not_found = finder(subject)
    prompt = as_corpus_has(vocabulary, question.prompt)
    given, unknown = encode_written(vocabulary, prompt)
    begin = np.concatenate([[len(vocabulary)], given]).astype(np.int32)
    seed, reader = seed_of(question.seed, subject.config.seed, subject.step), network.reader()
    shown = pieces(vocabulary, given, prompt)
    begun, read = "".join(shown), len(vocabulary.decode(given))
    items = []
    for k in range(question.count):
        progress(k, question.count)
        item = _draw(reader, vocabulary, begin, question.sampling, seed + k)
        text = begun + item.text[read:] if unknown else item.text  # an unknown character stays as it was typed
        items.append(replace(item, text=text, found_in=found_in(text)))
    told = lacking(vocabulary, unknown, shown)
    return DrawnItems(subject.step, tuple(items), question.sampling, seed, begun, *told, not_found)


def finder(subject: Subject) -> tuple[Callable[[str], str | None], str]:
    """A function that names the part with an item, see DrawnItem.found_in. Also why all are "unknown", if the data can't be
    opened or have changed, else ""."""
    try:
        data: Any = subject.data
    except InputError as error:
        return lambda item: "unknown", str(error)
    if data not in _finders:
        _finders[data] = found_in(data)
    return _finders[data], ""


def _draw(reader: Any, vocabulary: Any, begin: Any, sampling: Sampling, seed: int) -> DrawnItem:
    """begin: the ids of <s> and the prompt."""
    mark, room = len(vocabulary), max(1, max(sampling.length, 1) - len(begin) + 1)
    ids, surprise, before = reader.generate(begin, room, **sampling.numbers, uncounted=1, seed=seed)
    ends = np.flatnonzero(ids == mark)
    length = int(ends[0]) if len(ends) else len(ids)
    text = vocabulary.decode(np.concatenate([begin[1:], ids[:length]]))
    return DrawnItem(text, bool(len(ends)), float(surprise[: length + 1].sum() + before[1:].sum()))
