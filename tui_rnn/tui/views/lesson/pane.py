"""The pane of a lesson: its text with numbers filled in, a guess to make, what it waits for; or the list of lessons."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_rnn.display import visible
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.lesson.seen import GuessSeen, Listed, PageSeen, UntilSeen, Words
from tui_rnn.tui.views.pane import Pane
from tui_rnn.tui.views.view import Help, Wants
from tui_rnn.tui.widgets.pieces import Piece, fit

FIGURE = "bold $accent"
_PAGE = Help(
    "a lesson: its text, and beside it the view of the network that it is about",
    "each bold number comes from the network on the screen, at the step in the last line, and again and again while the "
    "network trains; a page waits for something, and says how far it is",
    "turn the page with . at any time, also before what it waits for has come; a lists the lessons",
    "each page has its own, below its text",
)
_LIST = Help(
    "the chapter's lessons in their order, and above them what you can say after the highlighted one",
    "✓ marks a lesson that you finished; beside one that you left, the list names the page where it goes on",
    "choose one with ↑ ↓ and open it with Enter: its networks begin to train; a comes back here",
)


class LessonPane(Pane, can_focus=False):
    """Draws the list or the page that the teacher gives it, and tells the teacher what a person chooses."""

    DEFAULT_CSS = """
    LessonPane > VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    LessonPane > VerticalScroll { scrollbar-background: $background; scrollbar-color: $border; background: $background; }
    LessonPane > OptionList { height: auto; max-height: 50%; border: none; padding: 0 1; background: $background; }
    LessonPane > OptionList:focus { border: none; background-tint: transparent; }
    LessonPane.listing > OptionList { height: 1fr; max-height: 100%; }
    LessonPane.listing > VerticalScroll { height: auto; max-height: 8; }
    LessonPane.reading > OptionList { display: none; }
    LessonPane.asking > VerticalScroll { height: auto; max-height: 70%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
    ]
    view_name = "lesson"

    @property
    def GUIDE(self) -> Help:
        return _LIST if self._seen is None else _PAGE

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.turned: Callable[[int], None] = lambda by: None
        self.chosen: Callable[[str], None] = lambda name: None  # a lesson of the list
        self.guessed: Callable[[int], None] = lambda choice: None
        self.why_no_turn: Callable[[], str] = lambda: ""
        self._seen: PageSeen | None = None
        self._listed: tuple[Listed, ...] = ()
        self._options: tuple[str, ...] = ()
        self._words, self._list = Static(markup=False), OptionList(markup=False)
        self._scroll = VerticalScroll(self._words)

    def compose(self) -> ComposeResult:
        yield from (self._scroll, self._list)

    # ------------------------------------------------------------- what a view is

    @property
    def wants(self) -> Wants:
        return Wants(trace=True)

    @property
    def found(self) -> object:
        return self._seen

    @property
    def to_copy(self) -> str:
        """The page as it is now."""
        return "" if self._seen is None else _page(self._seen).plain

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        """The teacher brings all that this pane shows."""

    @property
    def why_no_page(self) -> str:
        return self.why_no_turn()

    def turn(self, by: int) -> None:
        self.turned(by)

    def action_scroll(self, by: int) -> None:
        self._scroll.scroll_relative(y=by, animate=False)

    # ------------------------------------------------------------- drawing

    def list(self, lessons: tuple[Listed, ...]) -> None:
        """Show the list of lessons; the highlighted one is the one that was open."""
        if self._seen is not None or lessons != self._listed:
            left, self._seen, self._listed = self._seen, None, lessons
            self.look()
            if left is not None:
                at = next((k for k, one in enumerate(lessons) if one.called == left.called), 0)
                self._list.highlighted = at if lessons else None

    def show(self, seen: PageSeen) -> None:
        """Show a page; draw only what is new."""
        if seen == self._seen:
            return
        before, self._seen = self._seen, seen
        self.look()
        if self.screen.focused in (self._scroll, self._list):  # now the other of the two may be in view
            self.call_after_refresh(self._focus)
        if before is None or (before.called, before.at, before.asks_first) != (seen.called, seen.at, seen.asks_first):
            self._scroll.scroll_home(animate=False)

    def look(self) -> None:
        if not self._list.is_attached:
            return
        seen = self._seen
        asks = seen is None or seen.asks_first
        self.set_class(seen is None, "listing")
        self.set_class(not asks, "reading")
        self.set_class(asks and seen is not None, "asking")
        self._scroll.can_focus = not asks
        if seen is None:
            self._words.update("Each lesson is acted out by networks that train while you read. Enter opens one.")
            self._fill([_in_list(one) for one in self._listed])
            self._tell()
            self.border_title, self.border_subtitle = Content("Learn"), Content("Enter opens · ? explains")
            return
        width = max(0, self.size.width - 4)
        self.border_title = _title(seen, width)
        turn = Piece(0, Content("Enter guesses" if seen.asks_first else ", . turn"))
        self.border_subtitle = fit([*([Piece(1, Content(seen.about))] if seen.about else []), turn], width)
        self._words.update(_page(seen, width))
        if seen.asks_first and seen.guess is not None:
            self._fill([_safe(choice) for choice in seen.guess.choices])

    def _fill(self, rows: Sequence[Content]) -> None:
        """The rows to choose from; the highlight stays where it is."""
        plain = tuple(row.plain for row in rows)
        if plain == self._options:
            return
        marked = self._list.highlighted or 0
        self._options = plain
        with self._list.prevent(OptionList.OptionHighlighted):
            self._list.clear_options().add_options([Option(row, id=str(k)) for k, row in enumerate(rows)])
            self._list.highlighted = min(marked, len(rows) - 1) if rows else None

    @on(OptionList.OptionHighlighted)
    def _marked(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._tell()

    def _tell(self) -> None:
        """Say above the list what a person can do after the highlighted lesson."""
        at = self._list.highlighted
        if self._seen is None and at is not None and at < len(self._listed):
            one = self._listed[at]
            self._words.update(Content.assemble((visible(one.called), "bold"), f"\n{visible(one.about)}\n"))

    @on(OptionList.OptionSelected)
    def _entered(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        at = int(event.option.id or 0)
        if self._seen is None:
            self.chosen(self._listed[at].name)
        else:
            self.guessed(at)
        self.call_after_refresh(self._focus)

    def _focus(self) -> None:
        target = self._scroll if self._scroll.can_focus else self._list
        if not target.has_focus and self.is_attached:
            target.focus()


def _in_list(one: Listed) -> Content:
    mark = "✓ " if one.done else "  "
    number, _, title = one.called.partition(" ")
    return Content.assemble(mark, f"{number:>2} ", visible(title), (f"  {one.told}" if one.told else "", "$text-muted"))


def _safe(words: Words, style: str = "") -> Content:
    """The words; numbers that were filled in stand out."""
    parts = [(visible(text, keep_newlines=not filled), FIGURE if filled else style) for text, filled in words]
    return Content.assemble(*parts)


def _title(seen: PageSeen, width: int) -> Content:
    """The lesson and the number of its page, in so many cells: the lesson's name is cut first."""
    called, at = visible(seen.called), f"{seen.at + 1}/{seen.of}"
    for place in (f" · page {seen.at + 1} of {seen.of}", f" · {at}"):
        if cell_len(called) + cell_len(place) <= width:
            return Content.assemble((called, "bold"), place)
    return Content.assemble(Content.styled(called, "bold").truncate(max(1, width - len(f" · {at}")), ellipsis=True), f" · {at}")


def _equation(equation: str, width: int) -> str:
    """In one line; where that has no room, one line for each part: two spaces or more are between parts. A part that is longer
    goes on further in."""
    line = visible(equation)
    parts = [line] if cell_len(line) + 2 <= width else re.split(" {2,}", line)
    return "\n".join(row for part in parts for row in wrap(part, max(width, 8), initial_indent="  ", subsequent_indent=" " * 6))


def _page(seen: PageSeen, width: int = 1 << 16) -> Content:
    """All of a page from top to bottom, in lines of so many cells; before a guess, only the question."""
    blocks = [Content.styled(visible(seen.title), "bold")]
    if seen.at == 0 and seen.afterwards:
        told = "; ".join(seen.afterwards)
        blocks.append(Content.styled(visible(f"After this lesson you can say {told}."), "$text-muted"))
    if seen.note:
        blocks.append(Content.styled(visible(seen.note), "$text-warning"))
    if seen.asks_first and seen.guess is not None:
        blocks.append(Content.assemble(("Guess first. ", "bold"), _safe(seen.guess.asks)))
    else:
        if seen.guess is not None:
            blocks.append(_guess(seen.guess))
        blocks.append(_safe(seen.text))
        if seen.equation:
            blocks.append(Content.styled(_equation(seen.equation, width), "bold $primary"))
        if seen.do:
            blocks.append(Content.assemble(("Do: ", "bold"), _safe(seen.do)))
        if seen.until is not None:
            blocks.append(_until(seen.until))
        if seen.units:
            blocks.append(Content.styled(seen.units, "$text-muted"))
        if seen.at == seen.of - 1:
            blocks.append(Content.styled("This was the last page. Press a for the other lessons.", "$text-muted"))
    return Content("\n\n").join(blocks)


def _guess(guess: GuessSeen) -> Content:
    """The person's guess, and what the network says."""
    assert guess.chosen is not None
    asked = Content.assemble(_safe(guess.asks, "$text-muted"), "\nYou guessed: ", _safe(guess.choices[guess.chosen]))
    if guess.holds is None:
        return Content.assemble(asked, ". The network's numbers don't say yet; they are asked again while it trains.")
    if guess.holds == guess.chosen:
        return Content.assemble(asked, (" ✓ ", "bold $success"), "the network's numbers say so too.")
    return Content.assemble(
        asked, (" ✗ ", "bold $error"), "the network's numbers say: ", _safe(guess.choices[guess.holds]), "."
    )


def _until(until: UntilSeen) -> Content:
    mark = ("✓ ", "bold $success") if until.reached else ("◌ ", "bold $warning")
    now = f"  now: {until.now}" if until.now and not until.reached else ""
    lead = "It happened: " if until.reached else "Wait until "
    return Content.assemble(mark, lead, _safe(until.says), (visible(now), "$text-muted"))
