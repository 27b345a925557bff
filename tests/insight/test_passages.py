"""Passages of a unit and passages alike, in networks where it is known which unit does what, against plain loops."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from tests.insight.planted import PLANTED, network_over, plant_counter, plant_detector
from tests.insight.test_units import nested
from tui_rnn.errors import InputError
from tui_rnn.insight.alike import Alike
from tui_rnn.insight.hypotheses import hypothesis
from tui_rnn.insight.passages import Passages, peaks
from tui_rnn.insight.question import Cancelled, Subject
from tui_rnn.insight.registry import answer


@pytest.fixture(scope="module")
def counter() -> tuple[Subject, str]:
    text = nested(3000)
    subject = network_over(text, "lstm")
    plant_counter(subject)
    return subject, text


def test_the_passages_of_a_counter_are_where_the_brackets_are_deepest(counter: tuple[Subject, str]) -> None:
    subject, text = counter
    found = answer(subject, Passages(PLANTED, count=6, context=10))
    depth = hypothesis("depth").values(text)
    assert found.signal == "c"
    assert {depth[one.place] for one in found.highest} == {6}
    assert {depth[one.place] for one in found.lowest} == {0}
    assert [one.value for one in found.highest] == pytest.approx([6] * 6, abs=0.01)
    assert found.mean == pytest.approx(depth.mean(), abs=0.01)
    assert found.read == "3,000 characters"
    for one in (*found.highest, *found.lowest):
        assert one.before + one.symbol + one.after == text[max(0, one.place - 10) : one.place + 11]
    places = sorted(one.place for one in found.highest)
    assert min(np.diff(places)) > 10


def test_a_value_is_that_of_the_trace(reader: Subject) -> None:
    found = answer(reader, Passages(3, signal="f", layer=2, count=3, length=400))
    traced = reader.network.trace(reader.part[:400]).signals["f"][:, 1, 3]  # type: ignore[index]
    assert [one.value for one in found.highest] == pytest.approx(
        traced[[one.place for one in found.highest]].tolist(), abs=1e-5
    )
    assert found.highest[0].value == pytest.approx(traced.max(), abs=1e-5)
    assert found.lowest[0].value == pytest.approx(traced.min(), abs=1e-5)


def test_peaks_stand_apart_and_are_as_many_as_there_is_room_for() -> None:
    scores = np.array([1.0, 5, 4, 0, np.nan, 3, 3, np.inf])
    assert peaks(scores, 3, 1) == [7, 1, 5]
    assert peaks(scores, 99, 2) == [7, 1]
    assert peaks(np.zeros(0), 3, 1) == []


def test_a_passage_does_not_reach_into_another_example(subjects: dict[str, Subject]) -> None:
    subject = subjects["tag"]
    texts = {one.text for one in subject.data.validation.examples}  # type: ignore[union-attr]
    for one in answer(subject, Passages(0, count=5, context=200)).highest:
        assert one.before + one.symbol + one.after in texts


def rare_letters(length: int = 4000) -> str:
    rng = random.Random(4)
    return "".join(rng.choice("xy") if rng.random() < 0.05 else rng.choice("abcd") for _ in range(length))


def detecting(text: str, characters: str) -> Subject:
    """A network in which nothing happens but that PLANTED is high at these characters."""
    subject = network_over(text, "elman", units=16, size=0.0)
    plant_detector(subject, characters)
    return subject


def test_from_a_range_to_its_unit_and_to_all_places_like_it() -> None:
    text = rare_letters()
    at = text.index("x", 100)
    found = answer(detecting(text, "x"), Alike(f"{at}:{at + 1}", count=1000, context=0))
    others = [k for k, ch in enumerate(text) if ch == "x" and k != at]
    (only,) = found.units
    assert (only.unit, only.high, only.inside, found.selected) == (PLANTED, True, 1.0, "x")
    assert only.elsewhere == pytest.approx(len(others) / (len(text) - 1))
    assert [one.place for one in found.passages if one.value == 1.0] == others
    assert (found.typical, found.rare) == (0.0, 1.0)


def test_a_unit_that_is_low_in_the_range_is_found_too() -> None:
    text = rare_letters()
    at = text.index("x", 100)
    (only,) = answer(detecting(text, "abcdy"), Alike(f"{at}:{at + 1}")).units
    assert (only.unit, only.high) == (PLANTED, False)


def test_a_longer_range_is_like_stretches_of_its_length() -> None:
    text = rare_letters().replace("xa", "xxxx")
    at = text.index("xxxx")
    found = answer(detecting(text, "x"), Alike(f"{at}:{at + 4}", count=3, context=2))
    assert [text[one.place : one.place + 4] for one in found.passages] == ["xxxx"] * 3
    assert all(one.symbol == "xxxx" and one.value == 1 for one in found.passages)
    assert at not in {one.place for one in found.passages}


def test_the_range_may_be_in_a_text_of_ones_own() -> None:
    text = rare_letters()
    found = answer(detecting(text, "x"), Alike("2:3", text="abxcd", count=1000, context=0))
    assert found.selected == "x"
    assert [one.place for one in found.passages if one.value == 1] == [k for k, ch in enumerate(text) if ch == "x"]


def test_where_no_unit_is_on_it_says_what_to_do(counter: tuple[Subject, str]) -> None:
    subject, _ = counter
    found = answer(subject, Alike("10:400", threshold=50.0))
    assert (found.units, found.passages) == ((), ())
    assert "choose another range" in list(found.lines())[-1]


def test_a_unit_that_never_changes_is_never_on() -> None:
    subject = detecting(rare_letters(500), "x")
    found = answer(subject, Alike("3:4", threshold=0.0, inside=0.0, elsewhere=1.0))
    assert {one.unit for one in found.units} == {PLANTED}


@pytest.mark.parametrize("written", ["", "5", "7:7", "9:3", "-1:4", "a:b", "0:999999", "0:2500"])
def test_what_is_no_range_is_refused(counter: tuple[Subject, str], written: str) -> None:
    with pytest.raises(InputError, match="range"):
        answer(counter[0], Alike(written))


@pytest.mark.parametrize(("field", "value"), [("signal", "q"), ("layer", 5), ("direction", "backward"), ("text", "")])
def test_what_the_run_lacks_is_refused(reader: Subject, field: str, value: object) -> None:
    with pytest.raises(InputError, match=field):
        answer(reader, replace(Alike("0:3"), **{field: value}))  # type: ignore[arg-type]


def test_a_unit_that_the_run_lacks_is_refused(reader: Subject) -> None:
    with pytest.raises(InputError, match="unit is 16"):
        answer(reader, Passages(16))


@pytest.mark.parametrize("question", [Passages(1), Alike("10:20")])
def test_both_tell_how_far_they_are_and_can_be_ended(reader: Subject, question: Passages | Alike) -> None:
    told: list[tuple[int, int]] = []
    answer(reader, question, lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0

    def end(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        answer(reader, question, end)


@pytest.mark.parametrize("task", ["items", "tag", "classify", "seq2seq"])
def test_every_kind_of_network_can_be_asked(subjects: dict[str, Subject], task: str) -> None:
    subject = subjects[task]
    assert answer(subject, Passages(0)).highest
    text = subject.part.shown(0).text  # type: ignore[union-attr]
    assert answer(subject, Alike("0:2", text=text, threshold=0.5)).read
