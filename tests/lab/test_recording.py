"""A recording holds what was said, within its size, whole after a crash; and what plays it believes nothing in it."""

from __future__ import annotations

import json
import os
import random
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.lab.recorded_session import Clock, played, session, watch
from tests.lab.same import same
from tests.tui.fake_engine import FakeEngine
from tui_rnn.errors import InputError
from tui_rnn.insight.trace import Trace
from tui_rnn.lab import recording as recordings
from tui_rnn.lab.messages import (
    Answered,
    Ask,
    AskProgress,
    DataOpened,
    HoldWeights,
    Notice,
    RunAdded,
    Snapshot,
    Unanswered,
    WeightsHeld,
    Working,
)
from tui_rnn.lab.playback import FASTEST, Playback, Recording
from tui_rnn.lab.recording import FRAME, WORKING_S, Recorder, RecordingEngine
from tui_rnn.lab.wire.coding import encode
from tui_rnn.lab.wire.recorded import Recorded


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def made(tmp_path: Path, clock: Clock) -> Path:
    path = tmp_path / "talk.rec"
    session(path, clock)
    return path


def test_what_was_said_is_said_again(tmp_path: Path, clock: Clock) -> None:
    said = session(tmp_path / "a.rec", clock)
    recording = Recording(tmp_path / "a.rec")
    play = Playback(recording, clock=clock)
    heard: list[Any] = []
    for _ in range(10):
        heard += play.events()
        if (latest := play.latest()) is not None:
            heard.append(latest)
        clock.now += 1.0

    def of(news: list[Any], kind: type) -> list[Any]:
        return [one for one in news if isinstance(one, kind)]

    for kind in (DataOpened, RunAdded):
        assert all(map(same, of(heard, kind), of(said, kind)))
    watched = [one for one in of(said, Answered) if one.request_id is None]
    assert len(watched) > 8
    answered = of(heard, Answered)
    assert len(answered) >= 8
    assert all(any(same(one, each) for each in watched) for one in answered)
    first, last = of(said, Snapshot)[0], of(said, Snapshot)[-1]
    assert same(of(heard, Snapshot)[-1], last)
    assert any(same(one, first) for one in of(heard, Snapshot))


def test_a_loss_curve_is_kept_by_what_is_new(tmp_path: Path, clock: Clock) -> None:
    """Also where its points were averaged in pairs, so that none of them stayed."""
    [run] = (one for one in session(tmp_path / "a.rec", clock)[-1].runs[:1])
    recorder = Recorder(tmp_path / "b.rec", clock)
    snapshots = []
    for length in (10, 1000, 1001, 500, 1000):
        points = np.arange(float(length)) + (7.0 if length == 500 else 0.0)
        points[3] = np.nan
        columns = dict.fromkeys(recordings.CURVE, points)
        snapshots.append(Snapshot((replace(run, curve=replace(run.curve, **columns)),)))
        clock.now += 1
        recorder.keep(snapshots[-1])
    recorder.close()
    recording = Recording(tmp_path / "b.rec")
    play = Playback(recording, clock=clock)

    for number, snapshot in enumerate(snapshots):
        play.seek(recording.at(number))
        assert same(play.latest(), snapshot)
    sizes = [len(body) for _, body in recording._frames]
    assert sizes[2] < sizes[1] / 4


def test_a_state_from_before_other_data_were_opened_plays_where_it_was_heard(tmp_path: Path, clock: Clock) -> None:
    said = session(tmp_path / "a.rec", clock)
    opened = next(one for one in said if isinstance(one, DataOpened))
    recorder = Recorder(tmp_path / "b.rec", clock)
    for news in (said[-1], opened, said[-1]):
        clock.now += 1
        recorder.keep(news)
    recorder.close()
    play, heard = played(tmp_path / "b.rec", clock)
    assert not [one for one in heard if isinstance(one, Notice)]
    assert same(play.latest(), said[-1])


def test_it_never_grows_beyond_its_size_and_says_when_it_is_full(tmp_path: Path, clock: Clock) -> None:
    most = 1_000_000
    path = tmp_path / "a.rec"
    said = session(path, clock, seconds=400, most_bytes=most)
    times = [Recording(path).at(k) for k in range(len(Recording(path)))]

    assert most / 2 < path.stat().st_size <= most
    assert times[-1] > 300  # what it keeps becomes rarer, so that it still reaches far
    assert len([one for one in said if isinstance(one, Notice)]) <= 1


def test_how_far_a_question_is_is_not_kept(tmp_path: Path, clock: Clock) -> None:
    recorder = Recorder(tmp_path / "a.rec", clock)
    recorder.keep(AskProgress(1, 2, 3, 4))
    recorder.keep(Notice("x"))
    recorder.close()

    assert len(Recording(tmp_path / "a.rec")) == 1


def test_the_time_in_which_kernels_compile_is_shortened_and_no_other(tmp_path: Path, clock: Clock) -> None:
    recorder = Recorder(tmp_path / "a.rec", clock)
    for done in range(61):
        recorder.keep(Working("compiling the kernels", done, 60))
        if done == 30:  # it does not end the compiling
            recorder.keep(Notice("still compiling"))
        clock.now += 1
    recorder.keep(Notice("compiled"))
    clock.now += 7
    recorder.keep(Notice("later"))
    recorder.close()

    recording = Recording(tmp_path / "a.rec")
    *_, ready, compiled, later = map(recording.at, range(len(recording)))
    assert ready == pytest.approx(60 * WORKING_S)
    assert (compiled - ready, later - compiled) == pytest.approx((1, 7))


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.rec").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="exists: name a new file"):
        Recorder(tmp_path / "a.rec")
    assert (tmp_path / "a.rec").read_text(encoding="utf-8") == "mine"


