"""A training in another process, as the screen sees it: an engine that a screen can attach to, and leave."""

from __future__ import annotations

import contextlib
import threading

import tui_rnn
from tui_rnn.lab.meeting import Card, connect
from tui_rnn.lab.messages import Command, Ended, Event, Fault, Hello, Shutdown, Snapshot
from tui_rnn.lab.pipe import Mailbox
from tui_rnn.lab.wire.coding import NotAMessage


class AttachedEngine:
    """Watches a training. It goes on when the screen leaves, even by a crash. Raises RunError if it can't be reached."""

    def __init__(self, card: Card, steers: bool) -> None:
        self.card, self.steers = card, steers
        self._commands, self._events = Mailbox(), Mailbox()
        self._snapshot: Snapshot | None = None
        self._alive, self._left = True, False
        self._line = connect(card)
        self._commands.put(Hello(steers, tui_rnn.__version__))
        self._writer = threading.Thread(target=self._write, name="screen writer", daemon=True)
        self._writer.start()
        threading.Thread(target=self._read, name="screen reader", daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._alive

    def send(self, command: Command) -> None:
        if isinstance(command, Shutdown):  # of this screen, not of the training
            self.close()
        else:
            self._commands.put(command)

    def latest(self) -> Snapshot | None:
        return self._snapshot

    def events(self) -> list[Event]:
        return self._events.drain()

    def close(self, timeout_s: float = 0.0) -> None:
        self._left = True
        self._alive = False
        self._commands.close()
        self._line.hang_up()

    def _write(self) -> None:
        with contextlib.suppress(EOFError, OSError, NotAMessage):
            while True:
                self._line.send(self._commands.take())

    def _read(self) -> None:
        ended, told = False, f"the training in process {self.card.pid} is gone: it was killed, or it crashed"
        try:
            while True:
                message = self._line.receive()
                if isinstance(message, Snapshot):
                    self._snapshot = message
                    continue
                ended = ended or isinstance(message, Ended)
                self._events.put(message)
        except (EOFError, OSError):
            pass
        except NotAMessage as error:
            told = f"this screen left the training in process {self.card.pid}: it sent something that is not a message: {error}"
        if not (ended or self._left):
            self._events.put(Fault(told, last_checkpoint=self._remains))
        self._alive = False
        self._commands.close()
        self._line.hang_up()
        self._writer.join()
        self._line.close()

    @property
    def _remains(self) -> str | None:
        runs = self._snapshot.runs if self._snapshot else ()
        return next((run.path for run in runs if run.path), None)
