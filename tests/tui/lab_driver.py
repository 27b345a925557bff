"""Opens the playground on a FakeEngine in tests, and reads what is on its screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot

from tests.tui import idle
from tests.tui.fake_engine import FakeEngine
from tui_rnn.config import RunConfig, default_configs
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.lab.messages import Command, OpenData
from tui_rnn.tui.app import PlaygroundApp
from tui_rnn.tui.lifecycle import ExitInfo
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.views.task_pane import TaskPane
from tui_rnn.tui.workspaces.of_data import DATA_COMMANDS
from tui_rnn.tui.workspaces.of_runs import RUN_COMMANDS, SCREEN_COMMANDS
from tui_rnn.tui.workspaces.registry import commands_of

_FRAMES = str.maketrans("┏━┓┃┗┛", "╭─╮│╰╯")
_ANSWERS = 10  # one after another that a look waits for: what asks without end, such as writing, is left to go on
_MOMENTS = 4  # one after another that `calm` lets pass: what asks anew after each, such as writing, is left to go on
PAIR = (RunConfig(cell="elman"), RunConfig(cell="lstm"))


Act = Callable[["Driver"], None]


def command(title: str) -> Act:
    """Do a command by its title, as the palette does."""

    def act(lab: Driver) -> None:
        every = [*commands_of(lab.app.lab.panes.workspace), *RUN_COMMANDS, *DATA_COMMANDS, *SCREEN_COMMANDS]
        lab.app.lab.do(next(command for command in every if command.title == title))

    return act


def setting(slot: str, name: str, by: int = 1) -> Act:
    """Change a setting of the view in a slot, as its menu does; what can't be changed is said."""

    def act(lab: Driver) -> None:
        screen = lab.app.lab
        screen.panes.bring(slot)
        found = next(one for one in screen.panes.views.in_slots[slot][0].settings if one.name == name)
        if reason := found.why_not(by):
            screen.say(reason, "warning")
        else:
            found.step(by)
            screen.settings_changed()

    return act


NEXT_VIEW, PREVIOUS_VIEW, BEAM = setting("samples", "view"), setting("samples", "view", -1), setting("samples", "beam")
METRIC, UNIT, ACROSS = (setting("loss", name) for name in ("charted", "unit of loss", "across"))
AXES, GLYPHS, PART, ZOOM_IN = (setting("loss", name) for name in ("axes", "drawn in", "part", "zoom"))
ZOOM_OUT = setting("loss", "zoom", -1)
HOTTER, COLDER = setting("samples", "temperature"), setting("samples", "temperature", -1)
LONGER, SHORTER, TOP_K = setting("samples", "length"), setting("samples", "length", -1), setting("samples", "top-k")
HOLD = setting("samples", "hold")
DIRECTION, LAYER = setting("gates", "direction"), setting("gates", "layer")
ORDER, SORT = setting("gates", "order of units"), setting("gates", "sort again")
RATE_UP, RATE_DOWN = command("Learning rate up"), command("Learning rate down")
PAUSE_ONE, RESET, REMOVE, LOAD = (command(t) for t in ("Pause this run", "Reset", "Remove run", "Load a saved run"))
THEME = command("Dark or light")


def READ(lab: Driver) -> None:
    """Go to where a text for the gates is typed."""
    lab.app.lab.panes.acts.type_to_read()


