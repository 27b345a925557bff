"""What the screen is told of data that was opened, and of what counting alone gets on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from tui_rnn.data.corpus import Corpus
from tui_rnn.data.examples.classification import LabelledText
from tui_rnn.data.examples.seq2seq import Pair, Seq2SeqData
from tui_rnn.data.examples.tagged import TaggedSentence
from tui_rnn.data.opening import Data, Part, request_of, symbols_of
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.insight.baselines import baselines
from tui_rnn.lab.messages import DataOpened, Example, Landmark
from tui_rnn.training.evaluation import main_metric, scored_part

SAMPLE_EXAMPLES = 8
SAMPLE_CHARS = 300
"""Of each piece of the data that is shown, and of what is right for it."""


def facts_of(data: Data) -> DataOpened:
    """What there is to know of the data before a network has seen it."""
    symbols, text = symbols_of(data), isinstance(data, Corpus)
    train, validation = data.train, data.validation
    vocabulary = data.vocabulary
    return DataOpened(
        name=data.name,
        source=data.source,
        byte_count=data.byte_count,
        char_count=data.char_count if isinstance(data, Corpus) else _tokens(train) + _tokens(validation),
        vocabulary=vocabulary.characters if isinstance(vocabulary, Vocabulary) else "",
        train_chars=_tokens(train),
        val_chars=_tokens(validation),
        notices=data.notices,
        entropy_rate_nats=data.entropy_rate_nats if isinstance(data, Corpus) else None,
        what_to_look_for=data.what_to_look_for if isinstance(data, Corpus) else "",
        request=request_of(data),
        task=data.task,
        tokens=vocabulary.kind,
        vocab_size=len(vocabulary),
        train_examples=0 if text else len(train),
        val_examples=0 if text else len(validation),
        labels=symbols.labels.names if symbols.labels is not None else (),
        loss_unit=f"nats/{_unit(data)}",
        main_metric=main_metric(data.task),
        sample=_sample(data),
    )


def landmarks_of(data: Data) -> tuple[Landmark, ...]:
    """The baselines on what the runs are scored on. Takes a second or two."""
    scored = scored_part(data)
    if len(scored) < (2 if isinstance(data, Corpus) else 1):
        return ()
    found = baselines(symbols_of(data), data.train, scored)
    return tuple(Landmark(one.name, value, measure, one.note) for one in found for measure, value in one.metrics.items())


def _tokens(part: Part) -> int:
    """How many tokens of a part are read."""
    return len(part) if isinstance(part, np.ndarray) else int(part.lengths.sum())


def _unit(data: Data) -> str:
    """What the loss is a mean over."""
    if isinstance(data, Seq2SeqData):
        return "token" if data.targets.separator else "char"
    return {"tag": "word", "classify": "text"}.get(data.task) or data.vocabulary.kind


def _sample(data: Data) -> tuple[Example, ...]:
    """The start of the training part."""
    if isinstance(data, Corpus):
        return (Example(data.vocabulary.decode(data.train[:SAMPLE_CHARS])[:SAMPLE_CHARS]),)
    return tuple(_example(example) for example in data.train.examples[:SAMPLE_EXAMPLES])


def _example(example: Any) -> Example:
    match example:
        case TaggedSentence():
            text, truth = example.text, " ".join(example.tags)
        case LabelledText():
            text, truth = example.text, example.label
        case Pair():
            text, truth = example.source, example.target
        case _:
            text, truth = str(example), ""
    return Example(text[:SAMPLE_CHARS], truth[:SAMPLE_CHARS])
