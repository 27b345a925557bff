"""A lesson's file is read as it was written, and one that is not right is refused in one line that says where."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tui_rnn.data.opening import open_data
from tui_rnn.errors import InputError
from tui_rnn.insight.trace import Trace
from tui_rnn.lessons import reading, shelf
from tui_rnn.lessons.lesson import Lesson
from tui_rnn.lessons.text import Figure

SMALL = """
title = "Small"
afterwards = ["something"]
source = "counting"

[[runs]]
name = "elman"
cell = "rnn"
hidden_size = 4
seed = 3

[figures]
read = 'trace(text="aab", likeliest=3)'

[[pages]]
title = "One"
text = "There are {vocab_size:d} characters, {{in braces}}, {read.expected.next_prob[0]:.2f}."
equation = "h_t = g(U h_t−1 + W x_t)"
view = { name = "arithmetic", text = "aab", unit = 2 }

[pages.guess]
asks = "More than two?"
choices = [{ says = "yes", holds = "vocab_size > 2" }, { says = "no", holds = "vocab_size <= 2" }]

[pages.until]
says = "ten steps"
holds = "step >= 10"
"""


def read(tmp_path: Path, text: str = SMALL) -> Lesson:
    path = tmp_path / "small.toml"
    path.write_text(text, encoding="utf-8")
    return reading.read(path)


def test_a_lesson_is_read_as_it_was_written(tmp_path: Path) -> None:
    lesson = read(tmp_path)
    (run,), (page,) = lesson.runs, lesson.pages
    assert (lesson.name, lesson.number, lesson.title, lesson.afterwards) == ("small", 0, "Small", ("something",))
    assert (run.name, run.config.cell, run.config.hidden_size, run.config.seed) == ("elman", "elman", 4, 3)
    assert run.request.kind is not None
    assert run.request.files.source == "counting"
    first, braces, number = (piece for piece in page.text if isinstance(piece, str)), page.text[2], page.text[3]
    assert next(first) == "There are "
    assert braces == " characters, {in braces}, "
    assert isinstance(number, Figure)
    assert number.how == ".2f"
    assert page.look is not None
    assert (page.look.view, page.look.text, page.look.unit) == ("arithmetic", "aab", 2)
    assert page.run == "elman"
    assert page.shown == ("elman",)
    assert page.guess is not None
    assert len(page.guess.choices) == 2
    assert page.until is not None
    assert page.until.holds is not None
    assert not page.until.by_hand


def test_a_run_of_other_data_names_its_own_source(tmp_path: Path) -> None:
    more = '[[runs]]\nname = "tagger"\nsource = "tagged-sentences"\nhidden_size = 8\n\n[figures]'
    lesson = read(tmp_path, SMALL.replace("[figures]", more, 1))
    assert [run.config.kind for run in lesson.runs] == ["lm", "tag"]


def test_a_text_beside_the_lesson_is_its_source(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("a text of my own, and more of it\n" * 50, encoding="utf-8")
    lesson = read(tmp_path, SMALL.replace('source = "counting"', 'source = "mine.txt"'))
    assert lesson.runs[0].request.files.source == str(tmp_path / "mine.txt")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "Small"', "", "small.toml: title is missing, expected a text"),
        ('title = "Small"', "title = 3", "title is 3, expected a text"),
        ('title = "Small"', 'titel = "Small"\ntitle = "x"', "no field 'titel'"),
        ('source = "counting"', "", "run 1: source is missing"),
        ('source = "counting"', 'source = "nowhere.txt"', "run 1, source: .*nowhere"),
        ('cell = "rnn"', 'cell = "rnm"', "run 1, settings: cell is 'rnm', expected one of"),
        ('cell = "rnn"', "beans = 3", "run 1, settings: there is no setting 'beans' for lm"),
        ('name = "elman"', 'name = "step"', "run 1: name is 'step', expected a name that is not taken"),
        ('name = "elman"', 'name = "a b"', "run 1: name is 'a b', expected letters"),
        ("read = 'trace(", "read = 'trase(", "figures, read: 'trase' can't be called"),
        ("{vocab_size:d}", "{vocab_size", "page 1, text: 'vocab_size characters.*is no formula"),
        ("{vocab_size:d}", "} ", "page 1, text: a } stands alone"),
        ("{vocab_size:d}", "{vocab_size:!x}", "page 1, text: '!x' is no way to write 'vocab_size'"),
        ("{read.expected", "{{read.expected", "page 1, text: a } stands alone"),
        ("in braces}}, ", "in braces}}, {read.", "page 1, text: the { before|is no formula"),
        ("{vocab_size:d}", "{vocab}", "page 1, text: there is no 'vocab', expected vocab_size"),
        ('name = "arithmetic"', 'name = "arithmetics"', "page 1, view: name is 'arithmetics', expected one of"),
        ("unit = 2", "unit = -2", "page 1, view: unit is -2, expected a whole number, at least 0"),
        ("unit = 2", "units = 2", "page 1, view: there is no field 'units'"),
        (', { says = "no", holds = "vocab_size <= 2" }', "", "page 1, guess: choices is .*expected at least 2"),
        ('holds = "step >= 10"', "", "page 1, until: nothing to wait for, expected one of holds, key"),
        ('holds = "step >= 10"', 'holds = "step >= 10"\nkey = "n"', "page 1, until: holds and key to wait for"),
        ('holds = "step >= 10"', 'holds = "step >="', "page 1, until, holds: 'step >=' is no formula"),
        ("[[pages]]", 'run = "gru"\n[[pages]]\nrun = "gru"', "expected"),
        ("[[pages]]", "[[page]]", "pages is .*, expected "),
        ('source = "counting"', 'source = "counting"\nbudget_s = 900', "budget_s is 900, expected 1 to 90"),
        ('source = "counting"', 'source = "counting"\nbegins_paused = 1', "begins_paused is 1, expected true or false"),
        ("[[runs]]", "[[runs]", "expected a TOML file"),
        ("{vocab_size:d}", "{trace(likeliest=-1).step}", "page 1, text: likeliest is -1"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line_that_says_where(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in SMALL
    with pytest.raises(InputError, match=told) as caught:
        read(tmp_path, SMALL.replace(old, new, 1))
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("small.toml")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"title = 1\n" + b"\x00", b"[" * 100_000, b"a." * 5000 + b"b = 1", b""])
def test_bytes_that_are_no_lesson_are_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bytes.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        reading.read(path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("bytes.toml")


def test_a_file_that_is_too_large_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large.toml").write_bytes(b"#" * (reading.MOST_BYTES + 1))
    with pytest.raises(InputError, match="at most"):
        reading.read(tmp_path / "large.toml")
    with pytest.raises(InputError, match="No such file"):
        reading.read(tmp_path / "none.toml")
    with pytest.raises(InputError, match="is a folder, expected a lesson's file"):
        reading.read(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_named_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(InputError, match=r"pipe\.toml is a named pipe, expected a lesson's file"):
        reading.read(tmp_path / "pipe.toml")


def test_examples_that_a_lesson_asks_for_are_known_again_when_they_are_open() -> None:
    requests = {run.request for lesson in shelf.lessons() for run in lesson.runs}
    for request in (one for one in requests if one.kind is not None and not one.kind.is_stream):
        assert open_data(request).request.completes(request)


def test_a_lesson_is_found_by_its_name_its_number_or_its_file(tmp_path: Path) -> None:
    assert shelf.find("3") == shelf.find("cross-entropy")
    assert shelf.find(str(tmp_path / "mine.toml")) == tmp_path / "mine.toml"
    with pytest.raises(InputError, match=r"no lesson 'crossing'.*3 cross-entropy"):
        shelf.find("crossing")


def test_the_chapters_lessons_have_names_and_numbers_of_their_own() -> None:
    lessons = list(shelf.lessons())
    assert [lesson.number for lesson in lessons] == sorted({lesson.number for lesson in lessons})
    assert len({lesson.name for lesson in lessons}) == len(lessons)
    assert all(re.fullmatch("[a-z-]+", lesson.name) for lesson in lessons)


def test_a_formula_of_the_file_asks_what_it_says(tmp_path: Path) -> None:
    from tests.lessons.test_formulas import World

    lesson, world = read(tmp_path), World(answer={"expected": {"next_prob": [0.25]}})
    figure = next(piece for piece in reversed(lesson.pages[0].text) if isinstance(piece, Figure))
    assert figure.written(figure.formula.value(world)) == "0.25"
    assert world.asked == [("", Trace("aab", likeliest=3))]
