"""From a message to bytes and back.

First comes the length of the JSON text, then the text, then the arrays' numbers one after another. In JSON, numbers, texts,
true, false and null are themselves, and a list is a tuple. Everything else is an object with one key that says what it is.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.errors import TuiRnnError
from tui_rnn.lab.messages import Answered
from tui_rnn.lab.wire.classes import answer_of, classes, hints
from tui_rnn.lab.wire.fitting import fits

MAX_BYTES = 1 << 28
_LENGTH = struct.Struct("<I")
_KINDS = "biuf"  # of arrays: booleans, whole numbers, fractions
_MOST_AXES = 8
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class NotAMessage(Exception):
    """What was read is not a message; says why in one line."""


def encode(message: Any) -> bytes:
    """The message as bytes."""
    blocks: list[bytes] = []
    text = json.dumps(_plain(message, blocks), separators=(",", ":"), allow_nan=False).encode()
    return b"".join([_LENGTH.pack(len(text)), text, *blocks])


def decode(data: bytes) -> Any:
    """The message. Raises NotAMessage."""
    if len(data) < _LENGTH.size:
        raise NotAMessage(f"{len(data)} bytes are too few for a message")
    (length,) = _LENGTH.unpack_from(data)
    end = _LENGTH.size + length
    if end > len(data):
        raise NotAMessage(f"its text has {length:,} bytes, but only {len(data) - _LENGTH.size:,} are there")
    blocks = _Blocks(memoryview(data)[end:])
    try:
        plain = json.loads(data[_LENGTH.size : end])
        message = _built(plain, blocks)
    except RecursionError:
        raise NotAMessage("it is nested too deeply") from None
    except ValueError as error:  # NotAMessage is not one of these
        raise NotAMessage(f"its text is not JSON: {error}") from None
    if blocks.left:
        raise NotAMessage(f"{blocks.left:,} bytes are left over at its end")
    return message


def _plain(value: Any, blocks: list[bytes]) -> Any:
    """The value for JSON; the numbers of arrays go to `blocks`."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, np.generic):
        return {"n": [value.dtype.str, _plain(value.item(), blocks)]}
    if isinstance(value, float):
        return value if math.isfinite(value) else {"f": str(value)}
    if isinstance(value, np.ndarray):
        array = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
        blocks.append(array.tobytes())
        return {"a": [array.dtype.str, list(value.shape)]}
    if isinstance(value, tuple):
        return [_plain(one, blocks) for one in value]
    if isinstance(value, (list, set, frozenset)):
        ordered = value if isinstance(value, list) else sorted(value)
        return {type(value).__name__: [_plain(one, blocks) for one in ordered]}
    if isinstance(value, dict):
        return {"d": [[_plain(key, blocks), _plain(one, blocks)] for key, one in value.items()]}
    if isinstance(value, RunConfig):  # with the settings that are for its kind of data
        return {"c": ["RunConfig", {"kind": value.kind, **{k: _plain(one, blocks) for k, one in value.settings.items()}}]}
    if is_dataclass(value) and classes().get(type(value).__name__) is type(value):
        held = {spec.name: _plain(getattr(value, spec.name), blocks) for spec in fields(value)}
        return {"c": [type(value).__name__, held]}
    raise TypeError(f"a message holds a {type(value).__name__}, which has no form on the wire")


class _Blocks:
    """The arrays' numbers, taken one array after another."""

    def __init__(self, data: memoryview) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> memoryview:
        if count > self.left:
            raise NotAMessage(f"an array of {count:,} bytes is announced, but only {self.left:,} are there")
        self._at += count
        return self._data[self._at - count : self._at]


def _built(plain: Any, blocks: _Blocks) -> Any:
    if isinstance(plain, list):
        return tuple(_built(one, blocks) for one in plain)
    if not isinstance(plain, dict):
        return plain
    if len(plain) != 1:
        raise NotAMessage(f"an object has {len(plain)} keys, expected one")
    [(kind, held)] = plain.items()
    make = _MAKERS.get(kind)
    if make is None:
        raise NotAMessage(f"an object has the unknown kind {kind[:40]!r}")
    return make(held, blocks)


