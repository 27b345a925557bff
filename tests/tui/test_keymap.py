"""Keys, theme and glyphs that a person chose: they hold, they come back, and what can't be is refused in a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import GLYPHS, THEME, playground, playground_app, until
from tui_rnn import preferences
from tui_rnn.tui.themes import LIGHT
from tui_rnn.tui.workspaces.registry import WORKSPACES, commands_of, use_keys


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    yield
    use_keys(())


def write(home: Path, text: str) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "settings.toml").write_text(text, encoding="utf-8")


def test_a_key_of_ones_own_holds_wherever_the_command_is() -> None:
    assert use_keys([("Maximise", "+"), ("Mark", "j")]) == []
    for workspace in WORKSPACES:
        keys = {command.title: (command.keys, command.label) for command in commands_of(workspace)}
        assert keys["Maximise"] == ("plus", "+")
    assert {command.title: command.keys for command in commands_of(WORKSPACES[3])}["Mark"] == "j"
    assert use_keys(()) == []
    assert {command.title: command.keys for command in commands_of(WORKSPACES[3])}["Mark"] == "x"


@pytest.mark.parametrize(
    ("title", "key", "told"),
    [
        ("Mark", "f", 'keys: Mark = "f" is the key of Filter in Compare: choose another'),
        ("Maximise", "T", "is the key of Train in"),
        ("Marq", "j", "names no command with a key"),
        ("Mark", "7", "is not a letter or sign"),
        ("Mark", "ä", "is not a letter or sign"),
    ],
)
def test_a_key_that_can_not_be_is_refused_with_the_reason(title: str, key: str, told: str) -> None:
    (problem,) = use_keys([(title, key)])
    assert told in problem
    keys = {command.title: command.keys for command in commands_of(WORKSPACES[3])}
    assert (keys["Mark"], keys["Maximise"]) == ("x", "m")


async def test_the_key_bar_and_the_screen_follow_the_settings_file(home: Path) -> None:
    write(home, '[keys]\nMaximise = "+"\nFilter = "x"\n')
    async with playground(size=(260, 50)) as lab:
        assert any("is the key of Mark in Compare" in notice for notice in lab.notices)
        assert "+ maximise" in lab.text
        await lab.press("plus")
        assert lab.app.lab.panes.maximised
        await lab.press("m")
        assert lab.app.lab.panes.maximised


async def test_theme_and_glyphs_are_there_the_next_time(home: Path) -> None:
    async with playground() as lab:
        await lab.press(GLYPHS, THEME)
        await until(lab, lambda: preferences.load().preferences.theme == LIGHT.name)
        await until(lab, lambda: preferences.load().preferences.glyphs == "blocks")
    app = playground_app(FakeEngine())
    async with app.run_test():
        assert app.theme == LIGHT.name
        assert not app.lab.panes.views.loss.braille


def test_a_theme_that_there_is_not_is_said_and_the_usual_one_holds(home: Path) -> None:
    write(home, 'theme = "sepia"\n')
    app = playground_app(FakeEngine())
    assert "theme is 'sepia', which is no theme's name" in app.preferences_problem
    assert app.theme != "sepia"
