"""The settings of a view: what the menu shows and changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _always(by: int) -> str:
    return ""


@dataclass(frozen=True)
class ViewSetting:
    """One line of the menu. value: how it is set now, in words. step(by): to the next value (1) or the one before (−1).
    why_not(by): why that would change nothing. lasting: whether stepping back brings the value before."""

    name: str
    value: Callable[[], str]
    step: Callable[[int], object]
    help: str
    why_not: Callable[[int], str] = _always
    lasting: bool = True
