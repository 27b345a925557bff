"""The first start is explained once, over the views, and only there."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import begun, playground, playground_app
from tui_rnn import preferences


async def test_the_first_start_says_what_goes_on_what_colours_mean_and_what_to_try_until_escape() -> None:
    engine = FakeEngine()
    app = playground_app(engine)
    app.welcomes = True
    async with app.run_test(size=(120, 40)) as pilot:
        lab = await begun(app, engine, pilot)
        for told in ("Now ", "Colours ", "Try ", "L learn the chapter", "Esc hides this"):
            assert told in lab.text
        await app.workers.wait_for_complete()
        assert (await asyncio.to_thread(preferences.load)).preferences.welcomed
        await lab.press("escape")
        assert "Colours" not in lab.text


async def test_a_later_start_says_nothing_of_it() -> None:
    async with playground() as lab:
        assert "Colours" not in lab.text


def test_whether_the_first_start_was_explained_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    preferences.remember(path, welcomed=True)
    assert preferences.load(path).preferences.welcomed
    path.write_text("welcomed = 3\n", encoding="utf-8")
    assert "welcomed is 3, expected true or false" in preferences.load(path).problem
