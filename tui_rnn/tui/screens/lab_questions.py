"""What a person types for the networks: each text goes to every run that is shown and can answer."""

from __future__ import annotations

import asyncio

from tui_rnn.lab.messages import Ask, Generate
from tui_rnn.tui.panes import Panes
from tui_rnn.tui.screens.lab_actions import LabActions
from tui_rnn.tui.views.sample import SamplePane
from tui_rnn.tui.widgets.entry import Entry

_LOOK_S = 0.02


class LabQuestions(LabActions):
    """The part of the lab screen that asks the engine."""

    panes: Panes
    _requests = 0

    def send_watch(self) -> None:
        """Tell the engine what is seen now."""
        raise NotImplementedError

    def keep_typing(self) -> None:
        """Other data come: who types in a line of the last ones' panes goes on in the new ones'."""
        line = self.focused
        if isinstance(line, Entry) and line in self.panes.query("#samples Entry"):
            self.app.hold_keys(self._type_on(line, line.value))

    async def _type_on(self, line: Entry, typed: str) -> None:
        await asyncio.sleep(0)
        while True:
            panes = self.panes.task_panes or [*self.panes.query(SamplePane)]
            if panes and (new := next(iter(panes[0].query(Entry)), None)) and new.is_mounted:
                break
            await asyncio.sleep(_LOOK_S)
        self.set_focus(new)
        if new is line:
            new.value = typed
        else:
            new.value, line.value = typed, ""
        new.cursor_position = len(typed)

    def on_panes_asked(self, event: Panes.Asked) -> None:
        """Every run that is shown reads and answers the text; the empty one: the validation examples only."""
        self.state.ask(event.text, event.beam)
        self.panes.read(event.text or None)
        self.ask_shown()
        self.panes.show(self.state)
        self.send_watch()

    def ask_shown(self) -> None:
        """Every run that is shown answers what was typed, also one that is shown only since."""
        for run_id in self.state.to_ask:
            self._requests += 1
            self.state.awaited[run_id] = self._requests
            if self._can_answer(run_id):
                self.engine.send(Ask(run_id, self._requests, self.state.asked_text, self.state.beam))

    def on_sample_pane_prompt_entered(self, event: SamplePane.PromptEntered) -> None:
        """Every run that is shown goes on from the prompt."""
        for run_id in self.state.shown:
            self._requests += 1
            if self._can_answer(run_id):
                self.engine.send(Generate(run_id, self._requests, event.text, event.pane.sampling))
            else:
                self.await_no_answer(run_id)

    def _can_answer(self, run_id: int) -> bool:
        """Whether there is a network to ask, or will be; if not, say so."""
        run = self.state.runs[run_id]
        if run.lost:
            self.say_stopped(run)
        return not run.lost

    def await_no_answer(self, run_id: int | None = None) -> None:
        """No run that was asked for a sample answers any more, or not this one."""
        for pane in self.panes.query(SamplePane):
            pane.await_no_answer(run_id)
