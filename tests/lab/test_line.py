"""The line between a training and a screen: which end is trusted, and how both ends notice that it is closed."""

from __future__ import annotations

import errno
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tui_rnn.errors import RunError
from tui_rnn.lab import line as line_module
from tui_rnn.lab import meeting
from tui_rnn.lab.line import NAMED_PIPES, Door, Line, call
from tui_rnn.lab.meeting import PIPES, PREFIX, Card
from tui_rnn.lab.messages import Notice
from tui_rnn.lab.wire.coding import NotAMessage

KEY = "11" * 32


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"{PIPES}{PREFIX}{secrets.token_hex(8)}" if NAMED_PIPES else str(tmp_path / "socket")


@pytest.fixture
def door(address: str) -> Iterator[Door]:
    one = Door(address)
    yield one
    one.close()
    with pytest.raises(EOFError):
        one.next()


@pytest.fixture
def lines(address: str, door: Door) -> Iterator[tuple[Line, Line]]:
    called, came = call(address), door.next()
    yield called, came
    for line in (called, came):
        line.close()


def beside(what: Callable[[], Any]) -> threading.Thread:
    """Done on a thread of its own, which hears of the end."""

    def act() -> None:
        with pytest.raises(EOFError):
            what()

    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def test_messages_go_both_ways(lines: tuple[Line, Line]) -> None:
    one, other = lines
    one.send(Notice("there"))
    large = Notice("and back" * 100_000)  # more than the system holds
    thread = threading.Thread(target=other.send, args=(large,), daemon=True)
    thread.start()
    assert one.receive() == large
    assert other.receive() == Notice("there")


def test_a_message_that_is_too_large_is_not_sent_and_is_no_end_if_it_comes(
    lines: tuple[Line, Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "MAX_BYTES", 100)
    one, other = lines
    with pytest.raises(NotAMessage, match=r"it has \d+ bytes, at most 100 can be sent"):
        one.send(Notice("x" * 101))
    one._connection.send_bytes(b"x" * 101)
    with pytest.raises(NotAMessage, match="it has more than 100 bytes"):
        other.receive()


@pytest.mark.parametrize("end", [0, 1])
def test_a_line_that_is_hung_up_is_heard_of_at_both_ends(lines: tuple[Line, Line], end: int) -> None:
    waiting = [beside(line.receive) for line in lines]
    lines[end].hang_up()
    for thread in waiting:
        thread.join(60)
        assert not thread.is_alive()


class Pipe:
    """A connection as Windows has it, which closes its handle first and forgets its number after that."""

    def __init__(self) -> None:
        self.handle: int | None = 7
        self.closed: list[int] = []

    def close(self) -> None:
        if self.handle is not None:
            self.closed.append(self.handle)
            threading.Event().wait(0.01)  # others run meanwhile
            self.handle = None


def test_a_pipe_that_two_threads_hang_up_is_closed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """By then its number may be another file's."""
    monkeypatch.setattr(line_module, "NAMED_PIPES", True)
    pipe = Pipe()
    line = Line(pipe)
    threads = [threading.Thread(target=line.hang_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert pipe.closed == [7]


def test_who_waits_at_a_door_hears_that_it_is_closed(address: str) -> None:
    door = Door(address)
    waiting = beside(door.next)
    door.close()
    waiting.join(60)
    assert not waiting.is_alive()
    with pytest.raises(FileNotFoundError):
        call(address)


def test_a_door_that_has_no_room_for_somebody_lets_the_next_one_in(
    address: str, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept, refusals = door._listener.accept, [OSError(errno.EMFILE, "Too many open files")]

    def crowded() -> Any:
        if refusals:
            raise refusals.pop()
        return accept()

    monkeypatch.setattr(line_module, "ROOM_S", 0.0)
    monkeypatch.setattr(door._listener, "accept", crowded)
    called = call(address)
    door.next().close()
    called.close()
    assert refusals == []


def pretend(line: Line) -> None:
    try:
        line.prove(b"a guess", calls=False)
    finally:
        line.close()


def test_who_took_a_trainings_place_is_not_believed(address: str, door: Door) -> None:
    """Another program, that has its address and not its key."""
    pretends = beside(lambda: pretend(door.next()))
    with pytest.raises(RunError, match="does not answer as the training on its card"):
        meeting.connect(Card(1, "/a", "b", "c", address, KEY))
    pretends.join(60)


def test_a_training_that_stands_is_not_waited_for(address: str, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when its process was stopped: the system lets others call, and nobody answers."""
    monkeypatch.setattr(meeting, "ANSWER_S", 0.05)
    with pytest.raises(RunError, match="resume it first"):
        meeting.connect(Card(1, "/a", "b", "c", address, KEY))


@pytest.mark.skipif(NAMED_PIPES, reason="Windows has a bound of its own")
def test_who_calls_gives_up_where_nobody_opens(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a process stands still for long: the system lets only so many wait at its door."""
    monkeypatch.setattr(line_module, "CALL_S", 0.05)
    waiting: list[Line] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as standing:
        standing.bind(address)
        standing.listen(1)
        with pytest.raises((TimeoutError, BlockingIOError, ConnectionRefusedError)):
            waiting.extend(call(address) for _ in range(100))
    for one in waiting:
        one.close()
