"""The keys: each does one thing, none is the terminal's, and every one is written down and can be found."""

from __future__ import annotations

import pytest

from tests.tui.lab_driver import playground
from tui_rnn.glossary import GLOSSARY
from tui_rnn.lab.messages import StepOnce
from tui_rnn.tui.screens.palette import Palette
from tui_rnn.tui.workspaces.registry import MOST_OWN_KEYS, WORKSPACES, commands_of, keys_of, shown_keys
from tui_rnn.tui.workspaces.workspace import LabKey, Workspace

EVERY = tuple({command.title: command for workspace in WORKSPACES for command in commands_of(workspace)}.values())


@pytest.fixture(params=WORKSPACES, ids=lambda workspace: workspace.name)
def workspace(request: pytest.FixtureRequest) -> Workspace:
    found: Workspace = request.param
    return found


def keys(workspace: Workspace) -> list[str]:
    return [key for command in commands_of(workspace) for key in command.keys.split(",")]


def test_no_key_does_two_things(workspace: Workspace) -> None:
    assert len(keys(workspace)) == len(set(keys(workspace)))


def test_a_workspace_has_few_keys_of_its_own(workspace: Workspace) -> None:
    assert len(workspace.keys) <= MOST_OWN_KEYS


def test_the_digits_are_the_runs(workspace: Workspace) -> None:
    digits = [command.title for command in commands_of(workspace) if command.key.isdigit()]
    assert digits == [f"Run {number}" for number in range(1, 10)]


def test_no_key_belongs_to_tmux_or_the_terminal(workspace: Workspace) -> None:
    held = [key for key in keys(workspace) if key.startswith(("ctrl", "alt")) and key != "ctrl+z"]  # as elsewhere
    assert held == []
    assert not {"f10", "f11"} & set(keys(workspace))


@pytest.mark.parametrize("command", EVERY, ids=lambda command: command.label)
def test_every_key_has_words(command: LabKey) -> None:
    assert command.title
    assert command.help


async def test_help_tells_of_the_view_with_the_focus_first_and_then_lists_every_key() -> None:
    async with playground(size=(120, 100)) as lab:
        for workspace in WORKSPACES:
            await lab.press(workspace.key)
            view = lab.app.lab.panes.acts.current
            equation = ["Equation"] if view.GUIDE.equation else []
            wanted = ["It shows", "Read it", "Try", *equation, *(one.name for one in view.settings)]
            await lab.press("question_mark")
            first = lab.text
            assert [told for told in wanted if told not in first] == [], workspace.name
            await lab.press("question_mark")
            second = lab.text
            listed = [f"{one.label}  {one.title}" for group in keys_of(workspace).values() for one in group]
            assert [told for told in listed if told not in second] == [], workspace.name
            await lab.press("escape")


async def test_the_third_page_of_help_says_what_the_numbers_mean_and_the_view_comes_after_it() -> None:
    async with playground(size=(120, 160)) as lab:
        await lab.press("question_mark", "question_mark", "question_mark")
        third = lab.text
        assert all(term.name in third for group in GLOSSARY for term in group.terms)
        await lab.press("question_mark")
        assert "It shows" in lab.text


async def test_the_palette_offers_every_command_in_groups_and_greys_those_without_a_use_with_the_reason() -> None:
    async with playground(size=(160, 100)) as lab:
        await lab.press("colon")
        assert isinstance(lab.app.screen, Palette)
        offered = {command.title for command in lab.app.screen._offered}
        assert {command.title for group in keys_of(WORKSPACES[0]).values() for command in group} <= offered
        assert {"Reset", "Theme", "Screenshot"} <= offered
        await lab.press(*"undo")
        assert "nothing was changed yet" in lab.text  # why it has no use


async def test_a_command_of_the_palette_is_done_and_comes_first_the_next_time() -> None:
    async with playground() as lab:
        await lab.press("colon", *"two runs", "enter")
        assert lab.app.lab.state.comparing

        await lab.press("colon")
        palette = lab.app.screen
        assert isinstance(palette, Palette)
        assert palette._offered[0].title == "Two runs"


async def test_the_last_line_shows_the_keys_of_the_workspace() -> None:
    async with playground(size=(260, 50)) as lab:
        for workspace in WORKSPACES:
            await lab.press(workspace.key)
            last = lab.text.splitlines()[-1]
            for command in shown_keys(workspace)[0]:
                if title := command.title_for(lab.app.lab):
                    assert f"{command.label} {title.lower()}" in last, workspace.name


async def test_in_little_room_help_and_quit_stay() -> None:
    async with playground(size=(40, 12)) as lab:
        assert lab.text.splitlines()[-1].split("  ")[-2:] == ["? help", "q quit"] or "? help  q quit" in lab.text


async def test_a_key_on_the_last_line_is_named_after_what_it_would_do_and_can_be_clicked() -> None:
    async with playground() as lab:
        assert "space pause" in lab.text
        await lab.press("space")
        assert "space train on" in lab.text
        for key in ("escape", "q"):
            await lab.press("question_mark", key)
            assert lab.app.screen is lab.app.lab, "help is left again"

        column = lab.text.splitlines()[-1].index("c two runs")
        await lab.pilot.click("#keys", offset=(column, 0))
        await lab.look()

        assert lab.app.lab.state.comparing


async def test_of_a_page_that_is_marked_in_the_list_of_pages_the_whole_help_can_be_read() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.press("I", "a", *"biography")
        await lab.look()
        assert all(word in lab.text for word in "a text that the network wrote then, always with the same seed".split())
        assert lab.text.count("biography") > 1


async def test_the_palette_can_be_paged_through_in_a_terminal_of_any_size() -> None:
    async with playground() as lab:
        for size in ((120, 40), (3, 2)):
            await lab.pilot.resize_terminal(*size)
            lab.engine.sent.clear()
            await lab.press("colon")
            await lab.press("pagedown", "pageup", "end", "home", "escape")
            await lab.press("n")

            assert lab.engine.sent_of(StepOnce) == [StepOnce(2)], size
