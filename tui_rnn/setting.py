"""What is known of a single setting: its type, limits, defaults and names; and a value checked, or read from text."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS

OUT_OF_REACH = 1_000_000
"""Upper bounds from here on only keep the arithmetic within its range."""


class _ByKind:
    """The value of a setting that was left out and whose default depends on the kind of data."""

    def __repr__(self) -> str:
        return "(by the kind of data)"


BY_KIND: Final = _ByKind()


@dataclass(frozen=True)
class Group:
    """A heading under which settings stand on the help page."""

    title: str


@dataclass(frozen=True)
class Setting:
    """A setting of a run. type: int, float, bool or str, or one of them "| None".

    kinds: the kinds of data (kinds.KINDS) that have a use for it; all others hold its `default`. defaults: the default of
    those kinds for which it is another. default_to_goal: the default of a run that has a goal, where it is another.
    choices, or limits: low and high are allowed values, above and below are not. aliases: other names of the option that
    people know from elsewhere; choice_aliases: the same of choices. units: names of options that give it in another unit,
    with that unit's size.
    """

    name: str
    type: str
    default: Any
    help: str
    group: Group
    kinds: tuple[str, ...] = tuple(KINDS)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    default_to_goal: Any = None
    choices: tuple[str, ...] = ()
    choice_aliases: Mapping[str, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    aliases: tuple[str, ...] = ()
    units: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_bool(self) -> bool:
        return self.type == "bool"

    @property
    def is_int(self) -> bool:
        return self.type.startswith("int")

    @property
    def is_optional(self) -> bool:
        return self.type.endswith("None")

    def is_for(self, kind: str) -> bool:
        """Whether data of this kind have a use for it."""
        return kind in self.kinds

    def default_for(self, kind: str) -> Any:
        """The value where nothing else is said; for a kind without a use for it, what means nothing."""
        return self.defaults.get(kind, self.default)

    @property
    def in_words(self) -> str:
        """Which data it is for: 'for tag, classify and seq2seq'."""
        return f"for {kinds_in_words(self.kinds)}"

    def refuse(self, kind: str) -> None:
        """Raise the InputError for a value given to a kind that has no use for it."""
        raise InputError(f"{self.name} is {self.in_words}, this is {KINDS[kind].said_as}: leave it out")

    def checked(self, value: Any) -> Any:
        """The value as it is computed with: a choice by its own name, a number as the type that it has. Raises InputError."""
        if value is None and self.is_optional:
            return None
        if self.choices:
            return self._chosen(value)
        if self.is_bool:
            if not isinstance(value, bool):
                raise InputError(f"{self.name} is {value!r}, expected true or false")
            return value
        words = "a whole number" if self.is_int else "a finite number"
        if isinstance(value, bool) or not isinstance(value, numbers.Integral if self.is_int else numbers.Real):
            raise InputError(f"{self.name} is {value!r}, expected {words}")
        return self._within_limits(operator.index(cast("int", value)) if self.is_int else _as_float(value), value)

    def _within_limits(self, number: float, found: Any) -> float:
        """The number. Raises InputError, which names it as it was found, when it is out of range."""
        if not -math.inf < number < math.inf:
            raise InputError(f"{self.name} is {found}, expected a finite number")
        beyond = self.high is not None and number > self.high
        if beyond or not (
            (self.low is None or number >= self.low)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
        ):
            raise InputError(f"{self.name} is {found}, expected {self.bounds(everything=beyond)}")
        return number

    def _chosen(self, value: Any) -> str:
        """A choice in any case, or by another name that people know it by."""
        lowered = value.lower() if isinstance(value, str) else ""
        chosen = self.choice_aliases.get(lowered, lowered)
        if chosen not in self.choices:
            raise InputError(f"{self.name} is {value!r}, expected one of {', '.join(self.choices)}")
        return chosen

    def bounds(self, everything: bool = False) -> str:
        """The limits of a number in words: '1 to 4096', 'at least 0, less than 1'. An upper limit that nobody comes near is
        left out, unless everything is to be said."""
        high = None if self.high is not None and self.high >= OUT_OF_REACH and not everything else self.high
        if self.low is not None and high is not None:
            return f"{_number(self.low)} to {_number(high)}"
        limits = {"at least": self.low, "more than": self.above, "at most": high, "less than": self.below}
        return ", ".join(f"{words} {_number(limit)}" for words, limit in limits.items() if limit is not None)

    def parse(self, text: str) -> Any:
        """The value read from what a person typed. Raises InputError with one line of advice."""
        text = text.strip()
        if self.is_bool:
            if text.lower() not in ("true", "false", "yes", "no", "on", "off"):
                raise InputError(f"{self.name} is {text!r}, expected yes or no")
            return text.lower() in ("true", "yes", "on")
        if not text and self.is_optional:
            return None
        if self.choices:
            return self.checked(text)
        convert: type[int] | type[float] = int if self.is_int else float
        try:
            value = convert(text.replace("_", ""))
        except ValueError:
            words = "a whole number" if self.is_int else "a number"
            raise InputError(f"{self.name} is {text!r}, expected {words}, {self.bounds()}") from None
        return self.checked(value)

    def defaults_in_words(self, to_goal: bool = False) -> str:
        """'default 128', or by kind 'default 16; 32 for tag, classify and seq2seq'; '' where there is none.

        to_goal: of a run that has a goal.
        """
        kinds_by_value: dict[Any, list[str]] = {}
        for kind in self.kinds:
            value = self.default_to_goal if to_goal and self.default_to_goal is not None else self.default_for(kind)
            kinds_by_value.setdefault(value, []).append(kind)
        (first, _), *others = kinds_by_value.items()
        if first is None:
            return ""
        told = [f"{_as_text(value)} for {kinds_in_words(kinds)}" for value, kinds in others]
        return "; ".join([f"default {_as_text(first)}", *told])


def kinds_in_words(kinds: tuple[str, ...] | list[str]) -> str:
    """'tag, classify and seq2seq'."""
    *first, last = (KINDS[kind].said_as for kind in kinds)
    return f"{', '.join(first)} and {last}" if first else last


def _as_text(value: Any) -> str:
    """A default as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _as_float(value: Any) -> float:
    """A real number of any type as a float; infinity for one that is larger than any float."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _number(value: float) -> str:
    """A limit as a person writes it: 0, 0.5, 4096, 1,000,000."""
    return f"{value:g}" if value < 10_000 else f"{int(value):,}"
