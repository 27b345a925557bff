"""The screens are tested as they look in a terminal of many colours, whatever terminal the tests run in, and without sleep."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.pop("NO_COLOR", None)
os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}

from tests.tui import idle, small_lesson, strips, stylesheets  # Textual reads the environment when it is imported
from tui_rnn.lessons import reading
from tui_rnn.lessons.lesson import Lesson

idle.install()
strips.install()
stylesheets.install()


@pytest.fixture(autouse=True, scope="module")
def garbage_is_left_lying() -> Iterator[None]:
    """A playground is made of a hundred thousand objects that all live until it ends: that they do is not found out again and
    again meanwhile, but once in some ten playgrounds."""
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, 10, 10)
    yield
    gc.set_threshold(*before)


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    path = tmp_path / "small.toml"
    path.write_text(small_lesson.LESSON, encoding="utf-8")
    return reading.read(path)
