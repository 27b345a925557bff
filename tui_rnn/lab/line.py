"""A line between a training and a screen that watches it: a Unix socket, on Windows a named pipe. Messages go both ways, and
are read and checked by lab/wire. Each end proves first that it knows a key, without telling it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from typing import Any

from tui_rnn.lab.wire.coding import MAX_BYTES, decode, encode

NAMED_PIPES = os.name == "nt"
WAITING = 128  # as many can knock at a time
CALL_S = 2.0  # until somebody who calls gives up
ROOM_S = 0.1  # until a door that could not let somebody in tries again


class Line:
    """One end. One thread may send and another one receive at the same time. connection: of multiprocessing, which has a class
    of its own for pipes."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._ending = threading.Lock()  # a number that was closed may be another file's by now

    def send(self, message: Any) -> None:
        """Send one message whole. Raises OSError when nobody reads any more."""
        self._connection.send_bytes(encode(message))

    def receive(self) -> Any:
        """Wait for one message. Raises EOFError at the end, NotAMessage when it is none."""
        try:
            data = self._connection.recv_bytes(MAX_BYTES)
        except (OSError, RuntimeError, TypeError):  # the latter two on Windows, where it was hung up meanwhile
            raise EOFError from None
        return decode(data)

    def prove(self, key: bytes, calls: bool) -> None:
        """Have each end prove that it knows the key. calls: this is the end that called. Raises EOFError where one does not."""
        try:
            for act in (answer_challenge, deliver_challenge) if calls else (deliver_challenge, answer_challenge):
                act(self._connection, key)
        except (OSError, RuntimeError, TypeError, ValueError, AssertionError, AuthenticationError):
            raise EOFError from None

    @contextlib.contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Hang up where what is done meanwhile takes longer."""
        timer = threading.Timer(seconds, self.hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def hang_up(self) -> None:
        """End the line, from any thread. At both ends, threads that send or wait for a message get an error."""
        with self._ending, contextlib.suppress(OSError):
            if NAMED_PIPES:
                self._connection.close()
                return
            with socket.socket(fileno=os.dup(self._connection.fileno())) as end:  # closing it would wake nobody
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Free what it holds, once no thread sends or receives any more."""
        self.hang_up()
        with self._ending, contextlib.suppress(OSError):
            self._connection.close()


class Door:
    """Where screens come in, until `close`. Raises OSError where there can be none."""

    def __init__(self, address: str) -> None:
        self._address, self._closed = address, False
        self._listener = Listener(address, backlog=WAITING)

    def next(self) -> Line:
        """Wait for who comes next. Raises EOFError once it is closed."""
        while True:
            try:
                line = Line(self._listener.accept())
            except OSError:  # as when too many files are open: there may be room again
                if self._closed:
                    raise EOFError from None
                time.sleep(ROOM_S)
                continue
            if self._closed:
                line.close()
                raise EOFError
            return line

    def close(self) -> None:
        """Let nobody in any more."""
        self._closed = True
        with contextlib.suppress(OSError):
            call(self._address).close()  # wakes who waits for the next to come
        with contextlib.suppress(OSError):
            self._listener.close()


def call(address: str) -> Line:
    """The line to a door. Raises OSError where nobody is there, or nobody opens: a process that stands still lets only so many
    wait."""
    if NAMED_PIPES:
        return Line(Client(address))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as end:
        end.settimeout(CALL_S)
        end.connect(address)
        end.settimeout(None)
        return Line(Connection(end.detach()))
