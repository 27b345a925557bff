"""The items that a run has drawn, the newest first."""

from __future__ import annotations

from tui_rnn.insight.items import DrawnItems

KEPT_DRAWS = 40  # of each run


def with_newer(drawn: tuple[DrawnItems, ...], newer: DrawnItems) -> tuple[DrawnItems, ...]:
    """The stream with newer items."""
    return (newer, *(one for one in drawn if _stays(one, newer)))[:KEPT_DRAWS]


def _stays(drawn: DrawnItems, newer: DrawnItems) -> bool:
    """Whether items stay below newer ones: not if another prompt began them, or if the newer ones are the same draw again."""
    again = (drawn.step, drawn.prompt, drawn.sampling) == (newer.step, newer.prompt, newer.sampling)
    return drawn.prompt in ("", newer.prompt) and not again
