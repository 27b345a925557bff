"""What a language model writes after a prompt, unchanged and with a change inside it, drawn with the same random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_rnn.insight.drawing import drawn, pieces, uniforms
from tui_rnn.insight.interventions import Variant, changes_of, readout_of
from tui_rnn.insight.question import Progress, Subject
from tui_rnn.insight.stepping import Stack, log_softmax


@dataclass(frozen=True)
class Continuations:
    """What follows the prompt, drawn with the same random numbers: without and with the change, which acts from the end of the
    prompt on. differ_at: the first symbol that differs, None if the two are alike."""

    prompt: str
    unchanged: str
    changed: str
    temperature: float
    seed: int
    differ_at: int | None


def continuations(
    subject: Subject, prompt: str, variant: Variant, length: int, temperature: float, seed: int, progress: Progress
) -> Continuations:
    """`length` tokens after the prompt, without and with a change; an item ends at </s>. The first text is what the question
    Sample gives for that seed."""
    vocabulary, item = subject.symbols.vocabulary, not subject.kind.is_stream
    parameters = subject.network.parameters
    stack, readout = Stack(parameters, subject.config), readout_of(parameters)
    given = vocabulary.encode(prompt)[0].astype(np.int64)
    begin = np.append(len(vocabulary), given) if item else given
    reading = stack.read(begin[:, None], 2)
    changes = changes_of([(), [setting._replace(start=0) for setting in variant]])
    by = uniforms(seed, np.arange(len(begin), len(begin) + length))
    written: list[list[int]] = [[], []]
    for n, u in enumerate(by.tolist()):
        progress(n, length)
        log_probs = log_softmax(reading.top[-1] @ readout.V.T + readout.b)
        ids = [drawn(row, temperature, u) for row in log_probs]
        for text, symbol in zip(written, ids, strict=True):
            text.append(symbol)
        reading = stack.read(np.array([ids]), state=reading.state, changes=changes)
    texts = [_ended(text, len(vocabulary)) for text in written]
    unchanged, changed = ("".join(pieces(vocabulary, np.array(text, np.int64), "")) for text in texts)
    return Continuations(prompt, unchanged, changed, temperature, seed, _first_difference(*texts))


def _ended(text: list[int], mark: int) -> list[int]:
    """The text up to </s>, which no running text has."""
    return text[: text.index(mark)] if mark in text else text


def _first_difference(one: Sequence[int], other: Sequence[int]) -> int | None:
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return None if len(one) == len(other) else min(len(one), len(other))
