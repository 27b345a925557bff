"""Which units track something, in networks whose weights were set by hand, and on noise."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.insight.planted import PLANTED, network_over, plant_counter, plant_detector
from tui_rnn.errors import InputError
from tui_rnn.insight import part_reading
from tui_rnn.insight.question import Cancelled, Subject
from tui_rnn.insight.registry import answer
from tui_rnn.insight.units import Units

CELLS = ("elman", "lstm", "gru")


def nested(length: int, seed: int = 1) -> str:
    """Letters in balanced brackets, up to six deep, each depth as often as the others."""
    rng, found, depth = random.Random(seed), list[str](), 0
    while len(found) < length:
        if rng.random() < 0.6:
            found.append(rng.choice("abcdeiou xyz"))
        elif 0 <= (next_depth := depth + rng.choice((-1, 1))) <= 6:
            found.append("(" if next_depth > depth else ")")
            depth = next_depth
    return "".join(found)


@pytest.fixture(scope="module")
def text() -> str:
    return nested(4000)


@pytest.mark.parametrize("cell", CELLS)
def test_a_unit_that_counts_brackets_is_found(text: str, cell: str) -> None:
    subject = network_over(text, cell)
    plant_counter(subject)
    found = answer(subject, Units("depth"))
    best = found.units[0]
    assert (best.unit, best.layer, best.high) == (PLANTED, 1, True)
    assert best.signal in {"elman": "h", "lstm": "ch", "gru": "hn"}[cell]  # two of a counter that have the same order
    assert best.score > 0.98
    assert best.chance < 0.5
    assert (found.measure, found.compared) == ("Spearman", 24 * {"elman": 1, "lstm": 6, "gru": 4}[cell])
    assert found.probe.score > 0.95


@pytest.mark.parametrize("cell", CELLS)
def test_a_unit_that_detects_vowels_is_found(text: str, cell: str) -> None:
    subject = network_over(text, cell)
    signal = plant_detector(subject, "aeiou")
    found = answer(subject, Units("vowel", listed=3))
    best = found.units[0]
    assert (best.unit, best.signal) == (PLANTED, signal)
    assert (best.score, best.chosen, *best.interval) == pytest.approx((1.0, 1.0, 1.0, 1.0))
    assert best.beyond_chance
    assert best.chance < 0.65
    assert found.positives == sum(ch in "aeiou" for ch in text)
    assert len(found.units) == 3
    assert found.probe.score > 0.99


def test_a_unit_that_is_low_where_it_holds_is_as_good(text: str) -> None:
    subject = network_over(text, "elman")
    plant_detector(subject, "bcdxyz() ")
    best = answer(subject, Units("vowel")).units[0]
    assert (best.unit, best.high) == (PLANTED, False)
    assert best.score == pytest.approx(1.0)


def test_on_noise_hardly_any_unit_is_beyond_chance() -> None:
    """What comes next in a text of independent characters is known to no network, whatever is in its units."""
    found = []
    for seed in range(10):
        rng = random.Random(seed)
        subject = network_over("".join(rng.choice("abcd") for _ in range(1500)), "elman", seed, units=16)
        asked = answer(subject, Units("regex:.(?=a)"))
        found.append((asked.units[0].beyond_chance, asked.probe.score > asked.probe.chance, asked.units[0].chosen))
    assert sum(unit for unit, _, _ in found) <= 2
    assert sum(probe for _, probe, _ in found) <= 3
    assert all(chosen > 0.5 for _, _, chosen in found)  # the best of many always looks like something where it was chosen


def test_what_many_units_know_together_the_probe_finds() -> None:
    """Two units say a or b and a or c: neither tells a alone, their sum does."""
    rng = random.Random(5)
    text = "".join(rng.choice("abcd") for _ in range(3000))
    subject = network_over(text, "elman", units=8)
    parameters = {name: np.zeros_like(array) for name, array in subject.network.parameters.items()}
    parameters["W0"][:, 2] = [1, 1, -1, -1]  # a or b
    parameters["W0"][:, 5] = [1, -1, 1, -1]  # a or c
    subject.network.set_parameters(parameters)
    found = answer(subject, Units("regex:a"))
    assert found.units[0].score == pytest.approx(5 / 6, abs=0.03)
    assert found.probe.score == pytest.approx(1.0)


def test_one_signal_one_layer_or_one_unit_can_be_asked(reader: Subject) -> None:
    assert answer(reader, Units("vowel", signal="c")).compared == 2 * 16
    assert answer(reader, Units("vowel", layer=2)).compared == 6 * 16
    assert {one.layer for one in answer(reader, Units("vowel", layer=2)).units} == {2}
    alone = answer(reader, Units("vowel", signal="h", layer=1, unit=3))
    assert [(one.unit, one.signal, one.layer) for one in alone.units] == [(3, "h", 1)]
    assert alone.compared == 1


def test_in_turns_the_same_is_found(reader: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = answer(reader, Units("vowel", length=1500))
    monkeypatch.setattr(part_reading, "MAX_HELD", 1500 * 16)
    assert answer(reader, Units("vowel", length=1500)).units == whole.units


@pytest.mark.parametrize(("task", "name"), [("tag", "NOUN"), ("classify", None)])
def test_the_labels_of_a_task_are_told_by_what_learned_them(subjects: dict[str, Subject], task: str, name: str | None) -> None:
    subject = subjects[task]
    assert subject.symbols.labels is not None
    wanted = name or subject.symbols.labels.names[0]
    found = answer(replace(subject, open_part=lambda: subject.data.train), Units(f"label:{wanted}"))
    part: Any = subject.data.train
    truth = [tag for one in part.examples for tag in one.tags] if task == "tag" else [one.label for one in part.examples]
    assert (found.of, found.positives) == (len(truth), truth.count(wanted))
    assert found.probe.score > 0.9
    directions = {one.direction for one in answer(subject, Units("vowel", listed=1000)).units}
    assert directions == ({"forward", "backward"} if subject.config.bidirectional else {"forward"})


@pytest.mark.parametrize("task", ["items", "seq2seq"])
def test_other_networks_can_be_asked_about_their_text(subjects: dict[str, Subject], task: str) -> None:
    subject = subjects[task]
    found = answer(replace(subject, open_part=lambda: subject.data.train), Units("regex:a", length=1000))
    assert found.units[0].score > 0.9
    with pytest.raises(InputError, match="has none"):
        answer(subject, Units("label:a"))


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("", "expected --where"),
        ("upper", "nowhere"),
        ("regex:(?s).", "everywhere"),
        ("range:0:2", "too rare"),
        ("range:7:3", "no range"),
        ("label:NOUN", "has none"),
    ],
)
def test_what_tells_nothing_apart_is_refused(reader: Subject, where: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        answer(reader, Units(where, length=300))


@pytest.mark.parametrize(("field", "value"), [("signal", "z"), ("layer", 3), ("unit", 16)])
def test_what_the_run_lacks_is_refused(reader: Subject, field: str, value: object) -> None:
    with pytest.raises(InputError, match=f"{field} is"):
        answer(reader, replace(Units("vowel"), **{field: value}))  # type: ignore[arg-type]


def test_a_range_has_its_halves_in_both_halves(reader: Subject) -> None:
    found = answer(reader, Units("range:20:60", length=400))
    assert found.positives == 40


def test_it_tells_how_far_it_is_and_can_be_ended(reader: Subject) -> None:
    told: list[tuple[int, int]] = []
    answer(reader, Units("vowel"), lambda done, total: told.append((done, total)))
    shares = [done / total for done, total in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)

    def end(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        answer(reader, Units("vowel"), end)


def test_for_a_person_the_lines_say_score_chance_and_probe(reader: Subject) -> None:
    lines = list(answer(reader, Units("vowel", listed=2)).lines())
    assert lines[0].startswith("a vowel: ")
    assert "AUC" in lines[2]
    assert "in layer" in lines[2]
    assert "a linear probe on the states, 64 numbers" in lines[4]
    assert "by chance the best of 192 reaches 0." in lines[5]
