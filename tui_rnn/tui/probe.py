"""What the networks read, and what the screen asks of the engine for that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui_rnn.insight.items import Items
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.registry import entry_of
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.scores import Scores
from tui_rnn.insight.trace import Trace
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import Watch, Watched
from tui_rnn.tui.bars.selection_bar import text_told
from tui_rnn.tui.selection import Selection
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.view import Wants
from tui_rnn.tui.views_in_place import ViewsInPlace

SAMPLE_S, TRACE_S, ANSWER_S = 3.0, 0.4, 1.0
SLOW_S = 5.0  # between answers that need a good part of a second each


@dataclass
class Probe:
    """The text is part of the selection. room: how many characters of it are in view. beginning: of drawn items."""

    selection: Selection
    room: int = 120
    beginning: str = ""

    @property
    def typed(self) -> str | None:
        """The text that a person typed; None: one from the validation part."""
        return self.selection.text

    def told(self, views: ViewsInPlace) -> str:
        """The text in words."""
        example = views.example_number
        return text_told(self.typed, example, self.selection.start, has_examples=KINDS[views.kind].answers)

    def watch(self, views: ViewsInPlace, slots: Iterable[str], state: LabState) -> Watch:
        """The samples, traces, answers and scores that the views in these slots need of the shown runs, and no others."""
        wants = Wants.all_of(view.wants for slot in slots if slot != "loss" for view in views.in_slots[slot][:1])
        shown, sampling = state.shown, wants.sampling or views.beside[0].sampling
        example = views.example_number
        wanted: list[Watched] = []
        if wants.trace and self.typed != "":
            wanted.append(
                Watched(Trace(self.typed, length=self.room, start=self.selection.start, example=example), shown, TRACE_S)
            )
        if wants.examples:
            wanted.append(Watched(Predict(examples=wants.examples, chosen=example), shown, ANSWER_S))
            wanted.append(Watched(Scores(latest=True), tuple(state.runs), 0.0))  # some views show every run
        elif wants.items:
            wanted.append(Watched(Items(self.beginning, wants.items, sampling), shown, SAMPLE_S))
        elif wants.samples:
            wanted.append(Watched(Sample(sampling=sampling), shown, SAMPLE_S))
        for question in wants.questions:
            wanted.append(Watched(question, shown, SLOW_S if entry_of(question).slow else ANSWER_S))
        return Watch(tuple(wanted))
