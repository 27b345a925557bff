"""What a sweep varies: settings with the values to try, or with two limits between which values are drawn."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tui_rnn.fields import as_typed

LOG_FROM = 10  # an upper limit of so many times the lower one: values are drawn evenly over orders of magnitude


@dataclass(frozen=True)
class Listed:
    """These values, each once, in the order in which they were given."""

    values: tuple[Any, ...]

    def __str__(self) -> str:
        return ", ".join(map(as_typed, self.values))

    def as_json(self) -> dict[str, Any]:
        return {"values": list(self.values)}


@dataclass(frozen=True)
class Between:
    """Any number from low to high, both included. whole: whole numbers alone."""

    low: float
    high: float
    whole: bool

    @property
    def log(self) -> bool:
        """Whether values are drawn evenly over orders of magnitude."""
        return self.low > 0 and self.high >= LOG_FROM * self.low

    def __str__(self) -> str:
        return f"{as_typed(self.low)} to {as_typed(self.high)}{' (by orders of magnitude)' if self.log else ''}"

    def as_json(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high, "whole": self.whole}


Values = Listed | Between
Space = Mapping[str, Values]
"""Setting's name → what it may be."""


def size(space: Space) -> float:
    """How many combinations there are; infinite if a setting lies between two limits."""
    return math.prod(len(one.values) if isinstance(one, Listed) else math.inf for one in space.values())


def combinations(space: Space) -> Iterator[dict[str, Any]]:
    """Every combination of a space of lists; the values of the last name change first."""
    lists = [one.values for one in space.values() if isinstance(one, Listed)]
    assert len(lists) == len(space)
    for values in itertools.product(*lists):
        yield dict(zip(space, values, strict=True))


def from_json(record: Mapping[str, Any]) -> Values:
    """The values of an as_json record. Raises KeyError or TypeError if it is none."""
    if "values" in record:
        return Listed(tuple(record["values"]))
    return Between(record["low"], record["high"], record["whole"])


def in_words(settings: Mapping[str, Any]) -> str:
    """'cell lstm, hidden_size 128'."""
    return ", ".join(f"{name} {as_typed(value)}" for name, value in settings.items())
