"""The lab screen: the bars, the panes, and the parts that act. It hands each key to its command."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key, Resize
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from tui_rnn.lab.messages import Command, DataOpened, Watch
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.bars.bars import Bars
from tui_rnn.tui.bars.header import HeaderBar
from tui_rnn.tui.bars.moments_bar import MomentsBar
from tui_rnn.tui.bars.run_bar import RunBar
from tui_rnn.tui.bars.selection_bar import SelectionBar
from tui_rnn.tui.beat import Beat
from tui_rnn.tui.coach import CoachState
from tui_rnn.tui.dialogs import Dialogs
from tui_rnn.tui.drafts import Drafts
from tui_rnn.tui.frozen import Frozen
from tui_rnn.tui.keys import by_key
from tui_rnn.tui.layout import layout_for
from tui_rnn.tui.learn.teacher import Teacher
from tui_rnn.tui.navigation import Navigation
from tui_rnn.tui.notices import Notices
from tui_rnn.tui.openings import Openings
from tui_rnn.tui.panes import Panes
from tui_rnn.tui.run_actions import RunActions
from tui_rnn.tui.saved_runs import SavedRuns
from tui_rnn.tui.state import LabState
from tui_rnn.tui.typed import Typed
from tui_rnn.tui.undo import Undo
from tui_rnn.tui.views.sample import SamplePane
from tui_rnn.tui.widgets.entry import Entry
from tui_rnn.tui.widgets.loss_series import Axes
from tui_rnn.tui.workspaces.grammar import WHILE_TYPING
from tui_rnn.tui.workspaces.registry import WORKSPACES, commands_of
from tui_rnn.tui.workspaces.train import TRAIN
from tui_rnn.tui.workspaces.workspace import LabKey

if TYPE_CHECKING:
    from tui_rnn.tui.app import PlaygroundApp

BEAT_S = 0.1  # numbers
CHART_BEAT_S = 0.5


class LabScreen(Screen[None]):
    """Composes the lab: `state` is what is known, `panes` shows it, `beat` brings the news, `runs`, `typed` and `dialogs` act,
    `say` shows a message."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "hide_line", show=False, priority=True)]
    app: PlaygroundApp
    state: LabState
    panes: Panes
    dialogs: Dialogs
    openings: Openings
    runs: RunActions
    navigation: Navigation
    drafts: Drafts
    frozen: Frozen
    teacher: Teacher
    saved: SavedRuns

    def __init__(self) -> None:
        super().__init__(id="lab")
        self.state = LabState()
        self._by_key = {workspace.name: by_key(commands_of(workspace)) for workspace in WORKSPACES}
        self.asks = Asks(self.send)
        self.panes = Panes(self.asks)
        self.notices, self.dialogs, self.beat = Notices(self.app), Dialogs(self), Beat(self)
        self.navigation, self.drafts, self.openings = Navigation(self), Drafts(self), Openings(self)
        self.say = self.notices.say
        self.frozen = Frozen(self.asks, self.panes.selection, self.show_frozen, self.say)
        self.undo, self.saved = Undo(), SavedRuns(self)
        asks_first = partial(self.dialogs.ask, loses=True)
        self.runs = RunActions(
            self.state, self.steer, self.say, asks_first, self.show_others, lambda: self.has_table, self.undo.note
        )
        self.teacher = Teacher(self)
        self.typed = Typed(self.state, self.panes, self.asks, self.runs.say_stopped)
        self.recent: list[LabKey] = []  # commands from the palette, the newest first
        self.coach, self.bars = CoachState(), Bars(self)
        self._watch: Watch | None = None
        self._beats: list[Timer] = []

    def compose(self) -> ComposeResult:
        yield from self.bars.above()
        yield self.panes
        yield from self.bars.below()

    def on_mount(self) -> None:
        if (given := self.app.session.given) is not None:
            self.panes.views.known.only = lambda: given.loadable
        self.panes.views.loss.axes = Axes(self.app.preferences.loss_unit)
        self.panes.views.loss.braille = self.app.preferences.glyphs == "braille"
        if self.app.preferences_problem:
            self.say(self.app.preferences_problem, "warning")
        self._lay_out()
        self._beats = [self.set_interval(BEAT_S, self.beat), self.set_interval(CHART_BEAT_S, self._draw_chart)]
        self.call_after_refresh(self.panes.load)
        if self.app.lesson is not None:
            self.call_after_refresh(self.navigation.learn, self.app.lesson)
        self.beat()

    def _draw_chart(self) -> None:
        if self.is_current:  # the chart waits behind a dialog
            self.panes.draw_chart()

    def _each_beat(self, do: Callable[[Timer], None]) -> None:
        for beat in self._beats:
            do(beat)

    def stop(self, note: str) -> None:
        """The playground ends: take no more news; `note` says so."""
        self._each_beat(Timer.stop)
        self.bars.end(note)

    # ------------------------------------------------------------ the engine

    def send(self, command: Command) -> None:
        """Give a command to the current engine."""
        self.app.engine.send(command)

    def refuses(self, command: type) -> bool:
        """Whether this playground refuses commands of this class; if so, say why."""
        reason = self.app.session.why_not(command)
        if reason:
            self.say(reason, "warning")
        return bool(reason)

    def steer(self, command: Command) -> bool:
        """Give the engine a command, unless this playground refuses it."""
        if self.refuses(type(command)):
            return False
        self.send(command)
        return True

    def send_watch(self) -> None:
        """Tell the engine what the views need now, and have weights held for views of frozen ones."""
        if not (self.panes.workspace.live or self.state.coming):
            self.frozen.look(self.state.runs[run_id] for run_id in self.state.shown)
        watch = self.panes.wanted()
        if watch != self._watch:
            self._watch = watch
            self.send(watch)

    def engine_died(self) -> None:
        """Say what is left, and offer another engine."""
        self._each_beat(Timer.pause)
        if self.state.ended is not None:
            question = f"{self.state.ended.text}."
        else:
            saved = [run.saved.path for run in self.state.runs.values() if run.saved]
            fault = self.state.fault
            reason = fault.text if fault else "the engine ended without a message"
            last = (fault.last_checkpoint if fault else None) or (saved[-1] if saved else None)
            question = f"Training stopped: {reason}. {f'Saved last: {last}' if last else 'Nothing was saved yet.'}"
        if self.state.ended is not None or self.app.session.farewell is not None:  # another process trains
            self.dialogs.ask(question, "Leave", self.app.leave, "Stay", unasked=True)
        else:
            self.dialogs.ask(question, "Restart", self.app.restart_engine, "Quit", self.app.leave, unasked=True)

    def begin(self) -> None:
        """Another engine runs: listen to it."""
        self.state.fault, self._watch = None, None
        self.asks.forget()
        self.frozen.forget()
        self.teacher.world.forget()
        self.beat.forget()
        self._each_beat(Timer.resume)

    def open_data(self, data: DataOpened) -> None:
        """Other data are open: show the panes of their kind, and what is known about them."""
        line = self.focused
        if isinstance(line, Entry) and line in self.panes.query("#samples Entry"):
            self.app.hold_keys(self.typed.type_on(line, line.value))
        self.frozen.forget()
        self.teacher.world.forget()
        self.coach = CoachState()
        self.panes.open_data(data.kind)
        self.panes.acts.await_no_answer()
        self.app.remember_source(data)
        if self.panes.workspace is TRAIN and self.app.to_be_welcomed():
            self.bars.welcome.greet(self.state)
        alone = not (self.panes.teaches and self.teacher.opens)  # a lesson explains its own data
        for notice in data.notices[: None if alone else 0]:
            self.say(notice)
        self.panes.acts.hint(data.what_to_look_for if alone else "", data.tracks)

    # -------------------------------------------------------------- showing

    @property
    def has_table(self) -> bool:
        """Whether the runs' numbers have room."""
        return self.panes.layout_now == "full"

    def show_others(self) -> None:
        """Show other runs, or more of the same."""
        self.typed.ask_shown()
        self.show_frozen()
        self.send_watch()

    def show_frozen(self) -> None:
        """Show other held weights, or their new trace."""
        self.panes.show(self.state)
        self.bars.show()

    def _lay_out(self) -> None:
        """Lay all out for the terminal's size."""
        width, height = self.size
        layout = layout_for(width, height)
        self.set_class(layout == "tiny", "-tiny")
        self.bars.say_size(width, height)
        self.panes.lay_out(layout)
        self.bars.show()

    def on_resize(self, event: Resize) -> None:
        self._lay_out()

    def on_panes_changed(self, event: Panes.Changed) -> None:
        self.send_watch()

    def settings_changed(self) -> None:
        """A setting of a view has changed: set the view beside it, too, and keep the unit and the glyphs."""
        self.panes.acts.follow_settings()
        loss, known = self.panes.views.loss, self.app.preferences
        shown = {"loss_unit": loss.axes.unit, "glyphs": "braille" if loss.braille else "blocks"}
        if new := {name: value for name, value in shown.items() if value != getattr(known, name)}:
            self.app.remember(**new)
        self.bars.show()
        self.send_watch()

    def on_panes_selection_changed(self) -> None:
        self.bars.show_selection()
        self.send_watch()  # the text, or where reading begins, may have changed

    # --------------------------------------------------------- keys, mouse, what is typed

    def on_key(self, event: Key) -> None:
        command = by_key(self.app.session.keys).get(event.key) or self._by_key[self.panes.workspace.name].get(event.key)
        if command is None or (isinstance(self.focused, Input) and event.key not in WHILE_TYPING):
            return
        event.stop()
        event.prevent_default()
        self.teacher.pressed(command.key, command.label)
        self.do(command)

    def action_hide_line(self) -> None:
        if self.bars.welcome.display:
            self.bars.welcome.hide()
        else:
            self.coach.dismiss()
            self.bars.show_selection()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape hides the welcome, then the coach's remark. Without both, and while a person types, it has its own meaning."""
        if action != "hide_line":
            return True
        return self.bars.welcome.display or (self.bars.coach_speaks and not isinstance(self.focused, Input))

    def do(self, command: LabKey) -> None:
        """Do a key's command, or say why it would change nothing now."""
        if reason := command.why_not(self):
            self.say(reason, "warning")
        else:
            command.act(self)

    def on_header_bar_chosen(self, event: HeaderBar.Chosen) -> None:
        self.navigation.go_to(next(workspace for workspace in WORKSPACES if workspace.name == event.tab))

    def on_selection_bar_clicked(self, event: SelectionBar.Clicked) -> None:
        self.navigation.change(event.part)

    def on_moments_bar_chosen(self, event: MomentsBar.Chosen) -> None:
        self.frozen.go_to(event.step)

    def on_run_bar_chosen(self, event: RunBar.Chosen) -> None:
        self.runs.show_number(event.number)

    def on_panes_asked(self, event: Panes.Asked) -> None:
        self.teacher.typed()
        before, beam = self.state.asked_text, self.state.beam
        if before and event.text != before:
            self.undo.note("the text to read", lambda: self.on_panes_asked(Panes.Asked(before, beam)))
        self.typed.ask(event.text, event.beam)
        self.panes.show(self.state)
        self.send_watch()

    def on_sample_pane_prompt_entered(self, event: SamplePane.PromptEntered) -> None:
        self.teacher.typed()
        self.typed.go_on_from(event.text, event.pane.sampling)
