"""Which sample of each run the pane shows: the newest, or one that stays for a while or is held."""

from __future__ import annotations

from dataclasses import dataclass, field

from textual.timer import Timer

from tui_rnn.insight.sample import Sampled
from tui_rnn.lab.messages import Answered


@dataclass(frozen=True)
class Kept:
    """A sample that stays although there are newer ones; with a timer, for a while."""

    sample: Answered[Sampled]
    timer: Timer | None


@dataclass
class KeptSamples:
    """The samples of every run. awaited: runs that were asked and have not answered."""

    newest: dict[int, Answered[Sampled]] = field(default_factory=dict)
    kept: dict[int, Kept] = field(default_factory=dict)
    awaited: set[int] = field(default_factory=set)

    def of(self, run_id: int | None) -> Answered[Sampled] | None:
        """The one to show."""
        if run_id is None:
            return None
        return self.kept[run_id].sample if run_id in self.kept else self.newest.get(run_id)

    def take(self, run_id: int, sample: Answered[Sampled] | None) -> bool:
        """Take a run's newest sample, None: it has none now. True: this is an answer to a prompt, which should stay."""
        if sample is None:
            self.newest.pop(run_id, None)
            self.let_go(run_id)
            return False
        if sample is self.newest.get(run_id):
            return False
        self.newest[run_id] = sample
        if sample.request_id is None:
            return False
        self.awaited.discard(run_id)
        return True

    def keep(self, run_id: int, sample: Answered[Sampled], timer: Timer | None = None) -> None:
        """Show this one until `let_go`."""
        self.let_go(run_id)
        self.kept[run_id] = Kept(sample, timer)

    def let_go(self, run_id: int) -> None:
        """Show the newest again."""
        kept = self.kept.pop(run_id, None)
        if kept is not None and kept.timer is not None:
            kept.timer.stop()
