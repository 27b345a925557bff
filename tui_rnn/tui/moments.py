"""The kept moments of a run, as the time slider goes through them."""

from __future__ import annotations

from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.selection import Selection


def next_moment(run: RunState, selection: Selection, by: int) -> int | None:
    """The kept moment before the held weights (by < 0), or after; None: there is none."""
    held, kept = selection.steps.get(run.run_id), run.snapshot.moments if run.snapshot else ()
    if held is None:
        return None
    if by < 0:
        return max((step for step in kept if step < held), default=None)
    return min((step for step in kept if step > held), default=None)


def track(moments: tuple[int, ...], held: int, newest: int, width: int) -> tuple[str, list[int]]:
    """'├──●──┤' over so many cells, and the step of each cell. The distances of the kept moments are equal, as they are in the
    logarithm of the step. The dot is the held one."""
    steps = sorted({*moments, held, newest})
    cells = max(2, width)
    places = [round(k * (cells - 1) / max(1, len(steps) - 1)) for k in range(len(steps))]
    line = ["─"] * cells
    line[0], line[-1] = "├", "┤"
    line[places[steps.index(held)]] = "●"
    nearest = [min(range(len(steps)), key=lambda k: abs(places[k] - cell)) for cell in range(cells)]
    return "".join(line), [steps[k] for k in nearest]
