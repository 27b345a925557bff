"""`tui-rnn attach`: the playground on a training that runs in another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tui_rnn.cli.options import FLAG
from tui_rnn.cli.output import shell_line
from tui_rnn.cli.playground import check_terminal, left

if TYPE_CHECKING:
    from tui_rnn.lab.attached import AttachedEngine
    from tui_rnn.tui.state import LabState


def run(
    run: Annotated[
        str,
        Parameter(
            help="The process number, the run's path, or the end of that path; without, the only training that there is.",
            show_default=False,
        ),
    ] = "",
    /,
    *,
    steer: Annotated[
        bool,
        FLAG,
        Parameter(help="Also pause the run, train single steps, save it and change its learning rate; without, only watch it."),
    ] = False,
) -> int:
    """Watch a training in the playground.

    For example: tui-rnn train alice.txt --minutes 30 --watchable, and in another terminal: tui-rnn attach

    You see and ask everything as in the playground; several screens can watch at a time. Leaving does not stop the training.
    To watch one on another machine: ssh -t that-machine tui-rnn attach
    """
    from tui_rnn.lab.meeting import find

    card = find(run)
    check_terminal("a training without a screen prints its own progress")
    from tui_rnn.lab.attached import AttachedEngine
    from tui_rnn.lab.steering import why_not
    from tui_rnn.tui.launch import open_session
    from tui_rnn.tui.session import Session

    engine = AttachedEngine(card, steer)
    info = open_session(
        engine,
        Session(
            chooses=False,
            tag=f"{'steers' if steer else 'watches'} {card.pid}",
            why_not=lambda command: why_not(command, steer),
            farewell=lambda state: _farewell(engine, state),
        ),
    )
    return left(info)


def _farewell(engine: AttachedEngine, state: LabState) -> str:
    """What happens to the watched run after the screen leaves."""
    if state.ended is not None:
        again = f"\nopen it with: {shell_line('tui-rnn', state.ended.path)}" if state.ended.path else ""
        return f"{state.ended.text}{again}"
    if state.fault is not None:
        last = f"; it was last saved in {state.fault.last_checkpoint}" if state.fault.last_checkpoint else ""
        return f"{state.fault.text}{last}"
    card, run = engine.card, state.current
    at = f" at step {run.snapshot.step:,}" if run is not None and run.snapshot is not None else ""
    stands = " and is paused" if run is not None and run.status == "paused" else " and trains on"
    return f"{card.name} on {card.data} is{at}{stands}: {shell_line('tui-rnn', 'attach', str(card.pid))}"
