"""A recording of a training that has no screen: it watches like a screen, and records the messages that it gets."""

from __future__ import annotations

import threading
import time

from tui_rnn.insight.items import Items
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.question import Question
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.scores import Scores
from tui_rnn.insight.trace import Trace
from tui_rnn.kinds import Kind
from tui_rnn.lab.attached import AttachedEngine
from tui_rnn.lab.audience import RUN
from tui_rnn.lab.meeting import Card
from tui_rnn.lab.messages import Watch, Watched
from tui_rnn.lab.recording import Recorder, RecordingEngine

LOOK_S = 0.1
ANSWER_S = 2.0
FAREWELL_S = 5.0


def watched(kind: Kind) -> Watch:
    """What the playground first shows for networks on such data."""
    questions: list[Question] = [Trace()]  # type: ignore[type-arg]
    if kind.answers:
        questions += [Predict(), Scores(latest=True)]
    else:
        questions.append(Sample() if kind.is_stream else Items())
    return Watch(tuple(Watched(question, (RUN,), ANSWER_S) for question in questions))


class RecordedTraining:
    """Records a training until it ends."""

    def __init__(self, card: Card, kind: Kind, recorder: Recorder) -> None:
        self._recorder = recorder
        self._engine = RecordingEngine(AttachedEngine(card, steers=False), recorder)
        self._engine.send(watched(kind))
        self._thread = threading.Thread(target=self._listen, name="recording", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while self._engine.alive and not self._recorder.trouble:
            self._look()
            time.sleep(LOOK_S)
        self._look()
        self._engine.close()
        self._recorder.close()

    def _look(self) -> None:
        self._engine.events()  # before the snapshot, which means nothing without the event of its run
        self._engine.latest()

    def wait(self) -> str:
        """Wait until everything is recorded. Returns why not everything is, "" if it is."""
        self._thread.join(FAREWELL_S)
        return self._recorder.trouble
