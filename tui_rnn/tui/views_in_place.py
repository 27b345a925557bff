"""All views, and the slot of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from tui_rnn.kinds import KINDS
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.selection import Selection
from tui_rnn.tui.views.desk.pane import DeskPane
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.lesson.pane import LessonPane
from tui_rnn.tui.views.loss_chart import LossPane
from tui_rnn.tui.views.pages.book import Book
from tui_rnn.tui.views.pages.pane import PagePane
from tui_rnn.tui.views.pages.registry import all_pages
from tui_rnn.tui.views.runs.curves_pane import CurvesPane
from tui_rnn.tui.views.runs.difference_pane import DifferencePane
from tui_rnn.tui.views.runs.known import KnownRuns
from tui_rnn.tui.views.runs.table_pane import TablePane
from tui_rnn.tui.views.sample import SamplePane
from tui_rnn.tui.views.view import View
from tui_rnn.tui.widgets.entry import Entry

if TYPE_CHECKING:
    from tui_rnn.tui.views.task_pane import TaskPane


class ViewsInPlace:
    """Makes the views. The views of a task and of a second run are made when first needed; a view is mounted in its slot when
    it comes into view."""

    def __init__(self, selection: Selection, asks: Asks) -> None:
        self._focuses = Focus(selection), Focus(selection)
        self.loss = LossPane()
        self.samples, self.tasks = [SamplePane(id="sample-1")], list["TaskPane"]()
        self.gates = [GatesPane(self._focuses[0], id="gates-1")]
        self.maps = [GatesPane(self._focuses[0], live=False, id="map-1")]
        self.book, self._asks = Book(all_pages()), asks
        self.pages = [PagePane(self._focuses[0], self.book, asks, id="page-1")]
        self.desk = DeskPane(self._focuses[0], asks, id="desk-1")
        self.lesson = LessonPane(id="lesson-1")
        self.known = KnownRuns(self._show_runs)
        self.table, self.curves = TablePane(self.known, id="table-1"), CurvesPane(self.known, id="curves-1")
        self.difference = DifferencePane(self.known, asks, id="difference-1")
        self.kind = "lm"  # the kind of data that is open

    @property
    def focus_on(self) -> Focus:
        """What a person looks at in the first shown run."""
        return self._focuses[0]

    def forget_traces(self) -> None:
        """Other data are open: no network has read a text of them yet."""
        for focus in self._focuses:
            focus.take(None, None)

    @property
    def in_slots(self) -> Mapping[str, Sequence[Any]]:
        """The views in each slot: of the first shown run, and of the second."""
        return {
            "loss": (self.loss,),
            "samples": self.beside,
            "gates": self.gates,
            "map": self.maps,
            "page": self.pages,
            "desk": (self.desk,),
            "lesson": (self.lesson,),
            "table": (self.table,),
            "curves": (self.curves,),
            "difference": (self.difference,),
        }

    def missing(self, seen: Iterable[str]) -> list[tuple[str, list[Widget]]]:
        """The views in these slots that are not mounted yet."""
        late = ((slot, [view for view in self.in_slots[slot] if not view.is_attached]) for slot in seen if slot != "loss")
        return [(slot, views) for slot, views in late if views]

    def _show_runs(self) -> None:
        """Show what is new about the runs of Compare."""
        for view in (self.table, self.curves, self.difference):
            view.look()

    @property
    def pairs(self) -> Sequence[Sequence[Any]]:
        """Views side by side: the second has the settings of the first."""
        return self.beside, self.gates, self.maps, self.pages

    @property
    def has_task_panes(self) -> bool:
        return not KINDS[self.kind].is_stream

    @property
    def beside(self) -> Sequence[SamplePane] | Sequence[TaskPane]:
        """The views beside the loss: of the first shown run, and of the second."""
        return self.tasks if self.has_task_panes else self.samples

    @property
    def task_panes(self) -> list[TaskPane]:
        """The panes of the open data's task; none for running text."""
        return self.tasks if self.has_task_panes else []

    @property
    def example_number(self) -> int:
        """The place of the chosen validation example; 0 for running text."""
        return self.task_panes[0].example_number if self.task_panes else 0

    @property
    def of_task(self) -> Sequence[View]:
        """The views of the task's pane."""
        return self.tasks[0].choice.views if self.task_panes else ()

    @property
    def line_to_type_in(self) -> Entry | None:
        """The line where a person types a text for the networks; None: it is not mounted yet."""
        line = self.beside[0].line if self.beside else None
        return line if line is not None and line.is_mounted else None

    def open_kind(self, kind: str) -> Sequence[Widget]:
        """Data of this kind are open. Returns the new views, to be mounted beside the loss."""
        self.kind, new = kind, list[Widget]()
        if self.has_task_panes:
            if not self.tasks:
                from tui_rnn.tui.views.task_pane import TaskPane  # after the first paint: running text needs none

                first, second = self._focuses
                self.tasks = [TaskPane(first, id="task-1"), TaskPane(second, id="task-2", classes="second")]
                new.extend(self.tasks)
            for pane in self.tasks:
                pane.open_kind(kind)
        return new

    async def load_second(self, place: Widget) -> None:
        """Make the views of the second run, and mount them in their slots in `place`, beside the views of the first."""
        second = SamplePane(id="sample-2", classes="second")
        gates = GatesPane(self._focuses[1], id="gates-2", classes="second")
        frozen = GatesPane(self._focuses[1], live=False, id="map-2", classes="second")
        page = PagePane(self._focuses[1], self.book, self._asks, id="page-2", classes="second")
        late: tuple[tuple[str, Any, list[Any]], ...] = (
            ("#samples", second, self.samples),
            ("#gates", gates, self.gates),
            ("#map", frozen, self.maps),
            ("#page", page, self.pages),
        )
        for slot, pane, panes in late:
            if not place.is_attached:  # the engine refused the data, and the playground has ended
                return
            if panes[0].is_attached:
                await place.query_one(slot).mount(pane)
            panes.append(pane)
