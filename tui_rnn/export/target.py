"""What a target of the export is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_rnn.data.spelled import Spelled, word_ids
from tui_rnn.export.cells import Floats
from tui_rnn.export.plan import Plan

Logits = Callable[..., Floats]
"""The logits for ids (T,), after each or for the whole; of an encoder-decoder, for a source and a target. See `logits` of the
networks in tui_rnn/tasks."""


def plain(example: Sequence[Any]) -> list[Any]:
    """The arguments of `logits` as lists of integers. Words with their letters are two: their ids and the letters of each."""
    found: list[Any] = []
    for one in example:
        found.append([int(i) for i in word_ids(one)])
        if isinstance(one, Spelled):
            found.append([one.letters[form].tolist() for form in one.forms.tolist()])
    return found


class NotInstalled(Exception):
    """The exported files can't be run here; the message says what to install."""


@dataclass(frozen=True, eq=False)
class Target:
    """One form of an exported network.

    title: what it is, for help. needs: the package without which it can't be written, "" for none. names: of all files that
    its folder may have. files: a network's files, by name. opened: runs the files of that folder: the logits by each form that
    it has, such as 'sequence' and 'step'. Raises NotInstalled if there is no program for it here.
    """

    name: str
    title: str
    needs: str
    names: tuple[str, ...]
    files: Callable[[Plan, Mapping[str, Any]], dict[str, bytes]]
    opened: Callable[[Path], dict[str, Logits]]
