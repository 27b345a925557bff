"""Mounts a view when it first comes into view, and makes the views of a second run when two runs are first compared: a start
makes only what it shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_rnn.tui.panes import Panes


class LateViews:
    """Mounts views in the slots of some panes. Keys wait for the views, and nothing is painted without them."""

    def __init__(self, panes: Panes) -> None:
        self._panes = panes
        self._mounting = 0
        self._due: list[Callable[[], object]] = []
        self._has_second = False

    def mount(self) -> None:
        """Mount the views that are in view and not mounted yet."""
        panes = self._panes
        if not panes.is_attached:  # the playground ends
            return
        late = [panes.query_one(f"#{slot}").mount(*views) for slot, views in panes.views.missing(panes.seen)]
        if late:
            self._mounting += 1
            panes.app.hold_keys(self._mounted(late))

    async def _mounted(self, late: Sequence[Awaitable[object]]) -> None:
        panes, there = self._panes, False
        try:
            with panes.app.batch_update():
                for views in late:
                    await views
                panes.show(panes.state)
            there = True
        finally:
            self._mounting -= 1
            if not there:  # it took too long: an action now would surprise the person
                self._due.clear()
        panes.call_after_refresh(panes.focus_pane)
        while self._due and not self._mounting:
            panes.call_after_refresh(self._due.pop(0))

    def when_there(self, act: Callable[[], object]) -> None:
        """Do this when all that is in view is mounted, and has its room."""
        if self._mounting:
            self._due.append(act)
        else:
            self._panes.call_after_refresh(act)

    def make_second(self) -> None:
        """Make the views of a second run, once."""
        if not self._has_second:
            self._has_second = True
            self._panes.app.hold_keys(self._made_second())

    async def _made_second(self) -> None:
        """Mount them, with the settings of the first run's views."""
        panes = self._panes
        await panes.views.load_second(panes)
        panes.acts.follow_settings()
        for gates_pane in (*panes.views.gates, *panes.views.maps):
            gates_pane.probe = panes.selection.text
        panes.show(panes.state)
