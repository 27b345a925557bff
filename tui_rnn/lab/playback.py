"""Reads a recording and plays it: an engine that trains nothing. Anybody may have made the file, so every frame is checked."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import Any, get_args

import numpy as np

from tui_rnn.data.sources import check_regular
from tui_rnn.errors import InputError
from tui_rnn.lab.messages import (
    Answered,
    Ask,
    Command,
    Curve,
    DataOpened,
    Event,
    HoldWeights,
    Notice,
    Shutdown,
    Snapshot,
    Unanswered,
    Watch,
    WeightsHeld,
)
from tui_rnn.lab.pipe import Mailbox
from tui_rnn.lab.recording import CURVE, FORMAT, FRAME, MOST_BYTES
from tui_rnn.lab.wire.coding import NotAMessage, decode
from tui_rnn.lab.wire.recorded import Recorded

MOST_HEAD_BYTES = 4096
MOST_UNPACKED_BYTES = 1 << 26  # of one message
SLOWEST, FASTEST = 1 / 16, 64.0
NOT_RECORDED = "a recording answers only what was asked while it was made, and this was not: open the run itself"
_EVENTS = tuple({getattr(one, "__origin__", one) for one in get_args(Event)})


class Recording:
    """The frames of a file: when each was recorded, and what it holds. Raises InputError if it is not a recording.

    cut: whether the file ends in the middle of a frame, as after a crash; what comes before that is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            size = check_regular(path, "a recording of tui-rnn").st_size
            if size > MOST_BYTES + MOST_HEAD_BYTES:
                raise InputError(
                    f"{path} has {size:,} bytes, but a recording has at most {MOST_BYTES:,}: it is another kind of file"
                )
            with path.open("rb") as file:
                self.head = self._read_head(file)
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise InputError(f"{path} can't be read: {error.strerror}") from None
        self._frames: list[tuple[float, memoryview]] = []
        self.cut = self._index(memoryview(data))
        if not self._frames:
            raise InputError(f"{path} is an empty recording: make another one with --record FILE")

    def _read_head(self, file: BufferedReader) -> dict[str, Any]:
        line = file.readline(MOST_HEAD_BYTES)
        try:
            head = json.loads(line)
        except (ValueError, RecursionError):
            head = None
        if not isinstance(head, dict) or "tui-rnn recording" not in head:
            raise InputError(f"{self.path} is not a recording of tui-rnn: make one with --record FILE")
        if head["tui-rnn recording"] != FORMAT:
            found = str(head["tui-rnn recording"])[:20]
            raise InputError(
                f"{self.path} is a recording in format {found}, but this tui-rnn reads format {FORMAT}: use another version"
            )
        return head

    def _index(self, data: memoryview) -> bool:
        at, last = 0, 0.0
        while at < len(data):
            if at + FRAME.size > len(data):
                return True
            when, length, crc = FRAME.unpack_from(data, at)
            body = data[at + FRAME.size : at + FRAME.size + length]
            if len(body) < length:
                return True
            if zlib.crc32(body) != crc or not last <= when < 1e9:
                raise InputError(f"{self.path} is damaged {at:,} bytes after its first line, at {last:.0f} s")
            self._frames.append((when, body))
            at, last = at + FRAME.size + length, when
        return False

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self._frames[-1][0]

    def at(self, number: int) -> float:
        """When a frame was recorded, in seconds."""
        return self._frames[number][0]

    def read(self, number: int) -> Recorded:
        """What a frame holds. Raises InputError."""
        when, body = self._frames[number]
        try:
            unpacking = zlib.decompressobj()
            data = unpacking.decompress(body, MOST_UNPACKED_BYTES)
            if not unpacking.eof:
                raise NotAMessage(f"it has more than {MOST_UNPACKED_BYTES:,} bytes")
            found = decode(data)
            if not isinstance(found, Recorded) or not isinstance(found.news, (Snapshot, *_EVENTS)):
                raise NotAMessage("it is not a message of an engine")
        except (zlib.error, NotAMessage) as error:
            raise InputError(f"{self.path} can't be played beyond {when:.0f} s: {error}") from None
        return found


