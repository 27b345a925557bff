"""What an export is made for, and what each target is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_rnn.data.spelled import Spelled, word_ids
from tui_rnn.export.cells import Floats
from tui_rnn.export.plan import Plan

Logits = Callable[..., Floats]
"""The logits of ids (T,), after each or of the whole; of an encoder-decoder, of a source and a target (see `logits` of the
networks in tui_rnn/tasks)."""


def plain(example: Sequence[Any]) -> list[Any]:
    """What `logits` takes, as lists of integers: words with their letters are two, their ids and the letters of each."""
    found: list[Any] = []
    for one in example:
        found.append([int(i) for i in word_ids(one)])
        if isinstance(one, Spelled):
            found.append([one.letters[form].tolist() for form in one.forms.tolist()])
    return found


class NotInstalled(Exception):
    """The other side can't be run here; the message says what to install."""


@dataclass(frozen=True, eq=False)
class Target:
    """One form to take a network along in.

    title: what it is, for help. needs: the package without which it can't be written, "" for none. names: of all files that
    its folder may hold. files: what these are for a network, by name. opened: the other side, run on that folder: the logits
    by each form that it has, such as 'sequence' and 'step'. Raises NotInstalled where there is no such program here.
    """

    name: str
    title: str
    needs: str
    names: tuple[str, ...]
    files: Callable[[Plan, Mapping[str, Any]], dict[str, bytes]]
    opened: Callable[[Path], dict[str, Logits]]
