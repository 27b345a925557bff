"""How each workspace looks, held as pictures: a change that nobody meant shows as a difference. After a change that was meant,
look at snapshot_report.html, then run this file with --snapshot-update.

The fake engine's clock moves by `advance` and its numbers come from fixed seeds: no clock, font or path of a machine is in a
picture. The widest screen is held in one colouring only, for its pictures are large.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import begun, playground_app
from tui_rnn.lessons.shelf import files
from tui_rnn.tui.lifecycle import ExitInfo
from tui_rnn.tui.themes import DARK, LIGHT
from tui_rnn.tui.views.pages.registry import all_pages
from tui_rnn.tui.workspaces.registry import WORKSPACES
from tui_rnn.tui.workspaces.workspace import Workspace

SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 60)
LOOKS = [(size, colours) for size in (SMALL, MIDDLE) for colours in ("dark", "light", "no_color")] + [(LARGE, "dark")]


@pytest.mark.parametrize(("size", "colours"), LOOKS, ids=[f"{wide}x{high}-{colours}" for (wide, high), colours in LOOKS])
@pytest.mark.parametrize("workspace", WORKSPACES, ids=[workspace.name.lower() for workspace in WORKSPACES])
def test_a_workspace_looks_as_it_did(
    workspace: Workspace,
    size: tuple[int, int],
    colours: str,
    snap_compare: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if colours == "no_color":
        monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("tui_rnn.tui.views_in_place.all_pages", lambda: all_pages()[:3])  # how many there are changes often
    monkeypatch.setattr("tui_rnn.lessons.shelf.files", lambda: files()[:3])
    engine = FakeEngine()
    app = playground_app(engine, theme=LIGHT.name if colours == "light" else DARK.name)

    async def arrive(pilot: Pilot[ExitInfo]) -> None:
        lab = await begun(app, engine, pilot)
        app.clear_notifications()  # they go by the real clock
        await lab.press(workspace.key)
        await lab.train(10.0)

    assert snap_compare(app, terminal_size=size, run_before=arrive)
