"""The file of a run of the lab: where it is saved, when it is time for that, and what is saved already."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from tui_rnn.errors import RunError, TuiRnnError
from tui_rnn.lab.messages import Event, Notice, Saved
from tui_rnn.paths import new_run_path, runs_dir
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.own_files import OwnFiles
from tui_rnn.training.saving import save_or_elsewhere

AUTOSAVE_S = 180.0


class RunFile:
    """One run's file. Writing happens on another thread, in the order of asking; all else on the run's own.

    path: where it is saved next. saved_path: where it was last, None for a run that never was; saved_step: at which step.
    """

    def __init__(
        self,
        run_id: int,
        names: tuple[str, str],
        emit: Callable[[Event], None],
        later: Callable[[Callable[[], None]], Future[None]],
        loaded: tuple[Path, int] | None,
    ) -> None:
        """names: of the data and of the run. loaded: the file that it was read from, and the step it had there."""
        self._run_id, self._names, self._emit, self._later = run_id, names, emit, later
        self.path = loaded[0] if loaded else self._new_path()
        self.saved_path: Path | None = loaded[0] if loaded else None
        self.saved_step = loaded[1] if loaded else 0
        self._files = OwnFiles([self.path] if loaded else [])
        self._writing: Future[None] | None = None
        self._lock = threading.Lock()  # which file is whose: a save ends on another thread
        self._life = object()
        self._due_at = time.monotonic() + AUTOSAVE_S

    def _new_path(self) -> Path:
        return new_run_path(*self._names)

    def begin_anew(self) -> None:
        """From now on it is another run, which has no file yet; what was saved stays."""
        with self._lock:
            self._life = object()
            self.path, self.saved_path, self.saved_step = self._new_path(), None, 0

    def keep(self) -> Path:
        """What was saved stays as it is: the next save goes to a new file, whose path is returned."""
        with self._lock:
            self.path = self._new_path()
        return self.path

    def hurry(self) -> None:
        """It is worth saving as soon as it can be."""
        self._due_at = 0.0

    def due(self, step: int) -> bool:
        """Whether a run at this step is to be saved now."""
        written = self._writing is None or self._writing.done()
        return written and step > self.saved_step and time.monotonic() >= self._due_at

    def save(self, checkpoint: Checkpoint, path: Path | None = None, or_elsewhere: bool = False) -> None:
        """Write a copy of the run meanwhile, to `path` or its own file. Where that can be done, it is the run's own from then
        on. or_elsewhere: it is the last chance, so where that fails another place will do."""
        own, life = self.path, self._life
        self._due_at = time.monotonic() + AUTOSAVE_S
        self._writing = self._later(lambda: self._write(checkpoint, path or own, or_elsewhere, own, life))

    def _write(self, checkpoint: Checkpoint, path: Path, or_elsewhere: bool, own: Path, life: object) -> None:
        try:
            place, trouble = self._files.place(path, self._new_path)
            if trouble:
                trouble = f"{self._names[1]}: {trouble}"
            write = partial(_write, checkpoint)
            if or_elsewhere:
                wanted = place
                place, failed = save_or_elsewhere(write, wanted, self._new_path().name)
                trouble = failed or trouble
                if place != wanted:
                    self._files.let_go(wanted)
            else:
                write(place)
        except TuiRnnError as error:
            self._files.let_go(place)
            self._emit(Notice(f"{self._names[1]} was not saved: {error}", "error"))
            return
        self._files.left(place)
        if trouble:
            self._emit(Notice(trouble, "warning"))
        with self._lock:
            if self._life is life:  # else it was begun anew meanwhile
                self.saved_path, self.saved_step = place, checkpoint.facts.step
                if self.path == own:  # else what is written now shall be kept
                    self.path = place
        self._emit(Saved(self._run_id, str(place), checkpoint.facts.step))

    def wait(self) -> None:
        """Until what is to be written is written."""
        if self._writing is not None:
            self._writing.result()


def _write(checkpoint: Checkpoint, path: Path) -> None:
    """Write a run, in the folder for runs also where that is still to be made. Raises RunError when that can't be."""
    if path.parent == runs_dir():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(f"{path} was not written: its folder can't be made: {error.strerror}") from None
    checkpoints.write(checkpoint, path)
