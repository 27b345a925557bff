"""The health of a network: what its gates do, which units do nothing, gradients and updates, and how long it remembers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.gradient_flow import GradientFlow, gradient_flow
from tui_rnn.insight.health_words import Finding, findings
from tui_rnn.insight.part_reading import text_of
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.saturation import GateUse, StateUse, in_use
from tui_rnn.insight.spectrum import Fading, Spectrum, fading, spectra
from tui_rnn.insight.training_steps import TrainingSteps, training_steps


@dataclass(frozen=True)
class Health(Question["Healthy"]):
    """How often each gate is nearly shut or nearly open, dead and stuck units, the gradient by layer and time, the share of
    clipped steps, the size of the last update in relation to the weights, and the spectrum of U and its meaning for memory.
    Each has its number and what to try."""

    tokens: int = described(12_000, "how many tokens of what is asked about are read", low=100, high=1 << 24)


@dataclass(frozen=True, eq=False)
class Healthy(Answer):
    """read: how much was read, in words. not_read: why nothing was read (then gates, states and flow have no rows), else "".
    findings: each number in a sentence, and what to try."""

    read: str
    not_read: str
    gates: tuple[GateUse, ...]
    states: tuple[StateUse, ...]
    flow: GradientFlow
    steps: TrainingSteps
    spectra: tuple[Spectrum, ...]
    fading: tuple[Fading, ...]
    findings: tuple[Finding, ...]

    @property
    def headlines(self) -> tuple[Headline, ...]:
        gates = (Headline(f"mean {one.name}{_of(one)}", float(one.mean.mean())) for one in self.gates)
        dead = (Headline(f"dead units{_of(one)}", len(one.dead)) for one in self.states if one.name == "h")
        largest = max((float(one.moduli[0]) for one in self.spectra), default=float("nan"))
        return (*gates, *dead, Headline("clipped", self.steps.clipped), Headline("largest |λ|", largest))

    def lines(self) -> Iterator[str]:
        if self.read:
            yield f"over {self.read}:"
        for one in self.findings:
            yield f"{one.about}: {one.told}"
            if one.to_try:
                yield f"    try: {one.to_try}"
        if self.not_read:
            yield f"not known: gates, units and gradients: {self.not_read}"


def _of(one: GateUse | StateUse) -> str:
    return f" {one.layer}" + ("" if one.direction == "forward" else f" {one.direction}")


def answer(subject: Subject, question: Health, progress: Progress) -> Healthy:
    """Without a text, what needs one is left out."""
    gates: tuple[GateUse, ...] = ()
    states: tuple[StateUse, ...] = ()
    fades: tuple[Fading, ...] = ()
    flow, read, not_read = GradientFlow.none(), "", ""
    try:
        part = text_of(subject, question.tokens)
    except InputError as error:
        not_read = str(error)
    else:
        gates, states = in_use(subject, part, progress)
        flow, fades, read = gradient_flow(subject, part), fading(subject, part), part.read
    steps, radii = training_steps(subject), spectra(subject)
    told = findings(subject, gates, states, flow, steps, radii, fades)
    return Healthy(subject.step, read, not_read, gates, states, flow, steps, radii, fades, tuple(told))
