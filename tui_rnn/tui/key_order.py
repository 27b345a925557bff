"""Keys in order: each goes where the key before it left the focus, also when they come fast."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from textual.app import App, ScreenStackError
from textual.events import Event, Key, Paste
from textual.message_pump import MessagePump
from textual.widgets import Input

_HOPS = 3  # messages until the focus moves: the key, the message of its line, the pane's reaction
_PATIENCE_S = 5.0  # for the effect of a key; then the next one goes where the focus is
_STALE_S = 30.0  # a key that waited longer is forgotten
_MOST_HELD = 4096  # a person types no more
_TICK_S = 0.01
_LOOK_S = 0.1  # between two looks whether a wait can still end
_POINTING = frozenset({"up", "down", "left", "right", "pageup", "pagedown", "home", "end"})

Result = TypeVar("Result")


class KeysInOrder(App[Result]):
    """An app that hands out a key when the effect of the key before is complete.

    Textual looks for the focus as soon as a key arrives, but a key's action comes later, after its way up through the
    widgets. When a person types fast, or a terminal without marks for pastes pastes a text, the first characters would be
    commands. If keys come faster than their effects for minutes, keys that waited _STALE_S are forgotten.
    """

    URGENT = ("ctrl+c", "ctrl+z")  # wait for no other key

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[Key | Paste] = deque()
        self._busy = 0  # how many things keys wait for
        self._deaf = False

    async def on_event(self, event: Event) -> None:
        if not isinstance(event, Key | Paste) or event.is_forwarded or (isinstance(event, Key) and event.key in self.URGENT):
            await super().on_event(event)
            return
        if not self._deaf and len(self._held) < _MOST_HELD:
            self._held.append(event)
        if not self._busy:
            await self._hand_out()

    async def end_of_keys(self) -> None:
        """Take no more keys, and wait for the effect of the last one: it must open no dialog in an app that ends."""
        self._deaf = True
        self._held.clear()
        while self._busy:
            await asyncio.sleep(_TICK_S)

    async def _hand_out(self) -> None:
        """Hand out the held keys, up to the first one that may move the focus."""
        while self._held and not self._busy and self.screen_stack:  # without a screen the app has ended
            event, way = self._held.popleft(), self._way()
            if event.time < time.monotonic() - _STALE_S:
                continue
            stays = self._stays(event)
            self._busy += 1
            await super().on_event(event)
            self._busy -= 1
            if not stays:
                self.hold_keys(self._done(way))

    def hold_keys(self, until: Coroutine[Any, Any, None]) -> None:
        """Hand out no key until this is complete: it may move the focus."""
        self._busy += 1
        self.run_worker(self._wait(until), name="what keys wait for")

    async def _wait(self, until: Coroutine[Any, Any, None]) -> None:
        with contextlib.suppress(TimeoutError, ScreenStackError):
            await asyncio.wait_for(until, _PATIENCE_S)
        self._busy -= 1
        await self._hand_out()

    def _stays(self, event: Key | Paste) -> bool:
        """Whether the focus certainly stays where it is."""
        typing = isinstance(self.focused, Input)
        if isinstance(event, Paste) or event.is_printable:
            return typing
        return event.key in _POINTING and not typing and len(self.screen_stack) == 1

    def _way(self) -> list[MessagePump]:
        """The widgets that a key passes now, from the focus up."""
        return [*(self.focused or self.screen).ancestors_with_self]

    async def _done(self, way: list[MessagePump]) -> None:
        await _passed(way)
        for _ in range(_HOPS):
            await _passed(self._way())
        screen, drawn = self.screen, asyncio.Event()  # some effects come after the next layout of the screen
        if screen.call_after_refresh(drawn.set):
            await _until(drawn, lambda: screen.is_current)
        await _passed(self._way())


async def _passed(way: list[MessagePump]) -> None:
    """Wait until each of these, one after another, has handled all its messages so far."""
    for node in way:
        reached = asyncio.Event()
        if node.call_later(reached.set):
            await _until(reached, partial(_runs, node))


def _runs(node: MessagePump) -> bool:
    return node.is_running


async def _until(told: asyncio.Event, alive: Callable[[], bool]) -> None:
    """Wait until this is set, while what sets it is alive."""
    while alive() and not told.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), _LOOK_S)
