"""Waits until an app has nothing left to do, in place of Textual's own way for tests, and lets its short waits end at once.

Textual takes an app for idle when its process used hardly any processor time for 20 ms: at three such waits a key, most of a
test's time is sleep, and on a busy machine a process that waits for its turn looks idle. Here the event loop is asked: an app
is idle where no callback is ready to run, every message was dealt with, no key waits for another one, and no thread that the
screen started (it reads a folder, writes preferences, saves a picture, waits for the engine's end) is under way. Where keys or
a thread wait for the test itself, the test says so: `left_to_wait`.

No test waits for a clock either. A timer that rings once (a page asks when things have stood still for 0.15 s) rings when the
test says that a moment passes, `moment_passes`, however slow or busy the machine is; until then it doesn't.

The playground's own patience with what a key does, some seconds, is longer here: on a busy machine a key may take them.

Frames are painted when a test looks at the lines of the screen or lets the pilot pause, and not sixty times a second: what keys
change between is painted once, at the test's end at the latest.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any
from weakref import WeakSet

import textual.app
import textual.notifications
import textual.pilot
from textual._context import active_app
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer

from tui_rnn.tui import key_order

_FRAMES = 5  # what asks for one frame after another, such as an app that ends, is left alone
_ROUNDS = 3  # one after another in which nothing was ready: a round also hears what threads have sent
_LOOK_S = 0.001  # how often a thread is looked after
_KEYS_PATIENCE_S = 60.0
_MOMENT_S = 1.0  # what waits longer, such as a notice that goes away, is left to wait
_SCREEN = "tui_rnn.tui."  # whose threads are waited for

_in_threads: set[asyncio.Future[Any]] = set()  # what runs in the loop's own threads
_ringing: dict[Timer, asyncio.Event] = {}  # timers that ring once, in the order in which they were set
_left_to_wait = False
_put_off: WeakSet[Screen[Any]] = WeakSet()  # screens of which not all is painted


async def until_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Until no callback is ready and the screen is painted. The arguments are those of the function whose place it takes."""
    loop = asyncio.get_running_loop()
    ready: Any = loop._ready  # type: ignore[attr-defined]
    quiet, frames = 0, _FRAMES
    while quiet < _ROUNDS:
        await asyncio.sleep(0)
        if ready:
            quiet = 0
        elif frames and _painted():
            frames -= 1
            quiet = 0
        elif _waits(loop):
            await asyncio.sleep(_LOOK_S)
            quiet = 0
        else:
            quiet += 1


def moment_passes() -> bool:
    """Let ring what was to ring once within a moment; False if nothing was."""
    due = [ring for timer, ring in _ringing.items() if timer._interval <= _MOMENT_S and not ring.is_set()]
    for ring in due:
        ring.set()
    return bool(due)


@contextlib.contextmanager
def left_to_wait() -> Iterator[None]:
    """Keys, and what the screen does in threads, wait for the test, and not the other way round."""
    global _left_to_wait
    _left_to_wait = True
    try:
        yield
    finally:
        _left_to_wait = False


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


def _waits(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether something is on its way that no callback of the loop shows."""
    app = active_app.get(None)
    if _left_to_wait or app is None or not app.is_running or app._exception is not None:
        return False
    if getattr(app, "_busy", 0):
        return True
    return any(future.get_loop() is loop for future in _in_threads) or any(map(_of_screen, threading.enumerate()))


def _of_screen(thread: threading.Thread) -> bool:
    """Whether this thread still does what the screen gave it; what a thread has to do, it forgets when it is done."""
    target = getattr(thread, "_target", None)
    return str(getattr(target, "__module__", "")).startswith(_SCREEN)


def _in_executor(loop: asyncio.BaseEventLoop, executor: Any, function: Any, *arguments: Any) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = _run_in_executor(loop, executor, function, *arguments)
    _in_threads.add(future)
    future.add_done_callback(_in_threads.discard)
    return future


async def _pause(pilot: textual.pilot.Pilot[Any], delay: float | None = None) -> None:
    """Until all is done, and painted, with what comes of that."""
    if delay is not None:
        await asyncio.sleep(delay)
    await until_idle()
    frames = _FRAMES
    while frames and paint(pilot.app):
        await until_idle()
        frames -= 1


def paint(app: textual.app.App[Any]) -> bool:
    """Paint what frames have put off; False if nothing was."""
    if not app.screen_stack or app.screen not in _put_off:
        return False
    _put_off.discard(app.screen)
    _refresh(app.screen)
    return True


def lines_of(screen: Screen[Any]) -> list[Strip]:
    """All that is on the screen, painted now."""
    _put_off.discard(screen)
    return screen._compositor.render_strips()


def _frame(screen: Screen[Any]) -> None:
    """A frame, which is put off: what is painted several times before a test looks is painted once."""
    if screen is not screen.app.screen:
        _refresh(screen)
        return
    _put_off.add(screen)
    screen._dirty_widgets.clear()
    screen.app._update_mouse_over(screen)


def _resized(screen: Screen[Any], size: Size) -> None:
    """Lay out a screen for this size, unless it is: Textual does it three times when an app or a dialog begins."""
    if screen._compositor.size != size:
        _lay_out(screen, size)


async def _screen_is_idle(pilot: textual.pilot.Pilot[Any], timeout: float = 30.0) -> bool:
    """In place of a message to every widget, for each key, of which Textual waits until it came."""
    await until_idle()
    return True


async def _run_timer(timer: Any) -> None:
    if timer._repeat is None or timer._repeat > 0:
        await _run(timer)
        return
    await timer._active.wait()
    _ringing[timer] = rings = asyncio.Event()
    try:
        await rings.wait()
    finally:
        del _ringing[timer]
    with contextlib.suppress(textual.timer.EventTargetGone):
        await timer._tick(next_timer=0.0, count=1)


_run_in_executor: Any = asyncio.BaseEventLoop.run_in_executor
_run = Timer._run
_refresh = Screen._compositor_refresh
_lay_out = Screen._screen_resized


def install() -> None:
    """Have every pilot wait so, and no timer or notice end by the clock."""
    key_order._PATIENCE_S = _KEYS_PATIENCE_S
    for module in (textual.app, textual.pilot):
        vars(module)["wait_for_idle"] = until_idle
    Screen._compositor_refresh = _frame  # type: ignore[method-assign, assignment]
    Screen._screen_resized = _resized  # type: ignore[method-assign, assignment]
    textual.pilot.Pilot.pause = _pause  # type: ignore[method-assign, assignment]
    textual.pilot.Pilot._wait_for_screen = _screen_is_idle  # type: ignore[method-assign, assignment]
    asyncio.BaseEventLoop.run_in_executor = _in_executor  # type: ignore[assignment, method-assign]
    Timer._run = _run_timer  # type: ignore[method-assign, assignment]
    textual.notifications.Notification.has_expired = property(lambda notice: False)  # type: ignore[assignment, method-assign]
