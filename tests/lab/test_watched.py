"""A training that several screens watch, in this process: what each sees, may do, and leaves behind."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tui_rnn
from tui_rnn.config import RunConfig
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import InputError, RunError
from tui_rnn.insight.trace import Trace
from tui_rnn.lab import audience, meeting
from tui_rnn.lab.attached import AttachedEngine
from tui_rnn.lab.line import call
from tui_rnn.lab.meeting import Card, cards, find
from tui_rnn.lab.messages import (
    Answered,
    Ask,
    Coached,
    DataOpened,
    Ended,
    Fault,
    Hello,
    HoldWeights,
    Notice,
    Pause,
    RateChanged,
    Resume,
    RunAdded,
    Saved,
    SaveRuns,
    ScaleLearningRate,
    Shutdown,
    StepOnce,
    Watch,
    Watched,
    WeightsHeld,
)
from tui_rnn.lab.watched import WatchedTraining
from tui_rnn.lab.wire.coding import NotAMessage
from tui_rnn.paths import watch_dir
from tui_rnn.training.resuming import save_run
from tui_rnn.training.trainer import Trainer

on_unix = pytest.mark.skipif(sys.platform == "win32", reason="about the rights of Unix's folders and sockets")
PATIENCE_S = 60.0  # a bound against hanging on a busy machine
CONFIG = RunConfig(cell="lstm", hidden_size=8, batch_size=4, seq_len=8)


class Training:
    """A training on a thread of its own, as `train --watchable` does it, until `finish`."""

    def __init__(self, source: str, out: Path) -> None:
        self.trainer = Trainer(CONFIG, open_data(DataRequest(SourceFiles(source))))
        self.out, self.saves = out, 0
        self.watched = WatchedTraining(self.trainer, out, 0, self._save)
        self._stop = threading.Event()
        self.thread = threading.Thread(target=self._train)
        self.thread.start()

    def _save(self) -> Path:
        save_run(self.trainer, self.out)
        self.saves += 1
        return self.out

    def _train(self) -> None:
        while not self._stop.is_set():
            self.trainer.advance_for(0.01, lambda: self.watched.wanted)
            self.watched.attend(self._stop.is_set)
        self.watched.end("it is over")

    def finish(self) -> None:
        self._stop.set()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()

    def attach(self, steers: bool = False) -> Viewer:
        return Viewer(AttachedEngine(find(str(os.getpid())), steers))


class Viewer:
    """A screen without a screen: it keeps all that it heard."""

    def __init__(self, engine: AttachedEngine) -> None:
        self.engine = engine
        self.heard: list[Any] = []

    def send(self, *commands: Any) -> Viewer:
        for command in commands:
            self.engine.send(command)
        return self

    def until(self, what: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.heard += self.engine.events()
            if found := what():
                return found
            assert time.monotonic() < deadline, [type(one).__name__ for one in self.heard]
            time.sleep(0.005)

    def hears(self, kind: type) -> Any:
        return self.until(lambda: next((one for one in self.heard if isinstance(one, kind)), None))

    @property
    def step(self) -> int:
        latest = self.engine.latest()
        return latest.runs[0].step if latest else -1

    @property
    def status(self) -> str:
        latest = self.engine.latest()
        return latest.runs[0].status if latest else ""

    def stands_as(self, status: str) -> bool:
        return self.status == status

    def sees_steps(self) -> None:
        before = self.step
        self.until(lambda: self.step > before)


@pytest.fixture
def training(source: str, tmp_path: Path) -> Iterator[Training]:
    one = Training(source, tmp_path / "run.safetensors")
    yield one
    one.finish()


def test_a_screen_hears_what_it_must_know_and_then_sees_the_training(training: Training) -> None:
    viewer = training.attach()

    assert viewer.hears(DataOpened).name == "animals.txt"
    assert viewer.hears(RunAdded).config == CONFIG
    viewer.sees_steps()
    assert viewer.status == "training"
    names = [type(one).__name__ for one in viewer.heard]
    assert names.index("DataOpened") < names.index("RunAdded")


def test_two_screens_ask_for_themselves(training: Training) -> None:
    one, other = training.attach(), training.attach()
    one.send(Watch((Watched(Trace("the cat"), (1,), 0.0),)), Ask(1, 7, Trace("one")))
    other.send(Watch((Watched(Trace("a dog"), (1,), 0.0),)), Ask(1, 7, Trace("other")), HoldWeights(1))

    def texts(viewer: Viewer) -> set[str]:
        questions: list[Any] = [each.question for each in viewer.heard if isinstance(each, Answered)]
        return {question.text for question in questions}

    one.until(lambda: texts(one) == {"the cat", "one"})
    other.until(lambda: texts(other) == {"a dog", "other"})
    other.hears(WeightsHeld)
    assert not any(isinstance(each, WeightsHeld) for each in one.heard)


def test_a_screen_that_only_watches_changes_nothing(training: Training) -> None:
    viewer = training.attach()
    rate = training.trainer.learning_rate
    viewer.send(Pause(), StepOnce(1), ScaleLearningRate(1, 0.5), SaveRuns(1))
    viewer.until(lambda: sum(isinstance(one, Notice) for one in viewer.heard) == 4)

    assert all("--steer" in one.text for one in viewer.heard if isinstance(one, Notice))
    viewer.sees_steps()
    assert training.trainer.learning_rate == rate
    assert training.saves == 0


def test_a_screen_that_steers_pauses_steps_and_saves_for_all_to_see(training: Training) -> None:
    one, other = training.attach(steers=True), training.attach()
    one.send(Pause())
    for viewer in (one, other):
        viewer.until(partial(viewer.stands_as, "paused"))
    stands = training.trainer.step
    one.send(StepOnce(1))
    other.until(lambda: other.step == stands + 1)
    one.send(ScaleLearningRate(1, 0.5), SaveRuns(1, "/somewhere/else"))
    assert other.hears(RateChanged).learning_rate == one.hears(RateChanged).learning_rate
    assert other.hears(Saved).path == str(training.out)  # in its own file alone
    one.send(Resume())
    other.sees_steps()


def test_the_coach_speaks_to_who_watches_and_to_who_comes_later(text: str, tmp_path: Path) -> None:
    again = tmp_path / "again.txt"
    again.write_text(text[:1500] * 12, encoding="utf-8", newline="\n")
    training = Training(str(again), tmp_path / "run.safetensors")
    for viewer in (training.attach(), training.attach()):
        assert viewer.hears(Coached).remarks[0].name == "copied"
    training.finish()


def test_leaving_stops_nothing_however_it_is_done(training: Training) -> None:
    left, dropped, watches = training.attach(), training.attach(), training.attach()
    left.hears(RunAdded)
    dropped.hears(RunAdded)
    left.send(Shutdown())
    assert not left.engine.alive
    dropped.engine._line.hang_up()  # as when its process is killed
    watches.sees_steps()
    watches.until(lambda: len(training.watched._audience.present()) == 1)


def test_a_pause_outlives_the_screen_that_wanted_it_and_another_one_ends_it(training: Training) -> None:
    one = training.attach(steers=True).send(Pause())
    one.until(lambda: one.status == "paused")
    one.send(Shutdown())
    other = training.attach(steers=True)
    other.until(lambda: other.status == "paused")
    other.send(Resume())
    other.sees_steps()


def test_a_screen_that_reads_nothing_holds_nobody_up(training: Training, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pipe fills; what it would have seen is replaced by what is newer."""
    monkeypatch.setattr(audience, "FAREWELL_S", 0.1)
    line = meeting.connect(find(""))
    line.send(Hello(False, tui_rnn.__version__))
    line.send(Watch((Watched(Trace(None, length=400), (1,), 0.0),)))
    viewer = training.attach()
    [stands] = viewer.until(lambda: [one for one in training.watched._audience.present() if one.watch.questions])
    before = training.trainer.step
    viewer.until(lambda: training.trainer.step > before + 50)
    assert len(stands.news._messages) < 20
    line.close()