def _float(held: Any, blocks: _Blocks) -> float:
    if not isinstance(held, str) or held not in _NOT_FINITE:
        raise NotAMessage(f"{held!r:.40} is not a number")
    return _NOT_FINITE[held]


def _dtype(name: Any) -> np.dtype[Any]:
    try:
        dtype = np.dtype(name if isinstance(name, str) and len(name) <= 16 else "?!")
    except (TypeError, ValueError, SyntaxError):
        raise NotAMessage(f"{name!r:.40} is not a type of numbers") from None
    if dtype.kind not in _KINDS or dtype.shape or dtype.names:
        raise NotAMessage(f"{name!r:.40} is not a type of numbers that a message can have")
    return dtype


def _number(held: Any, blocks: _Blocks) -> Any:
    match held:
        case [name, value]:
            value = _built(value, blocks)
            if not isinstance(value, (bool, int, float, str)):
                raise NotAMessage(f"{value!r:.40} is not a number")
            try:
                return _dtype(name).type(value)
            except (ValueError, OverflowError, TypeError):
                raise NotAMessage(f"{value!r:.40} is not of type {name}") from None
    raise NotAMessage("a number has no type")


def _array(held: Any, blocks: _Blocks) -> np.ndarray[Any, Any]:
    match held:
        case [name, [*shape]] if len(shape) <= _MOST_AXES and all(type(n) is int and 0 <= n < 1 << 40 for n in shape):
            dtype = _dtype(name)
            data = blocks.take(math.prod(shape) * dtype.itemsize)
            return np.frombuffer(data, dtype).reshape(shape).copy() if data else np.zeros(shape, dtype)
    raise NotAMessage("an array has no shape")


def _many(make: Callable[[list[Any]], Any]) -> Callable[[Any, _Blocks], Any]:
    def build(held: Any, blocks: _Blocks) -> Any:
        if not isinstance(held, list):
            raise NotAMessage("a list or set is not written as a list")
        try:
            return make([_built(one, blocks) for one in held])
        except TypeError:
            raise NotAMessage("a set holds something that can't be in a set") from None

    return build


def _dict(held: Any, blocks: _Blocks) -> dict[Any, Any]:
    if not isinstance(held, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in held):
        raise NotAMessage("a dict is not written as pairs")
    try:
        return {_built(key, blocks): _built(value, blocks) for key, value in held}
    except TypeError:
        raise NotAMessage("a dict has an impossible key") from None


def _instance(held: Any, blocks: _Blocks) -> Any:
    if not (isinstance(held, list) and len(held) == 2 and isinstance(held[0], str) and isinstance(held[1], dict)):
        raise NotAMessage("a class has no fields")
    name: str = held[0]
    given: dict[str, Any] = held[1]
    made = classes().get(name)
    if made is None:
        raise NotAMessage(f"{name[:40]!r} is not a class of messages")
    types = hints(made)
    expected = types.keys() & given.keys() if made is RunConfig else types.keys()
    if given.keys() != expected:
        wrong = sorted(given.keys() ^ expected)
        raise NotAMessage(f"{name} has other fields in this version of tui-rnn: {', '.join(wrong)[:80]}")
    values = {field: _built(value, blocks) for field, value in given.items()}
    for field, value in values.items():
        if not fits(value, types[field]):
            raise NotAMessage(f"{name}.{field} is {value!r:.60}, expected {types[field]!s:.60}")
    if made is Answered and type(values["answer"]) is not answer_of(type(values["question"])):
        raise NotAMessage(f"a {type(values['answer']).__name__} is not an answer to {type(values['question']).__name__}")
    try:
        return made(**values)
    except TuiRnnError as error:
        raise NotAMessage(str(error)) from None


_MAKERS: dict[str, Callable[[Any, _Blocks], Any]] = {
    "f": _float,
    "n": _number,
    "a": _array,
    "list": _many(list),
    "set": _many(set),
    "frozenset": _many(frozenset),
    "d": _dict,
    "c": _instance,
}
