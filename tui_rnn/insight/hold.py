"""What if a gate or a state is held at a value, the memory is frozen, or the carried state is cut? The loss before and after,
where in the text it changed, and what the network then writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.continuation import Continuations, continuations
from tui_rnn.insight.drawing import seed_of
from tui_rnn.insight.effects import LENGTH, MOST, Broken, broken, effects_of, paired
from tui_rnn.insight.interventions import Predictions, Setting
from tui_rnn.insight.place import check_place
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject, counting
from tui_rnn.insight.stepping import BY_STATE, Place
from tui_rnn.insight.surprise import BITS
from tui_rnn.insight.trace import DIRECTIONS

SIGNALS = tuple(dict.fromkeys(signal.name for cell in CELLS.values() for signal in cell.signals))
PARTS = (*DIRECTIONS, *(f"encoder {name}" for name in DIRECTIONS), "decoder")
PROMPT = 120  # tokens of the text that are the prompt if none is given


@dataclass(frozen=True)
class Hold(Question["Held"]):
    """What changes when a gate or state is held at a value, in all units or in some; when the memory is frozen; or when what a
    step gets from the step before is cut. Give one of --gate, --freeze and --cut."""

    gate: str | None = described(None, "the gate, candidate or state that is held", choices=SIGNALS)
    at: float = described(0.0, "the value that it is held at; a gate's is 0 to 1")
    freeze: bool = described(False, "keep the memory as it is, by its gates")
    cut: str | None = described(
        None,
        "what a step gets from the step before is 0: h, c, all that is carried, or only U h, as if U were 0",
        choices=("h", "c", "all", BY_STATE),
    )
    unit: tuple[int, ...] = described((), "in which units, from 0 on; without, in all", low=0, high=1 << 31)
    layer: int | None = described(None, "in which layer, from 1 on; without, in all", low=1, high=1 << 31)
    direction: str | None = described(None, "in which direction or part; without, in all", choices=PARTS)
    start: int = described(0, "from which token of the text, or of each example, on", low=0, high=1 << 31)
    length: int = described(LENGTH, "about how many tokens are read", low=2, high=MOST)
    places: int = described(10, "how many of the places that lost most are listed", low=0, high=1000)
    prompt: str | None = described(None, "the beginning of the written text; without, that of the text that is read")
    draw: int = described(200, "for a language model: tokens to draw without and with the change", low=0, high=100_000)
    temperature: float = described(0.8, "0: always the likeliest token; 1: as the model believes", low=0.0, high=1e6)
    seed: int | None = described(None, "the seed for drawing; without, the run's and its step's", low=0, high=1 << 62)

    def __post_init__(self) -> None:
        super().__post_init__()
        given = [name for name in ("gate", "freeze", "cut") if getattr(self, name)]
        if not given:
            raise InputError("nothing is held, expected gate, freeze or cut: for example gate f at 0")
        if len(given) > 1:
            raise InputError(f"{' and '.join(given)} were given, expected one of gate, freeze and cut")


@dataclass(frozen=True)
class Lost:
    """A place where the loss changed. at: the number of the prediction; before: the text before it; symbol: the truth; and its
    loss without and with the change."""

    at: int
    before: str
    symbol: str
    unchanged_nats: float
    changed_nats: float


@dataclass(frozen=True, eq=False)
class Held(Answer):
    """held: what is held, in words. loss_nats, held_loss_nats: without and with it, the mean over `of` predictions, each of one
    `per`. standard_error: of their paired difference added_nats, over blocks of the text or over examples.

    symbols (N,): what is predicted; unchanged_nats, changed_nats (N,): the loss without and with the change. places: those that
    lost most; breaks: the true symbols that lost most in sum. continuation: for language models.
    """

    held: str
    loss_nats: float
    held_loss_nats: float
    added_nats: float
    standard_error: float
    of: int
    per: str
    symbols: tuple[str, ...]
    unchanged_nats: NDArray[np.float32]
    changed_nats: NDArray[np.float32]
    places: tuple[Lost, ...]
    breaks: tuple[Broken, ...]
    continuation: Continuations | None

    @property
    def headlines(self) -> tuple[Headline, ...]:
        return (
            Headline(f"bits per {self.per}", self.loss_nats / BITS),
            Headline("held", self.held_loss_nats / BITS),
            Headline("added", self.added_nats / BITS),
            Headline("standard error", self.standard_error / BITS),
        )

    def lines(self) -> Iterator[str]:
        change = f"{self.added_nats / BITS:+.4f} ± {self.standard_error / BITS:.4f}"
        losses = f"{self.loss_nats / BITS:.4f} → {self.held_loss_nats / BITS:.4f}"
        yield f"{self.held}: {losses} bits/{self.per}, {change} over {self.of:,}"
        if abs(self.added_nats) < 2 * self.standard_error:
            yield "that is within two standard errors: chance can explain it"
        for one in self.breaks:
            yield f"got worse: {one.symbol!r} {one.added_nats / BITS:+.3f} × {one.of:,}, {one.share:.0%} of all that was lost"
        for place in self.places:
            change = f"{place.unchanged_nats / BITS:.2f} → {place.changed_nats / BITS:.2f}"
            yield f"{place.at:>7}  {change:>15}  {place.before!r} then {place.symbol!r}"
        if (text := self.continuation) is not None:
            yield f"after {text.prompt!r}"
            yield f"  it writes {text.unchanged!r}"
            yield f"  and, held {text.changed!r}"


def answer(subject: Subject, question: Hold, progress: Progress) -> Held:
    """Read with and without the change, side by side. In a running text, what comes before the first change is left out."""
    effects = effects_of(subject, question.length)
    variant, words = settings_of(subject, question, effects.places)
    first = question.start if subject.kind.is_stream else 0
    if first >= len(effects.predictions):
        raise InputError(f"start is {first:,}, expected less than the {len(effects.predictions):,} tokens that are read")
    unchanged, changed = effects.nats([(), variant], counting(progress, 2 * effects.steps))[:, first:]
    predictions = effects.predictions.since(first)
    added = changed.astype(np.float64) - unchanged
    mean, error = paired(added, predictions.blocks)
    most = np.argsort(-added, kind="stable")[: question.places].tolist()
    return Held(
        subject.step,
        words,
        float(unchanged.mean(dtype=np.float64)),
        float(changed.mean(dtype=np.float64)),
        mean,
        error,
        len(added),
        subject.symbols.loss_unit,
        predictions.names(predictions.truth.tolist()),
        unchanged,
        changed,
        tuple(_lost(predictions, place, unchanged, changed) for place in most if added[place] > 0),
        broken(predictions, added, 5),
        None if subject.kind.answers or not question.draw else _continued(subject, question, variant, progress),
    )


def settings_of(subject: Subject, question: Hold, all_places: Mapping[Place, str]) -> tuple[list[Setting], str]:
    """What is changed, and the same in words. Raises InputError if the network has no such thing."""
    config, cell = subject.config, CELLS[subject.config.cell]
    check_place(config, layer=question.layer, unit=max(question.unit, default=0))
    held, carried = dict[str, float](), False
    names = [signal.name for signal in cell.signals]
    if question.freeze:
        held, words = dict(cell.frozen_by), "the memory is frozen"
        if not held:
            raise InputError(f"{cell.title} has no memory to freeze, only h: cut h")
    elif question.cut == BY_STATE:
        if not cell.recurrent_blocks:
            raise InputError(f"cut is {BY_STATE!r}, but {cell.title} has no U: cut h")
        held, words = {BY_STATE: 0.0}, "U h is 0, as if U were 0"
    elif question.cut is not None:
        states = cell.carried if question.cut == "all" else (question.cut,)
        if not set(states) <= set(cell.carried):
            raise InputError(f"cut is {question.cut!r}, but {cell.title} carries {' and '.join(cell.carried)}")
        held, carried, words = dict.fromkeys(states, 0.0), True, f"the {' and '.join(states)} of the step before is cut"
    else:
        assert question.gate is not None
        if question.gate not in names:
            raise InputError(f"gate is {question.gate!r}, but {cell.title} has {', '.join(names)}")
        signal = cell.signal(question.gate)
        if (signal.low is not None and question.at < signal.low) or (signal.high is not None and question.at > signal.high):
            raise InputError(f"at is {question.at:g}, expected {signal.low:g} to {signal.high:g}: {signal.title}")
        held, words = {question.gate: question.at}, f"{question.gate} is held at {question.at:g}"
    units = np.array(question.unit or range(config.hidden_size))
    if question.unit:
        words += f" in unit{'s' * (len(units) > 1)} {', '.join(map(str, question.unit))}"
    if config.num_layers > 1 and question.layer is not None:
        words += f" of layer {question.layer}"
    if question.start:
        words += f" from token {question.start:,} on"
    parts = dict.fromkeys(all_places.values())
    if question.direction is not None:
        if question.direction not in parts:
            raise InputError(f"direction is {question.direction}, but this network has {', '.join(parts)}")
        words += f" of the {question.direction} part" if len(parts) > 1 else ""
    places = [
        place
        for place, part in all_places.items()
        if question.layer in (None, place[0] + 1) and question.direction in (None, part)
    ]
    return [
        Setting(place, name, units, value, carried, question.start) for place in places for name, value in held.items()
    ], words


def _lost(predictions: Predictions, place: int, unchanged: NDArray[np.float32], changed: NDArray[np.float32]) -> Lost:
    (symbol,) = predictions.names([int(predictions.truth[place])])
    at = place + predictions.first
    return Lost(at, predictions.before(place), symbol, float(unchanged[place]), float(changed[place]))


def _continued(subject: Subject, question: Hold, variant: list[Setting], progress: Progress) -> Continuations:
    """What the network writes: after the beginning of a running text; an item begins at <s>."""
    prompt = question.prompt
    if prompt is None:
        part, vocabulary = subject.part, subject.symbols.vocabulary
        prompt = vocabulary.decode(part[:PROMPT]) if subject.kind.is_stream else ""  # type: ignore[index]
    seed = seed_of(question.seed, subject.config.seed, subject.step)
    return continuations(subject, prompt, variant, question.draw, question.temperature, seed, progress)
