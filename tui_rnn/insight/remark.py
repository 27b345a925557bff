"""One remark of the coach (insight/coach.py): what is the case, what to try, and the key for it."""

from __future__ import annotations

from dataclasses import dataclass

from tui_rnn import formats

BRIEF = 50  # cells: with the run's name and two keys, 80 hold it


@dataclass(frozen=True)
class Remark:
    """name: of the rule. told: what is the case, with its number; brief: the same in at most BRIEF cells. to_try: what to do
    about it. key: the playground's key for that; does: what the key does, in a few words. losses_nats: the values of {0}, {1} …
    in told and brief, converted to the unit that a person chose, whose name replaces {unit}. setting, value: the proposal in
    to_try, with which the key's form or menu begins; "": it is no setting."""

    name: str
    told: str
    to_try: str
    brief: str
    key: str
    does: str
    losses_nats: tuple[float, ...] = ()
    setting: str = ""
    value: float = 0.0

    def told_in(self, unit: formats.LossUnit) -> str:
        return self._written(self.told, unit)

    def brief_in(self, unit: formats.LossUnit) -> str:
        return self._written(self.brief, unit)

    def said_in(self, unit: formats.LossUnit) -> str:
        """What is the case, and what to do about it."""
        return f"{self.told_in(unit)}: {self.to_try}"

    def _written(self, text: str, unit: formats.LossUnit) -> str:
        if not self.losses_nats:
            return text
        unit = "bits" if unit == "perplexity" else unit  # a difference of two perplexities means nothing
        return text.format(*(formats.in_unit(loss, unit) for loss in self.losses_nats), unit=unit)

    def __str__(self) -> str:
        return self.said_in("nats")
