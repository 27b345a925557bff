"""Teacher forcing against feeding itself: how well a network predicts the n-th symbol, fed the truth or its own predictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.batches import permutation
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.interventions import readout_of
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.stepping import Numbers, Stack, log_softmax
from tui_rnn.insight.surprise import BITS
from tui_rnn.kinds import ITEMS, PAIRS, RUNNING_TEXT

CONTEXT = 64  # tokens of a running text, by default
TOLD = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200)


@dataclass(frozen=True)
class Rollout(Question["RolledOut"]):
    """How well the network predicts the n-th symbol when it is fed the true symbols before it (teacher forcing), and when it is
    fed its own likeliest ones. Both begin at the same place; at n = 1 they are equal."""

    steps: int = described(30, "how many symbols it predicts in a row", low=2, high=1000)
    context: int | None = described(
        None,
        "true tokens that a language model reads first; without, 64 of a running text, 1 of an item",
        low=1,
        high=4096,
    )
    count: int = described(300, "from how many places, or of how many examples", low=2, high=20_000)


@dataclass(frozen=True, eq=False)
class RolledOut(Answer):
    """position (N,): n, from 1 on. of (N,): over how many places or examples; fewer when some have ended. forced_nats,
    free_nats (N,): the mean of −ln ŷ[truth], fed the truth and fed itself. forced_accuracy, free_accuracy (N,): the share where
    the likeliest symbol is the truth. standard_error (N,): of the paired difference of the two accuracies.

    chance_accuracy, chance_nats: of a guess that knows only the frequency of each symbol among the true ones here. per: the
    unit of a prediction. examples: the means are over examples, not over places in a running text.
    """

    position: NDArray[np.int64]
    of: NDArray[np.int64]
    forced_nats: NDArray[np.float64]
    free_nats: NDArray[np.float64]
    forced_accuracy: NDArray[np.float64]
    free_accuracy: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    chance_accuracy: float
    chance_nats: float
    per: str
    examples: bool

    @property
    def headlines(self) -> tuple[Headline, ...]:
        return (
            Headline(f"accuracy at {self.position[-1]}, fed the truth", float(self.forced_accuracy[-1])),
            Headline("fed itself", float(self.free_accuracy[-1])),
            Headline("chance", self.chance_accuracy),
        )

    def lines(self) -> Iterator[str]:
        yield f"accuracy, and bits/{self.per}, of the n-th symbol; {'examples' if self.examples else 'places'}: {self.of[0]:,}"
        yield "   n  fed the truth  fed itself  difference ±        bits: truth  itself      of"
        last = int(self.position[-1])
        for n in sorted({*(n for n in TOLD if n < last), last}):
            k = n - 1
            difference = f"{self.free_accuracy[k] - self.forced_accuracy[k]:+.3f} ± {self.standard_error[k]:.3f}"
            yield (
                f"{n:>4}  {self.forced_accuracy[k]:>13.3f}  {self.free_accuracy[k]:>10.3f}  {difference:>14}  "
                f"{self.forced_nats[k] / BITS:>16.3f}  {self.free_nats[k] / BITS:>6.3f}  {self.of[k]:>6,}"
            )
        yield f"chance, by how frequent each symbol is: accuracy {self.chance_accuracy:.3f}, {self.chance_nats / BITS:.3f} bits"


class _Seen(NamedTuple):
    """For each prediction (N, W) in one way of feeding: −ln ŷ[truth], and whether the likeliest is the truth."""

    nats: Numbers
    right: NDArray[np.bool_]


def answer(subject: Subject, question: Rollout, progress: Progress) -> RolledOut:
    """From the validation part: places all over a running text, or examples."""
    if subject.kind.writes_answers:
        truth, forced, free = _pairs(subject, question, progress)
    else:
        truth, forced, free = _language_model(subject, question, progress)
    known = truth >= 0  # (N, W)
    rows = known.any(axis=1)
    truth, known = truth[rows], known[rows]
    forced, free = (_Seen(seen.nats[rows], seen.right[rows]) for seen in (forced, free))
    of = known.sum(axis=1)
    shares = np.bincount(truth[known]) / known.sum()
    gap = np.where(known, free.right.astype(float) - forced.right, 0.0)
    spread = np.where(known, (gap - (gap.sum(axis=1) / of)[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(of - 1, 1)

    def mean(values: Numbers) -> NDArray[np.float64]:
        return np.asarray(np.where(known, values, 0.0).sum(axis=1) / of)

    return RolledOut(
        subject.step,
        np.arange(1, len(of) + 1),
        of,
        mean(forced.nats),
        mean(free.nats),
        mean(forced.right),
        mean(free.right),
        np.sqrt(spread / of),
        float(shares.max()),
        float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum()),
        subject.symbols.loss_unit,
        not subject.kind.is_stream,
    )


Asked = tuple[NDArray[np.int64], _Seen, _Seen]
"""truth (N, W), -1 after the end of an example; the predictions of it when fed the truth; and when fed itself."""


def _language_model(subject: Subject, question: Rollout, progress: Progress) -> Asked:
    part: Any = subject.part
    mark = len(subject.symbols.vocabulary)
    if subject.kind.is_stream:
        context = CONTEXT if question.context is None else question.context
        need = context + question.steps
        if len(part) < need:
            raise InputError(f"{len(part):,} tokens validate, expected at least {need:,}: ask for fewer steps or less context")
        starts = np.unique(np.linspace(0, len(part) - need, question.count).astype(np.int64))
        whole = np.asarray(part, np.int64)[starts[None] + np.arange(need)[:, None]]
    else:
        context = 1 if question.context is None else question.context
        longer = [np.asarray(item, np.int64) for item in _chosen(part.inputs, question.count) if len(item) >= context]
        if not longer:
            raise InputError(f"no item that validates has {context} tokens: read less context")
        whole = _columns([np.concatenate([[mark], item, [mark]]) for item in longer])[: 1 + context + question.steps]
        context += 1
    parameters = subject.network.parameters
    stack, readout = Stack(parameters, subject.config), readout_of(parameters)
    given, truth = whole[:context], whole[context:]
    begin = stack.read(given)
    seen: list[_Seen] = []
    for number, own in enumerate((False, True)):
        nats, right = np.zeros(truth.shape), np.zeros(truth.shape, np.bool_)
        top, state = begin.top[-1], begin.state
        for n, true in enumerate(truth):
            progress(number * len(truth) + n, 2 * len(truth))
            logs = log_softmax(top @ readout.V.T + readout.b)
            likeliest = logs.argmax(axis=1)
            safe = np.maximum(true, 0)
            nats[n], right[n] = -logs[np.arange(len(true)), safe], likeliest == true
            reading = stack.read((likeliest if own else safe)[None], state=state)
            top, state = reading.top[-1], reading.state
        seen.append(_Seen(nats, right))
    return truth, seen[0], seen[1]


def _pairs(subject: Subject, question: Rollout, progress: Progress) -> Asked:
    part: Any = subject.part
    rows = _rows(len(part), question.count)
    sources = [part.inputs[row] for row in rows]
    targets = [part.target_ids[row] for row in rows]
    end = np.array([subject.network.target_size])
    truth = _columns([np.concatenate([target, end]).astype(np.int64) for target in targets])[: question.steps]
    seen = []
    for number, own in enumerate((False, True)):
        progress(number, 2)
        found = subject.network.predicted(sources, targets, feeds_itself=own, threads=subject.threads)
        nats = _columns([-logs for logs, _ in found], np.nan)[: question.steps]
        likeliest = _columns([said.astype(np.int64) for _, said in found])[: question.steps]
        seen.append(_Seen(np.nan_to_num(nats), likeliest == truth))
    return truth, seen[0], seen[1]


def _rows(count: int, most: int) -> list[int]:
    """Examples from all over a part, always the same."""
    if not count:
        raise InputError("there are no examples to ask about, expected at least one: name a source")
    return [int(row) for row in permutation(count, seed=0)[:most]]


def _chosen(inputs: Any, most: int) -> list[Any]:
    return [inputs[row] for row in _rows(len(inputs), most)]


def _columns(sequences: Sequence[NDArray[Any]], fill: float = -1) -> NDArray[Any]:
    """Sequences side by side, (longest, W), with `fill` after their ends."""
    found = np.full((max(map(len, sequences)), len(sequences)), fill, sequences[0].dtype)
    for w, sequence in enumerate(sequences):
        found[: len(sequence), w] = sequence
    return found


KINDS = (RUNNING_TEXT.name, ITEMS.name, PAIRS.name)
