"""A lab within the test's own process, and waiting for what threads and processes do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tests.lab.examples import config, request
from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.insight.question import Answer, Question
from tui_rnn.lab.lab import Lab
from tui_rnn.lab.messages import Answered, Command, Event, OpenData, RunSnapshot, Watch, Watched

Found = TypeVar("Found")
Kind = TypeVar("Kind", bound=Event)
Said = TypeVar("Said", bound=Answer)

PATIENCE_S = 300.0
LOOK_S = 0.005


def until(look: Callable[[], Found | None], what: str = "it") -> Found:
    """Look again and again until something is there. Fails when it takes unreasonably long, by the looks and not by the
    clock: a machine that was suspended meanwhile has not waited."""
    for _ in range(round(PATIENCE_S / LOOK_S)):
        if found := look():
            return found
        time.sleep(LOOK_S)
    raise AssertionError(f"{what} did not happen within {PATIENCE_S:.0f} s")


def opening(source: str, *configs: RunConfig) -> OpenData:
    """The command that opens a source with these runs."""
    return OpenData(DataRequest(SourceFiles(source)), configs)


def watching(*questions: Question[Any], runs: tuple[int, ...] = (1,), interval_s: float = 0.0) -> Watch:
    """The command that keeps the answers to these questions fresh."""
    return Watch(tuple(Watched(question, runs, interval_s) for question in questions))


def answers_in(events: Sequence[Event], kind: type[Said]) -> list[Answered[Said]]:
    """Those of a kind, in order."""
    return [event for event in events if isinstance(event, Answered) and isinstance(event.answer, kind)]


def trains(run: RunSnapshot) -> bool:
    """Whether it trains, and has begun."""
    return run.status == "training" and run.step > 0


def asked_as(request_id: int) -> Callable[[Answered[Any]], bool]:
    """Whether an answer is to the question of this number."""
    return lambda answered: answered.request_id == request_id


class Bench:
    """A lab and all that it said."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._lock = threading.Lock()
        self.lab = Lab(self._hear)

    def _hear(self, event: Event) -> None:
        with self._lock:
            self.events.append(event)

    def do(self, *commands: Command) -> None:
        for command in commands:
            self.lab.handle(command)

    def open(self, source: str, *configs: RunConfig) -> None:
        self.do(opening(source, *configs))
        until(lambda: len(self.lab.snapshot().runs) == len(configs), "opening")

    def heard(self, kind: type[Kind]) -> list[Kind]:
        with self._lock:
            return [event for event in self.events if isinstance(event, kind)]

    def wait(self, kind: type[Kind], fits: Callable[[Kind], bool] = lambda event: True) -> Kind:
        """The first event of a kind that fits, heard already or still to come."""
        return until(lambda: next(filter(fits, self.heard(kind)), None), f"a {kind.__name__}")

    def answers(self, kind: type[Said]) -> list[Answered[Said]]:
        """Those of a kind that were heard."""
        return answers_in(self.heard(Answered), kind)

    def wait_answer(self, kind: type[Said], fits: Callable[[Answered[Said]], bool] = lambda event: True) -> Answered[Said]:
        """The first answer of a kind that fits, heard already or still to come."""
        return until(lambda: next(filter(fits, self.answers(kind)), None), f"a {kind.__name__}")

    def run(self, run_id: int) -> RunSnapshot:
        return next(run for run in self.lab.snapshot().runs if run.run_id == run_id)

    def wait_run(self, run_id: int, fits: Callable[[RunSnapshot], bool]) -> RunSnapshot:
        """The state of a run that fits. A run may begin only after its data are said to be open."""
        return until(
            lambda: next((run for run in self.lab.snapshot().runs if run.run_id == run_id and fits(run)), None),
            f"the state of run {run_id}",
        )

    def wait_steps(self, run_id: int, steps: int) -> None:
        """Let a run train so many steps from here on."""
        before = self.run(run_id).step
        self.wait_run(run_id, lambda run: run.step >= before + steps)


def start(bench: Bench, task: str, source: str, *configs: RunConfig) -> None:
    """Open the data of a task and wait until its runs are there."""
    configs = configs or (config(task),)
    bench.do(OpenData(request(task, source), configs))
    until(lambda: len(bench.lab.snapshot().runs) == len(configs), "opening")
