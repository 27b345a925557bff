"""Keeps fresh what the screen shows of a run: questions are asked again when they are due and something has changed."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from tui_rnn.insight import registry
from tui_rnn.insight.question import Answer
from tui_rnn.lab.asking import Asker, answered
from tui_rnn.lab.messages import Answered, Event, Notice, Watch, Watched
from tui_rnn.training.subjects import copy_of, subject_of
from tui_rnn.training.trainer import Trainer

REST = 20  # after a look the run trains at least so many times as long as the look took, unless it was the first of its kind


class _Look:
    """The latest answer to a watched question: about which weights, to which question, when it was made, and how long to
    rest."""

    def __init__(self) -> None:
        self.made: tuple[object, object] | None = None  # what the answer changes with, the question
        self.ended = 0.0
        self.rest_s = 0.0
        self.told = ""  # why there was no answer the last time
        self.working: threading.Event | None = None  # of a slow question under way; set: it is not wanted any more

    def due(self, version: object, question: object, interval_s: float) -> bool:
        if self.made is None or self.made[1] != question:
            return True
        rested = time.monotonic() >= self.ended + max(interval_s, self.rest_s)
        return self.working is None and self.made[0] != version and rested


class Watcher:
    """Looks into one run while it is watched. A changed question is answered at once, new weights when it is time."""

    def __init__(self, run_id: int, emit: Callable[[Event], None], asker: Asker) -> None:
        self._run_id, self._emit, self._asker = run_id, emit, asker
        self._looks: dict[Hashable, _Look] = {}

    def forget(self) -> None:
        """Start again: the run is another one now."""
        for look in self._looks.values():
            self._stop(look)
        self._looks = {}

    def look(self, trainer: Trainer, watch: Watch) -> None:
        """Send what is wanted and due. Questions of one class are told apart by their order."""
        seen, count = set[Hashable](), Counter[type]()
        for watched in watch.questions:
            if self._run_id not in watched.run_ids:
                continue
            kind = type(watched.question)
            place = kind, count[kind]
            count[kind] += 1
            seen.add(place)
            self._look(self._looks.setdefault(place, _Look()), trainer, watched)
        for gone in self._looks.keys() - seen:
            self._stop(self._looks[gone])

    def _look(self, look: _Look, trainer: Trainer, watched: Watched) -> None:
        entry, subject, question = registry.entry_of(watched.question), subject_of(trainer), watched.question
        version = entry.changes_with(subject)
        if version is None or not look.due(version, question, watched.interval_s):
            return
        first = look.made is None  # the first look compiles what it needs
        look.made = version, question
        if entry.slow:
            self._begin(look, trainer, watched)
            return
        start = time.monotonic()
        self._tell(look, question, *answered(subject, question))
        look.ended = time.monotonic()
        look.rest_s = 0.0 if first else REST * (look.ended - start)

    def _begin(self, look: _Look, trainer: Trainer, watched: Watched) -> None:
        """Have a slow question answered beside the training, at most half of the time."""
        self._stop(look)
        start, cancelled = time.monotonic(), threading.Event()
        look.working = cancelled

        def done(answer: Answer | None, reason: str) -> None:
            if look.working is cancelled and not cancelled.is_set():
                self._tell(look, watched.question, answer, reason)
                look.ended, look.working = time.monotonic(), None
                look.rest_s = look.ended - start

        self._asker.begin(partial(answered, copy_of(trainer), watched.question), cancelled, done)

    def _stop(self, look: _Look) -> None:
        if look.working is not None:
            look.working.set()
            look.working = look.made = None

    def _tell(self, look: _Look, question: Any, answer: Answer | None, reason: str) -> None:
        if answer is not None:
            self._emit(Answered(self._run_id, question, answer))
        elif reason and reason != look.told:  # say it once, not again at every look
            look.told = reason
            self._emit(Notice(reason, "error"))
