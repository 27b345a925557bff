"""The classes that a message can be made of: those of the messages themselves, of their fields, and so on."""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from tui_rnn.insight import registry
from tui_rnn.insight.question import Question
from tui_rnn.lab.messages import Command, Event, Snapshot
from tui_rnn.lab.wire.recorded import Recorded


@cache
def classes() -> dict[str, type]:
    """Every class that a message may hold, by its name."""
    found: dict[str, type] = {}
    left: list[Any] = [Command, Event, Snapshot, Recorded]
    for entry in registry.QUESTIONS.values():
        left += [entry.question, answer_of(entry.question)]
    while left:
        for one in _classes_in(left.pop()):
            if one.__name__ not in found:
                found[one.__name__] = one
                left += hints(one).values()
            elif found[one.__name__] is not one:
                raise TypeError(f"two classes of messages are called {one.__name__}: rename one of them")
    return found


def answer_of(question: type[Question[Any]]) -> type:
    """The class of a question's answers."""
    for base in getattr(question, "__orig_bases__", ()):
        for argument in typing.get_args(base):
            found: type = _resolved(argument, question)
            return found
    raise TypeError(f"{question.__name__} does not say what its answers are")


@cache
def hints(owner: type) -> dict[str, Any]:
    """The type of each field."""
    return {spec.name: _resolved(spec.type, owner) for spec in fields(owner)}


def _resolved(hint: Any, owner: type) -> Any:
    """A type that may be written as text, with the names of the module of the class that has the field."""
    if isinstance(hint, typing.ForwardRef):
        hint = hint.__forward_arg__
    if not isinstance(hint, str):
        return hint
    for one in owner.__mro__:  # the field may be of a base class
        space = vars(sys.modules[one.__module__])
        try:
            return typing.get_type_hints(_Holder(hint), space, None)["held"]
        except NameError:
            continue
    raise TypeError(f"{owner.__name__} has a field of type {hint}, which its module does not know when it runs")


class _Holder:
    """An object with a type as text, for typing to resolve."""

    def __init__(self, hint: str) -> None:
        self.__annotations__ = {"held": hint}


def _classes_in(hint: Any) -> Iterator[type]:
    """The dataclasses that a type names."""
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for part in (typing.get_origin(hint), *typing.get_args(hint)):
        if part is not None and part is not hint:
            yield from _classes_in(part)
