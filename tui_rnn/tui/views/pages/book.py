"""The pages of Inspect, and which of them is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tui_rnn.tui.views.pages.page import Page


@dataclass
class Book:
    """All pages, and the open one: the same for all runs on the screen."""

    pages: Sequence[Page] = ()
    at: int = 0
    turns: bool = True  # whether keys turn its pages; beside a lesson, they turn the lesson's
    opened: list[Callable[[], object]] = field(default_factory=list)  # called when another page opens

    @property
    def open(self) -> Page:
        return self.pages[self.at]

    def turn(self, by: int) -> None:
        self.go_to((self.at + by) % len(self.pages))

    def go_to(self, at: int) -> None:
        self.at = at
        for tell in self.opened:
            tell()
