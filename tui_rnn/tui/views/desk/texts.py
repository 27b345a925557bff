"""The text of a writer: each token on the colour of its surprise, copies underlined, and where two writers first differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_rnn.tui.views.desk.writing import Writing
from tui_rnn.tui.views.pages.page import Room, Row, muted
from tui_rnn.tui.views.pages.text import text_rows
from tui_rnn.tui.widgets.flow import END, START

MOST_BITS = 10.0  # where the colour ends
_NOTHING = ("Nothing is written yet.", "Choose what it begins with: ↑ ↓, then →.", "p types, N lets the network write.")


def written_rows(writing: Writing, room: Room, *, item: bool, differs_at: int | None = None) -> list[Row]:
    """item: whether it is between <s> and </s>. differs_at: the first token that differs from the other writer's. Places count
    the tokens from 0; <s> is below 0."""
    symbols = writing.symbols
    if not symbols and not item:
        return [muted(line, room) for line in _NOTHING]
    before, after = (int(item), int(item and writing.has_ended))
    shown = (*[START] * before, *symbols, *[END] * after)
    bits = np.concatenate([np.full(before, np.nan), writing.bits, np.full(after, np.nan)])
    return text_rows(
        shown, room, bits, kind="surprise", low=0.0, high=MOST_BITS, cursor=before + len(symbols) - 1,
        underlined=_copied(writing, before), marked=None if differs_at is None else differs_at + before, first=-before,
        as_read=True,
    )  # fmt: skip


def _copied(writing: Writing, before: int) -> Sequence[tuple[int, int]]:
    """The first and last symbol of each copy. Where the network's tokens are not the draft's, such as bytes, the characters
    say which symbols these are."""
    copies = writing.copies
    if copies is None:
        return ()
    if copies.symbols == writing.symbols:
        return [(one.start + before, one.start + one.length - 1 + before) for one in copies.copies]
    read = np.cumsum([0, *map(len, copies.symbols)])
    ends = np.cumsum([0, *map(len, writing.symbols)])
    found = []
    for one in copies.copies:
        first = int(np.searchsorted(ends, read[one.start], side="right")) - 1
        last = int(np.searchsorted(ends, read[one.start + one.length], side="left")) - 1
        found.append((first + before, last + before))
    return found
