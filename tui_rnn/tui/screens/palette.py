"""Every action by its name: Textual's command palette, which breaks in a terminal too small for its list."""

from __future__ import annotations

import contextlib

from textual.command import CommandPalette


class Palette(CommandPalette):
    """The command palette, in a terminal of any size."""

    def _action_command_list(self, action: str) -> None:
        with contextlib.suppress(KeyError):  # a page down in a list that has had no room for a line
            super()._action_command_list(action)
