"""What the screen shows about opened data, and what counting alone gets on them."""

from __future__ import annotations

from typing import Any

from tui_rnn.data.opening import Data
from tui_rnn.insight.baselines import Baseline, baselines
from tui_rnn.insight.chance import chance
from tui_rnn.lab.messages import DataOpened, Example, Landmark
from tui_rnn.training.learners import scored_part

SAMPLE_EXAMPLES = 8
SAMPLE_CHARS = 300
"""At most so many characters of each shown example, and of its right answer."""


def summary_of(data: Data) -> DataOpened:
    """What is known about the data before a network has seen them."""
    symbols, kind, vocabulary = data.symbols, data.kind, data.vocabulary
    train, validation = data.train, data.validation
    return DataOpened(
        name=data.name,
        source=data.source,
        byte_count=data.byte_count,
        char_count=data.char_count,
        vocabulary=vocabulary.characters,
        train_chars=_tokens(data, train),
        val_chars=_tokens(data, validation),
        notices=data.notices,
        entropy_rate_nats=data.entropy_rate_nats,
        what_to_look_for=data.what_to_look_for,
        tracks=data.tracks,
        request=data.request,
        kind=kind.name,
        tokens=vocabulary.kind,
        vocab_size=len(vocabulary),
        train_examples=0 if kind.is_stream else len(train),
        val_examples=0 if kind.is_stream else len(validation),
        labels=symbols.labels.names if symbols.labels is not None else (),
        loss_unit=f"nats/{symbols.loss_unit}",
        main_metric=kind.main_metric.key if kind.main_metric is not None else None,
        sample=_sample(data),
        sha256=data.sha256,
    )


def landmarks_of(data: Data) -> tuple[Landmark, ...]:
    """The baselines on what the runs are scored on. Takes a second or two."""
    scored = scored_part(data)
    if len(scored) < (2 if data.kind.is_stream else 1):
        return ()
    return (*chance_of(data), *_landmarks(baselines(data.symbols, data.train, scored)))


def chance_of(data: Data) -> tuple[Landmark, ...]:
    """What guessing gets on the same, which is known at once; the landmarks begin with it."""
    scored = scored_part(data)
    return _landmarks(chance(data.symbols, data.train, scored)) if len(scored) else ()


def _landmarks(found: list[Baseline]) -> tuple[Landmark, ...]:
    return tuple(Landmark(one.name, value, measure, one.note) for one in found for measure, value in one.metrics.items())


def _tokens(data: Data, part: Any) -> int:
    """How many tokens of a part are read."""
    return len(part) if data.kind.is_stream else int(part.lengths.sum())


def _sample(data: Data) -> tuple[Example, ...]:
    """The start of the training part."""
    train: Any = data.train
    if data.kind.is_stream:
        return (Example(data.vocabulary.decode(train[:SAMPLE_CHARS])[:SAMPLE_CHARS]),)
    shown = [train.shown(row) for row in range(min(SAMPLE_EXAMPLES, len(train)))]
    return tuple(Example(one.text[:SAMPLE_CHARS], _line(one.truth)[:SAMPLE_CHARS]) for one in shown)


def _line(truth: Any) -> str:
    return truth if isinstance(truth, str) else " ".join(truth or ())
