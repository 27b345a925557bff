"""The prompt of a command, from an option or a file, with escapes and line ends read as they were meant."""

from __future__ import annotations

import sys
from pathlib import Path

from tui_rnn.errors import InputError, RunError

MAX_PROMPT_BYTES = 1_000_000


def given_prompt(prompt: str | None, prompt_file: Path | None, escape: bool) -> str:
    r"""The text of --prompt or --prompt-file. escape: whether \n and the like in --prompt are escapes. Raises InputError if
    both are given, the file is not text, or an escape is not known."""
    from tui_rnn.data.prompts import unescaped

    if prompt_file is None:
        return unescaped(prompt or "", "--prompt") if escape else prompt or ""
    if prompt is not None:
        raise InputError("--prompt and --prompt-file are both given, expected one of them: leave one out")
    return _read(prompt_file)


def _read(name: Path) -> str:
    """The text of a file, or of stdin for '-', read as any text is: its encoding is recognised, its line ends become LF."""
    from tui_rnn.data import standard_input
    from tui_rnn.data.decoding import Findings, decode_file
    from tui_rnn.data.sources import check_regular, source_path

    if str(name) == "-":
        standard_input.keep(sys.stdin.buffer if sys.stdin else None, MAX_PROMPT_BYTES)
        path = standard_input.kept_file()
    else:
        path = source_path(name)
    try:
        size = check_regular(path, "a text file for --prompt-file").st_size
        if size > MAX_PROMPT_BYTES:
            raise InputError(f"--prompt-file {name} has {size:,} bytes, expected at most {MAX_PROMPT_BYTES:,}: give its end")
        return "".join(decode_file(path, size, None, Findings(), lambda count: None)) if size else ""
    except FileNotFoundError:
        raise InputError(f"--prompt-file {name} does not exist, expected a text file") from None
    except OSError as error:
        raise RunError(f"--prompt-file {name} can't be read: {error.strerror or error}") from error
