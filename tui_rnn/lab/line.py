"""A line between a training and a screen that watches it: a Unix socket, on Windows a named pipe. Messages go both ways;
lab/wire reads and checks them. First, each end proves that it knows a key, without sending it.
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

from tui_rnn.lab.wire.coding import MAX_BYTES, NotAMessage, decode, encode

NAMED_PIPES = os.name == "nt"
WAITING = 128  # how many callers may wait at a time
CALL_S = 2.0  # until a caller gives up
ROOM_S = 0.1  # until a door that could not accept a caller tries again


class Line:
    """One end. One thread may send while another one receives. connection: of multiprocessing, which has a class of its own for
    pipes."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._ending = threading.Lock()  # the number of a closed file may already belong to another file

    def send(self, message: Any) -> None:
        """Send one whole message. Raises OSError if nobody reads any more, NotAMessage if the other end would not take it."""
        data = encode(message)
        if len(data) > MAX_BYTES:
            raise NotAMessage(f"it has {len(data):,} bytes, at most {MAX_BYTES:,} can be sent")
        self._connection.send_bytes(data)

    def receive(self) -> Any:
        """Wait for one message. Raises EOFError at the end, NotAMessage if the bytes are not a message."""
        try:
            data = self._connection.recv_bytes(MAX_BYTES)
        except (OSError, RuntimeError, TypeError):  # the latter two on Windows, if it was hung up meanwhile
            if not self._connection.closed and not self._connection.readable:  # it reads no further after this
                raise NotAMessage(f"it has more than {MAX_BYTES:,} bytes") from None
            raise EOFError from None
        return decode(data)

    def prove(self, key: bytes, calls: bool) -> None:
        """Let each end prove that it knows the key. calls: this is the end that called. Raises EOFError if one does not know
        it."""
        try:
            for act in (answer_challenge, deliver_challenge) if calls else (deliver_challenge, answer_challenge):
                act(self._connection, key)
        except (OSError, RuntimeError, TypeError, ValueError, AssertionError, AuthenticationError):
            raise EOFError from None

    @contextlib.contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Hang up if the block takes longer."""
        timer = threading.Timer(seconds, self.hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def hang_up(self) -> None:
        """End the line, from any thread. Threads at both ends that send or wait for a message get an error."""
        with self._ending, contextlib.suppress(OSError):
            if NAMED_PIPES:
                self._connection.close()
                return
            with socket.socket(fileno=os.dup(self._connection.fileno())) as end:  # closing it would wake nobody
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection, once no thread sends or receives any more."""
        self.hang_up()
        with self._ending, contextlib.suppress(OSError):
            self._connection.close()


class Door:
    """The place where screens come in, until `close`. Raises OSError if it can't be made."""

    def __init__(self, address: str) -> None:
        self._address, self._closed = address, False
        self._listener = Listener(address, backlog=WAITING)

    def next(self) -> Line:
        """Wait for the next caller. Raises EOFError once it is closed."""
        while True:
            try:
                line = Line(self._listener.accept())
            except OSError:  # for example, too many files are open: there may be room again later
                if self._closed:
                    raise EOFError from None
                time.sleep(ROOM_S)
                continue
            if self._closed:
                line.close()
                raise EOFError
            return line

    def close(self) -> None:
        """Let nobody else in."""
        self._closed = True
        with contextlib.suppress(OSError):
            call(self._address).close()  # wakes the thread that waits for a caller
        with contextlib.suppress(OSError):
            self._listener.close()


def call(address: str) -> Line:
    """The line to a door. Raises OSError if nobody is there, or nobody answers: only so many callers can wait at a stopped
    process."""
    if NAMED_PIPES:
        return Line(Client(address))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as end:
        end.settimeout(CALL_S)
        end.connect(address)
        end.settimeout(None)
        return Line(Connection(end.detach()))
