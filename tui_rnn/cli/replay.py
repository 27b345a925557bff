"""`tui-rnn replay`: the playground on a recording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tui_rnn.cli.output import note
from tui_rnn.cli.playground import check_terminal, left
from tui_rnn.errors import InputError


def run(
    file: Annotated[Path, Parameter(help="A file from tui-rnn SOURCE --record FILE, or from train --watchable --record.")],
    /,
    *,
    speed: Annotated[float, Parameter(help="How many times as fast: 1/16 to 64.", metavar="X")] = 1.0,
) -> int:
    """Play a recording in the playground, without training.

    For example: tui-rnn replay talk.rec --speed 4

    Space pauses and plays, + and - change the speed, ( and ) go ten seconds back or forward; a click on the line goes
    there. Questions that were asked during the recording are answered; the other keys work as always.
    """
    from tui_rnn.lab.playback import FASTEST, SLOWEST, Playback, Recording

    if not SLOWEST <= speed <= FASTEST:
        raise InputError(f"--speed is {speed:g}, expected {SLOWEST:g} to {FASTEST:g}")
    recording = Recording(file)
    if recording.cut:
        note(f"{file} ends in the middle of a message, as after a crash: it is played up to there")
    check_terminal("replay it in a terminal")
    from tui_rnn.tui.launch import open_session
    from tui_rnn.tui.replaying import session_of

    playback = Playback(recording, speed)
    return left(open_session(playback, session_of(playback)))
