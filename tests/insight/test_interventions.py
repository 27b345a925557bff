"""What a change inside a network costs, against the compiled kernels with weights that have the same effect."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.insight.planted import network_over
from tests.training.tasks import PROBLEMS
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.insight.ablate import Ablate
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.effects import MOST, effects_of
from tui_rnn.insight.hold import Hold
from tui_rnn.insight.interventions import Setting
from tui_rnn.insight.question import Cancelled, Subject, silent
from tui_rnn.insight.registry import answer
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.trace import DIRECTIONS
from tui_rnn.training.subjects import subject_of, with_weights
from tui_rnn.training.trainer import Trainer

KINDS = ["lm", "items", "tag", "classify"]
ALL_KINDS = [*KINDS, "seq2seq"]
Weights = dict[str, np.ndarray]


@pytest.fixture(scope="session")
def asked(subjects: dict[str, Subject], reader: Subject) -> dict[str, Subject]:
    """A network of each kind that is asked what a change costs. The language model has two layers; of its text so much is left
    as one reader scores, which forgets nothing."""
    short = reader.part[:1000]  # type: ignore[index]
    return {**subjects, "lm": replace(reader, open_part=lambda: short)}


def loss_with(subject: Subject, change: Callable[[Weights], None]) -> float:
    """The loss of the kernels on the part, with other weights."""
    weights = subject.network.parameters
    change(weights)
    other = with_weights(subject, weights, subject.step)
    return other.score(other.part, silent).loss_nats


def ways(subject: Subject) -> tuple[str, ...]:
    return ("", "_reverse") if subject.config.bidirectional else ("",)


def without(subject: Subject, layer: int, unit: int, direction: int = 0) -> Callable[[Weights], None]:
    """Weights with which nothing reads a unit's h: as if it was 0."""

    def change(weights: Weights) -> None:
        weights[f"U{layer}{ways(subject)[direction]}"][unit] = 0
        read_as = direction * subject.config.hidden_size + unit
        for way in ways(subject):
            above = f"W{layer + 1}{way}"
            if above in weights:
                weights[above][read_as] = 0
            else:
                weights["V"][:, read_as] = 0

    return change


@pytest.mark.parametrize("kind", KINDS)
def test_the_loss_is_what_scoring_says_and_removing_a_unit_costs_what_cutting_its_weights_does(asked, kind: str) -> None:
    subject = asked[kind]
    found = answer(subject, Ablate(unit=(2, 5), length=MOST))
    scored = subject.score(subject.part, silent)
    assert found.loss_nats == pytest.approx(scored.loss_nats, abs=1e-5)
    assert found.of == scored.count
    assert len(found.units) == 2 * subject.config.num_layers * len(ways(subject))
    for one in found.units:
        change = without(subject, one.layer - 1, one.unit, DIRECTIONS.index(one.direction))
        expected = loss_with(subject, change) - scored.loss_nats
        assert one.added_nats == pytest.approx(expected, abs=2e-5)


def test_a_unit_of_an_encoder_is_removed_as_if_nothing_read_it(asked) -> None:
    subject = asked["seq2seq"]
    found = answer(subject, Ablate(unit=(2, 5), length=MOST))
    scored = subject.score(subject.part, silent)
    assert found.loss_nats == pytest.approx(scored.loss_nats, abs=1e-5)
    assert found.of == scored.count
    for one in found.units:
        if one.direction == "decoder":
            continue

        def change(weights: Weights, one=one) -> None:
            direction = DIRECTIONS.index(one.direction.removeprefix("encoder "))
            weights[f"encoder.U0{ways(subject)[direction]}"][one.unit] = 0
            weights["P"][direction * subject.config.hidden_size + one.unit] = 0

        assert one.added_nats == pytest.approx(loss_with(subject, change) - scored.loss_nats, abs=2e-5)
    assert {one.direction for one in found.units} == {"encoder forward", "encoder backward", "decoder"}


def test_a_unit_of_a_decoder_set_to_its_mean_is_set_to_what_the_kernels_trace(asked) -> None:
    subject = asked["seq2seq"]
    means = effects_of(subject, MOST).means()
    pairs = zip(subject.part.inputs, subject.part.target_ids, strict=True)
    traces = [subject.network.trace(source, target) for source, target in pairs]
    for place, signals in (
        (2, [t.decoder for t in traces]),
        (0, [t.encoder[0] for t in traces]),
        (1, [t.encoder[1] for t in traces]),
    ):
        h = np.concatenate([one["h"][:, 0] for one in signals])
        np.testing.assert_allclose(means[0, place], h.mean(axis=0), atol=1e-5)


