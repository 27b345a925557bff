"""The marked runs on the same predictions: it asks each for its costs, and compares it with the first, in the background."""

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
    """What is known of a run: why it can't be compared, its costs, its difference from the first."""

    reason: str = ""
    costs: CostsFound | None = None
    paired: Paired | None = None


@dataclass
class _Pair:
    """The costs of two runs, and their difference, or why there is none; None: it is being computed."""

    first: CostsFound
    other: CostsFound
    difference: Paired | str | None = None

    def is_of(self, first: object, other: object) -> bool:
        """Whether the difference is of these very costs, and not of older ones."""
        return first is self.first and other is self.other


class Scoring:
    """`want` has the marked runs scored, one after another; changed: called when more is known."""

    def __init__(self, asks: Asks, known: KnownRuns, changed: Callable[[], None]) -> None:
        self._asks, self._known, self._changed = asks, known, changed
        self.size = 1  # of LENGTHS and EXAMPLES
        self._costs: dict[Key, tuple[object, CostsFound | str]] = {}  # run → stamp; costs, or why there are none
        self._pairs: dict[tuple[Key, Key], _Pair] = {}  # the first run, another one
        self._request: int | None = None
        self.under_way: Key | None = None
        self.share = 0.0  # of it that is done, from 0 to 1
        self.paused = False  # a person has stopped it

    @property
    def question(self) -> Costs:
        from tui_rnn.insight.costs import Costs

        return Costs(LENGTHS[self.size], EXAMPLES[self.size])

    def result(self, key: Key) -> Result | None:
        """What is known of a marked run; None: it waits."""
        compared = dict(self._known.compared)
        first = next(iter(compared), None)
        if first is None or key not in compared:
            return None
        if reason := why_not_comparable(compared[first], compared[key]):
            return Result(reason)
        found, pair = self._found(key), self._pairs.get((first, key))
        if found is None or isinstance(found, str):
            return None if found is None else Result(found)
        difference = pair.difference if pair is not None and pair.is_of(self._found(first), found) else None
        return Result(difference) if isinstance(difference, str) else Result("", found, difference)

    def _found(self, key: Key) -> CostsFound | str | None:
        """A run's costs, or why there are none; None: they are not known yet."""
        return self._costs[key][1] if key in self._costs else None

    def set_size(self, by: int) -> None:
        """Score on more or less of the data."""
        self.size = (self.size + by) % len(LENGTHS)
        self.again()

    def again(self) -> None:
        """Score all again: the runs of the lab have trained on."""
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
        """Stop scoring, until `again`."""
        self.stop()
        self.paused = True

    @property
    def places(self) -> tuple[int, int]:
        """(which of the marked runs is being scored, 0: none; how many there are)."""
        keys = [key for key, _ in self._known.compared]
        return (keys.index(self.under_way) + 1 if self.under_way in keys else 0), len(keys)

    def stop(self) -> None:
        """Want no answer, for now."""
        if self._request is not None:
            self._asks.cancel(self._request)
        self._request = self.under_way = None

    def want(self) -> None:
        """Score the marked runs that can be compared and have no costs yet."""
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
        """What the costs are about. A run in the lab trains on, and is scored again only when a person asks."""
        return self.question, row.saved_at if isinstance(key, Path) else row.data_key

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
        """Compute the difference from the first, on a thread: a long text takes a while."""
        own, other, known = self._found(first), self._found(key), self._pairs.get((first, key))
        if own is None or other is None or isinstance(own, str) or isinstance(other, str):
            return
        if known is not None and known.is_of(own, other):
            return
        pair = self._pairs[first, key] = _Pair(own, other)

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
            pair.difference = found
            self._changed()

        threading.Thread(target=work, name="paired", daemon=True).start()
