"""The numbers at the cursor, in a pane of their own: before the character, after it, and inside the selected unit."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_rnn.cells import signals_named
from tui_rnn.display import visible
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState, RunState
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.numbers import after_symbol, bar, before_symbol, name_of, short
from tui_rnn.tui.views.view import Help, Wants
from tui_rnn.tui.widgets.pieces import decimal, fit, probability

_BAR_CELLS = 20


class CursorPane(VerticalScroll, can_focus=True):
    """What the network expected before the character at the cursor, what it expects after it, and each signal of a unit."""

    DEFAULT_CSS = """
    CursorPane { width: 1fr; height: 1fr; border: round $border; padding: 0 1; scrollbar-size-vertical: 1; }
    CursorPane { border-title-color: $foreground; border-subtitle-color: $text-muted; }
    CursorPane:focus-within { border: heavy $accent; }
    """
    GUIDE = Help(
        "the numbers at the cursor: how probable the character was before it was read, what is expected after it, and what "
        "each signal of the selected unit is there",
        "a bar is as long as the probability; rank 1 is the likeliest; the values are those after reading the character",
        "stand on the last letter of a word and compare what is expected with what comes",
        "c_t = f_t ⊙ c_t−1 + i_t ⊙ g_t,  h_t = o_t ⊙ tanh(c_t),  ŷ_t = softmax(V h_t)",
    )

    def __init__(self, focus: Focus, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.focus_on = focus
        self._lines = Static(markup=False)
        self._seen: object = None

    def compose(self) -> ComposeResult:
        yield self._lines

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    @property
    def wants(self) -> Wants:
        return Wants(trace=True)

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return ()

    @property
    def to_copy(self) -> str:
        """What stands in the pane."""
        return self._content(120).plain if self.focus_on.trace is not None else ""

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        """Show what is known of this run; what of it is frozen, the focus knows."""
        trace = self.focus_on.selection.trace_of(run.run_id, run.trace) if run else None
        if trace is not self._seen:
            self._seen = trace
            self.focus_on.take(trace, run.run_id if run else None)
            self._draw()

    def select_again(self) -> None:
        """The selection was changed elsewhere: show it."""
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted or not self.size.width:
            return
        self.border_title = "at the cursor"
        if self.focus_on.trace is None:
            self._lines.update("The numbers come when the network has read its first text.")
            return
        position = self.focus_on.pinned[0]
        self.border_subtitle = Content(f"character {position + 1} of {len(self.focus_on.reading.symbols)}")
        self._lines.update(self._content(max(20, self.size.width - 2)))

    def _content(self, width: int) -> Content:
        focus = self.focus_on
        trace, reading, (position, unit) = focus.now, focus.reading, focus.pinned
        lines = [fit(before_symbol(trace, reading, position), width), Content("")]
        if position < len(trace.expected.top_symbols):
            lines.append(Content.assemble("expected after ", (name_of(reading.symbols[position]), "bold"), ":"))
            for symbol, p in zip(
                trace.expected.top_symbols[position], trace.expected.top_probs[position].tolist(), strict=False
            ):
                came = position + 1 < len(reading.symbols) and reading.symbols[position + 1] == symbol
                told = Content.assemble(
                    (f" {short(symbol):<6.6}", "bold"), f" {probability(p):>4} ", (bar(p, _BAR_CELLS), "$primary")
                )
                lines.append(Content.assemble(told, (" ◀ comes", "$text-success")) if came else told)
        elif after := after_symbol(trace, reading, position):
            lines.append(fit(after, width))
        lines += [Content(""), Content.assemble("unit ", (str(unit), "bold"), f" of layer {focus.layer + 1}:")]
        for signal in signals_named(reading.signals):
            value = float(reading.signals[signal.name][position, focus.layer, unit])
            chosen = signal.name == focus.signal.name
            name = Content.styled(f" {signal.name} {signal.title:<14} {decimal(value):>6}", "bold" if chosen else "")
            lines.append(fit_line(Content.assemble(name, (f"  {visible(signal.meaning)}", "$text-muted")), width))
        return Content("\n").join(lines)


def fit_line(line: Content, width: int) -> Content:
    """The line in at most so many cells."""
    return line.truncate(width, ellipsis=True)
