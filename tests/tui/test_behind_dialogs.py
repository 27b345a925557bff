"""What is behind a dialog looks as Textual dims it."""

from __future__ import annotations

import pytest
from textual.css.styles import RulesMap
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.visual import RenderOptions, RichVisual, Visual

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import Driver, playground
from tests.tui.pane_examples import cells_of
from tui_rnn.tui.private_api import Behind


def drawn(lab: Driver, visual: Visual) -> list[Strip]:
    """What this draws below a dialog that is open."""
    dialog = lab.app.screen
    assert isinstance(dialog, ModalScreen)
    width, height = lab.app.size
    return visual.render_strips(width, height, dialog.visual_style, RenderOptions(dialog._get_style, RulesMap()))


@pytest.mark.parametrize(
    ("kind", "theme"),
    [("lm", "tui-rnn-dark"), ("lm", "tui-rnn-light"), ("lm", "tui-rnn-16-dark"), ("tag", "tui-rnn-dark")],
)
async def test_behind_a_dialog_every_cell_is_dimmed_as_textual_does_it(kind: str, theme: str) -> None:
    async with playground(FakeEngine(kind), theme=theme) as lab:
        await lab.pilot.pause()
        await lab.press("question_mark")
        dialog, tint = lab.app.screen, lab.app.screen.styles.background
        ours = drawn(lab, Behind(lab.app.lab, tint))
        textuals = drawn(lab, RichVisual(dialog, BackgroundScreen(lab.app.lab, tint)))

        assert len(ours) == 40
        assert [cells_of(line) for line in ours] == [cells_of(line) for line in textuals]
        assert len({style for line in ours for _, style in cells_of(line)}) > 10


async def test_a_terminal_that_grows_while_a_dialog_is_open_is_filled() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.press("question_mark")
        await lab.pilot.resize_terminal(160, 50)
        await lab.calm()
        behind = drawn(lab, Behind(lab.app.lab, lab.app.screen.styles.background))

        assert [line.cell_length for line in behind] == [160] * 50
