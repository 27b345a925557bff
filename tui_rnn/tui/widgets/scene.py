"""What a view of a task draws: a page of lines, a heatmap, a chart, or the reason why there is nothing yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui_rnn.tui.widgets.heatmap_lines import Picture
from tui_rnn.tui.widgets.page import Line
from tui_rnn.tui.widgets.pieces import Piece


@dataclass(frozen=True)
class Lines:
    """A page. spans: the lines of each example, for clicks; chosen: the example that a person looks at, None: none."""

    lines: Sequence[Line]
    spans: Sequence[range] = ()
    chosen: int | None = None

    @property
    def chosen_lines(self) -> range:
        """The lines of the chosen example; empty if none is chosen."""
        return self.spans[min(self.chosen, len(self.spans) - 1)] if self.spans and self.chosen is not None else range(0)


@dataclass(frozen=True, eq=False)
class Matrix:
    """A heatmap; `tell(column, row)` says what a cell means."""

    picture: Picture
    tell: Callable[[int, int], list[Piece]]
    start: tuple[int, int] = (0, 0)  # of the cursor, until a person moves it
    steady: bool = False  # whether the cursor stays at its first start, though `start` may change
    across: str = "columns"  # what these are called
    reads: bool = False  # whether they are the symbols that the network reads: then the gates have the same cursor


@dataclass(frozen=True)
class Curves:
    """Shares in percent over source lengths, one curve a run: (number, name, lengths, shares)."""

    runs: Sequence[tuple[int, str, Sequence[float], Sequence[float]]]


@dataclass(frozen=True)
class Nothing:
    """Why there is nothing to show, and what would change that."""

    why: str


@dataclass(frozen=True)
class Scene:
    """A view as it is to be drawn now. title and legend are in the border."""

    body: Lines | Matrix | Curves | Nothing
    title: Sequence[Piece] = ()
    legend: Sequence[Piece] = ()