def test_a_full_disk_ends_the_recording_and_nothing_else(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeEngine()
    engine = RecordingEngine(fake, Recorder(tmp_path / "a.rec", clock))
    fake.emit(Notice("one"))
    assert len(engine.events()) == 1

    def refuse(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", refuse)
    fake.emit(Notice("two"))
    told = engine.events()
    fake.emit(Notice("three"))

    assert [one.text for one in told if isinstance(one, Notice)][-1].endswith("ends here: No space left on device")
    assert engine.events() == [Notice("three")]


def test_after_a_crash_all_but_the_last_message_is_there(made: Path, tmp_path: Path) -> None:
    whole, data = Recording(made), made.read_bytes()
    assert not whole.cut
    last = FRAME.size + len(whole._frames[-1][1])
    cut = tmp_path / "cut.rec"
    for gone in (1, last // 2, last - 1, last - FRAME.size + 1):
        cut.write_bytes(data[:-gone])
        recording = Recording(cut)
        assert recording.cut
        assert len(recording) == len(whole) - 1
    cut.write_bytes(data[:-last])
    assert not Recording(cut).cut


def test_whatever_is_changed_in_it_is_one_error_or_plays(made: Path, tmp_path: Path, clock: Clock) -> None:
    sound, draw, path = made.read_bytes(), random.Random(1), tmp_path / "b.rec"
    refused = []
    for _ in range(150):
        data = bytearray(sound)
        for _ in range(draw.randint(1, 3)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        path.write_bytes(bytes(data))
        try:
            played(path, clock)
        except InputError as error:
            refused.append(str(error))
    assert len(refused) > 100
    assert not any("\n" in line for line in refused)


def forged(path: Path, *bodies: bytes, head: Any = None) -> Path:
    """A recording with these messages, each packed and with a right checksum."""
    line = json.dumps({"tui-rnn recording": 1} if head is None else head).encode() + b"\n"
    frames = [FRAME.pack(float(k), len(body), zlib.crc32(body)) + body for k, body in enumerate(map(zlib.compress, bodies))]
    path.write_bytes(line + b"".join(frames))
    return path


def test_what_is_none_is_refused_in_one_line(tmp_path: Path, made: Path) -> None:
    path, sound = tmp_path / "x.rec", encode(Recorded(Notice("x")))
    cases: list[tuple[bytes, str]] = [
        (b"", "is not a recording"),
        (b"\x89PNG\r\n", "is not a recording"),
        (b"[" * 4000, "is not a recording"),
        (b'{"tui-rnn recording": 1}\n', "an empty recording"),
        (forged(path, sound, head={"tui-rnn recording": 2}).read_bytes(), "in format 2"),
        (forged(path, sound, head={"tui-rnn recording": "\x1b[31m" * 99}).read_bytes(), "in format"),
        (made.read_bytes().replace(b"\n", b"\n\x00\x00", 1), "damaged|an empty recording"),
    ]
    for data, said in cases:
        path.write_bytes(data)
        with pytest.raises(InputError, match=said):
            Recording(path)
    for missing in (tmp_path / "gone.rec", tmp_path):
        with pytest.raises(InputError):
            Recording(missing)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (encode(Notice("x")), "not a message of an engine"),
        (encode(Recorded(HoldWeights(1))), "not a message of an engine"),
        (encode(Recorded(Recorded(Notice("x")))), "not a message of an engine"),
        (b"\x00" * 200_000_000, "has more than"),
        (struct.pack("<I", 10) + b"{}", "its text has"),
        (encode(Recorded(Snapshot(()), ((1,),))), "without its curves"),
    ],
    ids=["no frame", "a command", "a frame in a frame", "a bomb", "cut", "curves of nobody"],
)
def test_a_forged_message_ends_the_playing_with_one_line(body: bytes, said: str, tmp_path: Path, clock: Clock) -> None:
    play, heard = played(forged(tmp_path / "x.rec", body), clock)

    [notice] = heard
    assert isinstance(notice, Notice)
    assert said in notice.text
    assert play.ended


def test_it_stands_plays_and_goes_anywhere(made: Path, clock: Clock) -> None:
    play = Playback(Recording(made), clock=clock)
    clock.now += 2.5
    assert play.position_s == 2.5
    play.toggle()
    clock.now += 60
    assert play.position_s == 2.5
    play.toggle()
    play.scale(2.0)
    clock.now += 1
    assert play.position_s == 4.5
    play.events()
    play.seek(0.5)  # back: what was open is opened again
    assert isinstance(play.events()[0], DataOpened)
    play.seek(1e9)
    assert play.position_s == play.recording.seconds
    play.latest()
    assert play.ended
    play.toggle()  # again, from the beginning
    assert play.position_s == 0.0
    for _ in range(20):
        play.scale(2.0)
    assert play.speed == FASTEST


def test_what_was_asked_then_is_answered_now_and_what_was_not_says_so(made: Path, clock: Clock) -> None:
    play, _ = played(made, clock)
    play.send(Ask(1, 99, Trace("asked")))
    play.send(Ask(1, 100, Trace("something else")))
    play.send(HoldWeights(1))
    play.send(watch(Trace("once")))
    answered, unanswered, held, *watched = play.events()

    assert isinstance(answered, Answered)
    assert (answered.request_id, answered.question) == (99, Trace("asked"))
    assert isinstance(unanswered, Unanswered)
    assert "open the run itself" in unanswered.reason
    assert isinstance(held, WeightsHeld)
    assert all(isinstance(one, Answered) and one.request_id is None for one in watched)
    assert {one.run_id for one in watched if isinstance(one, Answered)} == {1, 2}
