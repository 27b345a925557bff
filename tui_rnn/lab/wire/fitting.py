"""Whether a value is of a field's declared type."""

from __future__ import annotations

import types
import typing
from dataclasses import is_dataclass
from typing import Any, Literal

import numpy as np


def fits(value: Any, hint: Any) -> bool:
    """Whether the value is of this type. Any fits every value."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, typing.TypeVar):
        hint = hint.__bound__
    if hint is Any:
        return True
    if hint is None or hint is types.NoneType:
        return value is None
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, one) for one in arguments)
    if origin is Literal:
        return any(type(value) is type(one) and value == one for one in arguments)
    if hint is float:
        return isinstance(value, (float, int, np.floating)) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if origin is np.ndarray or hint is np.ndarray:
        return isinstance(value, np.ndarray) and _right_kind(value, arguments)
    if origin is tuple:
        return isinstance(value, tuple) and _fits_each(value, arguments)
    if origin is dict:
        return isinstance(value, dict) and all(fits(k, arguments[0]) and fits(v, arguments[1]) for k, v in value.items())
    if origin in (list, set, frozenset):
        return isinstance(value, origin) and all(fits(one, arguments[0]) for one in value)
    if origin is not None and is_dataclass(origin):  # Question[Found]
        return isinstance(value, typing.cast(type, origin))
    if isinstance(hint, type):
        return isinstance(value, hint)
    return not typing.get_args(hint) and origin is None


def _fits_each(value: tuple[Any, ...], arguments: tuple[Any, ...]) -> bool:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return all(fits(one, arguments[0]) for one in value)
    if arguments == ():
        return True
    return len(value) == len(arguments) and all(map(fits, value, arguments))


def _right_kind(array: np.ndarray[Any, Any], arguments: tuple[Any, ...]) -> bool:
    """Whether an array's numbers are of the declared kind: whole numbers or fractions. NDArray[np.float64] is ndarray[shape,
    dtype[float64]]."""
    for argument in arguments:
        for kind in typing.get_args(argument) if typing.get_origin(argument) is np.dtype else ():
            if isinstance(kind, type) and issubclass(kind, np.generic) and not _alike(array.dtype, kind):
                return False
    return True


def _alike(dtype: np.dtype[Any], kind: type[np.generic]) -> bool:
    return any(
        np.issubdtype(dtype, group) and issubclass(kind, group) for group in (np.integer, np.floating, np.bool_, np.str_)
    ) or (kind in (np.generic, np.number))
