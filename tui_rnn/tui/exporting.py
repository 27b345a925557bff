"""What a view shows, in a file: as a picture (SVG), as a page (HTML), as text, or as the numbers behind it (JSON, .npz)."""

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

NO_PNG = (
    "no PNG is written: what draws one needs a library of C that pip alone does not bring; name a file .svg, which browsers "
    "and image editors open and turn into PNG"
)


@dataclass(frozen=True)
class Shown:
    """title: of the view, in words. strips: its lines as they are painted. found: what it is drawn from, a dataclass or a dict
    of them; None where there is nothing but the picture. text: what the key y copies, "" for none."""

    title: str
    strips: Sequence[Strip]
    found: Any
    text: str = ""


def made(name: str, shown: Shown) -> tuple[Path, bytes]:
    """The absolute path that a name means, and what a file of this ending holds. Raises InputError for an ending that is none
    of these and for numbers that there are not."""
    path = written_path(name).absolute()
    form = _FORMS.get(path.suffix.casefold())
    if form is None:
        known = ", ".join(_FORMS)
        told = NO_PNG if path.suffix.casefold() == ".png" else f"{path.name} ends in none of {known}: the ending says the form"
        raise InputError(told)
    return path, form(shown)


def write(name: str, shown: Shown) -> Path:
    """Write what is shown to a new file, in the form that the name's ending says; returns its absolute path. Raises InputError
    as `made` does, OSError where it can't be written."""
    path, data = made(name, shown)
    with path.open("xb") as file:  # what lies there already stays as it is
        try:
            file.write(data)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return path


def _console(shown: Shown) -> Console:
    """A console that has recorded the lines. Their text is safe: it was on the screen."""
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
    """As it is, not as a terminal would show it: for other programs."""
    if not shown.text:
        raise InputError(f"{shown.title} has no text yet to write: name a file .svg or .html")
    return shown.text.encode("utf-8", "backslashreplace")


def _json(shown: Shown) -> bytes:
    return (json.dumps(record(_found(shown)), ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "backslashreplace")


def _npz(shown: Shown) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **dict(_arrays(_found(shown), "")))
    return file.getvalue()


def _found(shown: Shown) -> Any:
    if shown.found is None:
        raise InputError(f"{shown.title} has no numbers yet to write, only a picture: name a file .svg or .html")
    return shown.found


def _arrays(value: Any, name: str) -> Iterator[tuple[str, NDArray[Any]]]:
    """Every number, text and array that it holds, by a name with dots: 'readings.0.signals.c'."""
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
