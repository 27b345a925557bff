"""What a task pane knows and draws: its run, the other runs, and their answers."""

from __future__ import annotations

import operator
from collections.abc import Sequence

from tui_rnn.insight.answers import TextAnswer
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.views import task_captions as captions
from tui_rnn.tui.views.answer_line import example_text
from tui_rnn.tui.views.task_choice import TaskChoice
from tui_rnn.tui.views.view import Seen, View, waiting_words
from tui_rnn.tui.widgets.pieces import Piece
from tui_rnn.tui.widgets.scene import Nothing, Scene


class Shown:
    """run: the shown one; None: there is none. runs: all. called: the run's name in titles. typed: whether there is an answer
    to a typed text, which comes before the validation examples."""

    def __init__(self) -> None:
        self.run: RunState | None = None
        self.runs: Sequence[RunState] = ()
        self.called, self.typed = "", False
        self._latest: tuple[object, ...] = ()

    def take(self, run: RunState | None, runs: Sequence[RunState], called: str) -> bool:
        """Take these. Returns whether anything is new."""
        known = (run.answered, run.asked, run.scored, run.items, *run.answers.values()) if run else ()
        others = [thing for other in runs for thing in (other.scored, other.asked)]
        latest = (run, run and run.waiting, *known, *others)
        if called == self.called and len(latest) == len(self._latest) and all(map(operator.is_, latest, self._latest)):
            return False
        self._latest, self.run, self.runs, self.called = latest, run, runs, called
        self.typed = run is not None and run.asked is not None
        return True

    def scene(self, choice: TaskChoice, typing: str, paint: Paint, width: int, height: int) -> Scene:
        """The chosen view of the run in so many cells and lines. typing: the text in the line where a person types."""
        run = self.run
        if run is None:
            return Scene(Nothing("There is no run yet: a adds one."))
        if run.waiting:
            return Scene(Nothing(waiting_words(choice.kind, typing)))
        return choice.view.scene(
            Seen(run, self.runs, self.examples, run.asked is not None, choice.example, paint, width, height)
        )

    def title(self, view: View, scene: Scene, width: int) -> list[Piece]:
        """The title of the pane."""
        return captions.title(view, None if view.of_every_run else self.run, self.called, scene, width)

    def answering(self, view: View) -> Sequence[RunState]:
        """The runs whose answers to a typed text the view does not show."""
        if self.run is None or view.of_examples:
            return ()
        return self.runs if view.of_every_run else (self.run,)

    def forget(self) -> None:
        """Other data are open, without a run yet."""
        self._latest, self.run = (), None

    @property
    def examples(self) -> Sequence[TextAnswer]:
        """The typed text's answer first, then the validation examples'."""
        if self.run is None:
            return ()
        asked = self.run.asked.said if self.run.asked else ()
        return (*asked, *(self.run.answered.said if self.run.answered else ()))

    @property
    def found(self) -> object:
        """The answers to the examples, or the newest items."""
        if self.run is None:
            return None
        return self.run.answered or (self.run.items[0] if self.run.items else None)

    def copied(self, chosen: int) -> str:
        """The chosen example, or the newest items, as text."""
        if self.run is not None and self.run.items:
            return "\n".join(item.text for item in self.run.items[0].items)
        return example_text(self.examples[min(chosen, len(self.examples) - 1)]) if self.examples else ""
