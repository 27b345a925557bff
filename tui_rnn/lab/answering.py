"""What a tagger, a classifier or an encoder-decoder says to texts, asked between two training steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.batches import permutation
from tui_rnn.data.examples.classification import LabelledText
from tui_rnn.data.examples.seq2seq import Pair
from tui_rnn.data.examples.tagged import TaggedSentence
from tui_rnn.data.tokens import split_words
from tui_rnn.errors import InputError
from tui_rnn.insight.answers import Answer, ClassifiedText, Written, WrittenText
from tui_rnn.insight.asking import classify_text, classify_texts, tag_sentences, write_texts
from tui_rnn.lab.messages import Answered, Ask
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger
from tui_rnn.training.trainer import Trainer

MAX_QUESTION_CHARS = 1000
MAX_EXAMPLES = 100
MAX_EXAMPLE_CHARS = 300
"""Longer validation examples are not shown, unless all are."""
MAX_PREFIXES = 400
"""Longest text that is classified after each character: in both directions each prefix is read anew."""
MAX_ATTENTION_CELLS = 1 << 20
MAX_CLASS_CELLS = 1 << 20
"""Classes times characters up to which a text is classified after each, and the contributions are told."""
MAX_BEAM = 20


@dataclass(frozen=True)
class Asked:
    """A text to answer. words: of a sentence, where they are known. truth: what is right, where it is known."""

    text: str
    words: tuple[str, ...] | None = None
    truth: Any = None


def answer_text(trainer: Trainer, ask: Ask) -> Answered:
    """The answer to what a person typed, in all detail. Raises InputError when there can't be one."""
    if not 1 <= len(ask.text) <= MAX_QUESTION_CHARS:
        raise InputError(f"the text has {len(ask.text):,} characters, expected 1 to {MAX_QUESTION_CHARS:,}")
    if not 1 <= ask.beam <= MAX_BEAM:
        raise InputError(f"beam is {ask.beam}, expected 1 to {MAX_BEAM}")
    found = answer_in_detail(trainer, Asked(read_as(trainer, ask.text)), ask.beam)
    return Answered(ask.run_id, trainer.step, (found,), ask.request_id)


def answer_examples(trainer: Trainer, run_id: int, count: int, chosen: int) -> Answered:
    """The answers to `count` validation examples; the one at the place `chosen` in all detail."""
    network, symbols = trainer.learner.network, trainer.learner.symbols
    examples = [_asked(trainer, row) for row in _rows(trainer, count)]
    texts, truths = [example.text for example in examples], [example.truth for example in examples]
    answers: list[Answer]
    match network:
        case Tagger():
            answers = [*tag_sentences(network, symbols, [example.words or () for example in examples], truths)]
        case Classifier():
            answers = [*classify_texts(network, symbols, texts, truths)]
            if chosen < len(examples):
                answers[chosen] = answer_in_detail(trainer, examples[chosen])
        case Seq2Seq():
            answers = [*map(_bounded, write_texts(network, symbols, texts, truths=truths))]
        case _:
            raise _no_answers(trainer)
    return Answered(run_id, trainer.step, tuple(answers))


def answer_in_detail(trainer: Trainer, asked: Asked, beam: int = 1) -> Answer:
    """One answer, with the classes after each character, contributions and attention where the network has them."""
    network, symbols = trainer.learner.network, trainer.learner.symbols
    match network:
        case Tagger():
            words = split_words(asked.text) if asked.words is None else asked.words
            return tag_sentences(network, symbols, [words], None if asked.truth is None else [asked.truth])[0]
        case Classifier():
            few = len(asked.text) * network.class_count <= MAX_CLASS_CELLS
            if few and len(asked.text) <= MAX_PREFIXES:
                return classify_text(network, symbols, asked.text, asked.truth)
            found = classify_texts(network, symbols, [asked.text], [asked.truth])[0]
            return _with_contributions(network, trainer, found) if few else found
        case Seq2Seq():
            return _bounded(write_texts(network, symbols, [asked.text], beam, [asked.truth])[0])
        case _:
            raise _no_answers(trainer)


def read_as(trainer: Trainer, text: str) -> str:
    """A typed text as the network reads it: a tagger, words with a space between."""
    return " ".join(split_words(text)) if trainer.data.kind.name == "tag" else text


def watched(trainer: Trainer, place: int) -> Asked:
    """The validation example at a place among those that are answered."""
    rows = _rows(trainer, MAX_EXAMPLES)
    return _asked(trainer, rows[min(max(place, 0), len(rows) - 1)])


def _rows(trainer: Trainer, count: int) -> list[int]:
    """Which of the scored examples are shown: from all over them, the short ones, always in the same order."""
    lengths: NDArray[np.int64] = trainer.learner.scored.lengths
    rows = permutation(len(lengths), seed=0)
    short = rows[lengths[rows] <= MAX_EXAMPLE_CHARS]
    chosen = short if len(short) else rows[np.argsort(lengths[rows], kind="stable")]
    return [int(row) for row in chosen[: min(count, MAX_EXAMPLES)]]


def _asked(trainer: Trainer, row: int) -> Asked:
    example = trainer.learner.scored.examples[row]
    match example:
        case TaggedSentence():
            return Asked(example.text, example.words, example.tags)
        case LabelledText():
            return Asked(example.text, truth=example.label)
        case Pair():
            return Asked(example.source, truth=example.target)
        case _:
            return Asked(example)


def _with_contributions(network: Classifier, trainer: Trainer, found: ClassifiedText) -> ClassifiedText:
    if network.config.pool != "mean":
        return found
    return replace(found, contributions=network.contributions(trainer.data.vocabulary.encode(found.text)[0]))


def _bounded(found: WrittenText) -> WrittenText:
    """Attention of the first outputs only, where all of it would make a message too large to draw from."""
    left, outputs = MAX_ATTENTION_CELLS, list[Written]()
    for output in found.outputs:
        left -= output.attention.size
        outputs.append(output if left >= 0 else replace(output, attention=output.attention[:0]))
    return replace(found, outputs=tuple(outputs))


def _no_answers(trainer: Trainer) -> InputError:
    return InputError(
        f"{trainer.config.name} answers no texts: its task is {trainer.data.kind.name}, give it a prompt to go on from"
    )
