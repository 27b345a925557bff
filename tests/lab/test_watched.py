"""A training that several screens watch, in this process: what each sees, may do, and leaves behind."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tui_rnn
from tests.lab.watching import CONFIG, Training, Viewer
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import RunError
from tui_rnn.insight.trace import Trace
from tui_rnn.lab import audience, meeting
from tui_rnn.lab.attached import AttachedEngine
from tui_rnn.lab.line import Line, call
from tui_rnn.lab.meeting import find
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
    Unanswered,
    Watch,
    Watched,
    WeightsHeld,
)
from tui_rnn.lab.watched import WatchedTraining
from tui_rnn.lab.wire.coding import NotAMessage
from tui_rnn.paths import watch_dir
from tui_rnn.training.trainer import Trainer

on_unix = pytest.mark.skipif(sys.platform == "win32", reason="about the rights of Unix's folders and sockets")


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


def test_an_answer_that_is_too_large_to_be_sent_is_told_and_the_screen_stays(
    training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, send = training.attach(), Line.send

    def narrow(line: Line, message: Any) -> None:
        if isinstance(message, Answered):
            raise NotAMessage("it has 7 bytes, at most 6 can be sent")
        send(line, message)

    monkeypatch.setattr(Line, "send", narrow)
    viewer.send(Ask(1, 7, Trace("the cat")))
    assert viewer.hears(Unanswered).reason.startswith(
        "the answer is too large to be sent: it has 7 bytes, at most 6 can be sent"
    )
    viewer.sees_steps()


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
    with pytest.raises(RunError, match="does not answer as the training on its card"):
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
    assert "no more are allowed" in training.attach().hears(Ended).text


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
