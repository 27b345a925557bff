"""`tui-rnn [SOURCE ...]`: the playground, once it is sure that there is a terminal and something to open."""

from __future__ import annotations

import sys
from pathlib import Path

from tui_rnn.errors import InputError, RunError

READ_FIRST_BYTES = 200_000  # a text up to this size is read whole before the screen opens: it takes no time


def run(sources: tuple[str, ...], encoding: str | None) -> int:
    """Check the sources, open the playground, and say afterwards where the runs lie."""
    for source in sources:
        _check(source, encoding)
    if not has_terminal():
        raise InputError("the playground needs a terminal, and this is none: train without a screen by tui-rnn train SOURCE")
    from tui_rnn.tui.launch import open_playground

    info = open_playground(sources, encoding)
    if farewell := info.farewell():
        print(farewell)
    if info.error:
        raise InputError(info.error) if info.code == InputError.exit_code else RunError(info.error)
    return info.code


def has_terminal() -> bool:
    """Whether a person can see and steer a screen."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _check(source: str, encoding: str | None) -> None:
    """Raise InputError for what can be seen to be wrong at once. Folders and large files are left to the engine."""
    from tui_rnn.cli.main import COMMANDS
    from tui_rnn.data.builtin import BUILTINS
    from tui_rnn.data.corpus import open_corpus
    from tui_rnn.data.sources import find_files
    from tui_rnn.tui.launch import RUN_SUFFIX

    path = Path(source)
    if source.endswith(RUN_SUFFIX):
        from tui_rnn.train.checkpoint import read_facts

        read_facts(path)
    elif source not in BUILTINS and not path.is_dir():
        files, _ = find_files(path, [*BUILTINS, *COMMANDS])
        if files[0].byte_count <= READ_FIRST_BYTES:
            open_corpus(source, encoding=encoding)
