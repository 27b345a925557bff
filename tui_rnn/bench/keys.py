"""How long a key takes to be seen: from the byte that a terminal sends to the last byte of the picture that answers it.

The playground's two runs train meanwhile. The key is g in Inspect, the heaviest one: it shows another signal of every unit at
every character.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import time
from typing import Any

from tui_rnn.bench.fresh import COLUMNS, LINES, on_terminal
from tui_rnn.cells import CELLS
from tui_rnn.errors import RunError

_QUIET_S = 0.008  # a picture has ended when nothing comes for so long
_PATIENCE_S, _START_S = 5.0, 300.0
_BETWEEN_S = 0.25  # two presses

SHOW = """
import sys, threading, time
from pathlib import Path
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.tui import launch
from tui_rnn.tui.app import PlaygroundApp

opening = launch.opening_commands([DataRequest(SourceFiles(sys.argv[1]))])
engine = launch.start_engine()
for command in opening:
    engine.send(command)

def watch():
    while engine.alive and not ((latest := engine.latest()) and latest.runs and all(run.chars for run in latest.runs)):
        time.sleep(0.05)
    Path(sys.argv[2]).touch()

threading.Thread(target=watch, daemon=True).start()
try:
    PlaygroundApp(engine, opening).run()
finally:
    engine.close()
"""


def measure_keys(source: str, presses: int) -> list[float]:
    """Milliseconds of each press, after a few that do not count. Raises RunError when nothing answers."""
    signals = "|".join(re.escape(f"{signal.name} {signal.title}") for signal in CELLS["lstm"].signals)
    answer = re.compile(rb"layer 1[^\n]{0,60}?(" + signals.encode() + rb")")
    with on_terminal(SHOW, source) as (app, terminal, ready):
        end = time.monotonic() + _START_S
        while not ready.exists():
            _read(terminal, 0.05)
            if app.poll() is not None or time.monotonic() > end:
                raise RunError("the playground did not begin to train, so no key was measured")
        _drain(terminal, 2.0)
        os.write(terminal, b"I")
        _drain(terminal, 2.0)
        times = [_press(terminal, b"g", answer) for _ in range(presses + 3)][3:]
        os.write(terminal, b"q")
        while app.poll() is None:
            _read(terminal, 0.05)
    return times


def percentile(times: list[float], share: float) -> float:
    """The time within which this share of the presses was answered."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def record(times: list[float]) -> dict[str, Any]:
    """The line of JSON."""
    return {"key": "g", "presses": len(times), "median_ms": percentile(times, 0.5), "p95_ms": percentile(times, 0.95)}


def in_words(times: list[float]) -> str:
    """One line for a person."""
    half, most = percentile(times, 0.5), percentile(times, 0.95)
    return (
        f"key to paint (g in Inspect, {COLUMNS}×{LINES}, {len(times)} presses): median {half:.0f} ms, 95% within {most:.0f} ms"
    )


def _press(terminal: int, key: bytes, answer: re.Pattern[bytes]) -> float:
    """Milliseconds until the whole picture that answers the key has come."""
    _drain(terminal, _BETWEEN_S)
    begin, seen, found = time.perf_counter(), b"", False
    last = begin
    os.write(terminal, key)
    while time.perf_counter() < begin + _PATIENCE_S:
        come = _read(terminal, _QUIET_S)
        if come:
            last, seen = time.perf_counter(), seen + come
            found = found or answer.search(seen) is not None
        elif found:
            return (last - begin) * 1000.0
    raise RunError(f"the key {key.decode()} was not answered within {_PATIENCE_S:.0f} s")


def _read(terminal: int, patience_s: float) -> bytes:
    """What comes within so long; nothing at its end."""
    with contextlib.suppress(OSError):  # Linux: the other end is closed
        if select.select([terminal], [], [], patience_s)[0]:
            return os.read(terminal, 1 << 20)
    return b""


def _drain(terminal: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        _read(terminal, 0.02)
