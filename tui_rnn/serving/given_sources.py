"""Checks the sources of `serve` before anybody visits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS
from tui_rnn.data.sources import STDIN, absolute_path, find_source, source_path
from tui_rnn.errors import InputError
from tui_rnn.paths import RUN_SUFFIX


def checked(sources: Sequence[str]) -> tuple[str, ...]:
    """The sources, with absolute paths. Raises InputError for one that is not there or can't be opened."""
    return tuple(_checked(source) for source in sources)


def _checked(source: str) -> str:
    built_in = (*BUILTINS, *TASK_BUILTINS)
    if source in built_in:
        return source
    if source in ("-", STDIN):
        raise InputError("serve can't give stdin to several visitors: write it to a file first, and give the file")
    if source.endswith(RUN_SUFFIX):
        from tui_rnn.training.run_facts import read_facts

        read_facts(Path(source))
        return str(absolute_path(Path(source)))
    path = source_path(source)
    if not path.is_dir():
        find_source(source, built_in)
    return str(absolute_path(path))
