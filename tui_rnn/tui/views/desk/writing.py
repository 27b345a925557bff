"""One writer at the desk: the draft, the settings that draw it, and the questions about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.prompts import split_typed
from tui_rnn.insight.candidates import Candidates, NextTokens
from tui_rnn.insight.copied import Copied, Copies
from tui_rnn.insight.draft import Author, Branch, Draft, Way
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.sample import Sample, Sampled
from tui_rnn.insight.surprise import BITS, Surprise, Surprised
from tui_rnn.insight.trace import START
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.views import sampling
from tui_rnn.tui.views.desk.latest import Latest
from tui_rnn.tui.views.desk.run_on import RunOn

COUNT = 20  # candidates
AHEAD = 20  # tokens that each is followed for
SHORTEST_COPY = 12
COPIES = 8  # on the desk


class Writing:
    """changed: called when the draft has changed, or an answer about it has come.

    sampling, seed: how the next token is drawn. tokens: the kind of the network's tokens. by_hand: how often a person changed
    the text before the cursor. ended: the node before a drawn </s>, -1: none.
    """

    def __init__(self, asks: Asks, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.draft = Draft()
        self.sampling = Sampling(length=AHEAD)
        self.seed, self.tokens = 1, "char"
        self.by_hand, self.ended = 0, -1
        self.at: tuple[int, int] | None = None  # the run and the step of its weights
        self._longest = 0
        self.next: Latest[NextTokens] = Latest(asks, changed)
        self._surprised: Latest[Surprised] = Latest(asks, self._keep_costs)
        self._copied: Latest[Copies] = Latest(asks, changed)
        self._drawn: Latest[Sampled] = Latest(asks, self._take_drawn)
        self._way = Way(self.sampling, self.seed)
        self._costs: dict[int, float] = {}  # node → bits, if known
        self.run_on: RunOn | None = None

    @property
    def text(self) -> str:
        return self.draft.text()

    @property
    def symbols(self) -> tuple[str, ...]:
        """The tokens up to the cursor."""
        return tuple(self.draft.nodes[at].text for at in self.draft.path())

    @property
    def has_ended(self) -> bool:
        """Whether the item ends at the cursor."""
        return self.ended == self.draft.cursor

    # ------------------------------------------------------------- questions

    def write_with(self, run_id: int, step: int, longest: int, tokens: str) -> None:
        """Write with this run's weights of a step. longest: so many tokens fit in a trace."""
        if (run_id, step) != self.at:
            self._costs.clear()
        self.at, self._longest, self.tokens = (run_id, step), longest, tokens

    def _next_of(self, text: str) -> Candidates:
        return Candidates(text, replace(self.sampling, length=AHEAD), COUNT)

    def ask(self) -> None:
        """Ask what may come next, and what the text cost."""
        if self.at is not None and self.run_on is None:
            self.next.want(*self.at, self._next_of(self.text))
            self.ask_costs()

    def ask_costs(self) -> None:
        """Ask what the text cost."""
        if self.at is not None and self.run_on is None and 0 < len(self.draft.path()) < self._longest:
            self._surprised.want(*self.at, Surprise(self.text, places=0))

    def ask_copied(self) -> None:
        """Ask whether the text is copied."""
        if self.at is not None and self.run_on is None and self.text:
            self._copied.want(*self.at, _copies_of(self.text))

    def forget(self) -> None:
        """Other data are open, with other symbols than the draft's."""
        self.stop()
        self.draft, self.at, self.ended = Draft(), None, -1
        self._costs.clear()
        for latest in (self.next, self._surprised, self._copied, self._drawn):
            latest.forget()

    # ------------------------------------------------------------- answers

    @property
    def candidates(self) -> NextTokens | None:
        """What may come next; None: not known yet."""
        return self.next.current(self._next_of(self.text))

    @property
    def copies(self) -> Copies | None:
        return self._copied.current(_copies_of(self.text))

    @property
    def bits(self) -> NDArray[np.float64]:
        """What each token cost; NaN: not known yet."""
        return np.array([self._costs.get(at, np.nan) for at in self.draft.path()])

    def bits_of(self, branch: Branch) -> float:
        """The mean over the tokens of a branch after its fork; NaN: none is known."""
        own = self.draft.path(branch.leaf)[len(self.draft.path(branch.leaves_at)) :]
        known = [self._costs[at] for at in own if not np.isnan(self._costs.get(at, np.nan))]
        return float(np.mean(known)) if known else float("nan")

    def _keep_costs(self) -> None:
        """Give each node the costs of the network's tokens that end in it. These may differ from the draft's tokens: bytes of a
        character, or two words without a space between, which are one for the network."""
        found = self._surprised.current(Surprise(self.text, places=0))
        if found is not None:
            nodes = self.draft.path()
            skip = int(found.symbols[:1] == (START,))
            costs = found.nats[skip:].astype(np.float64) / BITS
            size = len if self.tokens != "byte" else lambda text: len(text.encode("utf-8", "replace"))
            ends = np.cumsum([size(self.draft.nodes[at].text) for at in nodes])
            read = np.cumsum([1 if self.tokens == "byte" else len(symbol) for symbol in found.symbols[skip:]])
            last = np.searchsorted(read, ends, side="right")  # how many of the network's tokens end up to each node
            for k, at in enumerate(nodes):
                own = costs[int(last[k - 1]) if k else 0 : int(last[k])]
                self._costs[at] = float(own.sum()) if len(own) else float("nan")
        self._changed()

    # ------------------------------------------------------------- actions

    def change_sampling(self, what: str, by: int) -> None:
        self.sampling = sampling.changed(self.sampling, what, by)
        self._changed()

    def change_seed(self, by: int) -> None:
        self.seed = max(0, self.seed + by)
        self._changed()

    def _by_hand(self, draft: Draft) -> None:
        self.draft = draft
        self.by_hand += 1
        self._changed()

    def open(self, draft: Draft, how: Sampling, seed: int) -> None:
        """Go on with a saved draft."""
        self.stop()
        self._costs.clear()
        self.sampling, self.seed, self.ended = replace(how, length=AHEAD), seed, -1
        self._by_hand(draft)

    def type(self, text: str) -> None:
        """Add a typed text, cut into the network's tokens."""
        self.add(split_typed(self.tokens, text), "typed")

    def add(self, pieces: Iterable[str], by: Author) -> None:
        self._by_hand(self.draft.add(pieces, by))

    def end_here(self) -> None:
        """Choose </s>: the item ends at the cursor."""
        self.ended = self.draft.cursor
        self._changed()

    def go(self, branch: Branch) -> None:
        self._by_hand(self.draft.go(branch.leaf))

    def back(self, tokens: int) -> None:
        self.stop()
        self._by_hand(self.draft.back(tokens))

    def forward(self, tokens: int) -> None:
        self.stop()
        self._by_hand(self.draft.forward(tokens))

    def prune(self, branch: Branch) -> None:
        self._costs.clear()  # the nodes get other numbers
        self._surprised.forget()
        self.draft = self.draft.prune(branch)
        self._changed()

    def start(self, run_on: RunOn) -> None:
        """Let the network write on."""
        if not self.has_ended:  # nothing comes after </s>
            self.run_on = run_on
            self._draw_more()

    def stop(self) -> None:
        """Stop the network's writing."""
        if self.run_on is not None:
            self.run_on = None
            self._drawn.stop()
            self._changed()

    def _draw_more(self) -> None:
        """Draw the next tokens. The seed and the place in the text choose them, so chunks of any size give the same text."""
        assert self.run_on is not None
        if self.at is None:
            self.stop()
            return
        self._way = Way(replace(self.sampling, length=self.run_on.chunk), self.seed)
        self._drawn.forget()  # the same may be drawn again
        self._drawn.want(*self.at, Sample(self.text, self._way.sampling, self._way.seed))
        self._changed()

    def _take_drawn(self) -> None:
        answer, asked = self._drawn.answer, self._drawn.of
        if self.run_on is None or answer is None or not isinstance(asked, Sample) or asked.prompt != self.text:
            self.stop()
            return
        kept, self.run_on = self.run_on.take(answer.drawn, answer.ended)
        self.draft = self.draft.add(kept, "drawn", self._way)
        if answer.ended and len(kept) == len(answer.drawn):
            self.ended = self.draft.cursor
        if self.run_on is not None:
            self._draw_more()
        else:
            self._changed()


def _copies_of(text: str) -> Copied:
    return Copied(text, copies=COPIES, shortest=SHORTEST_COPY)
