"""The marked runs on the same predictions: each is asked what they cost it, and compared with the first, in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.errors import InputError
from tui_rnn.lab.messages import Answered, AskProgress
from tui_rnn.training.fair import why_not_comparable
from tui_rnn.tui.asks import Asks, News
from tui_rnn.tui.views.runs.known import Key, KnownRuns

if TYPE_CHECKING:
    from tui_rnn.insight.costs import Costs, CostsFound
    from tui_rnn.insight.paired import Paired
    from tui_rnn.training.run_table import RunRow

LENGTHS = (16_384, 65_536, 262_144, 1_000_000)
EXAMPLES = (500, 2_000, 10_000, 100_000)


@dataclass(frozen=True)
class Result:
    """What is known of a run: why it can't be compared, what its predictions cost it, how it differs from the first."""

    reason: str = ""
    costs: CostsFound | None = None
    paired: Paired | None = None


class Scoring:
    """`want` has the marked runs scored, one after another; changed: called when more is known."""

    def __init__(self, asks: Asks, known: KnownRuns, changed: Callable[[], None]) -> None:
        self._asks, self._known, self._changed = asks, known, changed
        self.size = 1  # of LENGTHS and EXAMPLES
        self._costs: dict[Key, tuple[object, CostsFound | str]] = {}  # of which file, and what was found, or why nothing was
        self._pairs: dict[tuple[int, int], Paired | str | None] = {}  # by the identity of two findings; None: under way
        self._request: int | None = None
        self.under_way: Key | None = None
        self.share = 0.0  # of it, from 0 to 1
        self.paused = False  # a person has stopped it

    @property
    def question(self) -> Costs:
        from tui_rnn.insight.costs import Costs

        return Costs(LENGTHS[self.size], EXAMPLES[self.size])

    def result(self, key: Key) -> Result | None:
        """What is known of a marked run so far; None while it waits."""
        compared = dict(self._known.compared)
        first = next(iter(compared), None)
        if first is None or key not in compared:
            return None
        if reason := why_not_comparable(compared[first], compared[key]):
            return Result(reason)
        found = self._costs.get(key, (None, None))[1]
        if found is None or isinstance(found, str):
            return None if found is None else Result(found)
        own, others = self._costs.get(first, (None, None))[1], self._pairs.get(self._pair_of(first, key))
        if own is None or isinstance(own, str) or others is None:
            return Result("", found)
        return Result(others, None) if isinstance(others, str) else Result("", found, others)

    def set_size(self, by: int) -> None:
        """More or less of the data."""
        self.size = (self.size + by) % len(LENGTHS)
        self.again()

    def again(self) -> None:
        """Score all anew: the runs of the lab have trained on."""
        self.stop()
        self.paused = False
        self._costs.clear()
        self._pairs.clear()
        self.want()
        self._changed()

    @property
    def has_pair(self) -> bool:
        """Whether at least two of the marked runs can be compared."""
        compared = self._known.compared
        return sum(not why_not_comparable(compared[0][1], row) for _, row in compared) > 1

    def pause(self) -> None:
        """Score no more, until `again`."""
        self.stop()
        self.paused = True

    @property
    def places(self) -> tuple[int, int]:
        """Which of the marked runs is scored now, 0 for none, and how many there are."""
        keys = [key for key, _ in self._known.compared]
        return (keys.index(self.under_way) + 1 if self.under_way in keys else 0), len(keys)

    def stop(self) -> None:
        """Nobody waits any more."""
        if self._request is not None:
            self._asks.cancel(self._request)
        self._request = self.under_way = None

    def want(self) -> None:
        """Score the marked runs that can be compared and were not scored yet."""
        compared = self._known.compared
        if self.under_way is not None and self.under_way not in dict(compared):
            self.stop()
        if len(compared) < 2:
            return
        first_key, first = compared[0]
        for key, row in compared:
            if self._costs.get(key, (None, None))[0] != self._stamp(key, row):
                self._costs.pop(key, None)
            elif key != first_key:
                self._pair(first_key, key)
        fitting = [(key, row) for key, row in compared if not why_not_comparable(first, row)]
        waiting = [(key, row) for key, row in fitting if key not in self._costs]
        if self.under_way is None and not self.paused and len(fitting) > 1 and waiting:
            self._ask(*waiting[0])

    def _stamp(self, key: Key, row: RunRow) -> object:
        """What a finding is of. A run of the lab trains on, and is scored anew when a person asks for that."""
        return self.question, row.saved_at if isinstance(key, Path) else row.data_key

    def _pair_of(self, first: Key, key: Key) -> tuple[int, int]:
        return id(self._costs.get(first, (None, None))[1]), id(self._costs.get(key, (None, None))[1])

    def _ask(self, key: Key, row: RunRow) -> None:
        self.under_way, self.share = key, 0.0
        stamp = self._stamp(key, row)

        def hear(news: News) -> None:
            if isinstance(news, AskProgress):
                self.share = news.done / max(news.total, 1)
            else:
                self._request = self.under_way = None
                found = news.answer if isinstance(news, Answered) else news.reason or "it was not scored"
                self._costs[key] = stamp, found
                self.want()
            self._changed()

        if isinstance(key, Path):
            self._request = self._asks.put_to_file(str(key), self.question, hear)
        else:
            self._request = self._asks.put(key, self.question, hear)

    def _pair(self, first: Key, key: Key) -> None:
        """Work out the difference from the first, on a thread: a long text takes a while."""
        pair = self._pair_of(first, key)
        own, other = self._costs.get(first, (None, None))[1], self._costs[key][1]
        if pair in self._pairs or own is None or isinstance(own, str) or isinstance(other, str):
            return
        self._pairs[pair] = None

        def work() -> None:
            from tui_rnn.insight.paired import paired

            found: Paired | str
            try:
                found = paired(own, other)
            except InputError as error:
                found = str(error)
            if self._known.post is not None:
                self._known.post(lambda: take(found))

        def take(found: Paired | str) -> None:
            if pair in self._pairs:
                self._pairs[pair] = found
            self._changed()

        threading.Thread(target=work, name="paired", daemon=True).start()
