"""Views are mounted when they are first seen, and those of a second run made when two are first compared: a start makes only
what it shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_rnn.tui.panes import Panes


class LateViews:
    """Mounts views in the slots of some panes. Keys wait until they are there, and nothing is painted without them."""

    def __init__(self, panes: Panes) -> None:
        self._panes = panes
        self._mounting = 0
        self._due: list[Callable[[], object]] = []
        self._has_second = False

    def mount(self) -> None:
        """Mount what is seen and is not there yet."""
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
            if not there:  # it took too long: what was to be done then would come as a surprise later
                self._due.clear()
        panes.call_after_refresh(panes.focus_pane)
        while self._due and not self._mounting:
            panes.call_after_refresh(self._due.pop(0))

    def when_there(self, act: Callable[[], object]) -> None:
        """Do this when what is seen is there, and has its room."""
        if self._mounting:
            self._due.append(act)
        else:
            self._panes.call_after_refresh(act)

    def make_second(self) -> None:
        """Make the views of a second run, unless they are there."""
        if not self._has_second:
            self._has_second = True
            self._panes.app.hold_keys(self._made_second())

    async def _made_second(self) -> None:
        """They are set like those of the first."""
        panes = self._panes
        await panes.views.load_second(panes)
        panes.acts.follow_settings()
        for gates_pane in (*panes.views.gates, *panes.views.maps):
            gates_pane.probe = panes.selection.text
        panes.show(panes.state)
