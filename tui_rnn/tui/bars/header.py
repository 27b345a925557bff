"""The first lines of the screen: the data, the current run, and slow work that is under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message

from tui_rnn import formats
from tui_rnn.display import TOKEN_NAMES, visible
from tui_rnn.kinds import KINDS
from tui_rnn.tui.bars.bar import Bar
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState
from tui_rnn.tui.waiting import time_left
from tui_rnn.tui.widgets.pieces import Piece, fit

STATUS_WORDS = {"finished": "done"}
_GAP = 2
_ROOM_FOR_TABS = 80  # columns, from which on all tabs have their names
_FEWEST_NAME_CELLS = 18  # of the corpus, before numbers of the run are left out

_Told = tuple[int, str]  # how dispensable it is, and what it says


def status_word(run: RunState) -> str:
    """Its status in one word: waiting, training, paused, done, diverged or failed."""
    return STATUS_WORDS.get(run.status, run.status)


class HeaderBar(Bar):
    """One line: a tab for each workspace, then the data, and the speed on the right. A click on a tab goes there."""

    @dataclass(eq=False)
    class Chosen(Message):
        """A click on a tab."""

        tab: str

    def __init__(self, tabs: Sequence[str], tag: str = "") -> None:
        """tag: before the data, what the playground is for; "": runs of its own."""
        super().__init__("header")
        self._tabs, self._tag = tabs, tag

    def show(self, state: LabState, tab: str, note: str = "") -> None:
        """tab: the open one. note: in place of the data, while they open and while the playground ends."""
        left, right = [(0, note)] if note else self._corpus(state), self._run(state)
        if self._tag and not note:
            left = [(0, self._tag), *left]
        if not self.is_new(left, right, tab, self.size.width):
            return
        roomy, at, self.places = self.size.width >= _ROOM_FOR_TABS, 1, []
        parts: list[str | tuple[str, str]] = [" "]
        for one in self._tabs:
            name = f" {one if roomy or one == tab else one[0]} "  # the first letter is the key
            parts.append((name, "bold reverse" if one == tab else ""))
            self.places.append((range(at, at + len(name)), one))
            at += len(name)
        tabs = Content.assemble(*parts, "  ")
        room = self.size.width - tabs.cell_length - 1
        numbers = _fit(right, room - _FEWEST_NAME_CELLS)
        corpus = _fit(left, room - numbers.cell_length - _GAP).truncate(
            max(room - numbers.cell_length - _GAP, 0), ellipsis=True
        )
        filling = " " * max(room - corpus.cell_length - numbers.cell_length, 0)
        self.update(Content.assemble(tabs, corpus, filling, numbers), layout=False)

    def clicked(self, what: str) -> None:
        self.post_message(self.Chosen(what))

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


class WorkingBar(Bar):
    """The progress of slow work: which kernel of how many is being compiled, and how long it will take."""

    BAR_CELLS, NARROW_BAR_CELLS, NARROW = 24, 12, 100

    def __init__(self) -> None:
        super().__init__("working", "idle")

    def show(self, state: LabState) -> None:
        working, left = state.working, time_left(state)
        if not self.is_new(working, left, self.size.width):
            return
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
