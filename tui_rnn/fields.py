"""Fields of frozen dataclasses that carry their help line and limits: the settings of a run, and what a question asks.

Options, forms, `--help` and error messages are made from them, so that they can't drift apart. The types are those that a
person can type: str, int, float, bool, each perhaps `| None`, and tuple[int, ...] or tuple[str, ...]. A field whose default
is itself such a dataclass stands for that dataclass's fields.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields, is_dataclass
from typing import Any, cast

from tui_rnn.errors import InputError

OUT_OF_REACH = 1_000_000
"""Upper limits from here on only keep the arithmetic within its range."""


@dataclass(frozen=True)
class Allowed:
    """What a field may hold. type: str, int, float or bool, or one of them "| None".

    choices, which may be written in any case, or limits: low and high are allowed, above and below are not.
    choice_aliases: other names of choices that people know from elsewhere.
    """

    name: str
    type: str
    choices: tuple[str, ...] = ()
    choice_aliases: Mapping[str, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None

    @property
    def is_bool(self) -> bool:
        return self.type.startswith("bool")

    @property
    def is_int(self) -> bool:
        return self.type.startswith("int")

    @property
    def is_free_text(self) -> bool:
        return self.type.startswith("str") and not self.choices

    @property
    def is_optional(self) -> bool:
        return self.type.endswith("None")

    def checked(self, value: Any) -> Any:
        """The value as the program uses it: a choice by its own name, a number of the field's type. Raises InputError."""
        if value is None and self.is_optional:
            return None
        if self.choices:
            return self._chosen(value)
        if self.is_bool or self.is_free_text:
            wanted, words = (bool, "true or false") if self.is_bool else (str, "a text")
            if not isinstance(value, wanted):
                raise InputError(f"{self.name} is {value!r:.60}, expected {words}")
            return value
        words = "a whole number" if self.is_int else "a finite number"
        if isinstance(value, bool) or not isinstance(value, numbers.Integral if self.is_int else numbers.Real):
            raise InputError(f"{self.name} is {value!r:.60}, expected {words}")
        return self._within_limits(operator.index(cast("int", value)) if self.is_int else _as_float(value), value)

    def _within_limits(self, number: float, found: Any) -> float:
        """The number. Raises InputError when it is out of range; the message names it as it was found."""
        if not -math.inf < number < math.inf:
            raise InputError(f"{self.name} is {_in_short(found)}, expected a finite number")
        beyond = self.high is not None and number > self.high
        if beyond or not (
            (self.low is None or number >= self.low)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
        ):
            raise InputError(f"{self.name} is {_in_short(found)}, expected {self.bounds(everything=beyond)}")
        return number

    def _chosen(self, value: Any) -> str:
        """A choice in any case, or by another name that people know it by."""
        lowered = value.lower() if isinstance(value, str) else ""
        known = {choice.lower(): choice for choice in self.choices} | dict(self.choice_aliases)
        if lowered not in known:
            raise InputError(f"{self.name} is {value!r:.60}, expected one of {', '.join(self.choices)}")
        return known[lowered]

    def bounds(self, everything: bool = False) -> str:
        """The limits of a number in words: '1 to 4096', 'at least 0, less than 1'. An upper limit from OUT_OF_REACH on is left
        out, unless `everything`."""
        high = None if self.high is not None and self.high >= OUT_OF_REACH and not everything else self.high
        if self.low is not None and high is not None:
            return f"{_number(self.low)} to {_number(high)}"
        limits = {"at least": self.low, "more than": self.above, "at most": high, "less than": self.below}
        return ", ".join(f"{words} {_number(limit)}" for words, limit in limits.items() if limit is not None)

    def parse(self, text: str) -> Any:
        """The value read from what a person typed. Raises InputError with one line of advice."""
        if self.is_free_text:
            return text
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
            words, limits = "a whole number" if self.is_int else "a number", self.bounds()
            raise InputError(f"{self.name} is {text!r:.60}, expected {words}{limits and f', {limits}'}") from None
        return self.checked(value)


def described(default: Any, help: str, **bounds: Any) -> Any:
    """A dataclass field with its help line; bounds: choices=(...), low=, high=, above= (exclusive low), below=."""
    return field(default=default, metadata={"help": help, **bounds})


def allowed(spec: Field[Any]) -> Allowed:
    """What a described field may hold; of a tuple, each of its values."""
    of_one = str(spec.type).removeprefix("tuple[").removesuffix(", ...]")
    return Allowed(spec.name, of_one, **{name: value for name, value in spec.metadata.items() if name != "help"})


def flat(cls: type) -> Iterator[tuple[tuple[str, ...], Field[Any]]]:
    """(path, field) of every field that can be typed, in order: (("prompt",), …), (("sampling", "top_k"), …)."""
    for spec in fields(cls):
        if is_dataclass(spec.default):
            yield from (((spec.name, *path), inner) for path, inner in flat(type(spec.default)))
        else:
            yield (spec.name,), spec


def check_all(instance: Any) -> None:
    """Replace every field of a dataclass by its checked value: see Allowed.checked. Raises InputError for the first field
    whose value is not allowed."""
    for spec in fields(instance):
        value = getattr(instance, spec.name)
        if is_dataclass(spec.default):
            if type(value) is not type(spec.default):
                raise InputError(f"{spec.name} is {value!r:.60}, expected {type(spec.default).__name__}")
            continue
        may = allowed(spec)
        if not str(spec.type).startswith("tuple"):
            value = may.checked(value)
        elif isinstance(value, tuple):
            value = tuple(map(may.checked, value))
        else:
            raise InputError(f"{spec.name} is {value!r:.60}, expected a tuple")
        object.__setattr__(instance, spec.name, value)


def parse(spec: Field[Any], text: str) -> Any:
    """The value of a described field read from what a person typed; of a tuple, one of its values. Raises InputError."""
    return allowed(spec).parse(text)


def _as_float(value: Any) -> float:
    """A real number of any type as a float; infinity for one that is larger than any float."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def as_typed(value: Any) -> str:
    """A value as a person writes it: yes, 0.5, lstm."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _in_short(value: Any) -> str:
    """A number as it was found, if it is not too long to be written."""
    try:
        return f"{value!s:.60}"
    except ValueError:  # Python writes no whole numbers of more than 4,300 digits
        return "too large"


def _number(value: float) -> str:
    """A limit as a person writes it: 0, 0.5, 4096, 1,000,000."""
    return f"{value:g}" if value < 10_000 else f"{int(value):,}"
