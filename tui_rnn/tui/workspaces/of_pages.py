"""A command for each page of Inspect, for the list of pages and the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.views.pages.book import Book
from tui_rnn.tui.workspaces.workspace import LabKey

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen


def pages_of(book: Book) -> tuple[LabKey, ...]:
    """A command to open each page; it says why if the data do not allow the page."""
    return tuple(_opens(number, page.name, page.guide.shows) for number, page in enumerate(book.pages))


def _opens(number: int, name: str, shows: str) -> LabKey:
    def why_not(lab: LabScreen) -> str:
        return lab.navigation.why_no_page(number)

    return KeyCommand("", "", lambda lab: lab.navigation.open_page(number), f"{number + 1} {name}", shows, why_not)
