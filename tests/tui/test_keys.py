"""The keys: each does one thing, none is the terminal's, and every one is written down and can be found."""

from __future__ import annotations

import pytest

from tests.tui.lab_driver import playground
from tui_rnn.lab.messages import StepOnce
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.screens.lab import LabScreen
from tui_rnn.tui.screens.lab_keys import COMMANDS, SHOWN_KEYS


def keys() -> list[str]:
    return [key for command in COMMANDS for key in command.keys.split(",")]


def test_no_key_does_two_things() -> None:
    assert len(keys()) == len(set(keys()))


def test_no_digit_but_zero_is_taken_from_the_runs() -> None:
    assert not set(keys()) & set("123456789")


def test_no_key_belongs_to_tmux_or_the_terminal() -> None:
    assert [
        key for key in keys() if key.startswith(("ctrl", "alt")) and key not in ("ctrl+c", "ctrl+z")
    ] == []  # which do what they do elsewhere
    assert not {"f10", "f11"} & set(keys())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.label)
def test_every_key_has_words_and_is_heard(command: KeyCommand[LabScreen]) -> None:
    assert command.title
    assert command.help
    assert all(LabScreen.KEYS[key] is command for key in command.keys.split(","))


async def test_the_help_screen_lists_every_key() -> None:
    async with playground(size=(120, 100)) as lab:
        await lab.press("question_mark")

        for command in COMMANDS:
            assert f"{command.label}  {command.title}" in lab.text


@pytest.mark.parametrize("key", ["escape", "question_mark", "q"])
async def test_help_is_left_again(key: str) -> None:
    async with playground() as lab:
        await lab.press("question_mark", key)

        assert lab.app.screen is lab.app.lab


async def test_the_command_palette_has_every_action() -> None:
    async with playground() as lab:
        offered = {command.title for command in lab.app.get_system_commands(lab.app.screen)}

        for command in COMMANDS:
            if command.key != "colon":
                assert f"{command.title} ({command.label})" in offered


async def test_an_action_of_the_palette_is_done() -> None:
    async with playground() as lab:
        offered = {command.title: command.callback for command in lab.app.get_system_commands(lab.app.screen)}
        offered["Compare (c)"]()
        await lab.pilot.pause()

        assert lab.app.lab.state.comparing


async def test_the_last_line_shows_the_keys_to_begin_with() -> None:
    async with playground(size=(200, 50)) as lab:
        last = lab.text.splitlines()[-1]

        for command in SHOWN_KEYS:
            if command.label not in "iMrt":  # of other tasks; of a run that trains like the others
                assert f"{command.label} {command.title.lower()}" in last


async def test_in_little_room_help_and_quit_stay() -> None:
    async with playground(size=(40, 12)) as lab:
        assert lab.text.splitlines()[-1].split("  ")[-2:] == ["? help", "q quit"] or "? help  q quit" in lab.text


async def test_space_is_named_after_what_it_would_do() -> None:
    async with playground() as lab:
        assert "space pause" in lab.text
        await lab.press("space")
        assert "space train on" in lab.text


async def test_a_key_on_the_last_line_can_be_clicked() -> None:
    async with playground() as lab:
        column = lab.text.splitlines()[-1].index("c compare")
        await lab.pilot.click("#keys", offset=(column, 0))
        await lab.look()

        assert lab.app.lab.state.comparing


@pytest.mark.parametrize("size", [(20, 4), (3, 2), (120, 40)])
async def test_the_palette_can_be_paged_through_in_a_terminal_of_any_size(size: tuple[int, int]) -> None:
    async with playground(size=size) as lab:
        await lab.press("colon")
        await lab.pilot.pause(0.1)
        await lab.press("pagedown", "pageup", "end", "home", "escape")
        await lab.press("n")

        assert lab.engine.sent_of(StepOnce) == [StepOnce(2)]
