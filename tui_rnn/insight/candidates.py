"""What may come next: the likeliest tokens after a text, how sampling changes their probabilities, and what each of them would
lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.prompts import as_corpus_has, encode_written
from tui_rnn.data.tokens import TextVocabulary, start_prompt, token_texts
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.drawing import Sampling, pieces
from tui_rnn.insight.expectation import END
from tui_rnn.insight.interventions import Readout, readout_of
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.stepping import Reading, Stack, log_softmax
from tui_rnn.insight.surprise import BITS
from tui_rnn.reference import penalised, sampling_probabilities

MAX_TEXT = 20_000  # tokens that are read
REPLACED = "\ufffd"  # stands for bytes that are no character
OF_NEXT = Sampling(temperature=1.0, length=20)


@dataclass(frozen=True)
class Candidates(Question["NextTokens"]):
    """The likeliest tokens after a text, the probability of drawing each, and what would follow it if the likeliest token were
    taken at each step."""

    text: str = described("", "the text so far; without, the beginning of a text or item")
    sampling: Sampling = OF_NEXT
    likeliest: int = described(10, "how many candidates", low=1, high=1000)


@dataclass(frozen=True)
class Candidate:
    """A token that may come next. adds: what it adds to the text; for a byte that is only a part of a character, the character
    that it greedily becomes, "" if it becomes none. p: its probability by the network; drawn_p: the probability of drawing it.
    leads_to: what follows it greedily, in an item up to </s>."""

    symbol: str
    adds: str
    p: float
    drawn_p: float
    leads_to: str


@dataclass(frozen=True, eq=False)
class NextTokens(Answer):
    """candidates: the likeliest first. others: the number of other tokens; others_p, others_drawn_p: their probability in sum,
    by the network and in drawing. drawn_among: how many tokens can be drawn at all. entropy_nats, drawn_entropy_nats: of the
    whole distribution. unknown: how many tokens of the text the vocabulary lacks; they were read as its fallback."""

    candidates: tuple[Candidate, ...]
    others: int
    others_p: float
    others_drawn_p: float
    drawn_among: int
    entropy_nats: float
    drawn_entropy_nats: float
    unknown: int

    @property
    def headlines(self) -> tuple[Headline, ...]:
        likeliest = " ".join(f"{one.symbol!r} {one.p:.0%}" for one in self.candidates[:3])
        return Headline("entropy, bits", self.entropy_nats / BITS), Headline("likeliest", likeliest)

    def lines(self) -> Iterator[str]:
        yield f"entropy {self.entropy_nats / BITS:.2f} bits as believed, {self.drawn_entropy_nats / BITS:.2f} as drawn"
        yield f"{'':8} {'believed':>8} {'drawn':>7}  leads to"
        for one in self.candidates:
            yield f"{one.symbol!r:>8} {one.p:8.1%} {one.drawn_p:7.1%}  {one.leads_to!r}"
        yield f"{self.others:,} others hold {self.others_p:.1%}, as drawn {self.others_drawn_p:.1%}"
        yield f"drawn among {self.drawn_among:,} of {self.others + len(self.candidates):,} tokens"
        if self.unknown:
            yield f"{self.unknown:,} tokens of the text are outside the vocabulary"


def answer(subject: Subject, question: Candidates, progress: Progress) -> NextTokens:
    """Read the text, then go on from all candidates side by side."""
    vocabulary, item = subject.symbols.vocabulary, not subject.kind.is_stream
    ids, unknown = encode_written(vocabulary, as_corpus_has(vocabulary, question.text))
    given = len(ids)
    if given > MAX_TEXT:
        raise InputError(f"the text has {len(ids):,} tokens, expected at most {MAX_TEXT:,}: give only its end")
    if item:
        ids = np.append(len(vocabulary), ids)
    elif not len(ids):
        ids = vocabulary.encode(start_prompt(vocabulary))[0]
    parameters = subject.network.parameters
    stack, readout = Stack(parameters, subject.config), readout_of(parameters)
    steps = len(ids) + question.sampling.length
    reading = stack.read(ids[:, None].astype(np.int64))
    progress(len(ids), steps)
    logits = (reading.top[-1] @ readout.V.T + readout.b)[0].astype(np.float64)
    p = np.exp(log_softmax(logits.copy()))
    how = question.sampling
    drawn = _drawn(logits, ids[len(ids) - given :], how)
    chosen = np.argsort(-p, kind="stable")[: question.likeliest]

    def so_far(step: int) -> None:
        progress(len(ids) + step, steps)

    ways = _followed(stack, readout, reading, chosen, how.length, so_far)
    names = (*token_texts(vocabulary, np.arange(len(vocabulary))), *([END] if item else []))
    return NextTokens(
        subject.step,
        tuple(
            Candidate(names[one], adds, float(p[one]), float(drawn[one]), leads_to)
            for one, (adds, leads_to) in zip(chosen.tolist(), map(partial(_text, vocabulary), chosen, ways), strict=True)
        ),
        len(p) - len(chosen),
        float(max(0.0, 1 - p[chosen].sum())),
        float(max(0.0, 1 - drawn[chosen].sum())),
        int((drawn > 0).sum()),
        _entropy(p),
        _entropy(drawn),
        len(unknown),
    )


def _followed(
    stack: Stack, readout: Readout, reading: Reading, chosen: NDArray[np.int64], steps: int, so_far: Callable[[int], None]
) -> NDArray[np.int64]:
    """What follows each choice greedily, (choices, steps)."""
    state = {
        place: {name: np.repeat(value, len(chosen), axis=0) for name, value in now.items()}
        for place, now in reading.state.items()
    }
    found, read = np.empty((len(chosen), steps), np.int64), chosen
    for step in range(steps):
        so_far(step)
        reading = stack.read(read[None], state=state)
        read = np.argmax(reading.top[-1] @ readout.V.T + readout.b, axis=1)
        found[:, step], state = read, reading.state
    return found


def _text(vocabulary: TextVocabulary, first: np.int64, way: NDArray[np.int64]) -> tuple[str, str]:
    """What the first token adds to the text, and the text of the way after it, up to </s>."""
    mark = len(vocabulary)
    if first == mark:
        return "", ""
    ends = np.flatnonzero(way == mark)
    ids = np.append(first, way[: ends[0]] if len(ends) else way)
    if vocabulary.kind == "byte":  # the first bytes may be one character
        text = bytes(ids.astype(np.uint8).tolist()).decode("utf-8", "replace")
        return text[:1].replace(REPLACED, ""), text[1:].rstrip(REPLACED)
    return vocabulary.decode(ids[:1]), "".join(pieces(vocabulary, ids[1:], ""))


def _drawn(logits: NDArray[np.float64], text: NDArray[np.integer], how: Sampling) -> NDArray[np.float64]:
    """The probabilities of drawing each token after a text's ids: (vocabulary,)."""
    if how.repetition_penalty != 1:
        logits = penalised(logits, text[-how.penalty_window :], how.repetition_penalty)
    return sampling_probabilities(logits, how.temperature, how.top_k, how.top_p, how.min_p)


def _entropy(p: NDArray[np.float64]) -> float:
    held = p[p > 0]
    return max(0.0, float(-(held * np.log(held)).sum()))
