"""`tui-rnn inspect`: everything inside a saved run while it reads a text."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tui_rnn.cli.output import Json, note, print_json
from tui_rnn.display import describe
from tui_rnn.errors import InputError, RunError

FORMATS = (".npz", ".svg", ".png", ".html")


def run(
    run: Annotated[Path, Parameter(help="A saved run.")],
    text: Annotated[str, Parameter(help="The text that it reads.", allow_leading_hyphen=True)],
    /,
    *,
    out: Annotated[Path | None, Parameter(help="Write a picture (.svg .png .html) or all numbers (.npz).")] = None,
    signal: Annotated[str | None, Parameter(help="Only these in the picture, such as f or ifo; without, all.")] = None,
    layer: Annotated[int | None, Parameter(help="Only this layer in the picture, from 1 on; without, all.")] = None,
    json: Json = False,
) -> int:
    """Gates, states and predictions at each character of a text.

    The signals are i f g o c h of an LSTM, z r n h of a GRU, h of an Elman network, each for every layer and unit. The
    run reads from the zero state.
    """
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.cli.reading import Reading

    if out is not None and out.suffix.lower() not in FORMATS:
        raise InputError(f"--out is {out}, expected a name ending in {', '.join(FORMATS)}")
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        raise InputError(f"--out is {out}, expected a file in a folder that exists")
    loaded = load_run(run)
    reading = Reading.of(loaded, text)
    if reading.unknown and not json:
        named = ", ".join(describe(character) for character in sorted({text[position] for position in reading.unknown}))
        note(f"the run doesn't know {named}: read as {describe(loaded.vocabulary.fallback)}")
    if out is not None:
        data = reading.file(out.suffix.lower(), signal, layer)
        with _replacing(out) as temporary:
            temporary.write_bytes(data)
    for position in range(len(text)) if json or out is None else ():
        if json:
            print_json(reading.record(position))
        else:
            print(f"{position:>4}  {describe(text[position]):<9} {reading.words(position)}")
    return 0


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A temporary file that takes the place of `path` when all is written, so that a failure leaves no half of one."""
    temporary = path.with_name(f".tui-rnn-{secrets.token_hex(6)}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise RunError(f"{path} was not written: {error.strerror or error}") from None
    finally:
        temporary.unlink(missing_ok=True)
