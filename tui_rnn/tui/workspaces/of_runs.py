"""Commands without a key of their own: menus and the palette have them."""

from __future__ import annotations

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.workspaces.workspace import LabKey

RUN_COMMANDS: tuple[LabKey, ...] = (
    KeyCommand("", "", lambda lab: lab.runs.pause_one(), "Pause this run", "alone, or let it train on"),
    KeyCommand("", "", lambda lab: lab.runs.scale_rate(1.25), "Learning rate up", "a quarter more, from the next step on"),
    KeyCommand("", "", lambda lab: lab.runs.scale_rate(0.8), "Learning rate down", "a fifth less, from the next step on"),
    KeyCommand("", "", lambda lab: lab.runs.reset(), "Reset", "start the shown run again from its first weights"),
    KeyCommand("", "", lambda lab: lab.runs.remove(), "Remove run", "take the shown run out of the lab; it is saved first"),
    KeyCommand("", "", lambda lab: lab.openings.load_run(), "Load a saved run", "bring a saved run into the lab"),
    KeyCommand("", "", lambda lab: lab.openings.go_on_elsewhere(), "Go on with other text", "the shown run, from its weights"),
    KeyCommand("", "", lambda lab: lab.openings.go_on_from_saved(), "Go on from a saved run", "with other text"),
)
SCREEN_COMMANDS: tuple[LabKey, ...] = (
    KeyCommand("", "", lambda lab: lab.app.action_toggle_dark(), "Dark or light", "switch the theme"),
    KeyCommand("", "", lambda lab: lab.app.action_change_theme(), "Theme", "choose among all themes"),
    KeyCommand("", "", lambda lab: lab.app.save_picture(), "Screenshot", "save the screen as an SVG file"),
)
