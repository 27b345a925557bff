"""`tui-rnn [SOURCE ...]`: the playground, after a check that there is a terminal and something to open."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.cli.data_options import DataOptions
from tui_rnn.cli.options import option_name
from tui_rnn.cli.output import shell_line
from tui_rnn.errors import InputError, RunError

if TYPE_CHECKING:
    from tui_rnn.data.request import DataRequest
    from tui_rnn.tui.lifecycle import ExitInfo

READ_FIRST_BYTES = 200_000  # a text up to this size is read before the screen opens: it takes milliseconds


def run(sources: tuple[str, ...], options: DataOptions, record: Path | None = None, last: bool = False) -> int:
    """Check the sources, open the playground, and say afterwards where the runs are. record: the file of a recording. last:
    open the runs that the last playground saved."""
    from tui_rnn.paths import RUN_SUFFIX

    if last:
        if sources:
            raise InputError(f"--last opens the runs of the last playground: leave out {sources[0]} or --last")
        sources = _last_session()
    runs = [source for source in sources if source.endswith(RUN_SUFFIX)]
    requests = [options.request(source) for source in sources if source not in runs]
    if (given := options.given()) and not sources:
        raise InputError(f"{option_name(given[0])} says how to read a source: also name the source")
    if given and not requests:
        raise InputError(f"{option_name(given[0])} says how to read a source, but a saved run knows that: leave it out")
    if runs:
        from tui_rnn.training.run_facts import read_facts

        for path in runs:
            read_facts(Path(path))
    for request in requests:
        _check(request)
    check_terminal("train without a screen with tui-rnn train SOURCE")
    from tui_rnn.tui.launch import open_playground

    if record is None:
        return _ended(open_playground(requests, runs))
    from tui_rnn.lab.recording import Recorder

    recorder = Recorder(record)
    try:
        return _ended(open_playground(requests, runs, recorder=recorder))
    finally:
        recorder.close()
        print(f"recorded: {shell_line('tui-rnn', 'replay', str(record))}")


def _ended(info: ExitInfo) -> int:
    """The person left the playground: --last will find its runs again."""
    _remember_session(info)
    return left(info)


def _last_session() -> tuple[str, ...]:
    """The runs that the last playground saved and that still exist. Raises InputError if there are none."""
    from tui_rnn.cli.output import note
    from tui_rnn.preferences import load

    loaded = load()
    if loaded.problem:
        note(loaded.problem)
    known = loaded.preferences.last
    if not known:
        raise InputError("no playground has saved a run yet, so --last opens nothing: name what to open, or leave --last out")
    there = tuple(path for path in known if Path(path).is_file())
    for path in known:
        if path not in there:
            note(f"{path} is gone, so it is left out")
    if not there:
        raise InputError("the runs of the last playground are all gone: tui-rnn runs lists the runs that exist")
    return there


def _remember_session(info: ExitInfo) -> None:
    """Keep what --last opens the next time."""
    from tui_rnn.cli.output import note
    from tui_rnn.preferences import MOST_LAST, remember

    if info.saved:
        try:
            remember(last=tuple(saved.path for saved in info.saved.values())[:MOST_LAST])
        except RunError as error:
            note(str(error))


def check_terminal(instead: str) -> None:
    """Raise InputError if no screen can be shown. instead: what to do then."""
    if not has_terminal():
        raise InputError(f"the playground needs a terminal, and this is not one: {instead}")
    if os.environ.get("TERM") == "dumb":
        raise InputError(f"TERM is dumb: this terminal can't show a screen, so {instead}, or set TERM to your terminal's type")


def left(info: ExitInfo) -> int:
    """Say where the runs are, after the playground. Returns the exit code."""
    if farewell := info.farewell():
        print(farewell)
    if info.error:
        raise InputError(info.error) if info.code == InputError.exit_code else RunError(info.error)
    return info.code


def has_terminal() -> bool:
    """Whether a person can see a screen and press keys."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _check(request: DataRequest) -> None:
    """Raise InputError for what can be checked at once. Folders and large files are left to the engine."""
    from tui_rnn.cli.main import COMMANDS
    from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS
    from tui_rnn.data.opening import open_data
    from tui_rnn.data.sources import find_source

    source = request.files.source
    path = Path(source)
    built_in = (*BUILTINS, *TASK_BUILTINS)
    if source not in built_in and not path.is_dir():
        files = find_source(source, [*built_in, *COMMANDS]).files
        if files[0].byte_count <= READ_FIRST_BYTES:
            open_data(request)
