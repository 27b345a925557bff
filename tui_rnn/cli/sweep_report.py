"""What `tui-rnn sweep` prints: a live table in a terminal, a line for each trial in a pipe, or JSON lines; and the results."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from tui_rnn.cli.output import print_json, shell_line
from tui_rnn.cli.sweep_table import Shown, live_table
from tui_rnn.display import counted, visible
from tui_rnn.errors import RunError
from tui_rnn.formats import duration
from tui_rnn.sweep.summary import Summary, header, summary_of
from tui_rnn.sweep.trial import DIVERGED, FAILED, FINISHED, STOPPED, TrialRecord

if TYPE_CHECKING:
    from rich.live import Live

    from tui_rnn.data.opening import Data
    from tui_rnn.sweep.conduct import Conductor, Running
    from tui_rnn.sweep.folder import SweepFolder
    from tui_rnn.sweep.plan import Plan
    from tui_rnn.sweep.study import Study

FRAME_S = 0.25
RANKS_SHOWN = 15


class SweepReport:
    """Reports on a sweep from its start to its end, and writes its table."""

    def __init__(self, plan: Plan, study: Study, folder: SweepFolder, data: Data) -> None:
        self.plan, self.study, self.folder, self.data = plan, study, folder, data
        self.shown = Shown(data.kind, data.symbols.loss_unit, tuple(plan.space))
        self._saved, self._took = -1, ""

    def start(self, scheduler: str, workers: int) -> None:
        """Say what will be trained, and where."""
        plan, known = self.plan, len(self.study.records)
        where = f"on the cluster {visible(scheduler)}" if scheduler else f"on {counted(workers, 'core')}"
        seeds = f" × {counted(len(plan.seeds), 'seed')}" if plan.seeds[1:] else ""
        settings = counted(int(plan.wanted_settings), "setting")
        print(f"{self.data.kind.title}, {settings}{seeds} = {counted(plan.count, 'trial')} on {self.data.shown}, {where}")
        for name, values in plan.space.items():
            print(f"  {name}: {values}")
        if known:
            print(f"{known:,} of them ended before")
        sys.stdout.flush()

    def begun(self, running: Running) -> None:
        pass

    def ended(self, record: TrialRecord) -> None:
        if (number := len(self.study.records)) <= self.plan.count:
            print(f"{number} of {self.plan.count}: {self.shown.line(record)}", flush=True)

    def tick(self, conductor: Conductor) -> None:
        pass

    def close(self) -> None:
        pass

    def worked(self, conductor: Conductor) -> None:
        """Note how long it took, and how much of the workers' time was training."""
        if conductor.trained_s:
            share = conductor.trained_s / (conductor.lasted_s * max(1, conductor.workers))
            took = f"{duration(conductor.lasted_s)} on {counted(conductor.workers, 'worker')}"
            self._took = f", in {took}; {min(1.0, share):.0%} of their time was training"

    def save_table(self) -> None:
        """Write results.csv and results.json, if there is a new result."""
        if len(self.study.records) != self._saved:
            self._saved = len(self.study.records)
            self._write(self.summary(importance=False))

    def _write(self, found: Summary) -> None:
        more = header(self.plan, self.data) | found.as_json()
        self.folder.save_table(self.study.records, self.plan.space, self.data.kind, more)

    def summary(self, importance: bool) -> Summary:
        """importance: also Optuna's importances, which take a while if there are many trials."""
        found = self.study.importance() if importance and self.plan.search else {}
        return summary_of(self.study.records, self.plan, self.data, found)

    def done(self, interrupted: bool) -> None:
        """The ranking, which settings mattered, and what to type next. Raises RunError if no trial could be trained."""
        found = self.summary(importance=True)
        self._write(found)
        self.tell(found, interrupted)
        if not found.ranking and found.counts.get(FAILED):
            problem = next(record.problem for record in self.study.records if record.problem)
            raise RunError(f"no trial could be trained: {problem}")

    def tell(self, found: Summary, interrupted: bool) -> None:
        shown, counts = self.shown, found.counts
        ended = ", ".join(f"{counts[one]:,} {_ENDED[one]}" for one in _ENDED if counts.get(one)) or "nothing"
        status, trials = "interrupted" if interrupted else "done", counted(self.plan.count, "trial")
        print(f"{status}: {ended} of {trials}{self._took}")
        if found.ranking:
            for line in shown.ranking(found.ranking, RANKS_SHOWN):
                print(line)
            for line in shown.mattered(found):
                print(line)
        for problem in dict.fromkeys(one.problem for one in self.study.records if one.status == FAILED):
            print(f"failed: {visible(problem)}")
        print(f"runs and table in {visible(str(self.folder.path))}: {shell_line('tui-rnn', 'runs', str(self.folder.path))}")
        if interrupted:
            print("go on with:", shell_line("tui-rnn", "sweep", "--resume", str(self.folder.path)))
        if found.best is not None:
            print(f"the best run: {visible(str(self.folder.path / found.best.file))}")
            print("train it again:", shell_line(*found.command))


_ENDED = {FINISHED: "finished", STOPPED: "stopped early", DIVERGED: "diverged", FAILED: "failed"}


class LiveReport(SweepReport):
    """The same, with a live table while the sweep runs."""

    def __init__(self, plan: Plan, study: Study, folder: SweepFolder, data: Data) -> None:
        super().__init__(plan, study, folder, data)
        self._live: Live | None = None
        self._drawn_at = 0.0

    def start(self, scheduler: str, workers: int) -> None:
        from rich.console import Console
        from rich.live import Live

        super().start(scheduler, workers)
        self._live = Live(console=Console(), auto_refresh=False, transient=True)
        self._live.start()

    def ended(self, record: TrialRecord) -> None:
        pass

    def tick(self, conductor: Conductor) -> None:
        if self._live is not None and time.monotonic() - self._drawn_at >= FRAME_S:
            self._drawn_at = time.monotonic()
            height = self._live.console.height
            self._live.update(live_table(self.shown, conductor, self.study.records, height), refresh=True)

    def close(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


class JsonReport(SweepReport):
    """JSON lines: start, one for each trial, done."""

    def start(self, scheduler: str, workers: int) -> None:
        record: dict[str, Any] = {"event": "start", "out": str(self.folder.path), "trials": self.plan.count}
        record |= {"ended_before": len(self.study.records), "workers": None if scheduler else workers}
        print_json(record | header(self.plan, self.data))

    def ended(self, record: TrialRecord) -> None:
        print_json({"event": "trial"} | record.as_json())

    def tell(self, found: Summary, interrupted: bool) -> None:
        status = "interrupted" if interrupted else "finished"
        print_json({"event": "done", "status": status, "out": str(self.folder.path)} | found.as_json())


def watcher_for(json: bool, plan: Plan, study: Study, folder: SweepFolder, data: Data) -> SweepReport:
    """The report for a script, for a person at a terminal, or for a log."""
    report = JsonReport if json else LiveReport if sys.stdout.isatty() else SweepReport
    return report(plan, study, folder, data)
