"""The coach: what is worth saying about a run that trains, one remark at a time. It is pure, from figures to a remark.

A rule looks at the facts and says something or nothing. The rules stand in one list, the most urgent first; each remark has its
number, what to try, and one key to press in the playground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui_rnn import formats
from tui_rnn.insight.health_words import LARGE_UPDATE, OFTEN_CLIPPED, SMALL_UPDATE, STILL_HIGH
from tui_rnn.insight.remark import Remark

Curve = NDArray[np.float64]

COPIED = 0.3  # share of the validation part that training has: with more, its loss measures memory
UNLIKE_NATS = 0.1  # divergence of the symbols' frequencies; two halves of one text differ by less than 0.02
LARGE_FOR_TEXT = 4.0  # weights for each training token: with more, the network can memorise all of them
OVERFITS = 0.02  # of the best loss: evaluations of the same weights on other texts differ by less
EVALUATIONS_SINCE = 3  # so many after the best one must be worse: a single one can be chance
FALLS = 0.01  # of the training loss between the best evaluation and now
PASSES_BEFORE_TRIGRAM = 1.0  # through the training part: before that, counting has seen more than the network
STILL_FALLING = 0.01  # of the loss over the last quarter of the evaluations
STUCK = 0.5  # of a layer's units, in which a gate is nearly always on the same side
RISEN = 0.05  # of the training loss, the last quarter against the one before
RATE_OVER = 3  # evaluations over which the loss's slope is measured, twice
STEADY = 0.5  # of the slope before: when the loss falls more slowly than that, no forecast holds
LONGEST_S = 3600.0  # the longest forecast
OF_THE_DATA = frozenset({"copied", "unlike"})
"""The rules that say the same of every run on the same data."""


def _nothing() -> Curve:
    return np.zeros(0)


@dataclass(frozen=True, eq=False)
class Facts:
    """All that the coach looks at. A number that isn't known is NaN; a curve that isn't known is empty.

    step, epoch: training steps and passes done. train_step, train_nats (N,), val_step, val_elapsed_s, val_nats (M,): the
    curves. landmarks: the losses of counting, name → nats, the strongest last. clipped: the share of recent steps whose
    gradient was clipped; update: how far a step moves the weights, as a share of their size. rate, peak_rate: the learning
    rate, now and at its highest. hidden_size: units of a layer. parameters, tokens: how many weights learn from how many
    tokens. repeated: the share of the validation part that training has. unlike_nats: the divergence of its symbols'
    frequencies from training's. stuck: for each gate, the share of its units that are nearly always on one side.
    """

    step: int = 0
    epoch: float = 0.0
    diverged: bool = False
    train_step: Curve = field(default_factory=_nothing)
    train_nats: Curve = field(default_factory=_nothing)
    val_step: Curve = field(default_factory=_nothing)
    val_elapsed_s: Curve = field(default_factory=_nothing)
    val_nats: Curve = field(default_factory=_nothing)
    landmarks: tuple[tuple[str, float], ...] = ()
    clipped: float = float("nan")
    update: float = float("nan")
    rate: float = float("nan")
    peak_rate: float = float("nan")
    hidden_size: int = 0
    parameters: int = 0
    tokens: int = 0
    repeated: float = 0.0
    unlike_nats: float = 0.0
    stuck: tuple[tuple[str, float], ...] = ()


Rule = Callable[[Facts], Remark | None]


def remarks(facts: Facts) -> Iterator[Remark]:
    """All that there is to say, the most urgent first."""
    for rule in RULES:
        if (said := rule(facts)) is not None:
            yield said


def remark(facts: Facts, already: Set[str] = frozenset()) -> Remark | None:
    """The most urgent remark that was not made yet. already: the names of those that were."""
    return next((one for one in remarks(facts) if one.name not in already), None)


def unlike(train: NDArray[np.integer], validation: NDArray[np.integer], size: int) -> float:
    """How many more nats a symbol of the validation part costs with the training part's frequencies than with its own: the
    divergence of the two, with one added to each count."""
    p, q = (np.bincount(ids, minlength=size) + 1.0 for ids in (validation, train))
    p, q = p / p.sum(), q / q.sum()
    return float((p * np.log(p / q)).sum())


def _diverged(facts: Facts) -> Remark | None:
    if not facts.diverged:
        return None
    told = f"the run diverged at step {facts.step:,}, at a learning rate of {facts.peak_rate:.2g}"
    brief = f"diverged at step {facts.step:,}, learning rate {facts.peak_rate:.2g}"
    rate = _round(facts.peak_rate / 3)
    return Remark("diverged", told, f"a run with {rate:g}", brief, "a", f"rate {rate:g}", (), "learning_rate", rate)


def _copied(facts: Facts) -> Remark | None:
    if facts.repeated < COPIED:
        return None
    told = f"{facts.repeated:.0%} of the validation part is also in the training part, so its loss shows what was memorised"
    brief = f"{facts.repeated:.0%} of the validation part is in training"
    return Remark("copied", told, "another text to validate on", brief, "o", "another text")


def _unlike(facts: Facts) -> Remark | None:
    if facts.unlike_nats < UNLIKE_NATS:
        return None
    told = "the validation part is unlike the training part: its symbol frequencies cost {0:.2f} {unit} more"
    to_try = "a text whose end is like its beginning, or another part to validate on"
    brief = "validation is unlike training by {0:.2f} {unit}"
    return Remark("unlike", told, to_try, brief, "o", "another text", (facts.unlike_nats,))


def _overfits(facts: Facts) -> Remark | None:
    known = ~np.isnan(facts.val_nats)
    losses, steps = facts.val_nats[known], facts.val_step[known]
    if len(losses) <= EVALUATIONS_SINCE:
        return None
    best = int(losses.argmin())
    since = losses[best + 1 :]
    if len(since) < EVALUATIONS_SINCE or since[-EVALUATIONS_SINCE:].min() < losses[best] * (1 + OVERFITS):
        return None
    before, now = _train_at(facts, steps[best]), _train_at(facts, facts.step)
    if not now < before * (1 - FALLS):
        return None
    told = (
        f"it overfits since step {steps[best]:,.0f}: validation rose by {{0:.3f}} {{unit}} from {{1:.3f}}, while training fell "
        "from {2:.3f} to {3:.3f}"
    )
    brief = f"overfits since step {steps[best]:,.0f}: validation +{{0:.3f}} {{unit}}"
    known_nats = (float(since[-1] - losses[best]), float(losses[best]), before, now)
    return _other_size("overfits", told, "{} units, or dropout 0.2", brief, facts.hidden_size // 2, known_nats)


def _train_at(facts: Facts, step: float) -> float:
    """The training loss around a step: the mean over a tenth of the points, those before the step."""
    upto = int(np.searchsorted(facts.train_step, step, side="right"))
    points = facts.train_nats[max(0, upto - max(1, len(facts.train_nats) // 10)) : upto]
    return float(points.mean()) if len(points) else float("nan")


def _too_high(facts: Facts) -> Remark | None:
    quarter, losses = len(facts.train_nats) // 4, tuple[float, ...]()
    if quarter < 2:
        return None
    before, now = facts.train_nats[-2 * quarter : -quarter].mean(), facts.train_nats[-quarter:].mean()
    if facts.clipped >= OFTEN_CLIPPED and now > before * (1 + RISEN):
        told = (
            f"the learning rate is too high: the training loss rose from {{0:.3f}} to {{1:.3f}} {{unit}}, and "
            f"{facts.clipped:.0%} of the latest gradients were clipped"
        )
        brief = f"learning rate too high: {facts.clipped:.0%} of steps clipped"
        losses = float(before), float(now)
    elif facts.update > LARGE_UPDATE and now > before:
        told = (
            f"the learning rate is too high: the loss rises, and a step moves the weights by {facts.update:.1%} of their size"
        )
        brief = f"learning rate too high: a step moves {facts.update:.1%}"
    else:
        return None
    return _other_rate("rate high", told, brief, facts.rate / 3, losses)


def _too_low(facts: Facts) -> Remark | None:
    if not (facts.update < SMALL_UPDATE and facts.rate > STILL_HIGH * facts.peak_rate):
        return None
    told = f"the learning rate is too low: a step moves the weights by {facts.update:.1e} of their size"
    brief = f"learning rate too low: a step moves {facts.update:.1e}"
    return _other_rate("rate low", told, brief, facts.rate * 10)


def _other_rate(name: str, told: str, brief: str, rate: float, losses_nats: tuple[float, ...] = ()) -> Remark:
    rate = _round(rate)
    return Remark(name, told, f"a learning rate of {rate:g}", brief, "r", f"rate {rate:g}", losses_nats, "learning_rate", rate)


def _round(rate: float) -> float:
    return float(f"{rate:.2g}")


def _other_size(name: str, told: str, to_try: str, brief: str, units: int, losses_nats: tuple[float, ...] = ()) -> Remark:
    units = max(1, units)
    return Remark(name, told, to_try.format(units), brief, "a", f"{units} units", losses_nats, "hidden_size", units)


def _stuck(facts: Facts) -> Remark | None:
    name, share = max(facts.stuck, key=lambda one: one[1], default=("", 0.0))
    if share <= STUCK:
        return None
    told = f"the {name} gate is stuck in {share:.0%} of the units: nearly always on the same side, it decides nothing"
    brief = f"the {name} gate is stuck in {share:.0%} of the units"
    return _other_size("stuck", told, "{} units, or a smaller learning rate", brief, facts.hidden_size // 2)


def _small_text(facts: Facts) -> Remark | None:
    if not facts.tokens or facts.parameters < LARGE_FOR_TEXT * facts.tokens:
        return None
    told = (
        f"the text is small for this network: {facts.parameters:,} weights learn from {facts.tokens:,} tokens, "
        f"{facts.parameters / facts.tokens:.1f} for each"
    )
    brief = f"small text: {facts.parameters / facts.tokens:.1f} weights for each token"
    return _other_size("small text", told, "{} units, or a longer text", brief, facts.hidden_size // 2)


def _above_trigram(facts: Facts) -> Remark | None:
    trigram, losses = dict(facts.landmarks).get("trigram"), facts.val_nats[~np.isnan(facts.val_nats)]
    if trigram is None or not len(losses) or facts.epoch < PASSES_BEFORE_TRIGRAM or losses[-1] <= trigram:
        return None
    quarter = losses[-max(2, len(losses) // 4 + 1) :]
    falling = len(losses) > 1 and quarter[0] - quarter[-1] > STILL_FALLING * quarter[0]
    why, short = (
        ("it still falls, so it has not trained long enough", "falling")
        if falling
        else ("it has stopped falling, so the network is too small or its learning rate is wrong", "stopped")
    )
    told = (
        f"after {formats.epoch(facts.epoch)} passes it is still {{0:.3f}} {{unit}} above the trigram line, the loss of "
        f"counting three tokens in a row: {why}"
    )
    brief, above = f"{{0:.3f}} {{unit}} above the trigram line, {short}", (float(losses[-1] - trigram),)
    if falling:
        return Remark("above trigram", told, "go on", brief, "I", "look inside", above)
    return _other_size("above trigram", told, "{} units", brief, 2 * facts.hidden_size, above)


def _slope(seconds: Curve, losses: Curve) -> float:
    """Nats a second; 0 if no time has passed."""
    return float(np.polyfit(seconds, losses, 1)[0]) if np.ptp(seconds) > 0 else 0.0


def _time_left(facts: Facts) -> Remark | None:
    known = ~np.isnan(facts.val_nats)
    losses, seconds = facts.val_nats[known][-2 * RATE_OVER :], facts.val_elapsed_s[known][-2 * RATE_OVER :]
    ngrams = [(name, nats) for name, nats in facts.landmarks if name.endswith("-gram")]
    if len(losses) < 2 * RATE_OVER or not ngrams or facts.diverged:
        return None
    name, line = ngrams[-1]
    before, slope = (_slope(seconds[part], losses[part]) for part in (slice(RATE_OVER), slice(RATE_OVER, None)))
    if losses[-1] <= line or slope >= 0 or slope > STEADY * before:
        return None
    left = float((losses[-1] - line) / -slope)
    if left > LONGEST_S:
        return None
    told = f"at this rate it reaches the {name} line, {{0:.3f}} {{unit}}, in {formats.duration(left)}; it is at {{1:.3f}}"
    brief = f"{formats.duration(left)} to the {name} line at this rate"
    return Remark("time left", told, "let it train on", brief, "I", "look inside", (line, float(losses[-1])))


RULES: tuple[Rule, ...] = (
    _diverged,
    _copied,
    _unlike,
    _too_high,
    _overfits,
    _too_low,
    _stuck,
    _small_text,
    _above_trigram,
    _time_left,
)
"""The most urgent first: what spoils the figures, what spoils the run, what keeps it small, and how far it is."""
