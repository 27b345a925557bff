"""Rows of a page that need more cells than there are go on below, and are chosen as one."""

from __future__ import annotations

from textual.content import Content

from tui_rnn.tui.colours import Paint
from tui_rnn.tui.views.pages.page import Pick, Room, Row, wrapped


def rows(text: str, width: int) -> list[Row]:
    return wrapped(Content(text), Room(width, 9, Paint.__new__(Paint)), Pick(unit=3))


def plain(found: list[Row]) -> list[str]:
    return [one.content.plain for one in found if isinstance(one.content, Content)]


def test_what_fits_is_one_row() -> None:
    assert plain(rows("  h = 1 + 2", 11)) == ["  h = 1 + 2"]


def test_what_does_not_fit_goes_on_indented_and_loses_nothing() -> None:
    found = rows("  h = 1 + 2 + 3 + 4 + 5", 14)
    assert plain(found) == ["  h = 1 + 2 +", "    3 + 4 + 5"]


def test_each_of_its_rows_selects_the_same() -> None:
    assert {one.pick for one in rows("  h = 1 + 2 + 3 + 4 + 5", 14)} == {Pick(unit=3)}
