"""The beat: ten times a second, the engine's news goes into the lab's state and onto the screen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui_rnn.lab.messages import (
    NO_RUN,
    DataOpened,
    Event,
    Fault,
    Notice,
    NotSaved,
    RateChanged,
    Saved,
    Snapshot,
    Unanswered,
    WeightsHeld,
)

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen

BEHIND_S = 1.0
"""How often the lab is drawn behind a dialog: Textual dims all of it each time, 50 ms of work."""


class Beat:
    """Brings the news of the app's engine to the parts of the lab screen."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab, self._app = lab, lab.app
        self._snapshot: Snapshot | None = None
        self._moved = self._changed = False  # whether numbers, or anything else, are new and not drawn yet
        self._drawn_s = 0.0

    def forget(self) -> None:
        """Another engine runs now."""
        self._snapshot = None

    def __call__(self) -> None:
        lab, engine = self._lab, self._app.engine
        alive = engine.alive  # asked first: the last words of one that has ended are then among its news
        events = engine.events()
        for event in events:
            if not lab.asks.take(event):
                lab.state.apply(event)
                self._take_notice(event)
        snapshot = engine.latest()
        if snapshot is not None and snapshot is not self._snapshot:
            self._snapshot, self._moved = snapshot, True
            lab.state.update(snapshot)
        self._changed |= bool(events)
        now = time.monotonic()
        if lab.is_current or now - self._drawn_s >= BEHIND_S:
            self._drawn_s = now
            self._draw()
        lab.teacher.beat()
        if not alive:
            lab.engine_died()

    def _draw(self) -> None:
        """Show what is new."""
        lab, moved, changed = self._lab, self._moved, self._changed
        self._moved = self._changed = False
        if moved:
            lab.panes.show(lab.state)
        if changed:
            lab.show_others()
        else:
            lab.bars.show()

    def _take_notice(self, event: Event) -> None:
        """Do what an event needs beyond the lab's state."""
        lab = self._lab
        match event:
            case Notice():
                if event.severity == "error" and lab.state.corpus is None and not lab.state.runs:
                    self._app.refuse(event.text)
                elif event.severity != "information" or not (lab.panes.teaches and lab.teacher.opens):
                    # a remark on a lesson's own data would cover its text
                    lab.say(event.text, event.severity)
            case Fault() if event.run_id is not None:
                lab.say(event.text, "error")
                lab.panes.acts.await_no_answer(event.run_id)
            case RateChanged() if run := lab.state.runs.get(event.run_id):
                lab.runs.say_rate(run, event.learning_rate)
            case Unanswered() if event.reason and not lab.state.coming:
                run = lab.state.runs.get(event.run_id)
                if run is None and event.run_id != NO_RUN:
                    return  # the run is no longer in the lab
                lab.say(f"{run.name}: {event.reason}" if run else event.reason, "error")
                lab.panes.acts.await_no_answer(event.run_id)
            case WeightsHeld():
                lab.frozen.take(event)
            case Saved():
                lab.runs.was_saved(event.run_id, event.path)
            case NotSaved():
                lab.runs.saves_awaited.discard(event.run_id)
                lab.say(event.reason, "error")
            case DataOpened():
                lab.open_data(event)
            case _:
                pass
