"""All lessons: those of the chapter, in their order, and a person's own, by their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_rnn.errors import InputError
from tui_rnn.lessons import reading
from tui_rnn.lessons.lesson import Lesson
from tui_rnn.paths import written_path

FOLDER = Path(__file__).parent
SUFFIX = ".toml"


def files() -> list[Path]:
    """The files of the chapter's lessons, '3-cross-entropy.toml', in the order of their numbers."""
    return sorted(FOLDER.glob(f"*{SUFFIX}"), key=lambda path: int(path.stem.partition("-")[0]))


def lessons() -> Iterator[Lesson]:
    """The chapter's lessons, in order."""
    return map(reading.read, files())


def find(name: str) -> Path:
    """The file of a lesson: the chapter's by name, 'cross-entropy', or number; else a person's own. Raises InputError."""
    for path in files():
        number, _, called = path.stem.partition("-")
        if name in (called, number):
            return path
    path = written_path(name)
    if path.suffix == SUFFIX or path.exists():
        return path
    known = ", ".join(path.stem.replace("-", " ", 1) for path in files())
    raise InputError(
        f"there is no lesson {name!r:.60}, expected a file that ends in {SUFFIX} or one of {known}: see tui-rnn learn"
    )
