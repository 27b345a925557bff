"""Opens the playground on a FakeEngine in tests, and reads what is on its screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot

from tests.tui.fake_engine import FakeEngine
from tui_rnn.config import RunConfig, default_configs
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.lab.messages import Command, OpenData
from tui_rnn.tui.app import PlaygroundApp

_FRAMES = str.maketrans("┏━┓┃┗┛", "╭─╮│╰╯")
PAIR = (RunConfig(cell="elman"), RunConfig(cell="lstm"))


@dataclass
class Driver:
    """A running playground: its app, its engine, and the pilot that presses keys."""

    app: PlaygroundApp
    engine: FakeEngine
    pilot: Pilot

    async def train(self, seconds: float = 10.0) -> None:
        """Let the runs train, and the screen take notice."""
        self.engine.advance(seconds)
        await self.look()

    async def look(self) -> None:
        """Let the screen take notice of what the engine says."""
        self.app.lab.beat()
        self.app.lab.panes.draw_chart()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys, and let their consequences reach the screen."""
        await self.pilot.press(*keys)
        await self.pilot.pause()
        if self.engine.alive:
            await self.look()

    @property
    def text(self) -> str:
        """The characters on the screen, line by line; the heavy frame of the focus reads like any other."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips()).translate(_FRAMES)

    def line(self, number: int) -> str:
        return self.text.splitlines()[number]

    @property
    def notices(self) -> list[str]:
        return [notification.message for notification in self.app._notifications]


@asynccontextmanager
async def playground(
    engine: FakeEngine | None = None,
    configs: Sequence[RunConfig] | None = None,
    size: tuple[int, int] = (120, 40),
    source: str = "/texts/tale.txt",
    restart: Callable[[], FakeEngine] | None = None,
    theme: str | None = None,
) -> AsyncIterator[Driver]:
    """The playground on a text with these runs, after its first paint and a few seconds of training."""
    engine = engine or FakeEngine()
    if configs is None:
        configs = PAIR if engine.kind == "lm" else default_configs(engine.kind)
    opening: tuple[Command, ...] = (OpenData(DataRequest(SourceFiles(source)), tuple(configs)),)
    for command in opening:
        engine.send(command)
    app = PlaygroundApp(engine, opening, restart)
    app.theme = theme or app.theme
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, engine, pilot)
        await app.workers.wait_for_complete()
        if engine.runs:
            await driver.train(10.0)
        await driver.look()
        yield driver
