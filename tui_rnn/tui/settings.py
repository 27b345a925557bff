"""The settings of a view: what its menu shows and changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")


def _always(by: int) -> str:
    return ""


@dataclass(frozen=True)
class ViewSetting:
    """One line of the menu. value: the value now, in words. step(by): goes to the next value (1) or the one before (−1).
    why_not(by): why a step would change nothing. lasting: whether a step back restores the value before."""

    name: str
    value: Callable[[], str]
    step: Callable[[int], object]
    help: str
    why_not: Callable[[int], str] = _always
    lasting: bool = True


def following(values: Sequence[Value], now: Value, by: int) -> Value:
    """The next value (by 1), or the one before (−1), around the end. From a value that is not among them: an end."""
    at = values.index(now) if now in values else min(-by, 0)
    return values[(at + by) % len(values)]


class Cycle(Generic[Value]):
    """One of some values: the first, or `start`, until a step changes it."""

    def __init__(self, *values: Value, start: Value | None = None) -> None:
        self.values, self.now = values, values[0] if start is None else start

    def step(self, by: int) -> None:
        self.now = following(self.values, self.now, by)

    def setting(self, name: str, help: str, told: Callable[[Value], str] = str) -> ViewSetting:
        """The line that shows and changes it. told: a value in words."""
        return ViewSetting(name, lambda: told(self.now), self.step, help)


def action(name: str, act: Callable[[], object], help: str, why_not: Callable[[int], str] = _always) -> ViewSetting:
    """A line that does something and sets nothing."""
    return ViewSetting(name, lambda: "…", lambda by: act(), help, why_not, lasting=False)
