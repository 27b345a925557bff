"""Writes a view to a file: as a picture (SVG), a page (HTML), text, or the numbers behind it (JSON, .npz)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.segment import Segment, Segments
from textual.strip import Strip

from tui_rnn.errors import InputError
from tui_rnn.insight.question import record
from tui_rnn.paths import written_path
from tui_rnn.tui.picture import write_new

NO_PNG = (
    "a view can't be written as PNG: that needs a C library that pip does not install; name a file .svg, which browsers and "
    "image editors open and turn into PNG"
)


@dataclass(frozen=True)
class Shown:
    """title: of the view, in words. strips: its painted lines. found: the numbers behind it, a dataclass or a dict of them;
    None: there is only the picture. text: what the key y copies, "": nothing."""

    title: str
    strips: Sequence[Strip]
    found: Any
    text: str = ""


def made(name: str, shown: Shown) -> tuple[Path, bytes]:
    """The absolute path of a name, and the content for its ending. Raises InputError for an unknown ending, and where the view
    has no such content yet."""
    path = written_path(name).absolute()
    form = _FORMS.get(path.suffix.casefold())
    if form is None:
        known = ", ".join(_FORMS)
        told = f"{path.name} has no ending that says its form: name it with one of {known}"
        raise InputError(NO_PNG if path.suffix.casefold() == ".png" else told)
    return path, form(shown)


def write(name: str, shown: Shown) -> Path:
    """Write the view to a new file, in the form of the name's ending; returns its absolute path. Raises InputError as `made`
    does, OSError if it can't be written."""
    path, data = made(name, shown)
    write_new(path, data)
    return path


def _console(shown: Shown) -> Console:
    """A console with the recorded lines. Their text is safe: it was on the screen."""
    width = max((strip.cell_length for strip in shown.strips), default=1)
    console = Console(
        record=True, width=width, file=io.StringIO(), color_system="truecolor", force_terminal=True, legacy_windows=False
    )
    for strip in shown.strips:
        console.print(Segments([*strip, Segment("\n")]), end="", soft_wrap=True)
    return console


def _svg(shown: Shown) -> bytes:
    return _console(shown).export_svg(title=shown.title, unique_id="tui-rnn").encode()


def _html(shown: Shown) -> bytes:
    return _console(shown).export_html(inline_styles=True).encode()


def _text(shown: Shown) -> bytes:
    """The text as it is, for other programs, not as a terminal shows it."""
    if not shown.text:
        raise InputError(f"{shown.title} has no text to write yet: name a file .svg or .html")
    return shown.text.encode("utf-8", "backslashreplace")


def _json(shown: Shown) -> bytes:
    return (json.dumps(record(_found(shown)), ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "backslashreplace")


def _npz(shown: Shown) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **dict(_arrays(_found(shown), "")))
    return file.getvalue()


def _found(shown: Shown) -> Any:
    if shown.found is None:
        raise InputError(f"{shown.title} has no numbers to write yet, only a picture: name a file .svg or .html")
    return shown.found


def _arrays(value: Any, name: str) -> Iterator[tuple[str, NDArray[Any]]]:
    """Every number, text and array in it, by a name with dots: 'readings.0.signals.c'."""
    if isinstance(value, np.ndarray):
        yield name, value
    elif is_dataclass(value):
        yield from _each(((spec.name, getattr(value, spec.name)) for spec in fields(value)), name)
    elif isinstance(value, dict):
        yield from _each(((str(key), one) for key, one in value.items()), name)
    elif isinstance(value, (tuple, list, set, frozenset)):
        held = sorted(value) if isinstance(value, (set, frozenset)) else value
        if all(isinstance(one, (bool, int, float, np.generic)) for one in held) or all(isinstance(one, str) for one in held):
            yield name, np.array(list(held), dtype=None if held else np.float64)
        else:
            yield from _each(((str(k), one) for k, one in enumerate(held)), name)
    elif value is not None:
        yield name, np.array(value)


def _each(parts: Iterable[tuple[str, Any]], name: str) -> Iterator[tuple[str, NDArray[Any]]]:
    for part, value in parts:
        yield from _arrays(value, f"{name}.{part}" if name else part)


_FORMS: dict[str, Callable[[Shown], bytes]] = {
    ".svg": _svg, ".html": _html, ".txt": _text, ".json": _json, ".npz": _npz,
}  # fmt: skip
ENDINGS = tuple(_FORMS)
