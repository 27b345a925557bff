"""The loss pane: training and validation curves of every run over the landmarks, with a name at each end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui_rnn.display import visible
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views import chart_series, loss_settings, loss_titles
from tui_rnn.tui.views.chart_events import happened
from tui_rnn.tui.views.chart_series import Level
from tui_rnn.tui.views.pane import Pane
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.waiting import why_waiting
from tui_rnn.tui.widgets.late_plot import mount_plot
from tui_rnn.tui.widgets.loss_series import Axes, EndLabel, decimate, place, shortened

if TYPE_CHECKING:
    from tui_rnn.tui.widgets.loss_plot import Limits, LossPlot

_LABEL_CELLS = range(18, 27)  # of the column beside the plot: as wide as the longest label, within these
_FEWEST_LABEL_CELLS = 8  # where the plot needs the room
_NAMED_CELLS, _FEWEST_CURVE_CELLS = 13, 17  # a loss with its whole name; the least room for curves that read well
_FEWEST_COLUMNS, _FEWEST_ROWS = 30, 6  # of the pane; below, the chart gives way to a line of text


class LossPane(Pane, can_focus=False):
    """`show` only notes what there is to draw; `look`, called twice a second, draws what has changed."""

    BORDER_TITLE = "loss"
    DEFAULT_CSS = "LossPane { layout: horizontal; overflow: hidden hidden; }"
    view_name = "loss chart"
    GUIDE = Help(
        "the training and validation loss of every run, and what counting alone reaches",
        "digits mark the validation curves, training is faint; dotted lines are baselines: lower is better",
        "press v and choose time for the horizontal axis: another run may win",
        "−1/T Σ_t ln ŷ_t[w_t+1], the mean cross-entropy; bits are nats / ln 2",
    )

    def __init__(self) -> None:
        super().__init__(id="loss")
        self.axes = Axes()
        self.measure: str | None = None  # the metric that is drawn; None: the loss
        self.braille = True
        self.zoom: Limits | None = None
        self.whole = False  # whether the chart shows the steep start of the curves, which makes the rest small
        self._plot: LossPlot | None = None
        self._unzoomed: Limits | None = None
        self._left_out = False  # whether a part of the curves is outside of these limits
        self._state = LabState()
        self._drawn: Any = None
        self._titles: tuple[str, str] | None = None
        self._note, self._labels = (Static("", id=f"loss-{part}", markup=False) for part in ("empty", "labels"))

    def compose(self) -> ComposeResult:
        yield from (self._note, self._labels)

    async def load(self) -> None:
        """Mount the plot: after the first paint."""
        if (plot := await mount_plot(self, before=self._labels, id="loss-plot")) is not None:
            self._plot, self._drawn = plot, None
            self.look()

    # ------------------------------------------------------------- settings

    @property
    def metric(self) -> str | None:
        """The metric of the data's task."""
        return self._state.corpus.main_metric if self._state.corpus else None

    def change(self, what: str, by: int = 1) -> None:
        """Change one of the chart's settings: metric, unit, log, x, glyphs, in, out, all."""
        if what == "metric":
            self.measure, self.zoom = None if self.measure is not None else self.metric, None
        elif what == "unit":
            self.axes, self.zoom = self.axes.next_unit(by), None
        elif what == "log":
            self.axes, self.zoom = self.axes.next_log(by), None
        elif what == "x":
            self.axes, self.zoom = replace(self.axes, by_time=not self.axes.by_time), None
        elif what == "glyphs":
            self.braille = not self.braille
        elif what == "all":
            self.whole, self.zoom = not self.whole if self.zoom is None else self.whole, None
        elif self._plot is not None and what == "in":
            self._plot.action_zoom_in()
        elif self._plot is not None and what == "out":
            self._plot.action_zoom_out()
        self.look()

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return loss_settings.of(self)

    @property
    def found(self) -> object:
        """The curves of every run, by its number and name."""
        runs = enumerate(self._state.runs.values(), 1)
        return {f"{number} {run.name}": run.snapshot.curve for number, run in runs if run.snapshot} or None

    @property
    def to_copy(self) -> str:
        return chart_series.as_text(self._state, self.axes.unit)

    def on_plot_widget_scale_changed(self, event: Any) -> None:
        """The person zoomed or moved the plot: keep that range, and draw the curves for it."""
        from tui_rnn.tui.widgets.loss_plot import Limits

        event.stop()
        wanted = Limits(event.x_min, event.x_max, event.y_min, event.y_max)
        if self._unzoomed is None or not wanted.is_sensible(self._unzoomed):
            wanted = self.zoom or self._unzoomed or wanted
        self.zoom = wanted
        self._drawn = None
        self.look()

    # -------------------------------------------------------------- drawing

    def show(self, state: LabState) -> None:
        self._state = state

    def on_resize(self) -> None:
        self._drawn = None
        if self._plot is not None:
            self._plot.refresh(layout=True)

    def look(self) -> None:
        """Draw what has changed, while the pane is on the screen."""
        if not (self.display and self.size.width):
            return
        state = self._state
        marks = tuple(
            (run.run_id, run.snapshot.step, len(run.snapshot.curve.val_loss_nats), run.marks)
            for run in state.runs.values()
            if run.snapshot is not None
        )
        if self.measure is not None and self.measure != self.metric:  # other data were opened
            self.measure = None
        settings = (self.axes, self.measure, self.braille, self.zoom, self.whole, paint_of(self.app))
        room = (self.size, self._plot.size if self._plot else None)
        waits_for = "" if any(steps for _, steps, *_ in marks) else why_waiting(state)
        look = (marks, state.landmarks, state.corpus, settings, room, waits_for)
        if look == self._drawn:
            return
        self._drawn = look
        note = self._why_empty(marks)
        if self._switch(note) and self._plot is not None and self._plot.size.width:
            self._draw_plot(self._plot)
        self._set_titles()

    def _switch(self, note: str | None) -> bool:
        """Show the chart, or this note in its place; True for the chart."""
        chart = note is None
        self._note.display, self._labels.display = not chart, chart
        if note is not None:
            self._note.update(note)
        if self._plot is not None and self._plot.display is not chart:
            self._plot.display = chart
            self.call_after_refresh(self.look)  # when it has its room
        return chart

    def _why_empty(self, marks: tuple[tuple[int, int, int, object], ...]) -> str | None:
        """marks: (run, steps, evaluations, what happened) of each run."""
        if self.size.width < _FEWEST_COLUMNS or self.size.height < _FEWEST_ROWS:
            return "too little room for the chart"
        if self._plot is None or not any(steps for _, steps, *_ in marks):
            return f"The curves begin with the first training steps.\n{why_waiting(self._state)}".rstrip()
        if self.measure is not None and not any(evaluations for _, _, evaluations, _ in marks):
            return "The curves begin with the first evaluation: a few seconds after the first steps."
        return None

    def _set_titles(self) -> None:
        titles = loss_titles.titles(
            self._state, self.axes, self.measure, self._part_in_view, paint_of(self.app), self.size.width - 4
        )
        if titles != self._titles:  # setting a title paints the whole pane
            self._titles = titles
            self.border_title, self.border_subtitle = map(Content, titles)

    @property
    def _part_in_view(self) -> tuple[str, ...]:
        """Which part of the curves is in view, in fewer and fewer words; the menu of settings changes it."""
        if self.zoom:
            return (" · zoomed",)
        if self.whole:
            return ()
        return (" · steep start left out", " · start left out") if self._left_out else ()

    def _draw_plot(self, plot: LossPlot) -> None:
        from tui_rnn.tui.widgets.loss_plot import Limits, Stroke

        axes, paint = self.axes, paint_of(self.app)
        if self.measure is not None:
            axes = replace(axes, log_y=False)
        series = list(chart_series.series(self._state, axes, self.measure, paint))
        marks = chart_series.levels(self._state, axes, self.measure)
        ends = [one.x[np.isfinite(one.x)][[0, -1]] for one in series if np.isfinite(one.x).any()]
        x_high = max((float(end[1]) for end in ends), default=1.0)
        x_low = min((float(end[0]) for end in ends), default=0.0) if axes.log_x else 0.0
        x_high = x_high if x_high > x_low else x_low + 10.0
        low, high = chart_series.heights(series, marks, self.measure, self.whole)
        self._unzoomed, self._left_out = Limits(x_low, x_high, low, high), chart_series.leaves_out(series, low, high)
        limits = self.zoom or self._unzoomed
        lines = [
            Stroke(*decimate(one.x, one.y, limits.x_low, limits.x_high, plot.columns), one.style, one.mark) for one in series
        ]
        quiet = paint.quiet_colour
        plot.draw(
            sorted(lines, key=lambda line: bool(line.mark)),  # validation over training
            [(mark.height, quiet) for mark in marks],
            limits,
            log=(axes.log_x, axes.log_y),
            by_time=axes.by_time,
            braille=self.braille,
            highest=math.inf if self.measure is None else 100.0,
        )
        plot.mark_events([(e.x, e.y, e.glyph, e.style) for e in happened(self._state, axes, self.measure, paint)])
        outside = self._name_lines(plot, marks, quiet)
        labels = [EndLabel(plot.row_of(mark.height), mark.label, quiet, 20 + rank) for rank, mark in enumerate(outside)]
        ended = [one for one in series if len(one.y) and math.isfinite(one.y[-1])]
        aged = [f"{one.label}, {one.age}" if one.age else one.label for one in ended]
        room = min(self._most_label_cells, _LABEL_CELLS.stop - 1) - 1
        texts = aged if max(map(len, aged), default=0) <= room else [one.label for one in ended]
        labels += [
            EndLabel(plot.row_of(one.label_height), text, one.label_style, one.rank)
            for one, text in zip(ended, texts, strict=True)
        ]
        self._write_labels(labels, plot.rows)

    @property
    def _most_label_cells(self) -> int:
        """The most cells of the column beside the plot: the curves keep half of the pane, or as much as they need."""
        from tui_rnn.tui.widgets.loss_plot import FRAME_CELLS

        room = self.size.width - FRAME_CELLS
        return max(room - self.size.width // 2, min(room - _FEWEST_CURVE_CELLS, _NAMED_CELLS))

    def _name_lines(self, plot: LossPlot, marks: list[Level], style: str) -> list[Level]:
        """Where the names of the baselines are too long for the column, write them on their lines, one a row, and at the edge
        the nearest one out of sight. Returns the others, for the column."""
        from tui_rnn.tui.widgets.loss_plot import Name

        if max((len(mark.label) + 1 for mark in marks), default=0) <= self._most_label_cells:
            return marks
        rows = {mark: plot.row_of(mark.height) for mark in marks}
        seen = [mark for mark in marks if 0 <= rows[mark] < plot.rows]
        first = {int(rows[mark]): mark for mark in reversed(seen)}  # the best of each row
        room, limits = plot.columns // 2 - 2, plot.limits
        names = [Name(mark.height, shortened(mark.label, room), style) for mark in first.values()]
        inside = (limits.y_high - limits.y_low) / (2 * plot.rows)  # half a row
        for arrow, row, height, beyond in (
            ("↑", 0, limits.y_high - inside, [mark for mark in marks if rows[mark] < 0]),
            ("↓", plot.rows - 1, limits.y_low + inside, [mark for mark in marks if rows[mark] >= plot.rows]),
        ):
            if beyond and row not in first:
                nearest = min(beyond, key=lambda mark: abs(mark.height - height))
                names.append(Name(height, shortened(f"{arrow} {nearest.label}", room), style))
        plot.name_lines(names)
        return [mark for mark in seen if mark not in first.values()]

    def _write_labels(self, labels: list[EndLabel], rows: int) -> None:
        """The column to the right of the plot. A label from outside of the visible range is at its edge, with an arrow."""
        wanted = []
        for label in labels:
            arrow = "↑" if label.row < 0 else "↓" if label.row > rows else " "
            outside = arrow != " "
            wanted.append(replace(label, row=label.row - 0.5, text=f"{arrow}{label.text}", rank=label.rank + 100 * outside))
        placed = place(wanted, rows)
        most = min(self._most_label_cells, _LABEL_CELLS.stop - 1)
        fewest = _LABEL_CELLS.start if most >= _LABEL_CELLS.start else _FEWEST_LABEL_CELLS
        width = min(max(fewest, *(len(label.text) for label in placed.values()), 0), most)
        column = self._labels
        if column.styles.width is None or column.styles.width.value != width:
            column.styles.width = width
        lines = [Content("")]  # the plot's frame
        for row in range(rows):
            found = placed.get(row)
            lines.append(Content.styled(shortened(visible(found.text), width), found.style) if found else Content(""))
        column.update(Content("\n").join(lines), layout=False)
