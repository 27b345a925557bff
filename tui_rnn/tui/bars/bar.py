"""One of the lines around the panes: it is painted again only when it reads differently, and a click does what it is on."""

from __future__ import annotations

from textual.events import Click
from textual.widgets import Static


class Bar(Static):
    """places: cells, and what a click there is for; `clicked` hears it."""

    ALLOW_SELECT = False

    def __init__(self, id: str, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self.places: list[tuple[range, str]] = []
        self._look: object = None

    def is_new(self, *look: object) -> bool:
        """Whether this differs from what the line was painted with last; then it is painted with this."""
        before, self._look = self._look, look
        return look != before

    def on_click(self, event: Click) -> None:
        for cells, what in self.places:
            if event.x in cells:
                self.clicked(what)

    def clicked(self, what: str) -> None:
        """By default, press the key of this name."""
        self.app.simulate_key(what)
