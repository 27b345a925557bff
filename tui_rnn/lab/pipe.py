"""How messages travel between the engine process and the screen: length-prefixed pickles on plain pipes.

Both ends are this package: one starts the other, and nothing else writes there. Files are never pickled.
"""

from __future__ import annotations

import pickle
import struct
import threading
from collections.abc import Hashable
from io import FileIO
from typing import Any

from tui_rnn.lab.messages import Answered, AskProgress, Snapshot, Working

MAX_FRAME_BYTES = 1 << 28
_LENGTH = struct.Struct(">I")


class Garbage(Exception):
    """What came through the pipe is not a message."""


def write_frame(file: FileIO, message: Any) -> None:
    """Write one whole message. Raises OSError if nobody reads any more."""
    body = pickle.dumps(message, protocol=5)
    data = memoryview(_LENGTH.pack(len(body)) + body)
    while data:
        data = data[file.write(data) or 0 :]


def read_frame(file: FileIO) -> Any:
    """Wait for one message. Raises EOFError at the end of the stream, Garbage if the bytes are not a message."""
    (length,) = _LENGTH.unpack(_exactly(file, _LENGTH.size))
    if length > MAX_FRAME_BYTES:
        raise Garbage(f"a message of {length:,} bytes was announced, at most {MAX_FRAME_BYTES:,} are expected")
    body = _exactly(file, length)
    try:
        return pickle.loads(body)
    except Exception as error:  # a broken pickle raises nearly anything
        raise Garbage(f"{length:,} bytes are not a message: {error}") from error


def _exactly(file: FileIO, count: int) -> bytes:
    """Exactly so many bytes, in however many parts they come. Raises EOFError if they end before."""
    parts: list[bytes] = []
    while count:
        try:
            part = file.read(min(count, 1 << 20))
        except OSError:
            part = b""
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


class Mailbox:
    """Messages on their way, in order. A newer message of the same kind and run replaces one that nobody has read yet, so that
    a reader that is stopped for an hour costs no memory. Messages that must not be skipped are never replaced."""

    def __init__(self) -> None:
        self._messages: dict[Hashable, Any] = {}  # in order of arrival
        self._changed = threading.Condition()
        self._numbers = 0
        self._closed = False

    def put(self, message: Any) -> None:
        """Leave a message. After `close` it is dropped."""
        with self._changed:
            if self._closed:
                return
            self._numbers += 1
            key = _replaces(message) or self._numbers
            self._messages.pop(key, None)
            self._messages[key] = message
            self._changed.notify()

    def take(self) -> Any:
        """Wait for the oldest message. Raises EOFError when the box is closed and empty."""
        with self._changed:
            while not self._messages:
                if self._closed:
                    raise EOFError
                self._changed.wait()
            return self._messages.pop(next(iter(self._messages)))

    def drain(self) -> list[Any]:
        """All messages, without waiting."""
        with self._changed:
            messages = list(self._messages.values())
            self._messages.clear()
            return messages

    def close(self) -> None:
        """Accept no more messages; the ones that are there can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def _replaces(message: Any) -> Hashable:
    """The key of messages of a kind of which only the latest counts; None for all others."""
    match message:
        case Snapshot():
            return "snapshot"
        case Answered() if message.request_id is None:
            return "answer", message.run_id, message.question
        case AskProgress():
            return "progress", message.run_id, message.request_id
        case Working():
            return "working", message.what
        case _:
            return None
