"""A lone - as the name of a file: it stands for stdin."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable

READING = ("train", "eval", "serve")
"""The commands that read a source from stdin, or say why they don't."""


def with_stdin_named(arguments: list[str], commands: Collection[str]) -> list[str]:
    """The arguments with a name in place of each lone -, since the parser takes that for an option: for commands that read
    sources, and for the playground, which then says that it does not read stdin."""
    from tui_rnn.data.sources import STDIN

    if "-" not in arguments or (arguments[0] in commands and arguments[0] not in READING):
        return arguments
    return [STDIN if argument == "-" else argument for argument in arguments]


def keep_stdin(sources: Iterable[str]) -> None:
    """Read stdin into a file if it is one of the sources. Raises InputError if nothing comes."""
    from tui_rnn.data import standard_input
    from tui_rnn.data.sources import STDIN

    if STDIN in sources:
        standard_input.keep(None if sys.stdin is None else sys.stdin.buffer)
