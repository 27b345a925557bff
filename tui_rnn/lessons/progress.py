"""A person's progress in each lesson, kept in one small JSON file, which may be missing, damaged or edited by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_rnn import leftovers
from tui_rnn.lessons.lesson import Lesson
from tui_rnn.paths import lessons_path

MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Progress:
    """page: the last open page, from 0 on. seen: the pages that were opened; reached: the pages whose condition was met."""

    page: int = 0
    seen: frozenset[int] = frozenset()
    reached: frozenset[int] = frozenset()

    def at(self, page: int) -> Progress:
        """The progress with this page open."""
        return Progress(page, self.seen | {page}, self.reached)

    def with_reached(self, page: int) -> Progress:
        return Progress(self.page, self.seen, self.reached | {page})

    def done(self, lesson: Lesson) -> bool:
        """Whether every page was opened and every condition met."""
        awaited = {k for k, page in enumerate(lesson.pages) if page.until is not None}
        return self.seen >= set(range(len(lesson.pages))) and self.reached >= awaited

    def told(self, lesson: Lesson) -> str:
        """'done', 'page 3/6', '' for a lesson that was never opened."""
        if not self.seen:
            return ""
        return "done" if self.done(lesson) else f"page {min(self.page, len(lesson.pages) - 1) + 1}/{len(lesson.pages)}"


def load(path: Path | None = None) -> dict[str, Progress]:
    """By the lessons' names. What can't be read counts as never opened."""
    try:
        with (path or lessons_path()).open("rb") as file:
            found = json.loads(file.read(MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: _read(entry) for name, entry in found.items()} if isinstance(found, dict) else {}


def _read(entry: Any) -> Progress:
    if not isinstance(entry, dict):
        return Progress()
    return Progress(next(iter(_pages([entry.get("page")])), 0), _pages(entry.get("seen")), _pages(entry.get("reached")))


def _pages(value: Any) -> frozenset[int]:
    return frozenset(filter(_is_page, value)) if isinstance(value, list) else frozenset()


def _is_page(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1000


def save(progress: Mapping[str, Progress], path: Path | None = None) -> None:
    """Write the file, whole or not at all. Raises OSError."""
    path = path or lessons_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = {
        name: {"page": one.page, "seen": sorted(one.seen), "reached": sorted(one.reached)} for name, one in progress.items()
    }
    leftovers.put(path, (json.dumps(entries, indent=1) + "\n").encode())
