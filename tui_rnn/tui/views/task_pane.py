"""The task pane: one of a few views of a run's task, and a line to type a text for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_rnn.insight.drawing import Sampling
from tui_rnn.kinds import KINDS
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.keys import by_key
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views import task_settings
from tui_rnn.tui.views.answer_line import answer_lines
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.pane import Pane
from tui_rnn.tui.views.sampling import changed
from tui_rnn.tui.views.task_choice import TaskChoice
from tui_rnn.tui.views.task_keys import FOCUSED_KEYS
from tui_rnn.tui.views.task_shown import Shown
from tui_rnn.tui.views.view import Help, Selected, View, Wants
from tui_rnn.tui.widgets.ask_line import AskLine
from tui_rnn.tui.widgets.entry import Entry
from tui_rnn.tui.widgets.heatmap import HeatMap
from tui_rnn.tui.widgets.pieces import fit
from tui_rnn.tui.widgets.scene import Lines, Scene
from tui_rnn.tui.widgets.stage import Stage


class TaskPane(Pane):
    """One run's task. `see` draws only what is new."""

    DEFAULT_CSS = """
    TaskPane > .views { height: 1; color: $text-muted; }
    TaskPane > .answer { height: auto; max-height: 3; }
    """
    KEYS = by_key(FOCUSED_KEYS)
    to_prompt = "Type"

    @dataclass(eq=False)
    class TextEntered(Message):
        """A person wants the shown runs to answer this text, or to begin items with it; empty: the text is let go."""

        pane: TaskPane
        text: str

    @dataclass(eq=False)
    class ViewChanged(Message):
        """A person chose another view, another example or other samples."""

        pane: TaskPane

    def __init__(self, focus: Focus, *, id: str | None = None, classes: str | None = None) -> None:
        """focus: what it looks at, shared with other views of the run."""
        super().__init__(id=id, classes=classes)
        self.focus_on = focus
        self.choice = TaskChoice()
        self._reads = ""  # what was typed, here or elsewhere, for the networks to read
        self.shown = Shown()
        self._stage, self._views = Stage(), Static(classes="views", markup=False)
        self._answer = Static(classes="answer", markup=False)
        self._line = AskLine()

    def compose(self) -> ComposeResult:
        yield from (self._stage, self._answer, self._views, self._line)

    # ------------------------------------------------------------- what is shown

    @property
    def view_name(self) -> str:
        return self.view.name

    @property
    def GUIDE(self) -> Help:
        return self.view.help

    @property
    def view(self) -> View:
        return self.choice.view

    @property
    def sampling(self) -> Sampling:
        return self.choice.sampling

    @property
    def why_no_page(self) -> str:
        return self.choice.why_no_other

    @property
    def shows_every_run(self) -> bool:
        """Whether the view shows all runs at once: then one pane is enough."""
        return self.view.of_every_run

    @property
    def example_number(self) -> int:
        """The place of the chosen example among the validation examples."""
        return max(0, self.choice.example - self.shown.typed)

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        typed = self.shown.typed
        if not self.shown.take(run, tuple(state.runs.values()), called):
            return
        if self.shown.typed is not typed:  # the typed text came before all others, or went away
            self.choice.example = 0
            self._stage.begin()
        self.look()

    @property
    def wants(self) -> Wants:
        return self.choice.wants(typed=bool(self._reads))

    @property
    def line(self) -> Entry:
        """Where a text is typed."""
        return self._line.entry

    def follow(self, other: TaskPane) -> None:
        """Look at the same as the pane beside this one."""
        if self.choice != other.choice:
            self.choice = replace(other.choice)
            self._stage.begin()
            self.look()
            self._stage.reveal_chosen()

    def open_kind(self, kind: str) -> None:
        """Other data of this kind (one of VIEWS) are open: begin with the first view."""
        self.choice.begin(kind)
        self._stage.begin()
        self._line.open(KINDS[kind].placeholders)
        self.shown.forget()
        self.look()

    # ------------------------------------------------------------- drawing

    def look(self) -> None:
        if not self.is_mounted or not self.size.width:
            return
        inside = max(1, self.size.width - 3), max(1, self.size.height - 4)  # of the border, less the scroll bar
        scene = self.shown.scene(self.choice, self._line.text, paint_of(self.app), *inside)
        self._stage.show(scene)
        self._write(scene)
        self._write_answer()

    def _write(self, scene: Scene) -> None:
        width = max(0, self.size.width - 4)
        self.border_title = fit(self.shown.title(self.view, scene, width), width)
        legend = [part._replace(rank=part.rank + 2) for part in scene.legend]
        self.border_subtitle = fit([*legend, *self._stage.in_view], width)
        told = self.choice.told(len(self.shown.examples), self.size.width)
        self._views.update(fit(told, self.size.width), layout=False)

    @on(HeatMap.Scrolled)
    def _scrolled(self, event: HeatMap.Scrolled) -> None:
        event.stop()
        self._write(self._stage.scene)

    def _write_answer(self) -> None:
        """Every view shows the answers to a typed text: one without examples, in lines of their own."""
        lines = answer_lines(self.shown.answering(self.view), max(1, self.size.width - 2))
        self._answer.display = bool(lines)
        told, before = Content("\n").join(lines), self._answer.content
        if not (isinstance(before, Content) and told.is_same(before)):  # an update lays out the whole screen
            self._answer.update(told)

    # ------------------------------------------------------------- keys and settings

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return task_settings.of(self)

    @property
    def found(self) -> object:
        return self.shown.found

    @property
    def to_copy(self) -> str:
        """The chosen example, or the newest items."""
        return self.shown.copied(self.choice.example)

    def _changed(self) -> None:
        self.look()
        self.post_message(self.ViewChanged(self))

    def turn(self, by: int) -> None:
        """Show another view."""
        self.choice.turn(by)
        self._stage.begin()
        self._changed()

    def look_at(self, view: str, example: int | None) -> None:
        """Show the view of this name, if the task has it, and a validation example."""
        self.choice.turn_to(view)
        if example is not None:
            self.choice.example = example + self.shown.typed
        self._stage.begin()
        self._changed()

    def next_example(self, by: int) -> None:
        if count := len(self.shown.examples):
            if not self.view.of_examples:
                self.choice.view_at = 0  # which shows examples
            self._choose((min(self.choice.example, count - 1) + by) % count)

    def _choose(self, at: int) -> None:
        self.choice.example = at
        self._stage.begin()
        self._changed()
        self._stage.reveal_chosen()

    def next_beam(self, by: int = 1) -> None:
        self.choice.next_beam(by)
        self._changed()
        if self._line.text:
            self.post_message(self.TextEntered(self, self._line.text))

    def move(self, columns: int, rows: int) -> None:
        """Move the cursor of a matrix; on a page with a chosen example go to the next one, else scroll."""
        body = self._stage.scene.body
        if isinstance(body, Lines) and body.chosen is not None:
            self._choose(max(0, min(len(self.shown.examples) - 1, self.choice.example + rows)))
        else:
            self._stage.move(columns, rows)

    def change_sampling(self, what: str, by: int) -> None:
        self.choice.sampling = changed(self.choice.sampling, what, by)
        self._changed()

    @on(Stage.Chosen)
    def _example_clicked(self, event: Stage.Chosen) -> None:
        event.stop()
        self._choose(event.at)

    @on(Stage.Clicked)
    def _cell_clicked(self, event: Stage.Clicked) -> None:
        event.stop()
        self.focus()

    @on(Stage.Moved)
    def _column_selected(self, event: Stage.Moved) -> None:
        event.stop()
        if self.focus_on.trace is not None:
            self.focus_on.read_at(event.column)
            self.post_message(Selected(self))

    def select_again(self) -> None:
        if self.focus_on.trace is not None and self.focus_on.reads:
            self._stage.go_to(self.focus_on.pinned[0])

    # ------------------------------------------------------------- what is typed

    def prompt(self) -> None:
        self._line.entry.focus()

    def take(self, text: str) -> None:
        """Show in the line the text that the networks read, also one typed elsewhere; '': they read no typed text."""
        self._reads = text
        self._line.entry.take(text)
        if self.shown.run is not None and self.shown.run.waiting:
            self.look()  # it says when the network will read the text

    def let_go(self) -> None:
        """Forget the typed text."""
        self._line.clear()
        self.post_message(self.TextEntered(self, ""))

    @on(AskLine.Asked)
    def _asked(self, event: AskLine.Asked) -> None:
        event.stop()
        self.post_message(self.TextEntered(self, event.text))
        if event.done:
            self.focus()  # the pane has the keys again, and its other views show the same text

    @on(AskLine.Left)
    def _left_line(self, event: AskLine.Left) -> None:
        event.stop()
        self.focus()
        self.let_go()
