"""What was on the screen and is gone takes no memory any more."""

from __future__ import annotations

import gc
import time

import pytest
from textual._styles_cache import StylesCache

from tests.tui.lab_driver import Driver, playground


def drawn() -> int:
    """How many widgets' drawn lines are kept."""
    gc.collect()
    return sum(type(found) is StylesCache for found in gc.get_objects())


async def opened_and_closed(lab: Driver, key: str) -> None:
    await lab.press(key)
    await lab.press("escape")


@pytest.mark.parametrize("key", ["question_mark", "a", "o", "colon"])
async def test_a_dialog_that_was_closed_leaves_nothing_behind(key: str) -> None:
    async with playground() as lab:
        for _ in range(2):
            await opened_and_closed(lab, key)
        before = drawn()
        for _ in range(3):
            await opened_and_closed(lab, key)
        deadline = time.monotonic() + 120
        while (after := drawn()) > before and time.monotonic() < deadline:
            await lab.pilot.pause(0.05)  # a timer under way still holds the line whose cursor it lets blink

    assert after <= before
