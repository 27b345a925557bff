"""The file in which a person's progress is kept."""

from __future__ import annotations

from pathlib import Path

from tui_rnn.lessons import progress
from tui_rnn.lessons.progress import Progress


def test_a_lesson_whose_file_name_is_no_utf_8_is_kept_with_the_others(tmp_path: Path) -> None:
    known = {"entropy": Progress().at(2), "le\udce7on": Progress().at(1).with_reached(1)}
    progress.save(known, tmp_path / "lessons.json")
    assert progress.load(tmp_path / "lessons.json") == known
