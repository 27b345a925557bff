"""Messages over a socket, in both directions: each with its length before it, read and checked by lab/wire."""

from __future__ import annotations

import socket
import struct
from typing import Any

from tui_rnn.lab.pipe import read_exactly
from tui_rnn.lab.wire.coding import MAX_BYTES, NotAMessage, decode, encode

_LENGTH = struct.Struct(">I")


def send(peer: socket.socket, message: Any) -> None:
    """Send one message whole. Raises OSError when nobody reads any more."""
    body = encode(message)
    peer.sendall(_LENGTH.pack(len(body)) + body)


def receive(peer: socket.socket) -> Any:
    """Wait for one message. Raises EOFError at the end, NotAMessage when it is none."""
    (length,) = _LENGTH.unpack(read_exactly(peer.recv, _LENGTH.size))
    if length > MAX_BYTES:
        raise NotAMessage(f"a message of {length:,} bytes was announced, at most {MAX_BYTES:,} are read")
    return decode(read_exactly(peer.recv, length))
