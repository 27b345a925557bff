"""What a network says to texts: a tagger's tags, a classifier's classes, what an encoder-decoder writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tui_rnn.data.examples.encoding import Shown
from tui_rnn.data.tokens import split_words
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.answers import ClassifiedText, TaggedText, TextAnswer, Written, WrittenText
from tui_rnn.insight.asking import (
    LONGEST_PREFIXES,
    classify_text,
    classify_texts,
    tag_sentences,
    write_texts,
)
from tui_rnn.insight.examples import MAX_EXAMPLES, examples
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.kinds import LABELLED, PAIRS, TAGGED, Kind

if TYPE_CHECKING:
    from tui_rnn.data.symbols import Symbols

MAX_ATTENTION_CELLS = 1 << 20
MAX_CLASS_CELLS = 1 << 20
"""The most classes times characters for which a text is classified after each character, with contributions."""
MAX_BEAM = 20


@dataclass(frozen=True)
class Predict(Question["Predictions"]):
    """What the network says to texts, or to validation examples, beside what is right for them."""

    texts: tuple[str, ...] = described((), "texts; without, validation examples")
    beam: int = described(1, "for sequence to sequence: outputs that are followed at a time; 1 is greedy", low=1, high=MAX_BEAM)
    examples: int = described(40, "without texts: how many examples", low=1, high=MAX_EXAMPLES)
    chosen: int = described(0, "without texts: which example is answered in all detail, from 0 on", low=0, high=1 << 31)
    prefixes: int = described(
        400, "longest text that is also classified after each token", low=0, high=LONGEST_PREFIXES
    )  # in both directions, each prefix is read from its beginning


@dataclass(frozen=True, eq=False)
class Predictions(Answer):
    """said: the answer to each text. A single text, and the chosen example, is answered in all detail: with the classes after
    each token, the contributions, and attention, if the network has them."""

    said: tuple[TextAnswer, ...]

    @property
    def headlines(self) -> tuple[Headline, ...]:
        judged = [said for said in self.said if said.truth is not None]
        share = (Headline("share right", sum(map(_is_right, judged)) / len(judged)),) if judged else ()
        return (*share, Headline("says", " · ".join(map(_told, self.said))))

    def lines(self) -> Iterator[str]:
        for one in self.said:
            yield in_a_line(one)


def in_a_line(said: TextAnswer) -> str:
    """'a text → what it says to it  (right: the truth)'."""
    truth = " ".join(said.truth) if isinstance(said.truth, tuple) else said.truth
    return f"{_asked(said)} → {_told(said)}" + ("" if truth is None else f"  (right: {truth})")


def _asked(said: TextAnswer) -> str:
    match said:
        case TaggedText():
            return " ".join(said.words)
        case ClassifiedText():
            return said.text
        case WrittenText():
            return said.source


def _told(said: TextAnswer) -> str:
    match said:
        case TaggedText():
            return " ".join(said.tags)
        case ClassifiedText():
            return f"{said.label} {said.probs.max():.1%}"
        case WrittenText():
            return " | ".join(one.text for one in said.outputs)


def _is_right(said: TextAnswer) -> bool:
    """Whether everything that it says is right."""
    match said:
        case TaggedText():
            return said.tags == said.truth
        case ClassifiedText():
            return said.label == said.truth
        case WrittenText():
            return bool(said.outputs) and said.outputs[0].text == said.truth


def answer(subject: Subject, question: Predict, progress: Progress) -> Predictions:
    """Answers to typed texts, or to the first validation examples."""
    if len(question.texts) == 1:
        asked = as_read(subject.kind, question.texts[0])
        return Predictions(subject.step, (in_detail(subject, asked, question.beam, question.prefixes),))
    many = [as_read(subject.kind, text) for text in question.texts] or examples(subject, question.examples)
    if not many:
        raise InputError("there are no examples that validate: give texts")
    texts, truths = [one.words or one.text for one in many], [one.truth for one in many]
    found = answers(subject.network, subject.symbols, texts, question.beam, subject.threads, truths)
    found = [_bounded(one) if isinstance(one, WrittenText) else one for one in found]
    if not question.texts and subject.kind is LABELLED and question.chosen < len(found):
        found[question.chosen] = in_detail(subject, many[question.chosen], prefixes=question.prefixes)
    return Predictions(subject.step, tuple(found))


def as_read(kind: Kind, text: str) -> Shown:
    """A typed text as a network of a kind reads it. A tagger reads words with a space between them."""
    if not text:
        raise InputError("the text has 0 characters, expected at least 1")
    if not kind.labels_words:
        return Shown(text)
    words = tuple(split_words(text))
    if not words:
        raise InputError("the text has no words to tag, expected at least one")
    return Shown(" ".join(words), words)


def in_detail(subject: Subject, asked: Shown, beam: int = 1, prefixes: int = 400) -> TextAnswer:
    """One answer, with the classes after each token, contributions and attention, if the network has them."""
    return _IN_DETAIL[subject.kind.name](subject, asked, beam, prefixes)


def answers(
    network: Any,
    symbols: Symbols,
    texts: Sequence[str | Sequence[str]],
    beam: int = 1,
    threads: int = 1,
    truths: Sequence[Any] | None = None,
) -> list[TextAnswer]:
    """What a network says to each of many texts, without the classes after each token. A tagger also takes a list of words,
    which stay as they are, in place of a text; for others that is an InputError."""
    return _MANY[symbols.kind.name](network, symbols, texts, beam, threads, truths)


# ----------------------------------------------------------------- by kind


def _tag(subject: Subject, asked: Shown, beam: int, prefixes: int) -> TaggedText:
    truths = None if asked.truth is None else [asked.truth]
    return tag_sentences(subject.network, subject.symbols, [asked.words or ()], truths, subject.threads)[0]


def _classify(subject: Subject, asked: Shown, beam: int, prefixes: int) -> ClassifiedText:
    network, symbols = subject.network, subject.symbols
    few = len(asked.text) * network.class_count <= MAX_CLASS_CELLS
    if few:
        return classify_text(network, symbols, asked.text, asked.truth, prefixes)
    return classify_texts(network, symbols, [asked.text], [asked.truth])[0]


def _write(subject: Subject, asked: Shown, beam: int, prefixes: int) -> WrittenText:
    return _bounded(write_texts(subject.network, subject.symbols, [asked.text], beam, [asked.truth])[0])


def _bounded(found: WrittenText) -> WrittenText:
    """Keep the attention of only the first outputs, if all of it would make too large a message."""
    left, outputs = MAX_ATTENTION_CELLS, list[Written]()
    for output in found.outputs:
        left -= output.attention.size
        outputs.append(output if left >= 0 else replace(output, attention=output.attention[:0]))
    return replace(found, outputs=tuple(outputs))


_IN_DETAIL: dict[str, Callable[[Subject, Shown, int, int], TextAnswer]] = {
    TAGGED.name: _tag,
    LABELLED.name: _classify,
    PAIRS.name: _write,
}


def _tag_many(
    network: Any, symbols: Symbols, texts: Sequence[str | Sequence[str]], beam: int, threads: int, truths: Any
) -> list[TextAnswer]:
    sentences = [split_words(one) if isinstance(one, str) else one for one in texts]
    return [*tag_sentences(network, symbols, sentences, truths, threads)]


def _classify_many(
    network: Any, symbols: Symbols, texts: Sequence[str | Sequence[str]], beam: int, threads: int, truths: Any
) -> list[TextAnswer]:
    return [*classify_texts(network, symbols, _texts(texts), truths, threads)]


def _write_many(
    network: Any, symbols: Symbols, texts: Sequence[str | Sequence[str]], beam: int, threads: int, truths: Any
) -> list[TextAnswer]:
    return [*write_texts(network, symbols, _texts(texts), beam, truths, threads)]


def _texts(given: Sequence[str | Sequence[str]]) -> list[str]:
    texts = [one for one in given if isinstance(one, str)]
    if len(texts) < len(given):
        raise InputError("only a tagger is asked about words: give texts")
    return texts


_MANY: dict[str, Callable[..., list[TextAnswer]]] = {
    TAGGED.name: _tag_many,
    LABELLED.name: _classify_many,
    PAIRS.name: _write_many,
}
