"""What a page of a lesson looks at: the view beside its text, and the selection there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.formats import LossUnit, in_unit
from tui_rnn.kinds import KINDS
from tui_rnn.lessons.lesson import PAGES, TASK_VIEWS, Look, Page
from tui_rnn.tui.views.pages.hold import HoldPage

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen

SLOTS = {
    "loss": "loss",
    "samples": "samples",
    "gates": "map",
    "desk": "desk",
    **dict.fromkeys(TASK_VIEWS, "samples"),
    **dict.fromkeys(PAGES, "page"),
}
"""The slot of each view that a page can name."""


def view_of(page: Page, guessed: bool = True) -> str:
    """The slot beside the text. Before a guess it is the loss, which gives no answer away."""
    if page.guess is not None and not guessed:
        return "loss"
    return SLOTS[page.look.view] if page.look is not None else "loss"


def units_of(page: Page, unit: LossUnit) -> str:
    """How a loss in the text, in nats, compares with the losses of the views; "": the page has none."""
    if unit == "nats" or not any("nats" in piece for piece in page.text if isinstance(piece, str)):
        return ""
    if unit == "bits":
        return f"The text has nats, the views have bits: 1 nat is {in_unit(1.0, unit):.4f} bits."
    return "The text has nats, the views have perplexities: e to the power of the nats."


def look_at(lab: LabScreen, page: Page) -> None:
    """Show what the page is about. Its runs must have come."""
    look = page.look or Look("loss")
    panes, selection = lab.panes, lab.panes.selection
    book = panes.views.book
    for one in book.pages:
        if isinstance(one, HoldPage):
            one.hold(look.cut)
    if look.view in PAGES:
        names = [one.name for one in book.pages]
        book.go_to(names.index(look.view))
    for pane in panes.views.task_panes:
        pane.look_at(look.view, look.example)
    if KINDS[panes.views.kind].answers:
        lab.typed.ask(look.text or "", lab.state.beam)
    else:
        panes.read(look.text)
    if look.layer is not None:
        selection.layer = look.layer - 1
    if look.signal is not None:
        selection.signal, selection.signal_chosen = look.signal, True
    if look.reading is not None:
        selection.reading = look.reading
    selection.position, selection.range = look.position, None
    if look.unit is not None:
        selection.unit = look.unit
    lab.show_others()
    panes.acts.select_again()
