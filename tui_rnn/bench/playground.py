"""What the screen costs: the playground's two runs, and by turns the same two trained without a screen.

The playground draws 120 by 40 characters on a pseudo-terminal that reads all it writes. Without a screen, each run has a
process and a thread of its own, like two `tui-rnn train` at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from time import time
from typing import Any

from rich.console import RenderableType

from tui_rnn.bench.fresh import on_terminal, run_in_new_process
from tui_rnn.bench.tables import markdown_table, terminal_table
from tui_rnn.config import RunConfig, default_configs
from tui_rnn.errors import InputError, RunError

SOURCE = "prose"
WARM_UP_S = 2.0  # of training that does not count
STARTING_S = 2.0  # how long processes that begin at the same time get for their start

WATCH = """
import json, sys, threading, time
from pathlib import Path
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.tui import launch
from tui_rnn.tui.app import PlaygroundApp

source, warm_up_s, seconds, answer = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])
opening = launch.opening_commands([DataRequest(SourceFiles(source))])
engine = launch.start_engine()
for command in opening:
    engine.send(command)
app = PlaygroundApp(engine, opening)

def chars():
    latest = engine.latest()
    return time.perf_counter(), [run.chars for run in latest.runs] if latest else [0]

def watch():
    while engine.alive and not all(chars()[1]):
        time.sleep(0.05)
    time.sleep(warm_up_s)
    first_at, first = chars()
    time.sleep(seconds)
    while any(now == then for now, then in zip(chars()[1], first)):
        time.sleep(0.05)
    last_at, last = chars()
    answer.write_text(json.dumps([(b - a) / (last_at - first_at) for a, b in zip(first, last)]), encoding="utf-8")
    app.call_from_thread(app.exit)

threading.Thread(target=watch, daemon=True).start()
try:
    app.run()
finally:
    engine.close()
"""

TRAIN = """
import json, sys, time
from tui_rnn.config import default_configs
from tui_rnn.data.corpus import open_corpus
from tui_rnn.training.trainer import Trainer

source, begin, end, number = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
trainer = Trainer(default_configs("lm")[number], open_corpus(source), threads=1)
while time.time() < begin:
    trainer.advance_for(0.02)
first_at, first = time.time(), trainer.chars
while time.time() < end or trainer.chars == first:
    trainer.advance_for(0.02)
print(json.dumps((trainer.chars - first) / (time.time() - first_at)))
"""


@dataclass(frozen=True)
class Turn:
    """The characters a second of each run in one round, with and without the screen."""

    playground: tuple[float, ...]
    without_screen: tuple[float, ...]


def measure_playground(rounds: int, seconds: float) -> Generator[Turn, None, None]:
    """So many rounds of `seconds` each with and without the screen. Raises InputError where there is no pseudo-terminal."""
    try:
        import pty  # noqa: F401
    except ImportError:
        raise InputError("--playground needs a pseudo-terminal, which this system lacks: try it on Linux or macOS") from None
    for number in range(rounds):
        kinds = [_playground, _without_screen]
        rates = {kind: kind(seconds) for kind in (kinds if number % 2 == 0 else kinds[::-1])}
        yield Turn(rates[_playground], rates[_without_screen])


def _playground(seconds: float) -> tuple[float, ...]:
    with on_terminal(WATCH, SOURCE, str(WARM_UP_S), str(seconds)) as (process, terminal, answer):
        reader = threading.Thread(target=_drain, args=(terminal,), daemon=True)
        reader.start()
        process.wait()
        reader.join()
        if not answer.exists():
            raise RunError(f"the playground ended with code {process.returncode} before it was measured")
        return tuple(json.loads(answer.read_text(encoding="utf-8")))


def _drain(terminal: int) -> None:
    """Read until nothing writes any more."""
    with contextlib.suppress(OSError):  # Linux: the other end is closed
        while os.read(terminal, 65_536):
            pass


def _without_screen(seconds: float) -> tuple[float, ...]:
    begin, count = time() + STARTING_S + WARM_UP_S, len(runs())

    def train(number: int) -> float:
        arguments = (SOURCE, str(begin), str(begin + seconds), str(number))
        return float(json.loads(run_in_new_process(TRAIN, *arguments, what="training without a screen")))

    with ThreadPoolExecutor(count) as pool:
        return tuple(pool.map(train, range(count)))


def runs() -> tuple[RunConfig, ...]:
    """What the playground opens a text with."""
    return default_configs("lm")


def shares(turns: list[Turn]) -> list[float]:
    """For each run, its speed in the playground as a share of its speed without a screen: the median of the rounds."""
    return [
        statistics.median(turn.playground[k] / turn.without_screen[k] for turn in turns)
        for k in range(len(turns[0].playground))
    ]


def table(turns: list[Turn]) -> RenderableType:
    """A row for each run."""
    return terminal_table(_cells(turns))


def markdown(turns: list[Turn]) -> str:
    """The same for a page of documentation."""
    return markdown_table(_cells(turns))


def record(turn: Turn) -> dict[str, Any]:
    """One round's line of JSON."""
    return {"event": "round"} | asdict(turn)


def _cells(turns: list[Turn]) -> list[list[str]]:
    rows = [["network", "playground\nchar/s", "no screen\nchar/s", "share"]]
    for k, (config, share) in enumerate(zip(runs(), shares(turns), strict=True)):
        playground, without = (
            statistics.median(rates) for rates in ([t.playground[k] for t in turns], [t.without_screen[k] for t in turns])
        )
        rows.append([config.name, f"{playground:,.0f}", f"{without:,.0f}", f"{share:.0%}"])
    return rows
