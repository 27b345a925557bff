"""The items that a run has drawn, in a stream with the newest first."""

from __future__ import annotations

from tui_rnn.insight.items import DrawnItems

KEPT_DRAWS = 40  # times that items were drawn, of each run


def with_newer(drawn: tuple[DrawnItems, ...], newer: DrawnItems) -> tuple[DrawnItems, ...]:
    """The stream after newer items came."""
    return (newer, *(one for one in drawn if _stays(one, newer)))[:KEPT_DRAWS]


def _stays(drawn: DrawnItems, newer: DrawnItems) -> bool:
    """Whether items stay in the stream below newer ones: what another prompt began, and the same drawn again, do not."""
    again = (drawn.step, drawn.prompt, drawn.sampling) == (newer.step, newer.prompt, newer.sampling)
    return drawn.prompt in ("", newer.prompt) and not again
