"""The sample pane: text that a run wrote with its current weights, coloured by its surprise at each character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui_rnn.display import visible
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.sample import Sampled
from tui_rnn.lab.messages import Answered
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.keys import KeyCommand, by_key
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views import sample_captions, sampling
from tui_rnn.tui.views.kept_samples import KeptSamples
from tui_rnn.tui.views.pane import Pane
from tui_rnn.tui.views.view import Help, Wants
from tui_rnn.tui.widgets.entry import PROMPT_KEY, Entry
from tui_rnn.tui.widgets.flow import Colouring, FlowView, Letters
from tui_rnn.tui.widgets.legend import surprise_legend
from tui_rnn.tui.widgets.pieces import Piece, fit


def _nothing_to_hold(pane: SamplePane) -> str:
    return "" if pane.sample else "there is no sample to hold yet: the first comes after a few training steps"


PROMPT: KeyCommand[Any] = KeyCommand(  # also of the panes that take this one's place
    "p", "p", lambda pane: pane.prompt(), "Prompt", "type a text for the networks", now=lambda pane: pane.to_prompt
)
_FOCUSED_KEYS: tuple[KeyCommand[SamplePane], ...] = (
    KeyCommand("escape", "Esc", lambda pane: pane.let_go(), "Let go", "of the sample that is held"),
    KeyCommand("enter", "Enter", lambda pane: pane.prompt(), "Type", "a beginning to go on from"),
    KeyCommand("up", "↑", lambda pane: pane.scroll_text(-1), "Up", "a line"),
    KeyCommand("down", "↓", lambda pane: pane.scroll_text(1), "Down", "a line"),
)
_NOTHING_YET = (
    "The first sample comes as soon as the network is ready: the model writes with the weights it has then.\n"
    "A new one follows every few seconds. The colour of a symbol shows how surprised the model was to draw it."
)


class SamplePane(Pane):
    """The newest sample of one run, the settings that draw samples, and a line for a prompt."""

    DEFAULT_CSS = """
    SamplePane > .why { display: none; }
    SamplePane.nothing > .why { display: block; }
    SamplePane.nothing > FlowView { display: none; }
    SamplePane > .note { display: none; height: 1; }
    SamplePane.noted > .note { display: block; }
    SamplePane > .settings { height: 1; color: $text-muted; }
    SamplePane > .prompt { height: 1; }
    SamplePane > .prompt > Static { width: 4; color: $text-muted; }
    """
    view_name = "sample"
    KEYS = by_key(_FOCUSED_KEYS)
    to_prompt = "Prompt"
    GUIDE = Help(
        "text that the run writes with its current weights, a new one every few seconds",
        "the stronger the colour of a symbol, the more surprised the model was to draw it",
        "press v and lower the temperature to 0: always the likeliest symbol",
        "p_i = softmax(z / T)_i, z = V h_t; surprise = −log₂ p of what was drawn, at temperature 1",
    )
    ANSWER_STAYS_S = 60.0

    @dataclass(eq=False)
    class PromptEntered(Message):
        """A person wants the model to go on from this text."""

        pane: SamplePane
        text: str

    @dataclass(eq=False)
    class SamplingChanged(Message):
        """A person wants samples drawn like this from now on."""

        sampling: Sampling

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.sampling = Sampling()
        self._shown: tuple[int | None, str, Answered[Sampled] | None] = (None, "", None)
        self._drawn: Answered[Sampled] | None = None
        self._samples = KeptSamples()
        self._flow, self._note = FlowView(), Static(classes="note", markup=False)
        self._settings = Static(classes="settings", markup=False)
        self._entry = Entry(
            "a beginning, then Enter: the model goes on from it; \\n is a line break",
            "a beginning, then Enter: the model goes on from it",
            "a beginning to go on from",
            "a beginning",
            enter="write on",
        )

    def compose(self) -> ComposeResult:
        yield Static(_NOTHING_YET, classes="why", markup=False)
        yield self._flow
        yield self._note
        yield self._settings
        with Horizontal(classes="prompt"):
            yield Static(PROMPT_KEY, markup=False)
            yield self._entry

    # ------------------------------------------------------------- what is shown

    def show(self, run_id: int | None, name: str, event: Answered[Sampled] | None) -> None:
        """Show this run's newest sample, None: it has none yet. An answer to a prompt stays for a while."""
        if (run_id, name) == self._shown[:2] and event is self._shown[2]:
            return
        self._shown = (run_id, name, event)
        if run_id is not None and self._samples.take(run_id, event) and event is not None:
            self._samples.keep(run_id, event, self.set_timer(self.ANSWER_STAYS_S, lambda: self._let_go(run_id)))
        self.look()

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        self.show(run.run_id if run else None, called, run.sample if run else None)

    @property
    def wants(self) -> Wants:
        return Wants(samples=True, sampling=self._fitting)

    @property
    def _fitting(self) -> Sampling:
        """Longer samples where they have room, until a person chooses a length."""
        room = self._flow.size.width * self._flow.size.height
        if self.sampling.length != Sampling().length or not room:
            return self.sampling
        return replace(self.sampling, length=max(n for n in sampling.LENGTHS if n <= max(room, self.sampling.length)))

    @property
    def settings(self) -> Sequence[ViewSetting]:
        hold = ViewSetting(
            "hold",
            lambda: "yes" if self._shown[0] in self._samples.kept else "no",
            lambda by: self.hold(),
            "keep this sample, or let new ones come again",
            lambda by: _nothing_to_hold(self),
        )
        return (*sampling.settings(self), hold)

    @property
    def found(self) -> object:
        return self.sample.answer if self.sample else None

    @property
    def to_copy(self) -> str:
        return self.sample.answer.text if self.sample else ""

    def follow(self, other: SamplePane) -> None:
        """Draw samples like the pane beside this one."""
        self.set_sampling(other.sampling)

    @property
    def sample(self) -> Answered[Sampled] | None:
        """The sample on the screen: the one that is kept, else the newest."""
        return self._samples.of(self._shown[0])

    def _let_go(self, run_id: int) -> None:
        self._samples.let_go(run_id)
        self.look()

    # ------------------------------------------------------------- drawing

    def look(self) -> None:
        if not self.is_mounted:
            return
        run_id, name, _ = self._shown
        sample, paint, width = self.sample, paint_of(self.app), max(0, self.size.width - 4)
        self.set_class(sample is None, "nothing")
        self._settings.update(fit(sample_captions.settings(self.sampling), width), layout=False)
        if sample is None:
            self.border_title = Content(f"sample · {visible(name)}" if name else "sample")
            self.border_subtitle = fit([*self._state(run_id)], width)
            self.set_class(False, "noted")
            return
        letters = Letters.running(sample.answer.text)
        self._flow.paint(
            letters,
            [Colouring(sample_captions.codes(sample.answer, letters))],
            lambda code: sample_captions.style_of(code, paint),
        )
        if sample is not self._drawn:
            self._drawn = sample
            self._flow.scroll_home(animate=False)
        self.border_title = fit(sample_captions.title(name, sample), width)
        self.border_subtitle = fit([*self._state(run_id), Piece(1, surprise_legend(paint))], width)
        self.set_class(bool(sample.answer.unknown), "noted")
        self._note.update(Content.styled(sample_captions.unknown_note(sample.answer, width), "$text-warning"), layout=False)

    def _state(self, run_id: int | None) -> list[Piece]:
        """Whether an answer is awaited, or why no newer sample is shown."""
        if run_id in self._samples.awaited:
            return [Piece(0, Content.assemble(("waiting for the answer", "$text-warning")))]
        if run_id is None or run_id not in self._samples.kept:
            return []
        stays = f"stays {self.ANSWER_STAYS_S:g} s" if self._samples.kept[run_id].timer else "held"
        return [Piece(0, Content.assemble((f"{stays}, Esc lets go", "$text-warning")))]

    # ------------------------------------------------------------- keys

    def set_sampling(self, sampling: Sampling) -> None:
        """Show these settings, and post no message."""
        self.sampling = sampling
        self.look()

    def change_sampling(self, what: str, by: int) -> None:
        self.set_sampling(sampling.changed(self.sampling, what, by))
        self.post_message(self.SamplingChanged(self.sampling))

    def prompt(self) -> None:
        self._entry.focus()

    def hold(self) -> None:
        """Keep the sample that is shown, or let go of it."""
        run_id, sample = self._shown[0], self.sample
        if run_id is None or sample is None:
            return
        if run_id in self._samples.kept:
            self._samples.let_go(run_id)
        else:
            self._samples.keep(run_id, sample)
        self.look()

    def let_go(self) -> None:
        """Show the newest samples again, in every pane: runs that are compared were asked together."""
        for pane in self.screen.query(SamplePane):
            if (run_id := pane._shown[0]) is not None:
                pane._let_go(run_id)

    def scroll_text(self, lines: int) -> None:
        self._flow.scroll_relative(y=lines, animate=False)

    # ------------------------------------------------------------- the prompt

    @property
    def line(self) -> Entry:
        """Where a text is typed."""
        return self._entry

    @on(Input.Submitted)
    def _prompt_entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self._shown[0] is not None and self._entry.text:
            for pane in self.screen.query(SamplePane):
                pane._await_answer(self._entry.text)
            self.post_message(self.PromptEntered(self, self._entry.text))

    def _await_answer(self, prompt: str) -> None:
        """The runs that are shown were asked to go on from this."""
        self._entry.take(prompt)
        if self._shown[0] is not None:
            self._samples.awaited.add(self._shown[0])
            self.look()

    def await_no_answer(self, run_id: int | None = None) -> None:
        """Wait no longer for this run, or for any."""
        self._samples.awaited.difference_update([*self._samples.awaited] if run_id is None else [run_id])
        self.look()

    @on(Entry.Left)
    def _let_go_too(self) -> None:
        self.let_go()
