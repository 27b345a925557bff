"""Texts that a person types for the networks: each goes to every shown run that can answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.sample import Sample
from tui_rnn.lab.messages import Ask
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState
from tui_rnn.tui.widgets.entry import Entry

if TYPE_CHECKING:
    from tui_rnn.tui.panes import Panes

_LOOK_S = 0.02


@dataclass
class Typed:
    """Asks the engine about typed texts. say_stopped: says that a fault stopped a run."""

    state: LabState
    panes: Panes
    asks: Asks
    say_stopped: Callable[[RunState], None]

    def ask(self, text: str, beam: int) -> None:
        """Let every shown run read and answer the text; '': the validation examples only."""
        self.state.ask(text, beam)
        self.panes.read(text or None)
        self.ask_shown()

    def ask_shown(self) -> None:
        """Let every shown run answer the typed text, also a run that came onto the screen after it."""
        for run_id in self.state.to_ask:
            number = self.state.awaited[run_id] = self.asks.number()
            if self._can_answer(run_id):
                self.asks.send(Ask(run_id, number, Predict((self.state.asked_text,), self.state.beam)))

    def go_on_from(self, prompt: str, sampling: Sampling) -> None:
        """Let every shown run go on from the prompt."""
        for run_id in self.state.shown:
            if self._can_answer(run_id):
                self.asks.send(Ask(run_id, self.asks.number(), Sample(prompt, sampling, seed=time.time_ns())))
            else:
                self.panes.acts.await_no_answer(run_id)

    def _can_answer(self, run_id: int) -> bool:
        """Whether there is or will be a network to ask; if not, say so."""
        run = self.state.runs[run_id]
        if run.lost:
            self.say_stopped(run)
        return not run.lost

    async def type_on(self, line: Entry, typed: str) -> None:
        """Other data are open: let a person go on typing in a pane of the new data."""
        await asyncio.sleep(0)
        while (new := self.panes.views.line_to_type_in) is None:
            await asyncio.sleep(_LOOK_S)
        new.focus()
        if new is line:
            new.value = typed
        else:
            new.value, line.value = typed, ""
        new.cursor_position = len(typed)
