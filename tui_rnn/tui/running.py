"""The playground from its first paint to any end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.lab.messages import Command, Saved
from tui_rnn.tui import lifecycle, private_api
from tui_rnn.tui.app import PlaygroundApp
from tui_rnn.tui.lifecycle import ExitInfo
from tui_rnn.tui.session import OWN, Session

if TYPE_CHECKING:
    from tui_rnn.lab.engine import Engine


def run_app(
    engine: Engine,
    opening: Sequence[Command],
    restart: Callable[[], Engine] | None = None,
    session: Session = OWN,
) -> ExitInfo:
    """Run the playground on a started engine until the person leaves; the terminal is then as it was before.

    opening: the commands that the engine got. restart: makes another engine when this one dies; it gets them again.
    """
    private_api.read_escape_apart()
    app = PlaygroundApp(engine, opening, restart, session)
    app.welcomes = session == OWN and not app.preferences.welcomed
    with lifecycle.Signals(app.on_signal):
        info = None
        try:
            info = app.run()
        finally:
            if info is None:  # the screen broke: save what the networks have learnt
                last = lifecycle.shut_down(app.engine, lifecycle.SAVING_PATIENCE_S, threading.Event())
                saved = {Path(event.path).stem: event for event in last if isinstance(event, Saved)}
                info = ExitInfo(code=app.return_code or 1, saved=saved)
            app.engine.close()
    return info
