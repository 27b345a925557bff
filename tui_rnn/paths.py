"""Where runs, compiled kernels, settings, the progress in lessons and logs lie on this system. The code that writes into a
folder makes it.

`TUI_RNN_HOME` moves everything under one folder; `TUI_RNN_KERNEL_CACHE` moves the compiled kernels alone.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import time
from pathlib import Path

from tui_rnn.errors import InputError

APP = "tui-rnn"
RUN_SUFFIX = ".safetensors"  # of saved runs


def written_path(path: str | os.PathLike[str]) -> Path:
    """The path that a person wrote, with `~` replaced. Raises InputError for what is no path."""
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"the path is {path!r:.60}, expected the name of a file")
    try:
        return Path(path).expanduser()
    except RuntimeError:  # ~name of a user who isn't there: then it is a file's name
        return Path(path)


def from_home(path: str) -> str:
    """The path with ~ for the home folder."""
    home = os.path.expanduser("~")
    return "~" + path[len(home) :] if home != os.sep and path.startswith(home + os.sep) else path


def data_dir() -> Path:
    """The folder of everything worth keeping."""
    return _place("data")


def runs_dir() -> Path:
    """The folder of the saved runs, one .safetensors file each."""
    return data_dir() / "runs"


def new_run_path(corpus_name: str, run_name: str) -> Path:
    """A file name for a new run that no other run has: 'alice-lstm-128-20260131-154210-3f9c.safetensors'."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return runs_dir() / f"{_slug(Path(corpus_name).stem)}-{_slug(run_name)}-{stamp}-{secrets.token_hex(2)}.safetensors"


def kernels_dir() -> Path:
    """The folder of the compiled kernels, which can be made again at any time."""
    return _folder("TUI_RNN_KERNEL_CACHE") or _place("cache", "kernels")


def help_dir() -> Path:
    """The folder of pages of help as they were printed: see cli/kept_help.py."""
    return _place("cache", "help")


def settings_path() -> Path:
    """The file of what a person chose: see preferences.py."""
    return _place("config", "settings.toml")


def lessons_path() -> Path:
    """The file of how far a person is in the lessons."""
    return data_dir() / "lessons.json"


def log_dir() -> Path:
    """The folder of the logs: tracebacks of what should not have happened."""
    home = _home()
    return home / "log" if home else _place("log")


def watch_dir() -> Path:
    """The folder that says which trainings can be watched."""
    return data_dir() / "watch"


def _slug(name: str) -> str:
    """`name` in lower-case ASCII letters, digits and single hyphens: a file name on every system."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:40].strip("-") or "text"


def _place(use: str, name: str = "") -> Path:
    """A file or folder under TUI_RNN_HOME or, without it, in the folder that this system has for such a use."""
    if home := _home():
        return home / name
    import platformdirs

    of_system: Path = getattr(platformdirs, f"user_{use}_path")(APP, appauthor=False)
    return of_system / name


def _home() -> Path | None:
    return _folder("TUI_RNN_HOME")


def _folder(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return written_path(value).absolute() if value else None


def python_environment() -> dict[str, str]:
    """The environment in which a new process of this Python with its option -P (the working folder is not searched) imports
    what this process does."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)}
