"""Where runs, compiled kernels, settings, the state of lessons and logs lie on this system. The code that writes into a folder
makes it.

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
    """The path that a person wrote, `~` understood. Raises InputError for what is no path."""
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
    if home := _home():
        return home
    from platformdirs import user_data_path

    return user_data_path(APP, appauthor=False)


def runs_dir() -> Path:
    """The folder of the saved runs, one .safetensors file each."""
    return data_dir() / "runs"


def new_run_path(corpus_name: str, run_name: str) -> Path:
    """A file name for a new run that no other run has: 'alice-lstm-128-20260131-154210-3f9c.safetensors'."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return runs_dir() / f"{_slug(Path(corpus_name).stem)}-{_slug(run_name)}-{stamp}-{secrets.token_hex(2)}.safetensors"


def kernels_dir() -> Path:
    """The folder of the compiled kernels, which can be made again at any time."""
    if cache := _folder("TUI_RNN_KERNEL_CACHE"):
        return cache
    if home := _home():
        return home / "kernels"
    from platformdirs import user_cache_path

    return user_cache_path(APP, appauthor=False) / "kernels"


def help_dir() -> Path:
    """The folder of pages of help as they were printed: see cli/kept_help.py."""
    if home := _home():
        return home / "help"
    from platformdirs import user_cache_path

    return user_cache_path(APP, appauthor=False) / "help"


def settings_path() -> Path:
    """The file of what a person chose: see preferences.py."""
    if home := _home():
        return home / "settings.toml"
    from platformdirs import user_config_path

    return user_config_path(APP, appauthor=False) / "settings.toml"


def lessons_path() -> Path:
    """The file of how far a person is in the lessons."""
    return data_dir() / "lessons.json"


def log_dir() -> Path:
    """The folder of the logs: tracebacks of what should not have happened."""
    if home := _home():
        return home / "log"
    from platformdirs import user_log_path

    return user_log_path(APP, appauthor=False)


def watch_dir() -> Path:
    """The folder that says which trainings can be watched."""
    return data_dir() / "watch"


def _slug(name: str) -> str:
    """`name` in lower-case ASCII letters, digits and single hyphens: a file name on every system."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:40].strip("-") or "text"


def _home() -> Path | None:
    return _folder("TUI_RNN_HOME")


def _folder(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return written_path(value).absolute() if value else None


def python_environment() -> dict[str, str]:
    """For a process with this Python and its option -P, which keeps the working folder out: it imports what this one does."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)}
