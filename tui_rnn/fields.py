"""Fields of frozen dataclasses that carry their help line and limits: the settings of a run, and what a question asks.

Options, forms, `--help` and error messages are made from them, so that they can't drift apart. The types are those that a
person can type: str, int, float, bool, each perhaps `| None`, and tuple[int, ...] or tuple[str, ...]. A field whose default
is itself such a dataclass stands for that dataclass's fields.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import Field, field, fields, is_dataclass
from typing import Any

from tui_rnn.errors import InputError

OUT_OF_REACH = 1_000_000
"""Upper bounds from here on only keep the arithmetic within its range."""


def described(default: Any, help: str, **bounds: Any) -> Any:
    """A dataclass field with its help line; bounds: choices=(...), low=, high=, above= (exclusive low), below=."""
    return field(default=default, metadata={"help": help, **bounds})


def flat(cls: type) -> Iterator[tuple[tuple[str, ...], Field[Any]]]:
    """(path, field) of every field that can be typed, in order: (("prompt",), …), (("sampling", "top_k"), …)."""
    for spec in fields(cls):
        if is_dataclass(spec.default):
            yield from (((spec.name, *path), inner) for path, inner in flat(type(spec.default)))
        else:
            yield (spec.name,), spec


def check_all(instance: Any) -> None:
    """Raise InputError for the first field of a dataclass whose value is not allowed."""
    for spec in fields(instance):
        value = getattr(instance, spec.name)
        if not is_dataclass(spec.default):
            check(spec, value)
        elif type(value) is not type(spec.default):
            raise InputError(f"{spec.name} is {value!r:.60}, expected {type(spec.default).__name__}")


def check(spec: Field[Any], value: Any) -> None:
    """Raise InputError when `value` is not allowed for a field."""
    meta, kind, name = spec.metadata, str(spec.type), spec.name
    if value is None and "None" in kind:
        return
    if kind.startswith("tuple"):
        if not isinstance(value, tuple):
            raise InputError(f"{name} is {value!r:.60}, expected a tuple")
        for one in value:
            _check_one(name, kind[len("tuple[") :], meta, one)
    else:
        _check_one(name, kind, meta, value)


def _check_one(name: str, kind: str, meta: Any, value: Any) -> None:
    if "choices" in meta:
        if value not in meta["choices"]:
            raise InputError(f"{name} is {value!r}, expected one of {', '.join(meta['choices'])}")
        return
    if kind.startswith(("bool", "str")):
        wanted, words = (bool, "true or false") if kind.startswith("bool") else (str, "a text")
        if not isinstance(value, wanted):
            raise InputError(f"{name} is {value!r:.60}, expected {words}")
        return
    if kind.startswith("int"):
        if not isinstance(value, int) or isinstance(value, bool):
            raise InputError(f"{name} is {value!r:.60}, expected a whole number")
    elif not isinstance(value, (int, float)) or isinstance(value, bool) or not -math.inf < value < math.inf:
        raise InputError(f"{name} is {value!r:.60}, expected a finite number")
    low, high, above, below = (meta.get(k) for k in ("low", "high", "above", "below"))
    ok = (
        (low is None or value >= low)
        and (high is None or value <= high)
        and (above is None or value > above)
        and (below is None or value < below)
    )
    if not ok:
        raise InputError(f"{name} is {value}, expected {_bounds_text(meta, everything=high is not None and value > high)}")


def bounds_text(spec: Field[Any], everything: bool = False) -> str:
    """The allowed range of a number in words: '1 to 4096', 'at least 0, less than 1'. An upper bound that no one comes
    near is left out, unless everything is to be said."""
    return _bounds_text(spec.metadata, everything)


def _bounds_text(meta: Any, everything: bool) -> str:
    low, high, above, below = (meta.get(k) for k in ("low", "high", "above", "below"))
    if high is not None and high >= OUT_OF_REACH and not everything:
        high = None
    if low is not None and high is not None:
        return f"{_number(low)} to {_number(high)}"
    bounds = {"at least": low, "more than": above, "at most": high, "less than": below}
    return ", ".join(f"{words} {_number(bound)}" for words, bound in bounds.items() if bound is not None)


def _number(value: float) -> str:
    """A bound as a person writes it: 0, 0.5, 4096, 1,000,000."""
    return f"{value:g}" if value < 10_000 else f"{int(value):,}"


def parse(spec: Field[Any], text: str) -> Any:
    """The value of a field read from what a person typed; of a tuple, one of its values. Raises InputError with one line
    of advice."""
    kind, name = str(spec.type).removeprefix("tuple["), spec.name
    if kind.startswith("str") and "choices" not in spec.metadata:
        return text
    text = text.strip()
    if kind.startswith("bool"):
        lowered = text.lower()
        if lowered not in ("true", "false", "yes", "no", "on", "off"):
            raise InputError(f"{name} is {text!r}, expected yes or no")
        return lowered in ("true", "yes", "on")
    if not text and "None" in kind:
        return None
    value: Any = text
    if kind.startswith(("int", "float")):
        convert = int if kind.startswith("int") else float
        try:
            value = convert(text.replace("_", ""))
        except ValueError:
            kind_name = "a whole number" if convert is int else "a number"
            limits = bounds_text(spec)
            raise InputError(f"{name} is {text!r}, expected {kind_name}{limits and f', {limits}'}") from None
    _check_one(name, kind, spec.metadata, value)
    return value