def test_what_is_said_that_is_no_message_ends_that_screen_alone(training: Training) -> None:
    watches = training.attach()
    for said in (b"GET / HTTP/1.1\r\n\r\n", b"", b"\x00\x00\x00\x00"):
        line = meeting.connect(find(""))
        line._connection.send_bytes(said)
        with pytest.raises(EOFError):
            line.receive()
        line.close()
    watches.sees_steps()


@on_unix
def test_bytes_that_announce_no_message_end_that_screen_alone(training: Training) -> None:
    watches = training.attach()
    for said in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 12, b"\x7f\xff\xff\xff", b"\x00\x00\x00\x04\x00"):
        line = meeting.connect(find(""))
        os.write(line._connection.fileno(), said)
        line.close()
    watches.until(lambda: len(training.watched._audience.present()) == 1)
    watches.sees_steps()


def test_who_does_not_know_the_key_is_not_let_in(training: Training) -> None:
    with pytest.raises(RunError, match="does not answer as the training that its card names"):
        meeting.connect(replace(find(""), key="00" * 32))
    assert training.watched._audience.present() == []


def test_who_asks_for_something_before_the_proof_is_not_heard(training: Training) -> None:
    line = call(find("").address)
    line.send(Hello(True, tui_rnn.__version__))
    with pytest.raises(NotAMessage):  # the other end's riddle
        line.receive()
    with pytest.raises((EOFError, NotAMessage)):  # it was not solved, or the end
        line.receive()
    line.close()
    assert training.watched._audience.present() == []


def test_another_version_is_told_so(training: Training) -> None:
    line = meeting.connect(find(""))
    line.send(Hello(False, "0.0.0-other"))

    assert "attach with this version" in line.receive().text
    line.close()


def test_there_is_an_end_to_how_many_can_watch(training: Training, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "MOST_SCREENS", 1)
    training.attach().hears(RunAdded)
    assert "there may be no more" in training.attach().hears(Ended).text


