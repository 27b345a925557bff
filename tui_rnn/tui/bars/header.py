"""The first lines of the screen: the text, the current run, and whatever slow work is under way."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from tui_rnn import formats
from tui_rnn.display import TOKEN_NAMES, visible
from tui_rnn.kinds import KINDS
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState
from tui_rnn.tui.waiting import time_left
from tui_rnn.tui.widgets.pieces import Piece, fit

STATUS_WORDS = {"finished": "done"}
_GAP = 2
_ROOM_FOR_TABS = 80  # columns, from which on all tabs have their names
_FEWEST_NAME_CELLS = 18  # of the corpus, before the run's numbers give way

_Told = tuple[int, str]  # how dispensable it is, and what it says


def status_word(run: RunState) -> str:
    """How it stands in one word: waiting, training, paused, done, diverged or failed."""
    return STATUS_WORDS.get(run.status, run.status)


class HeaderBar(Static):
    """One line: a tab for each workspace, then the data, and the speed on the right. Painted again only when it reads
    differently; a click on a tab goes there."""

    ALLOW_SELECT = False

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, tabs: Sequence[str], tag: str = "") -> None:
        """tag: what this playground is, beside the data, where it is not for runs of its own."""
        super().__init__(id="header", markup=False)
        self._tabs, self._tag = tabs, tag
        self._shown = tabs  # where there is little room, the others are shown by their keys
        self._look: object = None

    def show(self, state: LabState, tab: str, note: str = "") -> None:
        """`tab` is the one that is seen; `note` takes the data's place: while they open, and while the lab is being left."""
        left, right = [(0, note)] if note else self._corpus(state), self._run(state)
        if self._tag and not note:
            left = [(0, self._tag), *left]
        look = (left, right, tab, self.size.width)
        if look == self._look:
            return
        self._look = look
        self._shown = self._tabs if self.size.width >= _ROOM_FOR_TABS else [one if one == tab else one[0] for one in self._tabs]
        named = zip(self._tabs, self._shown, strict=True)
        tabs = Content.assemble(" ", *((f" {name} ", "bold reverse" if one == tab else "") for one, name in named), "  ")
        room = self.size.width - tabs.cell_length - 1
        numbers = _fit(right, room - _FEWEST_NAME_CELLS)
        corpus = _fit(left, room - numbers.cell_length - _GAP).truncate(
            max(room - numbers.cell_length - _GAP, 0), ellipsis=True
        )
        filling = " " * max(room - corpus.cell_length - numbers.cell_length, 0)
        self.update(Content.assemble(tabs, corpus, filling, numbers), layout=False)

    def on_click(self, event: Click) -> None:
        at = 1
        for tab, name in zip(self._tabs, self._shown, strict=True):
            if at <= event.x < at + len(name) + 2:
                self.post_message(self.Chosen(tab))
            at += len(name) + 2

    @staticmethod
    def _corpus(state: LabState) -> list[_Told]:
        if (corpus := state.corpus) is None:
            return []
        distinct = corpus.vocab_size or len(corpus.vocabulary)
        tokens = TOKEN_NAMES[corpus.tokens]
        parts = [(0, visible(corpus.name))]
        kind = KINDS[corpus.kind]
        if kind.example is not None:
            parts.append((1, kind.in_brief))
        if kind.example is not None and corpus.train_examples:
            parts.append((2, f"{formats.count(corpus.train_examples)} {kind.example.many}"))
        if kind.label is not None and corpus.labels:
            parts.append((3, kind.label.count(len(corpus.labels))))
        return [*parts, (5, formats.size(corpus.byte_count)), (4, f"{distinct:,} {tokens}{'s' * (distinct != 1)}")]

    @staticmethod
    def _run(state: LabState) -> list[_Told]:
        run = state.current
        if run is None:
            return []
        name = f"{state.number_of(run.run_id)} {run.glyph} "
        if (now := run.snapshot) is None:
            return [(0, name + "waiting")]
        token = state.corpus.token if state.corpus else "char"
        speed = f"{formats.count(now.chars_per_s)} {token}/s" if now.status == "training" else status_word(run)
        if run.waiting and run.paused:
            speed = "begins paused"
        return [(0, name + speed), (2, f"epoch {formats.epoch(now.epoch)}"), (1, formats.duration(now.elapsed_s))]


def _fit(parts: list[_Told], width: int) -> Content:
    return fit([Piece(rank, Content(text)) for rank, text in parts], width)


class WorkingBar(Static):
    """A line with a bar while something slow goes on: which kernel of how many is being compiled, and how long it will take."""

    ALLOW_SELECT = False
    BAR_CELLS, NARROW_BAR_CELLS, NARROW = 24, 12, 100

    def __init__(self) -> None:
        super().__init__(id="working", classes="idle", markup=False)
        self._look: object = None

    def show(self, state: LabState) -> None:
        working, left = state.working, time_left(state)
        look = (working, left, self.size.width)
        if look == self._look:
            return
        self._look = look
        self.set_class(working is None, "idle")
        if working is not None:
            cells = self.BAR_CELLS if self.size.width >= self.NARROW else self.NARROW_BAR_CELLS
            full = round(cells * working.done / max(working.total, 1))
            count = f"{formats.count(working.done)} of {formats.count(working.total)}"
            self.update(
                Content.assemble(
                    (f" {visible(working.what)}  ", "bold"),
                    ("━" * full, "$primary"),
                    ("╌" * (cells - full), "$text-muted"),
                    f"  {count}{' · ' * bool(left)}",
                    (left, "bold"),
                    (f" · {visible(working.detail)}" if working.detail else "", "$text-muted"),
                ),
                layout=False,
            )
