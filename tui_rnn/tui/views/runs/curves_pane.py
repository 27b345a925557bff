"""The curves of the marked runs in one chart: validation loss by characters, time or arithmetic, and what is equal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui_rnn import formats
from tui_rnn.display import visible
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import Cycle, ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.pane import Pane
from tui_rnn.tui.views.runs.known import Key, KnownRuns
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.late_plot import mount_plot
from tui_rnn.tui.widgets.loss_series import Axes, decimate, y_range
from tui_rnn.tui.widgets.pieces import Piece, fit

if TYPE_CHECKING:
    from tui_rnn.tui.widgets.loss_plot import LossPlot

_FEWEST_COLUMNS, _FEWEST_ROWS = 24, 6  # of the pane; below, the chart gives way to a line of text
WORDS = {"chars": "characters", "elapsed_s": "time", "flops": "FLOPs"}


class CurvesPane(Pane):
    """Draws the curves that `known` has of the marked runs."""

    DEFAULT_CSS = """
    CurvesPane > .legend { height: auto; max-height: 3; padding: 0 1; }
    CurvesPane LossPlot { height: 1fr; background: transparent; }
    CurvesPane LossPlot > .plot--axis, CurvesPane LossPlot:focus > .plot--axis { color: $border; }
    CurvesPane LossPlot > .plot--tick { color: $text-muted; }
    """
    view_name = "curves"
    GUIDE = Help(
        "the validation loss of every marked run during its training, each with its number",
        "lower is better; the line below says what the runs have in equal amounts: in this the comparison is fair",
        "press , and . to go from characters to time and to arithmetic: another run may win",
        "flops = 6 · characters · weights that each character is multiplied with",
    )
    why_no_page = ""

    def __init__(self, known: KnownRuns, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.known = known
        self.axis = Cycle(*WORDS)
        self._why, self._legend = Static("", classes="why", markup=False), Static("", classes="legend", markup=False)
        self._plot: LossPlot | None = None
        self._loading = False
        self._drawn: object = None

    def compose(self) -> ComposeResult:
        yield from (self._why, self._legend)

    async def _load(self) -> None:
        if (plot := await mount_plot(self, before=self._legend)) is not None:
            self._plot = plot
            self.look()

    def on_resize(self) -> None:
        self._drawn = None

    # ------------------------------------------------------------- what is shown

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return (ViewSetting("across", lambda: WORDS[self.axis.now], self.turn, "characters, time, or arithmetic"),)

    def turn(self, by: int) -> None:
        """Go to another of characters, time and arithmetic."""
        self.axis.step(by)
        self.look()

    @property
    def found(self) -> object:
        """The curves of the marked runs, by number and name."""
        curves = {f"{self.known.number(key)} {row.config.name}": self.known.curves_of(key) for key, row in self.known.compared}
        return {name: curve for name, curve in curves.items() if curve} or None

    @property
    def to_copy(self) -> str:
        return "\n".join(f"{name.plain}" for name in self._chips())

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        self.look()

    def look(self) -> None:
        """Draw what has changed, while the pane is in view."""
        if not self.is_mounted or not self.display or not self.size.width:
            return
        if not self._loading and self.known.compared:
            self._loading = True
            self.run_worker(self._load(), exit_on_error=False)
        curves = [(key, self.known.curves_of(key)) for key, _ in self.known.compared]
        why = self._why_empty(curves)
        self._why.display, self._legend.display = bool(why), not why
        self._why.update(why)
        if self._plot is not None and self._plot.display is bool(why):
            self._plot.display = not why
            self.call_after_refresh(self.look)  # when it has been given its room
        self._write_titles()
        stamp = (
            [(key, _end(one), self.known.number(key)) for key, one in curves],
            self.axis.now, self.known.unit, self.known.braille, paint_of(self.app), self.size,
            self._plot.size if self._plot else None,
        )  # fmt: skip
        if why or self._plot is None or not self._plot.size.width or stamp == self._drawn:
            return
        self._drawn = stamp
        self._draw(self._plot, [(key, one) for key, one in curves if one])

    def _why_empty(self, curves: Sequence[tuple[Key, Mapping[str, Any] | None]]) -> str:
        if not curves:
            return "Mark runs in the table (x): this chart shows their curves."
        if self.size.width < _FEWEST_COLUMNS or self.size.height < _FEWEST_ROWS:
            return "too little room for the chart"
        if not any(one and len(one["val_chars"]) for _, one in curves):
            return "The marked runs were not evaluated yet, or their curves are being read."
        return ""

    def _chips(self) -> list[Content]:
        """Each marked run with its number, name and loss."""
        paint, found = paint_of(self.app), []
        for key, row in self.known.compared:
            number = self.known.number(key)
            loss = formats.loss(row.val_loss_nats, self.known.unit)
            found.append(Content.styled(f"{number} {visible(row.config.name)} {loss}", f"bold {run_colour(number, paint)}"))
        return found

    def _write_titles(self) -> None:
        from tui_rnn.training.fair import counted_in, equal_in

        rows = [row for _, row in self.known.compared]
        units = sorted({formats.unit_label(self.known.unit, row.loss_unit) for row in rows})
        over = counted_in(rows) if rows and self.axis.now == "chars" else WORDS[self.axis.now]
        pieces = [Piece(0, Content.styled("validation loss", "bold")), Piece(1, Content(f"over {over}"))]
        if units:
            pieces.append(Piece(2, Content(" or ".join(units))))
        self.border_title = fit(pieces, max(0, self.size.width - 4))
        self.border_subtitle = ""
        if len(rows) > 1:
            same = len({row.data_key for row in rows}) == 1
            equal = (equal_in(rows) or ("nothing else is equal",)) if same else ()
            told = ["same text" if same else "not the same text: not comparable", *equal]
            self.border_subtitle = fit([Piece(k, Content(part)) for k, part in enumerate(told)], max(0, self.size.width - 4))
        self._legend.update(Content("   ").join(self._chips()))

    def _draw(self, plot: LossPlot, curves: Sequence[tuple[Key, Mapping[str, Any]]]) -> None:
        from tui_rnn.training.fair import along
        from tui_rnn.tui.widgets.loss_plot import Limits, Stroke

        axes, paint = Axes(self.known.unit), paint_of(self.app)
        drawn: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], str, int]] = []
        for key, one in curves:
            number = self.known.number(key)
            x = along(self.axis.now, one, self.known.flops_per_char(key))
            drawn.append((x, axes.y(one["val_loss_nats"]), run_colour(number, paint), number))
        ends = [float(x[-1]) for x, *_ in drawn if len(x) and math.isfinite(x[-1])]
        x_high = max([*ends, 0.0]) or 10.0
        low, high = y_range([(x, y, float(x[-1]) if len(x) else 0.0) for x, y, *_ in drawn], [])
        limits = Limits(0.0, x_high, low, high)
        lines = [Stroke(*decimate(x, y, 0.0, x_high, plot.columns), colour, str(number)) for x, y, colour, number in drawn]
        by_time, braille = self.axis.now == "elapsed_s", self.known.braille
        plot.draw(lines, [], limits, log=(False, False), by_time=by_time, braille=braille, highest=math.inf)


def _end(curves: Mapping[str, Any] | None) -> float:
    """How far a run's curve goes: a growing curve is thinned, and a later one may have as many points."""
    return float(curves["val_chars"][-1]) if curves and len(curves["val_chars"]) else 0.0
