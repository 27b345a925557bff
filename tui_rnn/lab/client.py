"""The engine as the screen sees it: a child process that trains. Nothing here waits, and nothing heavy is imported."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import BinaryIO, cast

from tui_rnn.errors import RunError
from tui_rnn.lab.messages import Command, Event, Fault, Saved, Shutdown, Snapshot
from tui_rnn.lab.pipe import Garbage, Mailbox, read_frame, write_frame
from tui_rnn.paths import log_dir, python_environment

KEPT_LOGS = 5
ENDING_S = 5.0  # how long an engine that closed its pipe may take to end

_numbers = itertools.count()


class EngineClient:
    """One engine process. `start`, then `send` commands and poll `latest` and `events`, at whatever rate suits.

    If the process dies by itself, the last event is a Fault that says why, and which file remains. Then a new client can be
    started. Every method may be called from any thread, also while a Textual app runs.
    """

    def __init__(self) -> None:
        self._commands, self._events = Mailbox(), Mailbox()
        self._snapshot: Snapshot | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._threads: list[threading.Thread] = []
        self._log: Path | None = None
        self._last_checkpoint: str | None = None
        self._leaving = self._killed = self._alive = False

    def start(self) -> None:
        """Start the process; commands may be sent at once. Raises RunError if the system refuses."""
        if self._process is not None:
            raise RunError("the engine was already started: a client serves one process")
        with _open_log() as (log, self._log), _signals_held():
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "tui_rnn.lab.host"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    bufsize=0,  # raw pipes have no lock that a thread could hold while the interpreter ends
                    env=python_environment(),
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
                    | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
                )
            except OSError as error:
                raise RunError(
                    f"the engine process could not be started: {error.strerror or error}; end other programs, or raise "
                    "the limits that ulimit -a names"
                ) from None
        self._alive = True
        for target in (self._read, self._write):
            thread = threading.Thread(target=target, name=f"engine {target.__name__}", daemon=True)
            self._threads.append(thread)
            thread.start()

    @property
    def pid(self) -> int | None:
        """The process's number; None before `start`."""
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        """False if the process has ended and all its messages can be read from `events`."""
        return self._alive

    def send(self, command: Command) -> None:
        """Send a command, without waiting. A dead engine never gets it."""
        if isinstance(command, Shutdown):
            self._leaving = True
        self._commands.put(command)

    def latest(self) -> Snapshot | None:
        """The newest state of all runs; None before the first."""
        return self._snapshot

    def events(self) -> list[Event]:
        """What happened since the last call, in order."""
        return self._events.drain()

    def close(self, timeout_s: float = 0.0) -> None:
        """End the process: it has so much time to save and end by itself, then it is killed. Its last messages can still be
        read from `events`."""
        process = self._process
        if process is None:
            return
        self.send(Shutdown())
        try:
            process.wait(max(timeout_s, 0.001))
        except subprocess.TimeoutExpired:
            self._killed = True
            process.kill()
            process.wait()
        self._commands.close()
        for thread in self._threads:
            thread.join(ENDING_S)
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                cast(BinaryIO, pipe).close()

    def _write(self) -> None:
        assert self._process is not None
        with contextlib.suppress(EOFError, OSError):
            while True:
                write_frame(cast(FileIO, self._process.stdin), self._commands.take())

    def _read(self) -> None:
        process = self._process
        assert process is not None
        garbage = ""
        try:
            while True:
                message = read_frame(cast(FileIO, process.stdout))
                if isinstance(message, Snapshot):
                    self._snapshot = message
                    continue
                if isinstance(message, Saved):
                    self._last_checkpoint = message.path
                self._events.put(message)
        except EOFError:
            pass
        except Garbage as error:
            garbage = str(error)
        try:
            code = process.wait(0 if garbage else ENDING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if not self._killed and (garbage or code != 0 or not self._leaving):
            reason = f"the engine process sent garbage: {garbage}" if garbage else _reason(code, self._log)
            self._events.put(Fault(reason, last_checkpoint=self._remains()))
        elif self._log is not None:
            with contextlib.suppress(OSError):
                self._log.unlink()
        self._alive = False
        self._commands.close()

    def _remains(self) -> str | None:
        """The file that was written last, else one that a run was loaded from."""
        runs = self._snapshot.runs if self._snapshot else ()
        return self._last_checkpoint or next((run.path for run in runs if run.path), None)


def _reason(code: int, log: Path | None) -> str:
    """Why a process ended, in one line: its signal or exit code, and the last line of its log."""
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        what = f"the engine process was ended by {name}"
    elif code == 0:
        what = "the engine process ended by itself"
    else:
        what = f"the engine process ended with code {code if code < 256 else hex(code)}"
    last = _last_words(log)
    return f"{what}: {last}" if last else what


def _last_words(log: Path | None) -> str:
    """The line of the log that says the most: the first line of a fatal error, else the last line."""
    try:
        text = log.read_bytes()[-65_536:].decode("utf-8", "replace") if log else ""
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith("Fatal Python error")]
    return (fatal or lines or [""])[-1][:300]


@contextlib.contextmanager
def _open_log() -> Iterator[tuple[BinaryIO | int, Path | None]]:
    """A new file for what the process writes to stderr; the folder keeps only a few of the latest. DEVNULL if there can't be
    one."""
    folder = log_dir()
    path = folder / f"engine-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{next(_numbers)}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.glob("engine-*.log"))[:-KEPT_LOGS]:
            with contextlib.suppress(OSError):  # on Windows, another engine's that is open
                old.unlink(missing_ok=True)
        log = path.open("ab", buffering=0)
    except OSError:
        yield subprocess.DEVNULL, None
        return
    with log:
        yield log, path


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Block the signals of the terminal, also for the new process: it unblocks them when it is ready for them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
