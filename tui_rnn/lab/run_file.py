"""The file of a run of the lab: where it is saved, when it is time to save, and what is already saved."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from tui_rnn.errors import RunError, TuiRnnError
from tui_rnn.lab.messages import Event, Notice, NotSaved, Saved
from tui_rnn.paths import new_run_path, runs_dir
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.own_files import OwnFiles
from tui_rnn.training.saving import save_or_elsewhere

AUTOSAVE_S = 180.0


class RunFile:
    """One run's file. Writing happens on another thread, in order; everything else on the run's own.

    path: where it will be saved next. saved_path: where it was saved last, None if never; saved_step: at which step.
    """

    def __init__(
        self,
        run_id: int,
        names: tuple[str, str],
        emit: Callable[[Event], None],
        later: Callable[[Callable[[], None]], Future[None]],
        loaded: tuple[Path, int] | None,
    ) -> None:
        """names: of the data and of the run. loaded: the file that the run was read from, and its step there."""
        self._run_id, self._names, self._emit, self._later = run_id, names, emit, later
        self.path = loaded[0] if loaded else self._new_path()
        self.saved_path: Path | None = loaded[0] if loaded else None
        self.saved_step = loaded[1] if loaded else 0
        self._files = OwnFiles([self.path] if loaded else [])
        self._writing: Future[None] | None = None
        self._lock = threading.Lock()  # for the paths, since a save ends on another thread
        self._life = object()
        self._due_at = time.monotonic() + AUTOSAVE_S

    def _new_path(self) -> Path:
        return new_run_path(*self._names)

    def begin_anew(self) -> None:
        """From now on this is another run, without a file; the old file stays."""
        with self._lock:
            self._life = object()
            self.path, self.saved_path, self.saved_step = self._new_path(), None, 0

    def keep(self) -> Path:
        """Keep the saved file as it is: the next save goes to a new file. Returns its path."""
        with self._lock:
            self.path = self._new_path()
        return self.path

    def hurry(self) -> None:
        """Save as soon as possible."""
        self._due_at = 0.0

    def due(self, step: int) -> bool:
        """Whether a run at this step should be saved now."""
        written = self._writing is None or self._writing.done()
        return written and step > self.saved_step and time.monotonic() >= self._due_at

    def save(self, checkpoint: Checkpoint, path: Path | None = None, or_elsewhere: bool = False) -> None:
        """Write a copy of the run on the other thread, to `path` or to its own file. If that works, it is the run's own file
        from then on. or_elsewhere: this is the last chance, so if it fails, save in another place."""
        own, life = self.path, self._life
        self._due_at = time.monotonic() + AUTOSAVE_S
        self._writing = self._later(lambda: self._write(checkpoint, path or own, or_elsewhere, own, life))

    def _write(self, checkpoint: Checkpoint, path: Path, or_elsewhere: bool, own: Path, life: object) -> None:
        place, trouble = self._files.place(path, self._new_path)
        if trouble:
            trouble = f"{self._names[1]}: {trouble}"
        write = partial(_write, checkpoint)
        try:
            if or_elsewhere:
                wanted = place
                place, failed = save_or_elsewhere(write, wanted, self._new_path().name)
                trouble = failed or trouble
                if place != wanted:
                    self._files.let_go(wanted)
            else:
                write(place)
        except (TuiRnnError, OSError, MemoryError) as error:
            self._files.let_go(place)
            self._emit(NotSaved(self._run_id, f"{self._names[1]} was not saved: {str(error) or 'out of memory'}"))
            return
        self._files.left(place)
        if trouble:
            self._emit(Notice(trouble, "warning"))
        with self._lock:
            if self._life is life:  # else it was begun anew meanwhile
                self.saved_path, self.saved_step = place, checkpoint.facts.step
                if self.path == own:  # else the file that was just written is to be kept
                    self.path = place
        self._emit(Saved(self._run_id, str(place), checkpoint.facts.step))

    def wait(self) -> None:
        """Wait until everything is written."""
        if self._writing is not None:
            self._writing.result()


def _write(checkpoint: Checkpoint, path: Path) -> None:
    """Write a run; the folder for runs is made if it is missing. Raises RunError if that is not possible."""
    if path.parent == runs_dir():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(f"{path} was not written: its folder can't be made: {error.strerror}") from None
    checkpoints.write(checkpoint, path)
