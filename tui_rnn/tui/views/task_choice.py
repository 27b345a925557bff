"""A person's choices in a task pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tui_rnn.insight.drawing import Sampling
from tui_rnn.kinds import KINDS
from tui_rnn.tui.settings import following
from tui_rnn.tui.views import sample_captions
from tui_rnn.tui.views import task_captions as captions
from tui_rnn.tui.views.registry import VIEWS
from tui_rnn.tui.views.task_keys import BEAMS
from tui_rnn.tui.views.view import View, Wants
from tui_rnn.tui.widgets.pieces import Piece


@dataclass
class TaskChoice:
    """kind: of the data, one of VIEWS; view_at: which of its views; example: which example, a typed text is first; beam: the
    width of the beam that writes answers; sampling: how items are drawn."""

    kind: str = "tag"
    view_at: int = 0
    example: int = 0
    beam: int = 1
    sampling: Sampling = field(default_factory=Sampling)

    @property
    def views(self) -> Sequence[View]:
        return VIEWS[self.kind]

    @property
    def view(self) -> View:
        return self.views[self.view_at]

    @property
    def why_no_other(self) -> str:
        """Why there is no other view to turn to."""
        return "" if len(self.views) > 1 else "this task has one view only"

    def begin(self, kind: str) -> None:
        """Other data are open: begin with their first view."""
        self.kind, self.view_at, self.example = kind, 0, 0

    def turn(self, by: int) -> None:
        """Go to another view."""
        self.view_at = (self.view_at + by) % len(self.views)

    def turn_to(self, view: str) -> None:
        """Go to the view of this name, if the task has it."""
        names = [one.name for one in self.views]
        self.view_at = names.index(view) if view in names else self.view_at

    def next_beam(self, by: int) -> None:
        self.beam = following(BEAMS, self.beam, by)

    def wants(self, typed: bool) -> Wants:
        """What any of the views needs, so that all have it at once; and a trace of a typed text, which brings its answer."""
        return replace(Wants.all_of(view.wants for view in self.views), trace=typed, sampling=self.sampling)

    def told(self, examples: int, width: int) -> list[Piece]:
        """The choices, each with its key. examples: how many there are to choose from."""
        kind = KINDS[self.kind]
        if not kind.answers:
            return sample_captions.settings(self.sampling)
        beam = self.beam if kind.writes_answers else None
        count = examples if self.view.of_examples else 0
        return captions.settings(self.views, self.view_at, self.example, count, beam, width)
