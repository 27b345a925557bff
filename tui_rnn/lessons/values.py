"""What formulas do with values: functions, fields of an answer, places in a row, operations."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast

import numpy as np

from tui_rnn.errors import InputError


class Missing(InputError):
    """An answer does not have this."""


def _ln(x: Any) -> float:
    if x <= 0:
        raise InputError(f"ln of {x:.3g}, expected a number above 0")
    return math.log(x)


def _exp(x: Any) -> float:
    return math.exp(x) if x < 700 else math.inf


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "argmax": lambda values: int(np.argmax(values)),
    "argmin": lambda values: int(np.argmin(values)),
    "bits": lambda nats: nats / math.log(2),
    "exp": _exp,
    "join": lambda texts, between="": between.join(map(str, texts)),
    "len": len,
    "ln": _ln,
    "max": lambda *values: np.max(values[0] if len(values) == 1 else values).item(),
    "mean": lambda values: float(np.mean(values, dtype=np.float64)),
    "min": lambda *values: np.min(values[0] if len(values) == 1 else values).item(),
    "percent": lambda share: 100 * share,
    "round": round,
    "sqrt": lambda x: math.sqrt(x) if x >= 0 else math.nan,
    "sum": lambda values: float(np.sum(values, dtype=np.float64)),
}
ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def field_of(value: Any, name: str) -> Any:
    """A field or property of an answer."""
    if isinstance(value, Mapping) and name in value:
        return value[name]
    public = [*fields_of(value)]
    if name not in public:
        raise Missing(f"{type(value).__name__} has no field {name!r:.40}, expected one of {', '.join(public)}")
    return getattr(value, name)


def fields_of(value: Any) -> Iterator[str]:
    """The names that may stand after a dot."""
    if isinstance(value, Mapping):
        yield from map(str, value)
    if is_dataclass(value):
        yield from (spec.name for spec in fields(value))
        yield from (name for name, what in vars(type(value)).items() if isinstance(what, property) and name != "headlines")


def at(value: Any, place: Any) -> Any:
    """The value at a place of a row. In a row of answers with names or symbols, a name is a place too."""
    try:
        if isinstance(place, str) and isinstance(value, (tuple, list)):
            found = value[[_name_of(one) for one in value].index(place)]
        else:
            found = value[place]
    except (IndexError, KeyError, TypeError, ValueError):
        count = f" of {len(value)}" if hasattr(value, "__len__") else ""
        raise Missing(f"there is no place {place!r:.40}{count}") from None
    return found.item() if isinstance(found, np.generic) else found


def _name_of(one: Any) -> Any:
    fields = [*fields_of(one)]
    return next((field_of(one, name) for name in ("name", "symbol", "label") if name in fields), one)


def computed(op: ast.operator, left: Any, right: Any) -> Any:
    texts = isinstance(left, str) and isinstance(right, str) and isinstance(op, ast.Add)
    if not texts and not all(isinstance(side, (int, float, np.ndarray, np.generic)) for side in (left, right)):
        raise InputError(f"{left!r:.40} and {right!r:.40} can't be combined, expected two numbers")
    try:
        return cast(Any, ARITHMETIC[type(op)](left, right))
    except (ZeroDivisionError, OverflowError):
        return math.nan
