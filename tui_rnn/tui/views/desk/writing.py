"""What is written at the desk: the draft, how it is drawn, and what the network is asked about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui_rnn.insight.candidates import BITS, Candidates, NextTokens
from tui_rnn.insight.copied import Copied, Copies
from tui_rnn.insight.draft import Author, Branch, Draft, Way
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.sample import Sample, Sampled
from tui_rnn.insight.surprise import Surprise, Surprised
from tui_rnn.insight.trace import START
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views import sampling
from tui_rnn.tui.views.desk.latest import Latest
from tui_rnn.tui.views.desk.run_on import RunOn

COUNT = 20  # candidates
AHEAD = 20  # tokens that each is followed for
SHORTEST_COPY = 12
AMOUNTS = (10, 20, 50, 100, 200, 400, 800)


class Writing:
    """changed: called when the draft has become another one, or something new is known of it."""

    def __init__(self, asks: Asks, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.draft = Draft()
        self.sampling = Sampling(length=AHEAD)
        self.seed, self.amount = 1, 100
        self._at: tuple[int, int] | None = None  # the run and the step of its weights
        self._longest = 0
        self.next: Latest[NextTokens] = Latest(asks, changed)
        self._surprised: Latest[Surprised] = Latest(asks, changed)
        self._copied: Latest[Copies] = Latest(asks, changed)
        self._drawn: Latest[Sampled] = Latest(asks, self._take_drawn)
        self._way = Way(self.sampling, self.seed)
        self.run_on: RunOn | None = None

    @property
    def text(self) -> str:
        return self.draft.text()

    @property
    def symbols(self) -> tuple[str, ...]:
        """The tokens up to the cursor."""
        return tuple(self.draft.nodes[at].text for at in self.draft.path())

    # ------------------------------------------------------------- what is asked

    def write_with(self, run_id: int, step: int, longest: int) -> None:
        """With this run's weights of a step. longest: so many tokens can be looked into."""
        self._at, self._longest = (run_id, step), longest

    def _next_of(self, text: str) -> Candidates:
        return Candidates(text, replace(self.sampling, length=AHEAD), COUNT)

    def ask(self) -> None:
        """What may come next, and what the text cost."""
        if self._at is None or self.run_on is not None:
            return
        self.next.want(*self._at, self._next_of(self.text))
        if 0 < len(self.draft.path()) < self._longest:
            self._surprised.want(*self._at, Surprise(self.text, places=0))

    def ask_copied(self) -> None:
        """Whether the text is copied."""
        if self._at is not None and self.run_on is None and self.text:
            self._copied.want(*self._at, _copies_of(self.text))

    def forget(self) -> None:
        """Other data are open: the draft was in other symbols."""
        self.stop()
        self.draft, self._at = Draft(), None
        for latest in (self.next, self._surprised, self._copied, self._drawn):
            latest.forget()

    # ------------------------------------------------------------- what is known

    @property
    def candidates(self) -> NextTokens | None:
        """What may come next; None while it is not known."""
        return self.next.current(self._next_of(self.text))

    @property
    def copies(self) -> Copies | None:
        return self._copied.current(_copies_of(self.text))

    @property
    def bits(self) -> NDArray[np.float64]:
        """What each token cost; NaN while it is not known."""
        bits = np.full(len(self.draft.path()), np.nan)
        if (found := self._surprised.current(Surprise(self.text, places=0))) is not None:
            nats = found.nats[1:] if found.symbols[:1] == (START,) else found.nats
            known = min(len(bits), len(nats))
            bits[:known] = nats[:known] / BITS
        return bits

    # ------------------------------------------------------------- what is done

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return (
            *(one for one in sampling.settings(self) if one.name != "length"),
            ViewSetting("seed", lambda: f"{self.seed}", self._step_seed, "the same seed draws the same from the same place"),
            ViewSetting("write on", lambda: f"{self.amount} tokens", self._step_amount, "how many tokens the key N draws"),
        )

    def change_sampling(self, what: str, by: int) -> None:
        self.sampling = sampling.changed(self.sampling, what, by)
        self._changed()

    def _step_seed(self, by: int) -> None:
        self.seed = max(0, self.seed + by)
        self._changed()

    def _step_amount(self, by: int) -> None:
        self.amount = AMOUNTS[max(0, min(len(AMOUNTS) - 1, AMOUNTS.index(self.amount) + by))]

    def _change(self, draft: Draft) -> None:
        self.draft = draft
        self._changed()

    def add(self, pieces: Iterable[str], by: Author) -> None:
        self._change(self.draft.add(pieces, by))

    def go(self, branch: Branch) -> None:
        self._change(self.draft.go(branch.leaf))

    def back(self, tokens: int) -> None:
        self.stop()
        self._change(self.draft.back(tokens))

    def forward(self, tokens: int) -> None:
        self.stop()
        self._change(self.draft.forward(tokens))

    def prune(self, branch: Branch) -> None:
        self._change(self.draft.prune(branch))

    def start(self, run_on: RunOn) -> None:
        """Let the network write on; while it writes, let it stop."""
        if self.run_on is not None:
            self.stop()
        else:
            self.run_on = run_on
            self._draw_more()

    def stop(self) -> None:
        """Let it write no more."""
        if self.run_on is not None:
            self.run_on = None
            self._drawn.stop()
            self._changed()

    def _draw_more(self) -> None:
        assert self.run_on is not None
        if self._at is None:
            self.stop()
            return
        self._way = Way(replace(self.sampling, length=self.run_on.chunk), self.seed + len(self.draft.path()))
        self._drawn.forget()  # the same may be drawn again
        self._drawn.want(*self._at, Sample(self.text, self._way.sampling, self._way.seed))
        self._changed()

    def _take_drawn(self) -> None:
        answer = self._drawn.answer
        if self.run_on is None or answer is None or self._drawn.reason or answer.prompt != self.text:
            self.stop()
            return
        kept, self.run_on = self.run_on.take(answer.drawn, answer.ended)
        self.draft = self.draft.add(kept, "drawn", self._way)
        if self.run_on is not None:
            self._draw_more()
        else:
            self._changed()


def _copies_of(text: str) -> Copied:
    return Copied(text, copies=1, shortest=SHORTEST_COPY)