def test_the_layers_of_a_decoder_read_each_other_as_the_kernels_do(tmp_path: Path) -> None:
    config = RunConfig("seq2seq", hidden_size=7, num_layers=2, embedding_size=5, batch_size=2)
    subject = subject_of(Trainer(config, PROBLEMS["seq2seq"].open(tmp_path)))
    found = answer(subject, Ablate(unit=(2,), length=MOST))
    assert found.loss_nats == pytest.approx(subject.score(subject.part, silent).loss_nats, abs=1e-5)
    means = effects_of(subject, MOST).means()
    part: Any = subject.part
    pairs = zip(part.inputs, part.target_ids, strict=True)
    h = np.concatenate([subject.network.trace(source, target).decoder["h"] for source, target in pairs])
    for layer in range(2):
        np.testing.assert_allclose(means[layer, 2], h[:, layer].mean(axis=0), atol=1e-5)


def test_every_unit_is_ranked_and_each_removal_says_what_it_breaks(asked) -> None:
    found = answer(asked["lm"], Ablate(length=600))
    added = [one.added_nats for one in found.units]
    assert added == sorted(added, reverse=True)
    assert {(one.layer, one.unit) for one in found.units} == {(k, unit) for k in (1, 2) for unit in range(16)}
    assert found.spread == pytest.approx(np.std(added))
    assert found.units[0].breaks[0].added_nats > 0
    assert sum("unit" in line for line in found.lines()) > 20


def test_a_unit_set_to_its_mean_is_set_to_what_the_kernels_trace_in_the_mean(asked) -> None:
    for kind in ("lm", "items", "tag"):
        subject = asked[kind]
        if kind == "tag":
            traces = [subject.network.trace(ids).directions[0] for ids in subject.part.inputs]
        else:
            texts = [subject.part[:400]] if kind == "lm" else [subject.network.begun(ids) for ids in subject.part.inputs]
            traces = [subject.network.reader().trace(ids).signals for ids in texts]
        mean = float(np.concatenate([trace["h"][:, 0, 3] for trace in traces]).mean())
        length = 400 if kind == "lm" else MOST
        found = answer(subject, Ablate(unit=(3,), layer=1, to="mean", length=length)).units
        one = next(unit for unit in found if unit.direction == "forward")
        effects = effects_of(subject, length)
        plain, held = effects.nats([(), (Setting((0, 0), "h", np.array([3]), mean),)], lambda steps: None)
        assert one.added_nats == pytest.approx((held.astype(float) - plain).mean(), abs=1e-5)


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize(("gate", "block", "at"), [("f", 1, 1.0), ("f", 1, 0.0), ("o", 3, 1.0)])
def test_a_gate_is_held_as_if_its_bias_was_very_large(asked, kind: str, gate: str, block: int, at: float) -> None:
    subject = asked[kind]
    H = subject.config.hidden_size

    def change(weights: Weights) -> None:
        for name in weights:
            if re.fullmatch(r"(encoder\.|decoder\.)?b\d(_reverse)?", name):
                weights[name][block * H : (block + 1) * H] = 1e4 if at else -1e4

    found = answer(subject, Hold(gate, at, length=MOST, draw=0))
    assert found.held_loss_nats == pytest.approx(loss_with(subject, change), rel=1e-4)
    assert found.held_loss_nats - found.loss_nats == pytest.approx(found.added_nats, abs=1e-5)
    assert found.changed_nats.mean() == pytest.approx(found.held_loss_nats, rel=1e-5)


def test_one_direction_can_be_held_alone(asked) -> None:
    subject = asked["tag"]
    H = subject.config.hidden_size

    def change(weights: Weights) -> None:
        weights["b0_reverse"][3 * H :] = -1e4

    found = answer(subject, Hold("o", 0.0, direction="backward", length=MOST))
    assert found.held_loss_nats == pytest.approx(loss_with(subject, change), rel=1e-4)
    assert "of the backward part" in found.held
    with pytest.raises(InputError, match="direction is decoder, but this network has forward, backward"):
        answer(subject, Hold("o", 0.0, direction="decoder"))


def test_an_lstm_without_its_carried_cell_is_one_that_forgets(asked) -> None:
    cut = answer(asked["lm"], Hold(cut="c", length=500, draw=20, seed=1))
    forgets = answer(asked["lm"], Hold("f", 0.0, length=500, draw=20, seed=1))
    np.testing.assert_allclose(cut.changed_nats, forgets.changed_nats, atol=1e-6)
    assert cut.continuation == forgets.continuation


