"""The engine process: `python -m tui_rnn.lab.host`, started by lab.client. Reads commands from stdin and writes events to
stdout, until a command ends it or its stdin closes.

The main thread only passes commands on. Each run compiles (or loads) the kernels of its task, and trains, on its own thread.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import queue
import signal
import stat
import sys
import threading
import time
from importlib import import_module
from io import FileIO
from types import FrameType

from threadpoolctl import threadpool_limits

from tui_rnn.kernels import end_loading, not_kept
from tui_rnn.lab.lab import Lab
from tui_rnn.lab.messages import Command, Fault, Notice, Shutdown, Snapshot
from tui_rnn.lab.pipe import Garbage, Mailbox, read_frame, write_frame

PUBLISH_S = 0.1
MAX_LOG_BYTES = 1 << 20
FAREWELL_S = 2.0
NICENESS = 10  # key presses on the screen come first; training gets the rest, which is plenty


def main() -> None:
    """Serve one screen, then end the process."""
    commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
    _settle_signals(commands)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    incoming, outgoing = _take_pipes()
    faulthandler.enable()
    threadpool_limits(1, "blas")  # for good: questions are answered on several threads beside the training
    events = Mailbox()
    lab = Lab(events.put)
    writer = threading.Thread(target=_write, args=(outgoing, events), name="events", daemon=True)
    writer.start()
    for target, arguments in (
        (_read, (incoming, commands, events)),
        (_load, (events,)),
        (_publish, (lab, events)),
    ):
        threading.Thread(target=target, args=arguments, name=target.__name__, daemon=True).start()
    while not isinstance(command := commands.get(), Shutdown):
        lab.handle(command)
    lab.shut_down(command.save)
    events.put(lab.snapshot())
    events.close()
    writer.join(FAREWELL_S)
    sys.stderr.flush()
    end_loading()
    os._exit(0)  # don't wait for the compiler or for a step under way


def _settle_signals(commands: queue.SimpleQueue[Command]) -> None:
    """Ignore the terminal's signals, since the screen handles them and sends commands; SIGTERM saves and ends."""

    def end(number: int, frame: FrameType | None) -> None:
        commands.put(Shutdown())

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, end)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # the client has blocked them until now
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGHUP, signal.SIGTERM})


def _take_pipes() -> tuple[FileIO, FileIO]:
    """Keep stdin and stdout for messages only: what is printed from here on goes to stderr, the log."""
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return FileIO(incoming, "rb"), FileIO(outgoing, "wb")


def _read(incoming: FileIO, commands: queue.SimpleQueue[Command], events: Mailbox) -> None:
    try:
        while True:
            commands.put(read_frame(incoming))
    except EOFError:  # the screen is gone
        commands.put(Shutdown())
    except Garbage as error:
        print(f"stdin: {error}", file=sys.stderr)
        events.put(Fault(f"the engine did not understand the screen: {error}"))
        commands.put(Shutdown())


def _write(outgoing: FileIO, events: Mailbox) -> None:
    try:
        while True:
            write_frame(outgoing, events.take())
    except (EOFError, OSError):  # closed on this side or on the other
        events.close()


def _load(events: Mailbox) -> None:
    """Load the compiler and the networks, which takes a while, while the data are opened. If that fails, the first run reports
    it."""
    with contextlib.suppress(Exception):
        import_module("tui_rnn.training.networks")
        if trouble := not_kept():
            events.put(Notice(f"{trouble[0].upper()}{trouble[1:]}", "warning"))


def _publish(lab: Lab, events: Mailbox) -> None:
    """Send the runs' state if it has changed, at most ten times a second; keep the log short."""
    last = Snapshot()
    while True:
        time.sleep(PUBLISH_S)
        snapshot = lab.snapshot()
        if len(snapshot.runs) != len(last.runs) or any(
            new is not old for new, old in zip(snapshot.runs, last.runs, strict=True)
        ):
            last = snapshot
            events.put(snapshot)
        log = os.fstat(2)
        if stat.S_ISREG(log.st_mode) and log.st_size > MAX_LOG_BYTES:
            os.ftruncate(2, 0)


if __name__ == "__main__":
    main()
