"""What was on the screen and is gone takes no memory any more."""

from __future__ import annotations

import gc
import time

from textual._styles_cache import StylesCache

from tests.tui.lab_driver import Driver, playground


def drawn() -> int:
    """How many widgets' drawn lines are kept."""
    gc.collect()
    return sum(type(found) is StylesCache for found in gc.get_objects())


DIALOGS = ("question_mark", "a", "o", "colon")


async def all_opened_and_closed(lab: Driver) -> None:
    for key in DIALOGS:
        await lab.press(key)
        await lab.pilot.pause()
        await lab.press("escape")


async def test_dialogs_that_were_closed_leave_nothing_behind() -> None:
    gc.collect()
    gc.freeze()  # what other tests left is not looked through each time
    async with playground() as lab:
        await all_opened_and_closed(lab)
        before = drawn()
        await all_opened_and_closed(lab)
        deadline = time.monotonic() + 120
        while (after := drawn()) > before and time.monotonic() < deadline:
            await lab.pilot.pause(0.05)  # a timer under way still holds the line whose cursor it lets blink

    assert after <= before
