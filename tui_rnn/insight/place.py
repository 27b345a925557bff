"""Checks that a network has the place a question asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.cells import CELLS
from tui_rnn.errors import InputError
from tui_rnn.insight.trace import DIRECTIONS

if TYPE_CHECKING:
    from tui_rnn.config import RunConfig


def check_place(
    config: RunConfig, *, layer: int | None = None, unit: int | None = None, direction: str = "", signal: str = ""
) -> None:
    """Raises InputError if the network lacks the layer (from 1 on), the unit (from 0 on), the direction or the signal."""
    names = [one.name for one in CELLS[config.cell].signals]
    if signal and signal not in names:
        raise InputError(f"signal is {signal!r:.40}, but the run's cell has {' '.join(names)}")
    if layer is not None and not 1 <= layer <= config.num_layers:
        raise InputError(f"layer is {layer}, expected 1" + (f" to {config.num_layers}" if config.num_layers > 1 else ""))
    if unit is not None and not 0 <= unit < config.hidden_size:
        raise InputError(f"unit is {unit}, expected 0 to {config.hidden_size - 1}")
    if direction == DIRECTIONS[1] and not config.bidirectional:
        raise InputError(f"direction is {direction}, but the network reads forward only")
