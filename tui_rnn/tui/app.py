"""The playground's application: themes, the lab screen, and how it ends."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.filter import ANSIToTruecolor, LineFilter
from textual.screen import Screen

from tui_rnn import preferences
from tui_rnn.errors import RunError
from tui_rnn.lab.messages import Command
from tui_rnn.tui import lifecycle, private_api
from tui_rnn.tui.key_order import KeysInOrder
from tui_rnn.tui.lifecycle import ExitInfo
from tui_rnn.tui.picture import save_picture
from tui_rnn.tui.private_api import BreaksInOneLine
from tui_rnn.tui.screens.lab import LabScreen
from tui_rnn.tui.session import OWN, Session
from tui_rnn.tui.suspending import Suspending
from tui_rnn.tui.themes import THEMES, pair_for
from tui_rnn.tui.workspaces.registry import use_keys

if TYPE_CHECKING:
    from tui_rnn.lab.engine import Engine
    from tui_rnn.lab.messages import DataOpened


class PlaygroundApp(BreaksInOneLine[ExitInfo], KeysInOrder[ExitInfo]):
    """Shows one engine. `restart` starts another one after this one died."""

    TITLE = "tui-rnn"
    ENABLE_COMMAND_PALETTE = False  # the lab has one of its own
    CSS_PATH = "theme.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", "Quit", show=False, priority=True),
        Binding("ctrl+z", "suspend_job", "Suspend", show=False, priority=True),
    ]

    def __init__(
        self,
        engine: Engine,
        opening: Sequence[Command],
        restart: Callable[[], Engine] | None = None,
        session: Session = OWN,
    ) -> None:
        private_api.forget_what_closed_widgets_drew()
        private_api.dim_each_style_once()
        super().__init__()
        self.engine = engine
        self.opening = tuple(opening)
        self.session, self.lesson = session, session.lesson
        self.begins_by_choice = session.chooses and not self.opening
        self.restart = restart
        self.welcomes = False  # whether to explain the screen for the first opened data
        loaded = preferences.load()
        self.preferences, self.preferences_problem = loaded.preferences, loaded.problem
        self.signal_number: int | None = None
        self._hurry = threading.Event()
        self._one_writes = threading.Lock()  # the preferences
        self._leaving = False
        self._asked_at = 0.0  # monotonic, the last request to quit
        self._loop_running: asyncio.AbstractEventLoop | None = None
        self._suspending = Suspending(self)
        for theme in THEMES:
            self.register_theme(theme)
        self._pair = pair_for(self.console.color_system, self.no_color)
        self.preferences_problem = "; ".join(filter(None, [self.preferences_problem, *use_keys(self.preferences.keys)]))
        self.theme = self._pair[0].name
        if (wanted := self.preferences.theme) in self.available_themes and not self.no_color:
            self.theme = wanted
        elif wanted and wanted not in self.available_themes:
            told = f"theme is {wanted!r:.60}, which is no theme's name: Theme in the palette lists them"
            self.preferences_problem = "; ".join(filter(None, [self.preferences_problem, told]))
        self._themed = self.theme

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Leave out the filter that replaces a terminal's own colours: only the themes of 16 colours have such, and need them.
        The filter goes through every cell, which takes a good part of the time of a key."""
        filters = super().get_line_filters()
        return filters if self.no_color else [each for each in filters if not isinstance(each, ANSIToTruecolor)]

    def get_default_screen(self) -> Screen[None]:
        return LabScreen()

    @property
    def lab(self) -> LabScreen:
        screen = self.screen_stack[0]
        assert isinstance(screen, LabScreen)
        return screen

    def on_mount(self) -> None:
        self._loop_running = asyncio.get_running_loop()
        self.theme_changed_signal.subscribe(self, lambda theme: self._keep_theme(theme.name))
        self._suspending.begin(self._loop_running)
        if self.signal_number is not None:  # it came before the loop ran
            self.leave()
        elif self.begins_by_choice:
            self.lab.openings.begin()

    def restart_engine(self) -> None:
        """Start another engine in place of the dead one: load the saved runs again, and start the others again."""
        if self.restart is None:
            return
        self.engine.close()
        try:
            self.engine = self.restart()
        except RunError as error:
            self.exit(replace(self._exit_info(error.exit_code), error=str(error)))
            return
        for command in self.lab.state.reopening() or self.opening:
            self.engine.send(command)
        self.lab.begin()

    def told_broken(self, error: Exception) -> bool:
        """End with one line if the screen can't show what another program wrote. False: this program has a fault."""
        if self.session.broken:
            self.exit(ExitInfo(code=RunError.exit_code, error=f"{self.session.broken}: {type(error).__name__}"))
        return bool(self.session.broken)

    def save_picture(self) -> None:
        """Save the screen as an SVG file."""
        self.run_worker(save_picture(self), exit_on_error=False)

    def remember_source(self, data: DataOpened) -> None:
        """Offer a file or folder that could be opened again the next time."""
        from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS

        source = data.request.files.source if data.request else ""
        if source and source not in (*BUILTINS, *TASK_BUILTINS):
            known = self.preferences.recent
            self.remember(recent=preferences.with_recent(known, str(Path(source).absolute())))

    def to_be_welcomed(self) -> bool:
        """Whether this is the first start; True only once."""
        welcomes, self.welcomes = self.welcomes, False
        if welcomes:
            self.remember(welcomed=True)
        return welcomes

    def remember(self, **chosen: Any) -> None:
        """Keep a person's choices for the next time, in a thread: a disk may be slow. A visitor's are kept until the end."""
        self.preferences = replace(self.preferences, **chosen)
        if self.session.given is not None:
            return
        self.run_worker(partial(self._remember, chosen), thread=True, exit_on_error=False, group="remember")

    def _remember(self, chosen: dict[str, Any]) -> None:
        try:
            with self._one_writes:
                preferences.remember(**chosen)
        except RunError as error:
            if "recent" not in chosen:  # no person chose that
                self.call_from_thread(self.lab.say, str(error), "warning")

    def _keep_theme(self, name: str) -> None:
        """Keep a person's theme for the next time."""
        if name != self._themed:
            self._themed = name
            self.remember(theme=name)

    def action_toggle_dark(self) -> None:
        """Change to the other theme of the pair for the terminal's colours."""
        self.theme = self._pair[self.current_theme.dark].name

    # -------------------------------------------------------------- leaving

    def on_signal(self, number: int) -> None:
        """Called in the main thread between any two bytecodes, so it only wakes the loop."""
        again, self.signal_number = number == self.signal_number, number
        if again and number == getattr(signal, "SIGQUIT", None):
            self._suspending.end_at_once(number)
        if lifecycle.terminal_is_gone():
            lifecycle.leave_without_terminal(self.engine)
        elif self._loop_running is not None:
            self._loop_running.call_soon_threadsafe(self.leave)

    def action_suspend_job(self) -> None:
        """Ctrl-Z: the terminal makes no signal of it while the screen is on."""
        self._suspending.suspend()

    async def action_quit(self) -> None:
        self.leave()

    def refuse(self, reason: str) -> None:
        """The first data can't be opened. If the command line named them, end with one line and exit code 2; if a person chose
        them on the screen, let them choose again."""
        if self.begins_by_choice:
            self.lab.openings.begin(reason)
            return
        self.engine.close()
        self.exit(ExitInfo(code=2, error=reason))

    def leave(self) -> None:
        """Save and leave; asked a second time, leave without waiting for the engine to save."""
        before, self._asked_at = self._asked_at, time.monotonic()
        if self._leaving:
            if self._asked_at - before >= lifecycle.HELD_KEY_S:
                self._hurry.set()
            return
        self._leaving = True
        self.run_worker(self._leave(), exit_on_error=False)

    async def _leave(self) -> None:
        lab = self.lab
        lab.stop("saving … q again leaves without" if self.session.farewell is None else "leaving …")
        patience = lifecycle.SAVING_PATIENCE_S if lab.state.unsaved else lifecycle.PATIENCE_S
        for event in await asyncio.to_thread(lifecycle.shut_down, self.engine, patience, self._hurry):
            lab.state.apply(event)
        await self.end_of_keys()
        self.exit(self._exit_info(lifecycle.INTERRUPTED if self.signal_number is not None else 0))

    def _exit_info(self, code: int) -> ExitInfo:
        """What to say at the end: the session's farewell, or where the person's own runs are."""
        farewell, state = self.session.farewell, self.lab.state
        return lifecycle.exit_info(state, code) if farewell is None else ExitInfo(code, told=farewell(state))
