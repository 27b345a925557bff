"""A workspace is a list of views, where they stand, and keys of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tui_rnn.tui.keys import KeyCommand

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen

LabKey: TypeAlias = "KeyCommand[LabScreen]"
BESIDE = "beside"
"""Stands for the slot that a page of a lesson names."""


@dataclass(frozen=True)
class Workspace:
    """name: on its tab; its first letter is its key. told: what it is for, in words. slots: the places of its views, in the
    order of the Tab key. first: the slot that gets the focus if all are in view; if only one is, that is the first slot. live:
    whether it shows live weights, not frozen ones."""

    name: str
    told: str
    slots: tuple[str, ...]
    first: str
    live: bool
    keys: Sequence[LabKey]

    @property
    def key(self) -> str:
        return self.name[0]
