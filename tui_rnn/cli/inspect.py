"""`tui-rnn inspect`: everything inside a saved run while it reads a text."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tui_rnn.cli.answering import note_unknown
from tui_rnn.cli.output import Json, note, print_json
from tui_rnn.display import counted
from tui_rnn.errors import InputError, RunError

FORMATS = (".npz", ".svg", ".png", ".html")


def run(
    run: Annotated[Path, Parameter(help="A saved run.")],
    text: Annotated[str, Parameter(help="The text that it reads.", allow_leading_hyphen=True)],
    /,
    *,
    out: Annotated[Path | None, Parameter(help="Write a picture (.svg .png .html) or all numbers (.npz).")] = None,
    signal: Annotated[str | None, Parameter(help="Only these signals in the picture, such as f or ifo; without, all.")] = None,
    layer: Annotated[int | None, Parameter(help="Only this layer in the picture, from 1 on; without, all.")] = None,
    json: Json = False,
) -> int:
    """Gates, states and predictions at each character of a text.

    The signals depend on the run's cell (an LSTM has the gates i, f, g and o, the cell state c and the hidden state h). Each is
    shown for every layer and unit, and for each direction that the run reads in. The run reads from the zero state. Also: what
    a language model expects next, a tagger's tags, a classifier's answer after each character, a decoder's attention.
    """
    if out is not None and out.suffix.lower() not in FORMATS:
        raise InputError(f"--out is {out}, expected a name ending in {', '.join(FORMATS)}")
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        raise InputError(f"--out is {out}, expected a file in a folder that exists")
    for option, value in (("--signal", signal), ("--layer", layer)):
        if value is not None and (out is None or out.suffix.lower() == ".npz"):
            raise InputError(f"{option} chooses what a picture shows: add --out with a name ending in .svg, .png or .html")
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.cli.inspection import inspect

    loaded = load_run(run, json)
    inspection = inspect(loaded, text)
    data = inspection.file(out.suffix.lower(), signal, layer) if out is not None else b""
    if not json:
        note_unknown([(text, loaded.vocabulary.encode(text)[1])], loaded.vocabulary)
    if out is not None:
        with _replacing(out) as temporary:
            temporary.write_bytes(data)
        if not json:
            count = len(inspection.symbols)
            over = f"over {counted(count, 'symbol')} ({inspection.name})"
            note(f"wrote {_written(out, signal, layer)} {over} to {out}")
    if json:
        for record in inspection.records():
            print_json(record)
    elif out is None:
        for line in inspection.lines():
            print(line)
    return 0


def _written(out: Path, signal: str | None, layer: int | None) -> str:
    """What the file holds, in words."""
    if out.suffix.lower() == ".npz":
        return "all numbers"
    shown = "all signals" if signal is None else " ".join(signal)
    letters = " without letters (.svg and .html have them)" if out.suffix.lower() == ".png" else ""
    return f"a picture{letters} of {shown}" + ("" if layer is None else f" of layer {layer}")


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A temporary file that replaces `path` once everything is written, so that a failure leaves no half-written file."""
    temporary = path.with_name(f".tui-rnn-{secrets.token_hex(6)}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise RunError(f"{path} was not written: {error.strerror or error}") from None
    finally:
        temporary.unlink(missing_ok=True)
