"""How far back a network looks: how much earlier tokens still affect the next one, by the gradient and by the loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.blocks import BLOCK
from tui_rnn.insight.effects import LENGTH, MOST, paired
from tui_rnn.insight.effects_on_text import EffectsOnText
from tui_rnn.insight.interventions import CELLS_AT_ONCE
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject, counting
from tui_rnn.insight.stepping import Numbers, Place, log_softmax
from tui_rnn.insight.surprise import BITS
from tui_rnn.reference.cells import Moment

TOLD = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2000)


@dataclass(frozen=True)
class Horizon(Question["HorizonFound"]):
    """How far back the network looks: the gradient of a token's log-probability by the input so many tokens before it, as a
    mean over many tokens; and the loss when only so many tokens before each one are read, from the zero state."""

    reach: int = described(200, "how many tokens back", low=2, high=2000)
    windows: int = described(400, "over how many places of the text", low=2, high=20_000)
    length: int = described(LENGTH, "how many tokens of the text are read", low=2, high=MOST)


@dataclass(frozen=True, eq=False)
class HorizonFound(Answer):
    """distance (K,): 1 … K tokens before the predicted one; the last token that was read has 1. gradient (K,): the mean over
    `windows` places of ‖∂ ln p / ∂ input at that distance‖; state_gradient (K,): the same by the states of all layers there, h
    and c.

    loss_by_context_nats (K,): the mean loss when so many tokens are read; context_error (K,): the standard error of its
    difference from loss_nats, the loss over `of` tokens when all earlier tokens are read. to_1_e, to_1_percent: the first
    distance after the largest gradient at which the gradient is at most 1/e or 1% of it. context_to_1_e,
    context_to_1_percent: the context that leaves this share of what a context of one token lacks. None: not within reach.
    """

    distance: NDArray[np.int64]
    gradient: Numbers
    state_gradient: Numbers
    loss_by_context_nats: Numbers
    context_error: Numbers
    loss_nats: float
    of: int
    per: str
    windows: int
    to_1_e: int | None
    to_1_percent: int | None
    context_to_1_e: int | None
    context_to_1_percent: int | None

    @property
    def headlines(self) -> tuple[Headline, ...]:
        names = ("1/e", "1%", "context 1/e", "context 1%")
        found = (self.to_1_e, self.to_1_percent, self.context_to_1_e, self.context_to_1_percent)
        return tuple(Headline(name, self._reached(value)) for name, value in zip(names, found, strict=True))

    def _reached(self, distance: int | None) -> str:
        return f">{len(self.distance)}" if distance is None else str(distance)

    def lines(self) -> Iterator[str]:
        yield (
            f"gradient at most 1/e of its largest from {self._reached(self.to_1_e)} tokens back on, "
            f"1% from {self._reached(self.to_1_percent)}"
        )
        yield (
            f"of what one token of context lacks, 1/e is left with {self._reached(self.context_to_1_e)} tokens, "
            f"1% with {self._reached(self.context_to_1_percent)}"
        )
        yield f"distance  gradient  of largest  bits/{self.per} with so much context ({self.loss_nats / BITS:.3f} with all)"
        largest = float(self.gradient.max())
        for n in (n for n in TOLD if n <= len(self.distance)):
            share = self.gradient[n - 1] / largest if largest else 0.0
            loss = f"{self.loss_by_context_nats[n - 1] / BITS:.3f} ± {self.context_error[n - 1] / BITS:.3f}"
            yield f"{n:>8}  {self.gradient[n - 1]:8.2e}  {share:10.2%}  {loss}"


def answer(subject: Subject, question: Horizon, progress: Progress) -> HorizonFound:
    """Read the text once without a break. At places all over it, read a window from the zero state, and again from the state in
    the text; the gradient of the last prediction goes back through the second."""
    effects = EffectsOnText(subject, question.length)
    N = len(effects.predictions)
    reach = min(question.reach, N // 2)
    if reach < 2:
        raise InputError(f"the text has {N + 1} tokens, expected at least 5: name a longer source")
    starts = np.unique(np.linspace(0, N - reach, min(question.windows, N - reach + 1)).astype(np.int64))
    read = counting(progress, N + 3 * reach * len(starts))
    nats, states = _read_all(effects, starts, read)
    rows = max(1, CELLS_AT_ONCE // (reach * max(8 * subject.config.hidden_size, len(effects.readout.V))))
    short = np.empty((len(starts), reach), np.float32)
    of_inputs, of_states = np.empty((2, len(starts), reach))
    for first in range(0, len(starts), rows):
        group = slice(first, first + rows)
        ids = effects.ids[starts[group] + np.arange(reach)[:, None]]
        truth = effects.ids[starts[group] + 1 + np.arange(reach)[:, None]]
        short[group] = effects.readout.nats(effects.stack.read(ids).top, truth).T
        read(ids.size)
        begin = {place: {name: value[group] for name, value in moment.items()} for place, moment in states.items()}
        of_inputs[group], of_states[group] = _norms(effects, ids, truth[-1], begin)
        read(2 * ids.size)
    return _found(subject, nats, starts, short, of_inputs.mean(axis=0), of_states.mean(axis=0))


def _read_all(
    effects: EffectsOnText, starts: NDArray[np.int64], read: Callable[[int], None]
) -> tuple[Numbers, dict[Place, Moment]]:
    """−ln p of every token (N,), and the states before the tokens at `starts`."""
    stack, nats, state = effects.stack, list[Numbers](), effects.stack.zero(1)
    kept: list[dict[Place, Moment]] = []
    N = len(effects.predictions)
    bounds = np.unique([*starts.tolist(), *range(0, N, 256), N])
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if start in starts:
            kept.append(state)
        reading = stack.read(effects.ids[start:end, None], state=state)
        nats.append(effects.readout.nats(reading.top[:, 0], effects.ids[start + 1 : end + 1]))
        state = reading.state
        read(end - start)
    joined = {
        place: {name: np.concatenate([one[place][name] for one in kept]) for name in stack.layers[place].cell.carried}
        for place in stack.layers
    }
    return np.concatenate(nats), joined


def _norms(
    effects: EffectsOnText, ids: NDArray[np.int64], truth: NDArray[np.int64], begin: dict[Place, Moment]
) -> tuple[Numbers, Numbers]:
    """Read ids (T, B) from their states. Returns the norm of the gradient of ln p(truth), the token after the last, by the
    input and by the state at each distance, (B, T) each, the nearest first."""
    stack, readout = effects.stack, effects.readout
    reading = stack.read(ids, state=begin, keep=True)
    p = np.exp(log_softmax(reading.top[-1] @ readout.V.T + readout.b))
    dlogits = -p
    dlogits[np.arange(len(truth)), truth] += 1
    dtop = np.zeros_like(reading.top)
    dtop[-1] = dlogits @ readout.V
    slopes = stack.backward(reading, dtop)
    states = sum(np.square(by).sum(axis=2) for by in (*slopes.h.values(), *(c for c in slopes.c.values() if c.size)))
    return np.linalg.norm(slopes.inputs, axis=2)[::-1].T, np.sqrt(states)[::-1].T


def _found(
    subject: Subject,
    nats: Numbers,
    starts: NDArray[np.int64],
    short: Numbers,
    gradient: Numbers,
    state_gradient: Numbers,
) -> HorizonFound:
    """short (windows, K): −ln p of the token after the first n tokens of each window. It is compared with −ln p of the same
    token when all earlier tokens were read, and the mean difference is added to the loss over the whole text, so the choice of
    places hardly matters."""
    reach = short.shape[1]
    places = starts[:, None] + np.arange(reach)
    lacks = short.astype(np.float64) - nats[places]
    told = [paired(lacks[:, n], places[:, n] // BLOCK) for n in range(reach)]
    lack = np.array([mean for mean, _ in told])
    loss = float(nats.mean(dtype=np.float64))
    largest = int(gradient.argmax())

    def fallen(values: Numbers, share: float, since: int) -> int | None:
        below = np.flatnonzero(values[since:] <= share * values[since])
        return since + int(below[0]) + 1 if len(below) else None

    return HorizonFound(
        subject.step,
        np.arange(1, reach + 1),
        gradient,
        state_gradient,
        loss + lack,
        np.array([error for _, error in told]),
        loss,
        len(nats),
        subject.symbols.loss_unit,
        len(starts),
        fallen(gradient, 1 / math.e, largest),
        fallen(gradient, 0.01, largest),
        fallen(lack, 1 / math.e, 0),
        fallen(lack, 0.01, 0),
    )
