"""Keeps a person's progress in each lesson, in a thread: a disk may be slow."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from tui_rnn.lessons import progress
from tui_rnn.lessons.progress import Progress

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen


class Keeping:
    """The progress by the lesson's name. A browser visitor's is kept only for the visit."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab = lab
        self._known: dict[str, Progress] | None = None
        self._one_writes = threading.Lock()

    def of(self, name: str) -> Progress:
        if self._known is None:
            self._known = {} if self._lab.app.session.given is not None else progress.load()
        return self._known.get(name, Progress())

    def note(self, name: str, now: Progress) -> None:
        """Keep the progress of now."""
        if now == self.of(name) or self._known is None:
            return
        self._known[name] = now
        if self._lab.app.session.given is None:
            save = partial(self._save, dict(self._known))
            self._lab.app.run_worker(save, thread=True, exit_on_error=False, group="lessons")

    def _save(self, known: dict[str, Progress]) -> None:
        try:
            with self._one_writes:
                progress.save(known)
        except OSError as error:
            told = f"your progress in the lessons was not saved: {error.strerror or error}"
            self._lab.app.call_from_thread(self._lab.say, told, "warning")
