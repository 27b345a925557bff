"""A lesson that is checked without a screen reaches its pages, and every number of it is worked out in another way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.lessons.test_reading import SMALL, read
from tui_rnn.data.builtin import TASK_BUILTINS, TaskBuiltin
from tui_rnn.lessons import checking, reading, shelf
from tui_rnn.lessons.checking import Checked
from tui_rnn.lessons.trained import Trained, same

LESSONS = [path.stem for path in shelf.files()]


SLOW = {
    "4-teacher-forcing": 20,
    "8-classification": 20,
    "11-gates": 70,
    "13-vanishing": 60,
    "14-encoder-decoder": 40,
    "15-attention": 40,
}
"""Lessons with a condition that takes 20 to 80 s of training, longer than a test may take: of these, all figures after so many
steps, reached or not. Whether their conditions are reached, too, says `tui-rnn lesson NAME --check`."""


def fewer(corpus: TaskBuiltin) -> TaskBuiltin:
    """One of ten of its examples: enough for figures that are only worked out twice."""
    lines = corpus.text().splitlines(keepends=True)
    return corpus._replace(text=lambda: "".join(lines[::10]))


@pytest.mark.parametrize("stem", LESSONS)
def test_every_page_of_a_lesson_is_reached_and_every_figure_is_recomputed(stem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("messages", "number-words") if stem in SLOW else ():
        monkeypatch.setitem(TASK_BUILTINS, name, fewer(TASK_BUILTINS[name]))
    found = list(checking.check(reading.read(shelf.FOLDER / f"{stem}.toml"), timed=False, most_steps=SLOW.get(stem)))
    assert not [one for one in found if not one.ok and not (stem in SLOW and one.what in ("until", "end"))]
    assert not [one.told for one in found if one.what in ("figure", "guess") and not one.recomputed]
    assert found[-1].what == "end"


def by_place(found: list[Checked]) -> dict[str, Checked]:
    return {one.what: one for one in found}


def test_a_condition_that_is_not_reached_fails_the_lesson_and_says_where_it_stands(tmp_path: Path) -> None:
    lesson = read(tmp_path, SMALL.replace("step >= 10", "val_loss < 0.001"))
    found = by_place(list(checking.check(lesson, timed=False, most_steps=20)))
    assert not found["until"].ok
    assert "< 0.001 does not hold after 20 steps" in found["until"].why
    assert not found["end"].ok


def test_a_figure_whose_two_ways_differ_fails_the_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Trained.ask

    def wrong(self: Trained, run: str, question: Any) -> Any:
        answer = ask(self, run, question)
        answer.expected.next_prob[:] *= 1.01  # type: ignore[attr-defined]
        return answer

    monkeypatch.setattr(Trained, "ask", wrong)
    found = list(checking.check(read(tmp_path), timed=False))
    (bad,) = [one for one in found[:-1] if not one.ok]
    assert bad.told == "read.expected.next_prob[0]"
    assert bad.why == "the two ways differ"
    assert not found[-1].ok


def test_a_figure_that_divides_by_zero_fails_the_lesson(tmp_path: Path) -> None:
    lesson = read(
        tmp_path,
        SMALL.replace("{read.expected.next_prob[0]", "{1 / (vocab_size - vocab_size):.2f} {read.expected.next_prob[0]"),
    )
    (bad,) = [one for one in checking.check(lesson, timed=False) if one.what == "figure" and not one.ok]
    assert "division by 0" in bad.why


def test_a_guess_of_which_two_choices_hold_fails_the_lesson(tmp_path: Path) -> None:
    lesson = read(tmp_path, SMALL.replace('"vocab_size <= 2"', '"vocab_size > 2"'))
    found = by_place(list(checking.check(lesson, timed=False)))
    assert not found["guess"].ok
    assert found["guess"].why == "2 choices hold, expected one"


def test_a_lesson_that_takes_longer_than_its_budget_fails_where_time_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Trained, "seconds", 61.0)
    lesson = read(tmp_path, SMALL.replace('source = "counting"', 'source = "counting"\nbudget_s = 60'))
    *_, end = checking.check(lesson)
    assert not end.ok
    assert end.why == "61.0 s of training, expected at most 60"


def test_what_was_checked_is_json(tmp_path: Path) -> None:
    records = [json.loads(json.dumps(one.record())) for one in checking.check(read(tmp_path), timed=False)]
    assert {record["event"] for record in records} == {"until", "figure", "guess", "end"}
    assert records[0]["steps"] == {"elman": 10}
    assert records[-1]["ok"]


def test_two_ways_agree_as_far_as_float32_goes_and_no_further() -> None:
    assert same(0.5, 0.5000001)
    assert same("a", "a")
    assert same((1, 2.0), [1, 2.0])
    assert not same(0.5, 0.51)
    assert not same("a", "b")
    assert not same(3, 4)
    assert not same((1,), (1, 2))
