"""How the playground ends: a signal makes it leave in good order, the engine saves, and a few lines say how to go on."""

from __future__ import annotations

import glob
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from tui_rnn.display import visible
from tui_rnn.lab.messages import Event, Saved, Shutdown
from tui_rnn.paths import RUN_SUFFIX, from_home
from tui_rnn.tui.state import LabState

if TYPE_CHECKING:
    from tui_rnn.lab.engine import Engine

INTERRUPTED = 130
PATIENCE_S = 1.5  # an engine with nothing to lose gets this long to end
SAVING_PATIENCE_S = 20.0  # one that still writes gets longer; a second request to quit ends the wait
HELD_KEY_S = 0.7  # faster requests to quit count as one: a key held down, a double press, a paste
_NAMED = re.compile(rf"(?P<folder>.+)/[a-z0-9-]+-\d{{8}}-\d{{6}}-(?P<end>[0-9a-f]{{4}}){re.escape(RUN_SUFFIX)}")
_BRACING_SHELLS = ("bash", "zsh", "fish")
_POLL_S = 0.01
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK")


@dataclass(frozen=True)
class ExitInfo:
    """How the playground ended. lost: the runs whose last steps could not be saved. told: what to say instead, where the runs
    are not the playground's own."""

    code: int = 0
    saved: dict[str, Saved] = field(default_factory=dict)  # by the run's name, as shown
    lost: tuple[str, ...] = ()
    error: str | None = None
    told: str = ""

    def farewell(self) -> str:
        """What to print when the shell has its terminal back: where the runs are, and the command that resumes them."""
        if self.told:
            return visible(self.told, keep_newlines=True)
        folders: dict[str, list[str]] = {}
        for name, saved in self.saved.items():
            folders.setdefault(os.path.dirname(saved.path), []).append(f"{visible(name)} at step {saved.step:,}")
        lines = [f"saved in {visible(from_home(folder))}: {', '.join(runs)}" for folder, runs in folders.items()]
        lines += [f"{visible(name)}: the steps since the last save are lost" for name in self.lost]
        if self.saved:
            lines.append(f"go on with: {visible(resume_command([saved.path for saved in self.saved.values()]))}")
        return "\n".join(lines)


def resume_command(paths: list[str]) -> str:
    """The command that opens saved runs again, quoted for this system's shell, with ~ for the home folder."""
    if sys.platform == "win32":
        return subprocess.list2cmdline(["tui-rnn", *paths])
    return " ".join(["tui-rnn", *(_short(paths) or map(_quoted, paths))])


def _quoted(path: str) -> str:
    """The path as a word of a shell, which still takes ~ for the home folder."""
    short = from_home(path)
    return "~/" + shlex.quote(short[2:]) if short.startswith("~/") else shlex.quote(path)


def _short(paths: list[str]) -> list[str]:
    """Runs with names from the playground, by the ends of their names: …/*-{3f9c,07aa}.safetensors. []: other files have these
    ends, or the shell may not know the form."""
    found = [_NAMED.fullmatch(path) for path in paths]
    folders = {match["folder"] for match in found if match}
    if os.path.basename(os.environ.get("SHELL", "")) not in _BRACING_SHELLS or None in found or len(folders) != 1:
        return []
    ends = [match["end"] for match in found if match]
    folder = folders.pop()
    if any(len(glob.glob(f"{glob.escape(folder)}/*-{end}{RUN_SUFFIX}")) != 1 for end in ends):
        return []
    chosen = ends[0] if len(ends) == 1 else f"{{{','.join(ends)}}}"
    return [f"{_quoted(folder)}/*-{chosen}{RUN_SUFFIX}"]


def exit_info(state: LabState, code: int) -> ExitInfo:
    """What happened to each run, after the engine's last message."""
    saved: dict[str, Saved] = {}
    lost: list[str] = []
    for number, run in enumerate(state.runs.values(), 1):
        name = run.name if run.name not in saved else f"{run.name} ({number})"
        if run.saved is not None:
            saved[name] = run.saved
        kept = max(run.saved.step if run.saved else 0, run.snapshot.saved_step if run.snapshot else 0)
        if run.snapshot is not None and run.snapshot.step > kept:
            lost.append(name)
    return ExitInfo(code, saved, tuple(lost))


def shut_down(engine: Engine, patience_s: float, hurry: threading.Event) -> list[Event]:
    """Tell the engine to save and end; wait at most `patience_s`, or until `hurry` is set. Returns its last events."""
    engine.send(Shutdown(save=True))
    events: list[Event] = []
    deadline = time.monotonic() + patience_s
    while engine.alive and time.monotonic() < deadline and not hurry.is_set():
        events += engine.events()
        time.sleep(_POLL_S)
    events += engine.events()
    engine.close()
    return events


def terminal_is_gone() -> bool:
    """Whether the screen's terminal has hung up."""
    stderr = sys.__stderr__
    try:
        return stderr is not None and not os.isatty(stderr.fileno())
    except (OSError, ValueError):
        return True


def leave_without_terminal(engine: Engine) -> None:
    """Save and end this process without a terminal to draw on or restore. Does not block."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):  # a write to the dead terminal would end Textual's writer thread and block the loop
        os.dup2(nowhere, descriptor)

    def leave() -> None:
        shut_down(engine, SAVING_PATIENCE_S, threading.Event())
        os._exit(INTERRUPTED)

    threading.Thread(target=leave, name="leave", daemon=True).start()


class Signals:
    """While active, SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGBREAK call `on_signal(number)` in the main thread.

    These are plain handlers, not the loop's: they work on every system, before the loop runs, and while it is blocked.
    """

    def __init__(self, on_signal: Callable[[int], None]) -> None:
        self._on_signal = on_signal
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Signals:
        for name in _SIGNALS:
            if (number := getattr(signal, name, None)) is not None:
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._on_signal(number)
