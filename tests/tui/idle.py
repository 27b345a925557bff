"""Waits until an app has nothing left to do, in place of Textual's own way for tests.

Textual takes an app for idle when its process used hardly any processor time for 20 ms: at three such waits a key, most of a
test's time is sleep, and on a busy machine a process that waits for its turn looks idle. Here the event loop is asked: where no
callback is ready to run, every message was dealt with, and only a timer, a thread or another key can bring more.
"""

from __future__ import annotations

import asyncio
from typing import Any

import textual.app
import textual.pilot
from textual._context import active_app

_FRAMES = 5  # what asks for one frame after another, such as an app that ends, is left alone
_ROUNDS = 3  # one after another in which nothing was ready: a round also hears what threads have sent


async def until_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Until no callback is ready and the screen is painted. The arguments are those of the function whose place it takes."""
    ready: Any = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    quiet, frames = 0, _FRAMES
    while quiet < _ROUNDS:
        await asyncio.sleep(0)
        if not ready and frames and _painted():
            frames -= 1
            quiet = 0
        else:
            quiet = 0 if ready else quiet + 1


def _painted() -> bool:
    """Do now what waits for the next frame; False if nothing does."""
    app = active_app.get(None)
    if app is None or not app.screen_stack or not app.screen.is_running:
        return False
    if app._resize_event is not None:
        app._check_resize()
        return True
    screen = app.screen
    due = screen._layout_required or screen._scroll_required or screen._repaint_required or screen._recompose_required
    if not (due or screen._dirty_widgets or screen._callbacks):
        return False
    screen._on_timer_update()
    return True


def install() -> None:
    """Have every pilot wait so."""
    for module in (textual.app, textual.pilot):
        vars(module)["wait_for_idle"] = until_idle
