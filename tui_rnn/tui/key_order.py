"""Keys in order: each goes where the one before it left the focus, however fast they come."""

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

_HOPS = 3  # messages until the focus moves: the key, the message of its line, what the pane does with it
_PATIENCE_S = 5.0  # for what a key does; then the next one goes wherever the focus is
_STALE_S = 30.0  # a key that waited longer is forgotten
_MOST_HELD = 4096  # more than that come only from what is no person
_TICK_S = 0.01
_LOOK_S = 0.1  # how often it is looked whether what is waited for can still come
_POINTING = frozenset({"up", "down", "left", "right", "pageup", "pagedown", "home", "end"})

Result = TypeVar("Result")


class KeysInOrder(App[Result]):
    """An app that hands out a key when what the one before does is done.

    Textual asks where the focus is as soon as a key arrives, but a key's action comes later, after its way up through the
    widgets. Of a text typed fast, or pasted by a terminal that marks no pastes, the first characters would be commands.
    Where keys come faster than what they do, for minutes, those that waited _STALE_S are forgotten.
    """

    URGENT = ("ctrl+c", "ctrl+z")  # wait for no other key

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[Key | Paste] = deque()
        self._busy = 0  # with how many things that keys wait for
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
        """Take no more keys, and wait until the last one is done: a dialog that it opens must not open in an app that ends."""
        self._deaf = True
        self._held.clear()
        while self._busy:
            await asyncio.sleep(_TICK_S)

    async def _hand_out(self) -> None:
        """Hand out what is held, up to the first key that may move the focus."""
        while self._held and not self._busy and self.screen_stack:  # none: the app has ended
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
        """Hand out no key until this is done: it may move the focus."""
        self._busy += 1
        self.run_worker(self._wait(until), name="what keys wait for")

    async def _wait(self, until: Coroutine[Any, Any, None]) -> None:
        with contextlib.suppress(TimeoutError, ScreenStackError):
            await asyncio.wait_for(until, _PATIENCE_S)
        self._busy -= 1
        await self._hand_out()

    def _stays(self, event: Key | Paste) -> bool:
        """Whether the focus surely stays where it is."""
        typing = isinstance(self.focused, Input)
        if isinstance(event, Paste) or event.is_printable:
            return typing
        return event.key in _POINTING and not typing and len(self.screen_stack) == 1

    def _way(self) -> list[MessagePump]:
        """What a key passes now, from the focus up."""
        return [*(self.focused or self.screen).ancestors_with_self]

    async def _done(self, way: list[MessagePump]) -> None:
        await _passed(way)
        for _ in range(_HOPS):
            await _passed(self._way())
        screen, drawn = self.screen, asyncio.Event()  # some of it is done when the screen was laid out anew
        if screen.call_after_refresh(drawn.set):
            await _until(drawn, lambda: screen.is_current)
        await _passed(self._way())


async def _passed(way: list[MessagePump]) -> None:
    """Until each of these, one after another, has dealt with all that it was sent so far."""
    for node in way:
        reached = asyncio.Event()
        if node.call_later(reached.set):
            await _until(reached, partial(_runs, node))


def _runs(node: MessagePump) -> bool:
    return node.is_running


async def _until(told: asyncio.Event, alive: Callable[[], bool]) -> None:
    """Until this is set by something that is alive."""
    while alive() and not told.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), _LOOK_S)
