"""The numbers of a network's health in sentences, each with what to try if something looks wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.insight.gradient_flow import GradientFlow
from tui_rnn.insight.question import Subject
from tui_rnn.insight.saturation import NEARLY_ALWAYS, OPEN, SHUT, STILL, GateUse, StateUse
from tui_rnn.insight.spectrum import Fading, Spectrum
from tui_rnn.insight.training_steps import TrainingSteps

MANY_DEAD = 0.1
OFTEN_CLIPPED = 0.5
LARGE_UPDATE, SMALL_UPDATE = 0.01, 1e-5
STILL_HIGH = 0.1  # of its peak: below that, the schedule has lowered the learning rate
FADED = 0.1
LARGEST_TANH = 1.001  # with rounding
FEW = 8  # units that are named


@dataclass(frozen=True)
class Finding:
    """about: its subject. told: the number in a sentence. to_try: "" if nothing is wrong."""

    about: str
    told: str
    to_try: str = ""


def findings(
    subject: Subject,
    gates: Sequence[GateUse],
    states: Sequence[StateUse],
    flow: GradientFlow,
    steps: TrainingSteps,
    spectra: Sequence[Spectrum],
    fades: Sequence[Fading],
) -> Iterator[Finding]:
    """All findings, in the order of the page."""
    units = subject.config.hidden_size
    for gate in gates:
        yield _gate(gate, units)
    for state in states:
        yield from _state(state, units)
    yield _flow(flow)
    yield _clipped(steps, subject.config.clip_norm)
    yield _updates(steps)
    yield _memory(subject, gates, spectra, fades)


def _where(one: GateUse | StateUse) -> str:
    return f"layer {one.layer}" + ("" if one.direction == "forward" else f", {one.direction}")


def _gate(gate: GateUse, units: int) -> Finding:
    stuck = gate.stuck
    told = (
        f"below {SHUT} {gate.shut.mean():.1%} and above {OPEN} {gate.open.mean():.1%} of the time, "
        f"{gate.mean.mean():.2f} on average; "
        f"in {len(stuck)} of {units} units {NEARLY_ALWAYS:.0%} of the time on the same side{_named(stuck)}"
    )
    too_many = len(stuck) > units / 2
    to_try = "a smaller learning rate or fewer units: a gate that never moves decides nothing" if too_many else ""
    return Finding(f"gate {gate.name}, {_where(gate)}", told, to_try)


def _named(units: np.ndarray) -> str:
    if not len(units):
        return ""
    return f" ({', '.join(map(str, units[:FEW].tolist()))}{', …' if len(units) > FEW else ''})"


def _state(state: StateUse, units: int) -> Iterator[Finding]:
    about = f"{state.name}, {_where(state)}"
    if state.name != "h":
        yield Finding(about, f"|{state.name}| is {state.largest:.1f} at most")
        return
    told = f"{len(state.dead)} of {units} units are dead: they move less than {STILL}{_named(state.dead)}; "
    if state.largest > LARGEST_TANH:  # then no limit holds it
        told += f"|h| is {state.largest:.1f} at most"
    else:
        told += f"{len(state.stuck)} are stuck at −1 or 1{_named(state.stuck)}"
    many = len(state.dead) + len(state.stuck) > MANY_DEAD * units
    yield Finding(about, told, "fewer units, or a smaller learning rate from the start" if many else "")


def _flow(flow: GradientFlow) -> Finding:
    about = "gradient by layer and time"
    if flow.reason:
        return Finding(about, f"not known: {flow.reason}")
    layers, T = flow.by_time.shape
    first, last = flow.by_time[-1, 0], flow.by_time[-1, -1]
    told = f"by h_t of layer {layers}: {first:.2e} at the first of {T} steps, {last:.2e} at the last, ×{_ratio(first, last)}"
    faded = False
    if layers > 1:
        below, above = flow.by_layer[0], flow.by_layer[-1]
        told += f"; layer 1 gets ×{_ratio(below, above)} of what layer {layers} gets"
        faded = below < FADED * above
    told += f" (root mean square of {flow.windows} stretches)"
    return Finding(about, told, "fewer layers, or a cell with gates: little reaches the first layer" if faded else "")


def _ratio(one: float, other: float) -> str:
    return f"{one / other:.2g}" if other else "?"


def _percent(share: float) -> str:
    return f"{100 * share:.2g}%"


def _clipped(steps: TrainingSteps, limit: float) -> Finding:
    if math.isnan(steps.clipped):
        return Finding("clipped steps", "not known: this run was trained before they were counted, or has no step yet")
    told = (
        f"{steps.clipped:.1%} of {steps.counted:,} steps, {steps.clipped_lately:.1%} of the latest {steps.counted_lately:,}; "
        f"the norm was {steps.grad_norm:.3g} lately, the limit is {limit:g}"
    )
    often = steps.clipped_lately > OFTEN_CLIPPED
    return Finding("clipped steps", told, "a larger --clip-norm: most steps are cut to one length" if often else "")


def _updates(steps: TrainingSteps) -> Finding:
    if not steps.updates:
        return Finding("update against weights", "not known at this moment: Adam's means are kept for the newest weights only")
    name = max(steps.updates, key=lambda one: steps.updates[one])
    told = (
        f"the latest step moved the weights by {_percent(steps.update)} of their size, most {name}: "
        f"{_percent(steps.updates[name])}, at the learning rate {steps.rate:.2g} (its highest was {steps.peak_rate:.2g})"
    )
    to_try = ""
    if steps.update > LARGE_UPDATE:
        to_try = "a smaller learning rate: steps of more than 1% throw away what was learnt"
    elif steps.update < SMALL_UPDATE and steps.rate > STILL_HIGH * steps.peak_rate:
        to_try = "a larger learning rate, if the loss still falls: at this pace it learns next to nothing"
    return Finding("update against weights", told, to_try)


def _memory(subject: Subject, gates: Sequence[GateUse], spectra: Sequence[Spectrum], fades: Sequence[Fading]) -> Finding:
    """Memory by the gate that keeps the state, if there is one, else by U alone."""
    cell = CELLS[subject.config.cell]
    keeping = [gate for gate in gates if gate.name == cell.keeps]
    if not spectra:
        told = f"{cell.title} has no U: a state goes through gate {cell.keeps} alone"
        if not keeping:
            return Finding("memory", f"{told}; how long that keeps it is not known without a text")
        return Finding("memory", f"{told}, which keeps 1/e of it for {_kept(subject, keeping)}")
    largest = max(spectra, key=lambda one: float(one.moduli[0]))
    shown = ", ".join(f"{one.name} {one.moduli[0]:.2f}" for one in spectra[: len(cell.recurrent_blocks)])
    radii = f"largest eigenvalue modulus {shown} in {spectra[0].where}"
    if len(spectra) > len(cell.recurrent_blocks):
        radii += f"; of all, {largest.moduli[0]:.2f}: {largest.name} of {largest.where}"
    if cell.keeps is not None:
        if not keeping:
            return Finding("memory", f"{radii}; how long gate {cell.keeps} keeps the state is not known without a text")
        told = f"{radii}; but the state goes through gate {cell.keeps}, not through U: it keeps 1/e of a state for "
        return Finding("memory", told + _kept(subject, keeping))
    for one in fades:
        radii += f"; with the activation, a small change of h in layer {one.layer} goes ×{one.factor:.3f} a step"
        fades_in = "it does not fade" if math.isinf(one.steps_to_1_e) else f"1/e after {_steps(one.steps_to_1_e)}"
        radii += f" (over {one.steps:,} steps): {fades_in}"
    if largest.moduli[0] >= 1:
        told = f"{radii}; U alone, with modulus 1 or more, would make it grow: what bounds it is the activation"
        return Finding("memory", told, "a cell with gates, such as the LSTM, if what matters is further back than that")
    return Finding("memory", f"{radii}; U alone lets a state fade to 1/e in {_steps(largest.steps_to_1_e)}")


def _kept(subject: Subject, keeping: Sequence[GateUse]) -> str:
    """How long the median unit and the slowest one keep 1/e of a state."""
    longest = np.concatenate([gate.keeps_for for gate in keeping])
    unit = int(longest.argmax()) % subject.config.hidden_size
    return f"{_steps(float(np.median(longest)))} in the median unit, for {_steps(float(longest.max()))} in unit {unit}"


def _steps(count: float) -> str:
    return "ever" if math.isinf(count) or count > 1e9 else f"{count:,.1f} steps"
