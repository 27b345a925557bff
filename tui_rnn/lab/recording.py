"""A recording of an engine's messages: everything that changes the screen is written to a file as it comes, up to a limit.

The file begins with a line of JSON that says what it is. Then come frames: the time since the beginning, the length and the
CRC-32 of the body, and the body: a message as lab/wire writes it, compressed with zlib. Each frame is written at once, so that
a program that is killed loses at most the last one. Only the new points of a loss curve are recorded.
The time in which kernels compile or data are opened is shortened: nobody wants to wait for it again.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

import tui_rnn
from tui_rnn.errors import InputError, RunError
from tui_rnn.lab.engine import Engine
from tui_rnn.lab.messages import Answered, AskProgress, Command, Curve, DataOpened, Event, Fault, Notice, Snapshot, Working
from tui_rnn.lab.wire.coding import encode
from tui_rnn.lab.wire.recorded import Recorded

FORMAT = 1
MOST_BYTES = 64 << 20
FRAME = struct.Struct("<dII")  # seconds, bytes of the body, its CRC-32
SNAPSHOT_S, ANSWER_S = 0.5, 1.0  # intervals of what changes all the time, at first; they grow as the file fills
WORKING_S = 0.1  # what comes after a message of work that goes on is no later in the recording
CURVE = tuple(spec.name for spec in fields(Curve) if spec.name != "steps_per_point")


def check_record(path: Path) -> None:
    """Raise InputError if no new file can be made there."""
    if path.exists():
        raise InputError(f"--record {path} exists: name a new file")
    if not path.parent.is_dir():
        raise InputError(f"--record {path}: there is no folder {path.parent}: name a file in a folder that exists")
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"--record {path}: the folder {path.parent} can't be written to: name a file in another one")


class Recorder:
    """Writes a new file. Raises InputError if it exists, RunError if it can't be written."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic, most_bytes: int = MOST_BYTES) -> None:
        self.path, self._clock, self._most = path, clock, most_bytes
        check_record(path)
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
        except OSError as error:
            raise RunError(f"--record {path} can't be written: {error.strerror}") from None
        self._began = clock()
        self._working_since: float | None = None
        self._written = 0
        self._curves: dict[int, Curve] = {}
        self._kept_at: dict[object, float] = {}
        self._lock = threading.Lock()
        self._open = True
        self.trouble = ""  # why nothing more is recorded
        head = {"tui-rnn recording": FORMAT, "version": tui_rnn.__version__, "at": time.strftime("%Y-%m-%d %H:%M:%S")}
        self._write(json.dumps(head).encode() + b"\n")

    def keep(self, news: Event | Snapshot) -> None:
        """Record a message, unless its kind was recorded a moment ago. Raises nothing: `trouble` says why nothing more is
        recorded."""
        with self._lock:
            if not self._open or self.trouble:
                return
            self._shorten(news)
            if not self._due(news):
                return
            told = Recorded(*self._without_known(news)) if isinstance(news, Snapshot) else Recorded(news)
            body = zlib.compress(encode(told), 1)
            frame = FRAME.pack(self._now, len(body), zlib.crc32(body)) + body
            if self._written + len(frame) <= self._most:
                self._write(frame)
                if isinstance(news, Snapshot):
                    self._curves |= {run.run_id: run.curve for run in news.runs}
                elif isinstance(news, DataOpened):  # which also begins the curves anew when it is played
                    self._curves = {}
            elif not _is_replaced(news):
                self.trouble = f"the recording {self.path.name} is full ({self._most >> 20} MB), so it ends here"

    def close(self) -> None:
        """Record nothing more."""
        with self._lock:
            if self._open:
                self._open = False
                os.close(self._file)

    def drop(self) -> None:
        """Remove the file: nothing was recorded."""
        self.close()
        with contextlib.suppress(OSError):
            self.path.unlink()

    @property
    def _now(self) -> float:
        return self._clock() - self._began

    def _shorten(self, news: Event | Snapshot) -> None:
        """Take the time since the last message out of the recording, up to a moment, if a screen waited for work."""
        if self._working_since is not None:
            self._began += max(0.0, self._now - self._working_since - WORKING_S)
        goes_on = news.done < news.total if isinstance(news, Working) else self._working_since is not None
        self._working_since = self._now if goes_on and not isinstance(news, Fault) else None

    def _write(self, data: bytes) -> None:
        try:
            while data:
                done = os.write(self._file, data)
                self._written += done
                data = data[done:]
        except OSError as error:
            self.trouble = f"the recording {self.path.name} ends here: {error.strerror}"

    def _due(self, news: Event | Snapshot) -> bool:
        """Whether to record a message. Events always are; a state or an answer that the next one replaces, once an interval."""
        key: tuple[object, ...]
        match news:
            case AskProgress():
                return False
            case Snapshot():
                key, interval = ("snapshot", tuple((run.run_id, run.status, run.saved_step) for run in news.runs)), SNAPSHOT_S
            case Answered() if news.request_id is None:
                key, interval = ("answer", (news.run_id, news.question)), ANSWER_S
            case Working() if 0 < news.done < news.total:
                key, interval = ("working", (news.what,)), SNAPSHOT_S
            case _:
                return True
        now, room = self._now, 1 - self._written / self._most
        if now < self._kept_at.get(key, -float("inf")) + interval / max(room, 1e-6) ** 2:
            return False
        self._kept_at[key] = now
        return True

    def _without_known(self, snapshot: Snapshot) -> tuple[Snapshot, tuple[tuple[int, ...], ...]]:
        """The snapshot with only the new points of its curves, and how many points of each run's last curve stay."""
        runs, kept = [], []
        for run in snapshot.runs:
            last = self._curves.get(run.run_id)
            counts = tuple(_common(getattr(last, name), getattr(run.curve, name)) if last else 0 for name in CURVE)
            new = {name: getattr(run.curve, name)[count:] for name, count in zip(CURVE, counts, strict=True)}
            runs.append(replace(run, curve=replace(run.curve, **new)))
            kept.append(counts)
        return Snapshot(tuple(runs)), tuple(kept)


def _is_replaced(news: Event | Snapshot) -> bool:
    """Whether the next message of its kind replaces it."""
    return isinstance(news, (Snapshot, Working)) or (isinstance(news, Answered) and news.request_id is None)


def _common(old: Any, new: Any) -> int:
    """How many points at their beginning two curves have in common."""
    most = min(len(old), len(new))
    differ = np.flatnonzero((old[:most] != new[:most]) & ~(np.isnan(old[:most]) & np.isnan(new[:most])))
    return int(differ[0]) if len(differ) else most


class RecordingEngine:
    """An engine whose messages to the screen are all recorded."""

    def __init__(self, engine: Engine, recorder: Recorder) -> None:
        self._engine, self._recorder = engine, recorder
        self._latest: Snapshot | None = None
        self._told = False

    @property
    def alive(self) -> bool:
        return self._engine.alive

    def send(self, command: Command) -> None:
        self._engine.send(command)

    def latest(self) -> Snapshot | None:
        latest = self._engine.latest()
        if latest is not None and latest is not self._latest:
            self._latest = latest
            self._recorder.keep(latest)
        return latest

    def events(self) -> list[Event]:
        events = self._engine.events()
        for event in events:
            self._recorder.keep(event)
        if self._recorder.trouble and not self._told:
            self._told = True
            events.append(Notice(self._recorder.trouble, "warning"))
        return events

    def close(self, timeout_s: float = 0.0) -> None:
        self._engine.close(timeout_s)