def test_an_lstm_without_its_carried_h_is_one_without_U(asked) -> None:
    def change(weights: Weights) -> None:
        weights["U0"][:] = weights["U1"][:] = 0

    found = answer(asked["lm"], Hold(cut="h", length=MOST, draw=0))
    assert found.held_loss_nats == pytest.approx(loss_with(asked["lm"], change), rel=1e-4)


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("units", [(), (1, 4)])
def test_U_h_switched_off_is_a_network_whose_U_is_zero(asked, kind: str, units: tuple[int, ...]) -> None:
    subject = asked[kind]
    H = subject.config.hidden_size

    def change(weights: Weights) -> None:
        for name in weights:
            if re.fullmatch(r"(encoder\.|decoder\.)?U\d(_reverse)?", name):
                weights[name].reshape(H, -1, H)[:, :, list(units or range(H))] = 0

    found = answer(subject, Hold(cut="Uh", unit=units, length=MOST, draw=0))
    assert found.held_loss_nats == pytest.approx(loss_with(subject, change), rel=1e-4)
    assert found.held_loss_nats != pytest.approx(found.loss_nats, rel=1e-3)
    assert found.held.startswith("U h is 0, as if U were")


def test_what_stands_before_the_first_change_is_left_out(asked) -> None:
    subject = asked["lm"]
    found = answer(subject, Hold(freeze=True, start=300, length=500, draw=0, places=500))
    every = effects_of(subject, 500).nats([()], lambda steps: None)[0]
    np.testing.assert_allclose(found.unchanged_nats, every[300:], atol=1e-6)
    assert found.of == 200
    assert min(place.at for place in found.places) >= 300
    assert found.symbols[0] == subject.symbols.vocabulary.decode(subject.part[301:302])
    with pytest.raises(InputError, match=r"start is 500, expected less than the 500 tokens"):
        answer(subject, Hold(freeze=True, start=500, length=500))


def test_without_the_change_it_writes_what_a_sample_with_that_seed_has(asked) -> None:
    for kind in ("lm", "items"):
        subject, prompt = asked[kind], {"lm": "the cat ", "items": "a"}[kind]
        held = Hold("f", 0.0, length=200, draw=40, prompt=prompt, seed=3, temperature=0.7)
        text = answer(subject, held).continuation
        assert text is not None
        expected = answer(subject, Sample(prompt, Sampling(0.7, length=40), seed=3))
        assert prompt + text.unchanged == expected.text
        assert text.differ_at == next(
            (k for k, (a, b) in enumerate(zip(text.unchanged, text.changed, strict=False)) if a != b),
            None if text.unchanged == text.changed else min(len(text.unchanged), len(text.changed)),
        )


def test_a_held_gate_of_a_classifier_has_no_continuation_but_places(asked) -> None:
    found = answer(asked["classify"], Hold("i", 0.0, places=3))
    assert found.continuation is None
    assert [place.symbol in ("low", "high") for place in found.places] == [True] * 3


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (lambda: Hold(), "nothing is held, expected gate, freeze or cut"),
        (lambda: Hold("f", freeze=True), "gate and freeze were given, expected one"),
        (lambda: Hold("z"), "gate is 'z', but LSTM has i, f, g, o, c, h"),
        (lambda: Hold("f", 1.5), "at is 1.5, expected 0 to 1"),
        (lambda: Hold("f", unit=(16,)), "unit is 16, expected 0 to 15"),
        (lambda: Hold("f", layer=3), "layer is 3, expected 1 to 2"),
        (lambda: Ablate(unit=(99,)), "unit is 99, expected 0 to 15"),
        (lambda: Ablate(layer=3), "layer is 3, expected 1 to 2"),
    ],
)
def test_what_the_network_lacks_is_told(asked, question: Callable[[], Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        answer(asked["lm"], question())


def test_u_is_not_cut_where_there_is_none_and_a_gate_alone_freezes_the_memory() -> None:
    subject = network_over("the cat sat. " * 20, "minlstm")
    with pytest.raises(InputError, match="cut is 'Uh', but minLSTM has no U: cut h"):
        answer(subject, Hold(cut="Uh"))
    frozen, held = (answer(subject, Hold(**how, draw=0)) for how in ({"freeze": True}, {"gate": "f", "at": 1.0}))
    np.testing.assert_array_equal(frozen.changed_nats, held.changed_nats)


def test_who_does_not_wait_ends_it(asked) -> None:
    calls = []

    def progress(done: int, total: int) -> None:
        calls.append((done, total))
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        answer(asked["lm"], Ablate(length=3000), progress)
    assert 0 < calls[-1][0] < calls[-1][1]
