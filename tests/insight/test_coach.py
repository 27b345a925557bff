"""Planted histories: each calls for one remark, and a run that is well calls for none."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_rnn.config import SETTINGS
from tui_rnn.formats import LOSS_UNITS
from tui_rnn.insight.coach import EVALUATIONS_SINCE, RULES, Facts, remark, remarks, unlike
from tui_rnn.insight.remark import BRIEF, Remark


def well(**changed: Any) -> Facts:
    """A run that has learned for 1,000 steps, is below all lines, and has nothing wrong."""
    steps = np.arange(10.0, 1001.0, 10.0)
    fallen = 2.0 * np.exp(-steps / 200) + 1.0
    facts = Facts(
        step=1000,
        epoch=5.0,
        train_step=steps,
        train_nats=fallen,
        val_step=steps[9::10],
        val_elapsed_s=steps[9::10] / 50,
        val_nats=fallen[9::10] + 0.05,
        landmarks=(("uniform", 4.0), ("trigram", 1.7), ("5-gram", 1.4)),
        clipped=0.1,
        update=1e-3,
        rate=0.01,
        peak_rate=0.01,
        hidden_size=64,
        parameters=20_000,
        tokens=100_000,
        repeated=0.02,
        unlike_nats=0.01,
        stuck=(("f", 0.1),),
    )
    return replace(facts, **changed)


def flat(nats: float) -> np.ndarray:
    return np.full(10, nats)


def rising() -> np.ndarray:
    """Validation is best at step 500, and rises by 0.3 from there on."""
    return np.array([3.0, 2.5, 2.2, 2.0, 1.9, 1.95, 2.0, 2.1, 2.15, 2.2])


PLANTED: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "diverged": ({"diverged": True}, ["step 1,000", "0.01", "0.0033"], "a"),
    "copied": ({"repeated": 0.6}, ["60%"], "o"),
    "unlike": ({"unlike_nats": 0.42}, ["0.42 nats"], "o"),
    "rate high": ({"train_nats": np.linspace(1.0, 3.0, 100), "clipped": 0.8}, ["80%", "0.0033"], "r"),
    "overfits": ({"val_nats": rising()}, ["since step 500", "0.300 nats from 1.900", "32 units"], "a"),
    "rate low": ({"update": 1e-6}, ["1.0e-06", "0.1"], "r"),
    "stuck": ({"stuck": (("i", 0.2), ("f", 0.75))}, ["f gate", "75%", "32 units"], "a"),
    "small text": ({"tokens": 2_000}, ["20,000 weights", "2,000 tokens", "10.0 for each", "32 units"], "a"),
    "above trigram": ({"val_nats": flat(1.9)}, ["0.200 nats above the trigram", "stopped falling", "128 units"], "a"),
    "time left": ({"val_nats": np.linspace(2.0, 1.5, 10)}, ["5-gram line, 1.400", "1.500"], "I"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_history_calls_for_its_remark_with_its_number_and_one_key(name: str) -> None:
    changed, numbers, key = PLANTED[name]
    said = {one.name: one for one in remarks(well(**changed))}
    assert name in said
    for number in numbers:
        assert number in str(said[name])
    assert said[name].key == key
    for unit in LOSS_UNITS:
        brief = said[name].brief_in(unit)
        assert len(brief) <= BRIEF
        assert re.search(r"\d", brief)


@pytest.mark.parametrize("name", PLANTED)
def test_what_a_setting_could_be_is_named_beside_the_key_and_is_what_its_form_takes(name: str) -> None:
    (said,) = [one for one in remarks(well(**PLANTED[name][0])) if one.name == name]
    assert bool(said.setting) == (said.key in "ar")
    if said.setting:
        assert f"{said.value:g}" in said.does
        assert SETTINGS[said.setting].parse(f"{said.value:g}") == said.value


def test_losses_are_told_in_the_unit_of_the_screen_and_differences_of_perplexities_in_bits() -> None:
    (said,) = [one for one in remarks(well(val_nats=rising())) if one.name == "overfits"]
    assert "validation rose by 0.300 nats from 1.900" in said.told_in("nats")
    assert f"validation rose by {0.3 / math.log(2):.3f} bits from {1.9 / math.log(2):.3f}" in said.told_in("bits")
    assert said.brief_in("bits") == f"overfits since step 500: validation +{0.3 / math.log(2):.3f} bits"
    assert said.told_in("perplexity") == said.told_in("bits")


def test_no_time_is_told_while_the_loss_falls_ever_more_slowly() -> None:
    """As at the beginning, where it would reach any line in a moment at its rate."""
    slows = 1.5 + 0.5 * 0.5 ** np.arange(10.0)
    assert "time left" not in {one.name for one in remarks(well(val_nats=slows))}


def test_every_rule_has_a_planted_history() -> None:
    names = {one.name for changed, *_ in PLANTED.values() for one in remarks(well(**changed))}
    assert names == set(PLANTED)
    assert len(RULES) == len(PLANTED)


def test_a_run_that_is_well_or_has_just_begun_is_left_alone() -> None:
    assert remark(well()) is None
    assert remark(Facts()) is None


def test_a_remark_is_not_made_twice_and_the_more_urgent_comes_first() -> None:
    facts = well(diverged=True, repeated=0.9)
    first = remark(facts)
    assert first is not None
    assert first.name == "diverged"
    second = remark(facts, {"diverged"})
    assert second is not None
    assert second.name == "copied"
    assert remark(facts, {one.name for one in remarks(facts)}) is None


def test_one_bad_evaluation_is_no_overfitting() -> None:
    losses = well().val_nats.copy()
    losses[-1] += 0.5
    assert remark(well(val_nats=losses)) is None
    assert EVALUATIONS_SINCE > 1


def test_validation_that_rises_with_training_is_no_overfitting() -> None:
    """Both rise: that is a learning rate, or a text that changes, and nothing was memorised."""
    said = {one.name for one in remarks(well(val_nats=rising(), train_nats=np.full(100, 2.0)))}
    assert "overfits" not in said


def test_what_still_falls_above_the_trigram_is_told_to_go_on() -> None:
    (said,) = [one for one in remarks(well(val_nats=np.linspace(3.0, 1.8, 10))) if one.name == "above trigram"]
    assert isinstance(said, Remark)
    assert said.key == "I"
    assert "not trained long enough" in said.told


def test_a_rate_that_the_schedule_let_fall_is_not_too_low() -> None:
    assert remark(well(update=1e-6, rate=0.0001)) is None


def test_texts_of_other_symbols_are_unlike_and_halves_of_one_text_are_not() -> None:
    rng = np.random.default_rng(0)
    one = rng.choice(30, 20_000, p=np.arange(1, 31) / 465)
    assert unlike(one[:15_000], one[15_000:], 30) < 0.02
    assert unlike(one, 29 - one, 30) > 0.3
