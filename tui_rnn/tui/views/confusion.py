"""The confusion matrix as a heatmap: how often the network took each class for each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, set_cell_size
from textual.content import Content

from tui_rnn.display import counted, visible
from tui_rnn.formats import percentage
from tui_rnn.insight.answers import Confusion
from tui_rnn.kinds import Kind
from tui_rnn.tui.views.view import Help, Seen, View, metric_parts
from tui_rnn.tui.widgets.flow import Letters
from tui_rnn.tui.widgets.heatmap_lines import Picture
from tui_rnn.tui.widgets.legend import map_legend
from tui_rnn.tui.widgets.page import padded
from tui_rnn.tui.widgets.pieces import Piece, percent, probability
from tui_rnn.tui.widgets.scene import Matrix, Nothing, Scene

_CORNER = "truth╲said"
_LONGEST_LABEL = 14  # cells
_WIDEST_COLUMN = 6  # of short labels
_NUMBER_CELLS = 3
_ROUNDS_TO_ONE, _SOME = 0.005, "·"


def confusion_matrix(kind: Kind) -> View:
    """The view for the labels of this kind of data."""
    return View(
        "confusion",
        Help(
            "a row for each true class, a column for each answer",
            "in percent of the row: a perfect network would have one strong diagonal",
            "move the cursor to the strongest cell beside the diagonal: the most frequent mistake",
        ),
        lambda seen: _scene(seen, kind),
        of_examples=False,
    )


def _scene(seen: Seen[Any], kind: Kind) -> Scene:
    """Rows are the true classes, the most frequent first; each row's shares make up 100%."""
    confusion = seen.run.scored.confusion if seen.run.scored else None
    if confusion is None or not confusion.counts.any():
        return Scene(Nothing("The confusion matrix comes with the first full evaluation on the validation part."))
    table = Table.of(confusion)
    return Scene(
        Matrix(
            _picture(table, seen.width), lambda said, truth: _cell(table, kind, said, truth), start=_worst(table), steady=True
        ),
        metric_parts(seen, kind.metrics),
        [
            Piece(0, map_legend(seen.paint, "sequential", 0, 100)),
            Piece(1, Content("% of the row")),
            *([Piece(2, Content("dot: below 0.5"))] if _some_rounds_to_nothing(table) else []),
            Piece(3, Content("down the truth, across what was said")),
        ],
    )


def _cell(table: Table, kind: Kind, said: int, truth: int) -> list[Piece]:
    """The meaning of a cell."""
    count, total = int(table.counts[truth, said]), int(table.counts[truth].sum())
    what = "said " if said != truth else "rightly said "
    parts = [
        *([Piece(0, Content(percentage(count / total)))] if total else []),
        Piece(1, Content("truth")),
        Piece(0, Content.styled(table.labels[truth], "bold"), " "),
        Piece(0, Content.assemble(what, (table.labels[said], "bold")), ", "),
        Piece(2, Content(f"{count:,} of {counted(total, kind.loss_unit)}")),
    ]
    if math.isfinite(table.f1[truth]):
        parts.append(Piece(3, Content.assemble(f"F1 of {table.labels[truth]} ", (probability(float(table.f1[truth])), "bold"))))
    return parts


@dataclass(frozen=True, eq=False)
class Table:
    """A confusion with safe labels, the most frequent class first, and only classes that are in the data or in answers."""

    labels: tuple[str, ...]
    counts: NDArray[np.int64]
    f1: NDArray[np.float64]

    @classmethod
    def of(cls, confusion: Confusion) -> Table:
        counts = confusion.counts
        came, said = counts.sum(axis=1), counts.sum(axis=0)
        order = [k for k in np.lexsort((-said, -came)).tolist() if came[k] or said[k]]
        labels = tuple(visible(confusion.labels[k]) for k in order)
        return cls(labels, counts[np.ix_(order, order)], confusion.f1[order])

    @property
    def shares(self) -> NDArray[np.float32]:
        """counts, each row as shares of its sum; a class that is not in the data has a row of zeros."""
        return np.asarray(self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1), np.float32)


def _picture(table: Table, width: int) -> Picture:
    count, shares = len(table.labels), table.shares
    longest = min(max(map(cell_len, table.labels)), _LONGEST_LABEL)
    room = width - max(longest + 4, len(_CORNER) + 1)
    column = max(2, min(max(_WIDEST_COLUMN, longest + 1), room // count))
    heads = _short(table.labels, column - 1)
    if heads is None:  # letters don't fit: number them
        digits = len(str(count))
        column = max(column, digits + 1)
        heads = [f"{k + 1:>{min(column, _NUMBER_CELLS)}}" for k in range(count)]
        labels = [f"{k + 1:>{digits}} {padded(label, longest)}" for k, label in enumerate(table.labels)]
    else:
        labels = [padded(label, longest) for label in table.labels]
    gutter = max(len(_CORNER), max(map(cell_len, labels)))
    letters = Letters(tuple(_centred(head, column) for head in heads), (column,) * count, (False,) * count)
    words = np.array([[_word(share) for share in row] for row in shares.T.tolist()])
    labels = [padded(label, gutter) for label in labels]
    return Picture(
        letters, frozenset(), shares.T, np.arange(count), "sequential", 0, 1, tuple(labels), _CORNER, words, widest=1
    )


def _word(share: float) -> str:
    """A share in its cell, aligned with the others, in percent; a dot for one that rounds to 0."""
    return f"{percent(share) if share >= _ROUNDS_TO_ONE else _SOME:>{_NUMBER_CELLS}}" if share > 0 else ""


def _short(labels: Sequence[str], cells: int) -> list[str] | None:
    """The labels cut to so many cells, if they still differ; else None."""
    short = [set_cell_size(label, min(cells, cell_len(label))).rstrip() for label in labels]
    return short if len(set(short)) == len(labels) and cells > 1 else None


def _centred(head: str, cells: int) -> str:
    return padded(" " * ((cells - cell_len(head)) // 2) + head, cells)


def _some_rounds_to_nothing(table: Table) -> bool:
    return bool(((table.shares > 0) & (table.shares < _ROUNDS_TO_ONE)).any())


def _worst(table: Table) -> tuple[int, int]:
    """(said, truth) of the most frequent mistake; the first cell if there is none."""
    wrong = table.counts.copy()
    np.fill_diagonal(wrong, 0)
    truth, said = divmod(int(wrong.argmax()), len(table.labels))
    return (said, truth) if wrong.any() else (0, 0)
