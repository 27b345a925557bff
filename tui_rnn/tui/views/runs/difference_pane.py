"""How far apart the marked runs are: on the same text with a standard error, after equal training, and in their settings."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content

from tui_rnn.tui.asks import Asks
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.keys import KeyCommand, by_key
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.pages.page import wrapped
from tui_rnn.tui.views.pages.rows_view import RowsView
from tui_rnn.tui.views.pane import Pane
from tui_rnn.tui.views.runs.known import KnownRuns
from tui_rnn.tui.views.runs.scoring import EXAMPLES, LENGTHS, Scoring
from tui_rnn.tui.views.view import Help

INDENT = 7


class DifferencePane(Pane):
    """Has the marked runs of `known` scored while it is in view, and says what is known of them."""

    view_name = "difference"
    FOCUSED_KEYS: tuple[KeyCommand[DifferencePane], ...] = (
        KeyCommand("up", "↑", lambda pane: pane.scroll(-1), "Up", "a line up"),
        KeyCommand("down", "↓", lambda pane: pane.scroll(1), "Down", "a line down"),
        KeyCommand("pageup", "PgUp", lambda pane: pane.scroll_pages(-1), "Page up", "of the text"),
        KeyCommand("pagedown", "PgDn", lambda pane: pane.scroll_pages(1), "Page down", "of the text"),
    )
    KEYS = by_key(FOCUSED_KEYS)
    GUIDE = Help(
        "the losses of the marked runs on the same text or examples, and how far each is from the first marked one",
        "± is one paired standard error: beyond two of them a difference is more than chance; it is about these very networks, "
        "and says nothing about other seeds",
        "mark two runs that differ in their seed alone: how often is one better than the other?",
        "mean d ± √(B/(B−1) Σ (d_b − mean n_b)²) / n over B blocks of 256 tokens, or over examples",
    )

    def __init__(self, known: KnownRuns, asks: Asks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.known = known
        self.scoring = Scoring(asks, known, self.look)
        self._rows = RowsView()

    def compose(self) -> ComposeResult:
        yield self._rows

    def on_hide(self) -> None:
        self.scoring.stop()

    # ------------------------------------------------------------- what is shown

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return (
            ViewSetting(
                "scored on",
                lambda: f"{LENGTHS[self.scoring.size]:,} tokens, or {EXAMPLES[self.scoring.size]:,} examples",
                self.scoring.set_size,
                "at most so much of the validation part, from its beginning",
            ),
        )

    @property
    def lines(self) -> list[Content]:
        from tui_rnn.tui.views.runs.difference_lines import difference_lines

        return difference_lines(self.known, self.scoring, paint_of(self.app))

    @property
    def to_copy(self) -> str:
        return "\n".join(line.plain for line in self.lines)

    @property
    def found(self) -> object:
        """The loss of each marked run, and its difference from the first."""
        from tui_rnn.insight.question import record

        results = {self.known.number(key): self.scoring.result(key) for key, _ in self.known.compared}
        return {str(number): record(result.paired) for number, result in results.items() if result and result.paired} or None

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        self.look()

    def look(self) -> None:
        """Ask for the scores that are missing, and draw what is known."""
        if not self.is_mounted or not self.display or not self.size.width:
            return
        self.scoring.want()
        indent = INDENT if len(self.known.compared) > 1 else 0  # else these are sentences that say what to do
        self._rows.show([row for line in self.lines for row in wrapped(line, self._rows.room, indent=indent)])
        self.border_title = Content.styled("difference", "bold")
        at, count = self.scoring.places
        self.border_subtitle = Content(f"scoring {at} of {count}: {self.scoring.share:.0%} · Esc stops" if at else "")

    def scroll(self, by: int) -> None:
        self._rows.move(by)

    def scroll_pages(self, pages: int) -> None:
        self._rows.page(pages)

    @property
    def stoppable(self) -> bool:
        return self.scoring.under_way is not None

    def stop(self) -> None:
        self.scoring.pause()
        self.look()
