"""What each unit is worth: the exact loss without it, unit by unit, and what its removal breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tui_rnn.fields import described
from tui_rnn.insight.effects import LENGTH, MOST, Broken, broken, chance_of_largest, effects_of, paired
from tui_rnn.insight.interventions import Effects, Setting, Variant
from tui_rnn.insight.place import check_place
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject, counting
from tui_rnn.insight.stepping import Place
from tui_rnn.insight.surprise import BITS
from tui_rnn.insight.trace import DIRECTIONS

ROWS = 128  # variants that are read side by side
TOLD = 20  # units that are told to a person


@dataclass(frozen=True)
class Ablate(Question["Ablated"]):
    """The loss without a unit: its h is set to 0 or to its mean at every step. The costliest unit comes first. Each has the
    standard error of the difference, and what its removal breaks."""

    unit: tuple[int, ...] = described((), "which units, from 0 on; without, all", low=0, high=1 << 31)
    layer: int | None = described(None, "which layer, from 1 on; without, all", low=1, high=1 << 31)
    to: str = described("zero", "what h is set to", choices=("zero", "mean"))
    length: int = described(LENGTH, "about how many tokens are read", low=2, high=MOST)
    breaks: int = described(3, "for each unit, how many of the symbols that got worse most are listed", low=0, high=1000)


@dataclass(frozen=True)
class Removal:
    """What the removal of a unit adds to the loss. layer: counted from 1. standard_error: of the paired difference, over blocks
    of the text or over examples. breaks: the true symbols that lost most in sum."""

    layer: int
    direction: str
    unit: int
    added_nats: float
    standard_error: float
    breaks: tuple[Broken, ...]

    @property
    def name(self) -> str:
        """'layer 1, unit 76'."""
        where = f"{self.direction}, " if self.direction != DIRECTIONS[0] else ""
        return f"{where}layer {self.layer}, unit {self.unit}"


@dataclass(frozen=True, eq=False)
class Ablated(Answer):
    """loss_nats: with nothing removed, the mean over `of` predictions, each of one `per`. units: the costliest first. spread:
    the standard deviation of what they add. chance: among so many units that don't matter, the largest difference stays below
    this many standard errors in 95 of 100 texts. beyond_chance: how many units are above that."""

    loss_nats: float
    of: int
    per: str
    to: str
    units: tuple[Removal, ...]
    spread: float
    chance: float
    beyond_chance: int

    @property
    def headlines(self) -> tuple[Headline, ...]:
        first = self.units[0]
        return (
            Headline(f"bits per {self.per}", self.loss_nats / BITS),
            Headline("costliest", first.name),
            Headline("it adds", first.added_nats / BITS),
            Headline("standard error", first.standard_error / BITS),
        )

    def lines(self) -> Iterator[str]:
        yield f"{self.loss_nats / BITS:.4f} bits/{self.per} over {self.of:,}; with h set to {self.to} it adds"
        for one in self.units[:TOLD]:
            worst = ", ".join(f"{broken.symbol!r} {broken.added_nats / BITS:+.3f} × {broken.of:,}" for broken in one.breaks)
            yield f"{one.added_nats / BITS:+9.4f} ± {one.standard_error / BITS:.4f}  {one.name}" + (
                f"  breaks {worst}" if worst else ""
            )
        if len(self.units) > TOLD:
            yield f"{len(self.units) - TOLD:,} more units add less, down to {self.units[-1].added_nats / BITS:+.4f}"
        beyond = f"{self.beyond_chance} of {len(self.units)} are beyond chance, which is {self.chance:.1f} standard errors"
        yield f"spread over the units {self.spread / BITS:.4f}; {beyond}"


def answer(subject: Subject, question: Ablate, progress: Progress) -> Ablated:
    """Each unit by itself, many side by side."""
    effects = effects_of(subject, question.length)
    chosen = _chosen(subject, question, effects)
    read = counting(progress, (len(chosen) + 1) * effects.steps)
    zeros = np.zeros(subject.config.hidden_size)
    means = effects.means() if question.to == "mean" else dict.fromkeys(effects.places, zeros)
    before = effects.nats([()], read)[0]
    found: list[Removal] = []
    for start in range(0, len(chosen), ROWS):
        group = chosen[start : start + ROWS]
        variants: list[Variant] = [(Setting(place, "h", np.array([unit]), means[place][unit]),) for place, unit in group]
        for place_and_unit, after in zip(group, effects.nats(variants, read), strict=True):
            found.append(_removal(effects, place_and_unit, after.astype(np.float64) - before, question.breaks))
    found.sort(key=lambda one: -one.added_nats)
    chance = chance_of_largest(len(found), len(np.unique(effects.predictions.blocks)))
    return Ablated(
        subject.step,
        float(before.mean(dtype=np.float64)),
        len(before),
        subject.symbols.loss_unit,
        question.to,
        tuple(found),
        float(np.std([one.added_nats for one in found])),
        chance,
        sum(one.added_nats > chance * one.standard_error for one in found),
    )


def _removal(effects: Effects, place_and_unit: tuple[Place, int], added: np.ndarray, breaks: int) -> Removal:
    place, unit = place_and_unit
    mean, error = paired(added, effects.predictions.blocks)
    return Removal(place[0] + 1, effects.places[place], unit, mean, error, broken(effects.predictions, added, breaks))


def _chosen(subject: Subject, question: Ablate, effects: Effects) -> Sequence[tuple[Place, int]]:
    """Places and units. Raises InputError for one that the network lacks."""
    check_place(subject.config, layer=question.layer, unit=max(question.unit, default=0))
    units = question.unit or range(subject.config.hidden_size)
    wanted = [place for place in effects.places if question.layer in (None, place[0] + 1)]
    return [(place, unit) for place in wanted for unit in units]
