"""What a person types for the networks: each text goes to every run that is shown and can answer."""

from __future__ import annotations

from tui_rnn.lab.messages import Ask, Generate
from tui_rnn.tui.screens.lab_actions import LabActions
from tui_rnn.tui.widgets.panes import Panes
from tui_rnn.tui.widgets.sample import SamplePane


class LabQuestions(LabActions):
    """The part of the lab screen that asks the engine."""

    panes: Panes
    _requests = 0

    def send_watch(self) -> None:
        """Tell the engine what is seen now."""
        raise NotImplementedError

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
