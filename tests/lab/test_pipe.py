"""Messages on a pipe, and the box in which they wait."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from io import FileIO
from typing import Any

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.insight.answers import Reading
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.expectation import Expectation
from tui_rnn.insight.sample import Sample, Sampled
from tui_rnn.insight.trace import Trace, Traced
from tui_rnn.lab.messages import AddRun, Answered, AskProgress, Notice, Snapshot, Working
from tui_rnn.lab.pipe import Garbage, Mailbox, read_frame, write_frame


@pytest.fixture
def pipe() -> Iterator[tuple[FileIO, FileIO]]:
    reading, writing = (FileIO(descriptor, mode) for descriptor, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
    with reading, writing:
        yield reading, writing


def traced(run_id: int, size: int, text: str = "a") -> Answered[Traced]:
    cells = np.arange(size, dtype=np.float32).reshape(size, 1, 1)
    found = Traced(1, "a" * size, 0, (), (Reading("forward", (), {"h": cells}),), Expectation.none())
    return Answered(run_id, Trace(text), found)


def sample(run_id: int, text: str, request_id: int | None = None) -> Answered[Sampled]:
    nats = np.zeros(len(text), np.float32)
    return Answered(run_id, Sample(), Sampled(1, "", text, nats, nats, Sampling(), 1), request_id)


def test_messages_arrive_whole_and_in_order(pipe: tuple[FileIO, FileIO]) -> None:
    reading, writing = pipe
    sent = [Notice("„ünï“"), AddRun(RunConfig(hidden_size=7)), Snapshot()]
    for message in sent:
        write_frame(writing, message)
    assert [read_frame(reading) for _ in sent] == sent


def test_a_message_larger_than_the_pipe_arrives_whole(pipe: tuple[FileIO, FileIO]) -> None:
    reading, writing = pipe
    big = traced(1, 500_000)
    thread = threading.Thread(target=write_frame, args=(writing, big))
    thread.start()
    received = read_frame(reading)
    thread.join()
    assert np.array_equal(received.answer.readings[0].signals["h"], big.answer.readings[0].signals["h"])


def test_the_end_of_the_stream_is_told_also_within_a_message(pipe: tuple[FileIO, FileIO]) -> None:
    reading, writing = pipe
    writing.write(b"\0\0\0\x09abc")
    writing.close()
    with pytest.raises(EOFError):
        read_frame(reading)


@pytest.mark.parametrize("data", [b"hello, world", b"\0\0\0\x03abc", b"\0\0\0\x00", b"\0\0\0\x05\x80\x05\x95\xff\xff"])
def test_what_is_no_message_is_told(data: bytes, pipe: tuple[FileIO, FileIO]) -> None:
    reading, writing = pipe
    writing.write(data)
    with pytest.raises(Garbage):
        read_frame(reading)


def test_the_box_keeps_the_order() -> None:
    box, notices = Mailbox(), [Notice(str(k)) for k in range(5)]
    for notice in notices:
        box.put(notice)
    assert [box.take() for _ in notices] == notices


@pytest.mark.parametrize(
    ("make", "other"),
    [
        (lambda k: Snapshot() if k else Snapshot(()), None),
        (lambda k: traced(1, k + 1), traced(2, 1)),
        (lambda k: sample(1, "x" * k), sample(2, "y")),
        (lambda k: traced(1, k + 1), traced(1, 1, "another text")),
        (lambda k: sample(1, "x" * k), sample(1, "y", request_id=4)),
        (lambda k: AskProgress(1, 7, k, 50), AskProgress(1, 8, 1, 50)),
        (lambda k: Working("compiling", k, 9), Working("opening", 1, 2)),
    ],
)
def test_a_newer_message_of_the_same_kind_and_run_takes_the_place_of_an_unread_one(make: Any, other: Any) -> None:
    box = Mailbox()
    if other:
        box.put(other)
    last = None
    for k in range(50):
        last = make(k)
        box.put(last)
    left = box.drain()
    assert left[-1] is last
    assert left[:-1] == ([other] if other else [])


def test_what_must_not_be_skipped_is_all_kept() -> None:
    box = Mailbox()
    for k in range(50):
        box.put(Notice("the same"))
        box.put(sample(1, "answer", request_id=k))
    assert len(box.drain()) == 100


def test_a_closed_box_gives_what_it_holds_and_then_ends() -> None:
    box = Mailbox()
    box.put(Notice("last"))
    box.close()
    box.put(Notice("too late"))
    assert box.take() == Notice("last")
    with pytest.raises(EOFError):
        box.take()


def test_closing_wakes_who_waits() -> None:
    box, ended = Mailbox(), threading.Event()

    def wait() -> None:
        with pytest.raises(EOFError):
            box.take()
        ended.set()

    thread = threading.Thread(target=wait)
    thread.start()
    box.close()
    thread.join(10)
    assert ended.is_set()
