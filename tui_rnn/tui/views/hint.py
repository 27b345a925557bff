"""What to look for in the gates of a built-in corpus, and which unit of the run shows it now."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tui_rnn.display import visible
from tui_rnn.insight.question import Question
from tui_rnn.insight.units import Units, UnitsFound
from tui_rnn.tui.widgets.pieces import decimal

READ = 4000  # tokens: enough for a first answer, and it is asked again and again
LISTED = 1


class Hint(Static):
    """A sentence, until Escape; after it, the best unit at the moment, with its score beside chance."""

    def __init__(self) -> None:
        super().__init__(classes="hint", markup=False)
        self._text, self._tracks, self._told = "", "", ""

    def say(self, text: str, tracks: str = "") -> None:
        """text: "" hides the hint. tracks: the hypothesis behind it, "": none."""
        self._text, self._tracks, self._told = text, tracks if text else "", ""
        self._write()

    @property
    def questions(self) -> tuple[Question[UnitsFound], ...]:
        """The questions to be asked again and again while it is in view."""
        return (Units(self._tracks, length=READ, listed=LISTED),) if self._tracks else ()

    def see(self, found: UnitsFound | None, step: int) -> None:
        """Show this answer, if it is about the hypothesis and its weights are not from before half of the training, which is at
        this step now."""
        holds = found is not None and self._tracks and found.hypothesis == self._tracks and 2 * found.step > step
        told = _told(found) if found is not None and holds else ""
        if told != self._told:
            self._told = told
            self._write()

    def _write(self) -> None:
        told = f"  {self._told}" if self._told else ""
        shown = Content.assemble((visible(self._text), "$text-muted"), told, ("  Esc hides this", "$accent"))
        self.update(shown if self._text else "")


def _told(found: UnitsFound) -> str:
    best = found.units[0]
    score = f"{found.measure} {decimal(best.score)}, by chance {decimal(best.chance)}, over {found.read}"
    if not best.beyond_chance:
        return f"No unit at step {found.step:,} is beyond chance ({score})."
    return f"Best at step {found.step:,}: {best.signal} of unit {best.unit} ({score})."
