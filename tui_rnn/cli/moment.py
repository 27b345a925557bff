"""`--at-step`: a kept moment of a run's past, instead of its present weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from tui_rnn.cli.output import note
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.training.run import Run

OF_WEIGHTS = Group("Weights", sort_key=2)
AtStep = Annotated[
    int | None,
    Parameter(help="Use the kept moment of the run's past that is nearest to this step.", metavar="N", group=OF_WEIGHTS),
]
MOST_SHOWN = 12


def check_step(at_step: int | None) -> None:
    """Raise InputError for a negative step."""
    if at_step is not None and at_step < 0:
        raise InputError(f"--at-step is {at_step}, expected at least 0")


def tell_nearest(run: Run, at_step: int | None) -> None:
    """If the weights of that step were not kept, say which are taken, and which steps there are."""
    from tui_rnn.training.moments import nearest

    if at_step is None or at_step in (moments := run.moments):
        return
    shown = [f"{step:,}" for step in moments]
    if len(shown) > MOST_SHOWN:
        shown[MOST_SHOWN // 2 : -MOST_SHOWN // 2] = ["…"]
    note(f"--at-step {at_step:,}: the nearest kept step is {nearest(moments, at_step):,}; kept are {' '.join(shown)}")
