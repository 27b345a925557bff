"""A training without a screen of its own that can be watched and steered: a lab with one run, for several screens.

The trainer's own thread does everything that touches the run, between two calls of training (`attend`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from tui_rnn.errors import TuiRnnError
from tui_rnn.lab.asking import Asker
from tui_rnn.lab.audience import RUN, Audience, Screen
from tui_rnn.lab.coaching import Coaching
from tui_rnn.lab.data_summary import chance_of, landmarks_of, summary_of
from tui_rnn.lab.meeting import Card, Meeting
from tui_rnn.lab.messages import (
    Ask,
    CancelAsk,
    Command,
    Ended,
    Event,
    HoldWeights,
    Landmark,
    LandmarksReady,
    Notice,
    Pause,
    RateChanged,
    Resume,
    RunAdded,
    Saved,
    SaveRuns,
    ScaleLearningRate,
    Snapshot,
    Status,
    StepOnce,
    Watch,
)
from tui_rnn.lab.pause_score import PauseScore
from tui_rnn.lab.priority import step_back
from tui_rnn.lab.snapshots import rate_of, snapshot_of
from tui_rnn.lab.steering import why_not
from tui_rnn.training.networks import parameter_count
from tui_rnn.training.trainer import Trainer

PUBLISH_S = 0.1
IDLE_S = 0.03


class WatchedTraining:
    """Lets screens watch a trainer. out: where the run is saved; saved_step: its step there, 0 if it is not saved. save: saves
    it now, and returns where. Raises RunError if nobody could come, or if others could."""

    def __init__(self, trainer: Trainer, out: Path, saved_step: int, save: Callable[[], Path]) -> None:
        self._trainer, self._out, self._saved_step, self._save = trainer, out, saved_step, save
        self._paused = False
        self._landmarks: tuple[Landmark, ...] | None = None
        self._landmarks_lock = threading.Lock()
        self._score = PauseScore(trainer.data.kind)
        self._published: tuple[object, ...] = ()
        self._published_at = 0.0
        self._latest = self._snapshot()
        self._meeting = Meeting(str(out.absolute()), trainer.config.name, trainer.data.name)
        self._asker = Asker(RUN, self._tell)  # for the coach; each screen has its own, which ends with the screen
        self._coaching = Coaching(RUN, self._tell, self._asker, lambda: self._landmarks or ())
        key = bytes.fromhex(self.card.key)
        self._audience = Audience(self._meeting.door, key, self._introduce, self._tell_landmarks)

    @property
    def card(self) -> Card:
        """The card of this training."""
        return self._meeting.card

    @property
    def wanted(self) -> bool:
        """Whether a screen waits for something: a long scoring should then end."""
        return any(not screen.commands.empty() for screen in self._audience.present())

    def attend(self, stopped: Callable[[], bool]) -> None:
        """Carry out the screens' commands, and tell them what is new. While the training is paused, this does not return, until
        `stopped`."""
        trainer = self._trainer
        while True:
            screens = self._audience.present()
            for screen in screens:
                self._obey(screen)
                screen.watcher.look(trainer, screen.watch)
            if screens:  # nobody hears the coach otherwise
                self._coaching.look(trainer)
            stands = self._paused and not (trainer.finished or trainer.diverged or stopped())
            if stands:
                self._score.look(trainer, lambda: self.wanted or stopped())
            self._publish()
            if not stands:
                return
            time.sleep(IDLE_S)

    def note_saved(self, path: Path) -> None:
        """Tell the screens that the run was saved there."""
        self._saved_step, self._out = self._trainer.step, path
        self._audience.tell(Saved(RUN, str(path.absolute()), self._trainer.step))
        self._publish(at_once=True)

    def end(self, told: str) -> None:
        """Tell the screens in one line how it ended, and end them."""
        self._publish(at_once=True)
        self._coaching.forget()
        self._asker.close()
        self._meeting.close()
        self._audience.tell(Ended(told, str(self._out.absolute()) if self._saved_step else None))
        self._audience.dismiss()

    # ---------------------------------------------------------------- commands

    def _obey(self, screen: Screen) -> None:
        while not screen.commands.empty():
            command = screen.commands.get_nowait()
            if reason := why_not(type(command), screen.steers):
                screen.news.put(Notice(reason, "warning"))
                continue
            try:
                self._do(screen, command)
            except TuiRnnError as error:
                screen.news.put(Notice(str(error), "error"))

    def _do(self, screen: Screen, command: Command) -> None:
        trainer = self._trainer
        match command:
            case Watch():
                screen.watch = command
            case Ask():
                screen.asker.ask(trainer, command)
            case CancelAsk():
                screen.asker.cancel(command.request_id)
            case HoldWeights():
                screen.asker.hold(trainer, command.at_step)
            case Pause():
                self._paused = True
            case Resume():
                self._paused = False
            case StepOnce():
                self._paused = True
                while not (trainer.advance(1) or trainer.finished or trainer.diverged):
                    pass  # that was an evaluation
            case ScaleLearningRate():
                trainer.set_learning_rate(trainer.learning_rate * command.factor)
                self._audience.tell(RateChanged(RUN, rate_of(trainer)))
            case SaveRuns():  # in its own file, even if the command names another
                self.note_saved(self._save())
            case _:
                pass

    # -------------------------------------------------------------------- news

    @property
    def _status(self) -> Status:
        if self._trainer.diverged:
            return "diverged"
        return "finished" if self._trainer.finished else "paused" if self._paused else "training"

    def _snapshot(self) -> Snapshot:
        path = str(self._out.absolute()) if self._saved_step else None
        found = snapshot_of(self._trainer, RUN, self._status, self._saved_step, path, self._trainer.message)
        return Snapshot((self._score.added_to(found),))

    def _publish(self, at_once: bool = False) -> None:
        """Send the run's state if it has changed, but not too often."""
        trainer, now = self._trainer, time.monotonic()
        seen = trainer.step, trainer.history.evaluated_step, id(trainer.latest), trainer.learning_rate, self._saved_step
        state = *seen, self._status, self._score.step
        if state == self._published or (now < self._published_at + PUBLISH_S and not at_once):
            return
        self._published, self._published_at = state, now
        self._latest = self._snapshot()
        self._audience.tell(self._latest)

    def _tell(self, news: Event) -> None:
        self._audience.tell(news)

    def _introduce(self, screen: Screen) -> None:
        """Tell a screen what it must know before anything else. Any thread may call this, so it only reads what never changes
        in the trainer."""
        data, config = self._trainer.data, self._trainer.config
        screen.news.put(summary_of(data))
        screen.news.put(LandmarksReady(chance_of(data)))
        screen.news.put(RunAdded(RUN, config.name, config, parameter_count(config, data.symbols)))
        if self._saved_step:
            screen.news.put(Saved(RUN, str(self._out.absolute()), self._saved_step))
        screen.news.put(self._latest)
        if (coached := self._coaching.told) is not None:
            screen.news.put(coached)

    def _tell_landmarks(self, screen: Screen) -> None:
        """Tell a screen what counting gets; it is computed when the first screen comes."""
        step_back()
        with self._landmarks_lock:
            if self._landmarks is None:
                self._landmarks = landmarks_of(self._trainer.data)
        if self._landmarks:
            screen.news.put(LandmarksReady(self._landmarks))