class Playback:
    """An engine that sends what was recorded, at its time. speed: how many times as fast."""

    alive = True

    def __init__(self, recording: Recording, speed: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.recording, self._clock = recording, clock
        self.speed, self.paused = speed, False
        self._from_s, self._since = 0.0, clock()  # where it was then
        self._forget()

    def _forget(self) -> None:
        """Start again."""
        self._next = 0
        self._curves: dict[int, Curve] = {}
        self._snapshot: Snapshot | None = None
        self._answers: dict[tuple[int, Any], Answered[Any]] = {}
        self._held: dict[int, WeightsHeld] = {}
        self._news = Mailbox()

    # ------------------------------------------------------------------ what a person does

    @property
    def position_s(self) -> float:
        """The present position."""
        passed = 0.0 if self.paused else (self._clock() - self._since) * self.speed
        return min(max(self._from_s + passed, 0.0), self.recording.seconds)

    @property
    def ended(self) -> bool:
        return self._next >= len(self.recording)

    def toggle(self) -> None:
        """Pause, or play on; at the end, play again from the beginning."""
        if self.ended:
            self.paused = False
            self.seek(0.0)
            return
        self._from_s, self._since, self.paused = self.position_s, self._clock(), not self.paused

    def scale(self, factor: float) -> None:
        """Change the speed by a factor."""
        self._from_s, self._since = self.position_s, self._clock()
        self.speed = min(max(self.speed * factor, SLOWEST), FASTEST)

    def seek(self, position_s: float) -> None:
        """Go to another position. If it is an earlier one, everything before it is sent again."""
        position_s = min(max(position_s, 0.0), self.recording.seconds)
        if position_s < self.position_s:
            self._forget()
        self._from_s, self._since = position_s, self._clock()

    # ------------------------------------------------------------------ as an engine

    def send(self, command: Command) -> None:
        """Answer what was asked while it was recorded; other commands do nothing."""
        match command:
            case Watch():
                for watched in command.questions:
                    for run_id in watched.run_ids:
                        if (answer := self._answers.get((run_id, watched.question))) is not None:
                            self._news.put(replace(answer, request_id=None))
            case Ask():
                answer = self._answers.get((command.run_id, command.question))
                if answer is not None:
                    self._news.put(replace(answer, request_id=command.request_id))
                else:
                    self._news.put(Unanswered(command.run_id, command.request_id, command.question, NOT_RECORDED))
            case HoldWeights() if (held := self._held.get(command.run_id)) is not None:
                self._news.put(held)
            case Shutdown():
                self.close()

    def latest(self) -> Snapshot | None:
        self._advance()
        return self._snapshot

    def events(self) -> list[Event]:
        self._advance()
        return self._news.drain()

    def close(self, timeout_s: float = 0.0) -> None:
        self.alive = False

    def _advance(self) -> None:
        """Send everything up to the present position."""
        position = self.position_s
        try:
            while self._next < len(self.recording) and self.recording.at(self._next) <= position:
                self._next += 1
                self._say(self.recording.read(self._next - 1))
        except InputError as error:
            self._news.put(Notice(str(error), "error"))
            self._next = len(self.recording)

    def _say(self, recorded: Recorded) -> None:
        match news := recorded.news:
            case Snapshot():
                self._snapshot = self._whole(news, recorded.kept)
                return
            case Answered():
                self._answers[news.run_id, news.question] = news
                if news.request_id is not None:
                    return  # a question now has a number of its own
            case WeightsHeld():
                self._held[news.run_id] = news
                return
            case Unanswered():
                return
            case DataOpened():
                self._curves, self._snapshot = {}, None
        self._news.put(news)

    def _whole(self, snapshot: Snapshot, kept: tuple[tuple[int, ...], ...]) -> Snapshot:
        """The snapshot with whole curves. Raises InputError if they don't fit together."""
        runs = []
        if len(kept) != len(snapshot.runs):
            raise InputError(f"{self.recording.path} has a snapshot without its curves")
        for run, counts in zip(snapshot.runs, kept, strict=True):
            last = self._curves.get(run.run_id)
            whole: dict[str, Any] = {}
            for name, count in zip(CURVE, counts, strict=False):
                before = getattr(last, name) if last else np.zeros(0)
                if not 0 <= count <= len(before) or getattr(run.curve, name).ndim != 1:
                    raise InputError(f"{self.recording.path} has a curve that does not continue the last one")
                whole[name] = np.concatenate([before[:count], getattr(run.curve, name)])
            if whole.keys() != set(CURVE) or len({len(whole[name]) for name in CURVE if name.startswith("train_")}) != 1:
                raise InputError(f"{self.recording.path} has a curve whose columns differ in length")
            curve = replace(run.curve, **whole)
            self._curves[run.run_id] = curve
            runs.append(replace(run, curve=curve))
        return Snapshot(tuple(runs))
