"""A text that a language model writes, with the surprise at each of its characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tui_rnn.data.prompts import as_corpus_has, encode_written
from tui_rnn.data.tokens import start_prompt
from tui_rnn.fields import described
from tui_rnn.insight.answers import Floats
from tui_rnn.insight.drawing import Sampling, by_character, lacking, pieces, seed_of
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject

OF_TEXT = Sampling()


@dataclass(frozen=True)
class Sample(Question["Sampled"]):
    """A text that continues a beginning; each token is drawn, then fed back."""

    prompt: str = described("", "the beginning; without, a text begins as after a line end, an item at <s>")
    sampling: Sampling = OF_TEXT
    seed: int | None = described(
        None, "the same seed gives the same text; without, the run's and its step's", low=0, high=1 << 62
    )


@dataclass(frozen=True, eq=False)
class Sampled(Answer):
    """text: the beginning and what was drawn; for an item, up to </s>. surprise_nats[i] = −ln p of the token to which text[i]
    belongs; NaN for the prompt's first token. token_nats: −ln p of each drawn token, without </s>.

    unknown: positions of prompt characters that the vocabulary lacks (they were read as its fallback); unknown_words: how
    many words these are, 0 if tokens aren't words. drawn: what each drawn token adds to the text. ended: whether an item ended
    with </s>, not at the length.
    """

    prompt: str
    text: str
    surprise_nats: Floats
    token_nats: Floats
    sampling: Sampling
    seed: int
    unknown: tuple[int, ...] = ()
    unknown_words: int = 0
    drawn: tuple[str, ...] = ()
    ended: bool = False

    @property
    def headlines(self) -> tuple[Headline, ...]:
        return (Headline("text", self.text),)

    def lines(self) -> Iterator[str]:
        yield from self.text.split("\n")


def answer(subject: Subject, question: Sample, progress: Progress) -> Sampled:
    """Without a prompt, a text begins as after a line end, which is not shown. An item always begins at <s> and ends at </s>,
    which are not shown."""
    sampling, vocabulary, item = question.sampling, subject.symbols.vocabulary, not subject.kind.is_stream
    prompt = as_corpus_has(vocabulary, question.prompt)
    given, unknown = encode_written(vocabulary, prompt)
    if item:
        begin, reader, hidden = np.append(len(vocabulary), given), subject.network.reader(), 1
    else:
        begin = given if len(given) else vocabulary.encode(start_prompt(vocabulary))[0]
        reader, hidden = subject.network, len(begin) - len(given)
    seed = seed_of(question.seed, subject.config.seed, subject.step)
    uncounted = len(begin) - len(given)  # <s>, or the line end that is not shown
    drawn, surprise, before = reader.generate(begin, sampling.length, **sampling.numbers, uncounted=uncounted, seed=seed)
    ended = item and len(vocabulary) in drawn
    if ended:
        drawn = drawn[: np.argmax(drawn == len(vocabulary))]
    shown = pieces(vocabulary, np.concatenate([given, drawn]), prompt)
    nats = np.concatenate([before[hidden:], surprise[: len(drawn)]])
    text, ends = "".join(shown), np.cumsum([0, *map(len, shown)])
    return Sampled(
        subject.step,
        text[: ends[len(given)]],
        text,
        by_character(shown, nats),
        surprise[: len(drawn)],
        sampling,
        seed,
        *lacking(vocabulary, unknown, shown),
        drawn=tuple(shown[len(given) :]),
        ended=ended,
    )
