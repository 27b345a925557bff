"""How much room a terminal has: for all views of a workspace, for one at a time, or for none."""

from __future__ import annotations

from typing import Literal

Layout = Literal["tiny", "single", "full"]

SMALLEST = (36, 9)  # cells of the terminal; below, only a line that says so
ROOMY = (100, 28)  # below, one view at a time
WIDE = 160  # columns; from here on the map of Inspect and its page are side by side


def layout_for(width: int, height: int) -> Layout:
    """'tiny' shows nothing, 'single' one view at a time, 'full' all of them."""
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return "tiny"
    return "full" if width >= ROOMY[0] and height >= ROOMY[1] else "single"