@dataclass
class Driver:
    """A running playground: its app, its engine, and the pilot that presses keys."""

    app: PlaygroundApp
    engine: FakeEngine
    pilot: Pilot[ExitInfo]

    async def train(self, seconds: float = 10.0) -> None:
        """Let the runs train, and the screen take notice."""
        self.engine.advance(seconds)
        await self.look()

    async def look(self) -> None:
        """Let the screen take notice of what the engine says, and of its answers to what is asked then."""
        self.app.lab.beat()
        for _ in range(_ANSWERS):
            if not (self.engine.alive and self.engine.has_news):
                break
            self.app.lab.beat()
        self.app.lab.panes.draw_chart()
        await idle.until_idle()

    async def press(self, *keys: str | Act) -> None:
        """Press keys, or do what has no key of its own, and let the consequences reach the screen."""
        for key in keys:
            if isinstance(key, str):
                await self.pilot.press(key)
            else:
                key(self)
                await idle.until_idle()
            if self.engine.alive and self.engine.has_news and not self.app._busy:
                self.app.lab.beat()  # what the engine says to one key is there before the next one
                await idle.until_idle()
        await self.calm()

    async def calm(self) -> None:
        """Until every key is through, things have stood still for a moment, and what comes of it is on the screen."""
        for _ in range(_MOMENTS):
            await idle.until_idle()
            if self.engine.alive:
                await self.look()
            if not idle.moment_passes():
                break

    async def end(self) -> ExitInfo | None:
        """Until the app has ended; what it leaves with."""
        while self.app.is_running:
            await self.pilot.pause()
        return self.app.return_value

    async def left(self) -> ExitInfo:
        """Until the app has ended; what it leaves with, which there must be."""
        info = await self.end()
        assert info is not None
        return info

    async def stand(self, *statuses: str) -> None:
        """The runs are in these states, one after another."""
        for run, status in zip(self.engine.runs.values(), statuses, strict=True):
            run.status = status
        await self.look()

    def task_pane(self, number: int = 1) -> TaskPane:
        """Of a task, the pane of the first or second shown run."""
        return self.app.screen.query_one(f"#task-{number}", TaskPane)

    @property
    def current(self) -> RunState:
        """The run that the keys act on."""
        run = self.app.lab.state.current
        assert run is not None
        return run

    def last_sent(self) -> Command:
        return self.engine.sent[-1]

    @property
    def top(self) -> str:
        """The first two lines: tabs, data and speed; and what is selected."""
        return f"{self.line(0)}\n{self.line(1)}"

    @property
    def text(self) -> str:
        """The characters on the screen, line by line; the heavy frame of the focus reads like any other."""
        return "\n".join(self.painted).translate(_FRAMES)

    @property
    def painted(self) -> list[str]:
        """The lines of the screen as they are."""
        for plot in self.app.screen.query("LossPlot"):
            if plot.size:
                plot.render()  # it draws its axes and curves, each a widget of its own that is painted for itself
        return [strip.text for strip in idle.lines_of(self.app.screen)]

    def line(self, number: int) -> str:
        return self.text.splitlines()[number]

    def forget_notices(self) -> None:
        """What is said next is news, even if it was said before."""
        self.app.clear_notifications()
        self.app.lab.notices.forget()

    @property
    def notices(self) -> list[str]:
        return [notification.message for notification in self.app._notifications]


async def until(lab: Driver, holds: Callable[[], bool]) -> None:
    """Wait for what comes by itself, such as what is asked once the keys rest. Fails where it has not come after a while."""
    for _ in range(20):
        if holds():
            return
        await lab.calm()
    raise AssertionError(f"it has not come, the screen is:\n{lab.text}")


def playground_app(
    engine: FakeEngine,
    configs: Sequence[RunConfig] | None = None,
    source: str = "/texts/tale.txt",
    restart: Callable[[], FakeEngine] | None = None,
    theme: str | None = None,
) -> PlaygroundApp:
    """The playground's app, not started yet, on a text with these runs."""
    if configs is None:
        configs = PAIR if engine.kind == "lm" else default_configs(engine.kind)
    opening: tuple[Command, ...] = (OpenData(DataRequest(SourceFiles(source)), tuple(configs)),)
    for command in opening:
        engine.send(command)
    app = PlaygroundApp(engine, opening, restart)
    app.theme = theme or app.theme
    return app


async def begun(app: PlaygroundApp, engine: FakeEngine, pilot: Pilot[ExitInfo]) -> Driver:
    """Drives an app that was started, after its first layout and a few seconds of training."""
    driver = Driver(app, engine, pilot)
    await app.workers.wait_for_complete()
    for beat in app.lab._beats:  # from here on the test says when the screen takes notice
        beat.pause()
    if engine.runs:
        engine.advance(10.0)
        await driver.look()
    await driver.look()
    return driver


@asynccontextmanager
async def playground(
    engine: FakeEngine | None = None,
    configs: Sequence[RunConfig] | None = None,
    size: tuple[int, int] = (120, 40),
    source: str = "/texts/tale.txt",
    restart: Callable[[], FakeEngine] | None = None,
    theme: str | None = None,
) -> AsyncIterator[Driver]:
    """The playground on a text with these runs, after its first layout and a few seconds of training."""
    engine = engine or FakeEngine()
    app = playground_app(engine, configs, source, restart, theme)
    async with app.run_test(size=size) as pilot:
        yield await begun(app, engine, pilot)
        if app.is_running:
            idle.paint(app)  # what no key or look had painted: it can be


def chart_of(lab: Driver) -> str:
    """The left half of the upper panes, where the chart stands at 120 columns, as it is painted: its frame is heavy."""
    return "\n".join(line[:60] for line in lab.painted[1:17])