def test_the_end_is_said_and_leaves_no_socket(source: str, tmp_path: Path) -> None:
    training = Training(source, tmp_path / "run.safetensors")
    viewer, place = training.attach(), Path(find("").address).parent
    viewer.hears(RunAdded)
    training.finish()

    assert viewer.hears(Ended).text == "it is over"
    viewer.until(lambda: not viewer.engine.alive)
    assert not any(isinstance(one, Fault) for one in viewer.heard)
    assert not place.exists()
    assert list(watch_dir().iterdir()) == []


def test_a_training_that_breaks_off_is_a_fault_for_who_watches(training: Training) -> None:
    viewer = training.attach()
    viewer.hears(RunAdded)
    for screen in training.watched._audience.present():
        screen._line.hang_up()

    assert "is gone" in viewer.hears(Fault).text
    assert not viewer.engine.alive


def test_watching_does_not_change_what_is_learnt(source: str, tmp_path: Path) -> None:
    data = open_data(DataRequest(SourceFiles(source)))
    alone, seen = Trainer(CONFIG, data), Trainer(CONFIG, data)
    watched = WatchedTraining(seen, tmp_path / "run.safetensors", 0, lambda: tmp_path)
    viewer = Viewer(AttachedEngine(find(""), steers=True))
    viewer.send(Watch((Watched(Trace("the cat"), (1,), 0.0),)), HoldWeights(1))
    while seen.step < 60:
        seen.advance(1)
        watched.attend(lambda: False)
    viewer.hears(Answered)
    watched.end("")
    while alone.step < 60:
        alone.advance(1)

    for name, array in alone.learner.network.parameters.items():
        assert np.array_equal(array, seen.learner.network.parameters[name]), name


# ------------------------------------------------------------------ where it is met


@on_unix
def test_the_places_are_this_users_alone(training: Training) -> None:
    card = find("")
    for folder in (watch_dir(), Path(card.address).parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((watch_dir() / f"{os.getpid()}.json").stat().st_mode) == 0o600


@on_unix
@pytest.mark.parametrize("mode", [0o755, 0o770, 0o711])
def test_a_folder_that_others_can_open_is_not_used(mode: int) -> None:
    watch_dir().mkdir(parents=True)
    watch_dir().chmod(mode)

    with pytest.raises(RunError, match="can be opened by others"):
        meeting.private_folder()
    assert cards() == []


@on_unix
def test_a_socket_whose_path_is_too_long_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ("x" * 110)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with pytest.raises(RunError, match="too long; set TMPDIR to a folder whose path is shorter"):
        meeting.Meeting("/a", "b", "c")
    assert list(folder.iterdir()) == []


def test_a_training_is_found_by_its_number_its_file_and_the_end_of_its_name(training: Training) -> None:
    for named in ("", str(os.getpid()), str(training.out), "run", "run.safetensors"):
        assert find(named).run == str(training.out)
    with pytest.raises(InputError, match="nothing-like-it is no training that can be watched"):
        find("nothing-like-it")


def test_where_there_is_none_the_command_is_named() -> None:
    with pytest.raises(InputError, match="tui-rnn train SOURCE --watchable"):
        find("")


@pytest.mark.parametrize("held", ["[]", "{}", "no JSON", "[" * 9999, json.dumps({"pid": 1}), '{"pid": "1"}'])
def test_a_card_that_is_none_and_one_of_a_dead_process_are_taken_away(held: str) -> None:
    folder = meeting.private_folder()
    (folder / "1.json").write_text(held, encoding="utf-8")
    dead = Card(1, "/a", "b", "c", "/d", "e")
    (folder / "2.json").write_text(json.dumps(vars(dead)), encoding="utf-8")

    assert cards() == []
    assert list(folder.iterdir()) == []


@on_unix
def test_what_a_killed_process_left_is_taken_away_with_its_socket(tmp_path: Path) -> None:
    """Also where another process has its number by now: this one's own stands for that."""
    place = meeting.private_folder()
    folder = Path(tempfile.mkdtemp(prefix=meeting.PREFIX))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(folder / meeting.SOCKET))
    card = Card(os.getpid(), "/a", "b", "c", str(folder / meeting.SOCKET), "k")
    (place / "1.json").write_text(json.dumps(vars(card)), encoding="utf-8")

    assert cards() == []
    assert list(place.iterdir()) == []
    assert not folder.exists()


@on_unix
def test_a_card_can_have_nothing_else_taken_away(tmp_path: Path) -> None:
    place = meeting.private_folder()
    kept = tmp_path / "tui-rnn-mine" / "socket"
    kept.parent.mkdir(mode=0o700)
    kept.write_text("mine", encoding="utf-8")
    card = Card(os.getpid(), "/a", "b", "c", str(kept), "k")
    (place / "1.json").write_text(json.dumps(vars(card)), encoding="utf-8")

    assert cards() == []
    assert kept.read_text(encoding="utf-8") == "mine"
