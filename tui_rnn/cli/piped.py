"""A lone - for a file's name: what comes by stdin."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable

READING = ("train", "eval", "serve")
"""The commands that read a source from stdin, or say why not."""


def with_stdin_named(arguments: list[str], commands: Collection[str]) -> list[str]:
    """The arguments with a lone - of a command that reads sources given a name, which is no option to the parser; without a
    command, too, for the playground to say that it reads none."""
    from tui_rnn.data.sources import STDIN

    if "-" not in arguments or (arguments[0] in commands and arguments[0] not in READING):
        return arguments
    return [STDIN if argument == "-" else argument for argument in arguments]


def keep_stdin(sources: Iterable[str]) -> None:
    """Read stdin into a file where one of the sources is it. Raises InputError where nothing comes."""
    from tui_rnn.data import standard_input
    from tui_rnn.data.sources import STDIN

    if STDIN in sources:
        standard_input.keep(None if sys.stdin is None else sys.stdin.buffer)
