"""The health of a network, against planted networks, the weights that training really moved, and finite differences."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_rnn import reference
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.running_text import in_tokens
from tui_rnn.insight.gradient_flow import state_gradients
from tui_rnn.insight.health import Health, Healthy
from tui_rnn.insight.question import Subject, refuse
from tui_rnn.insight.registry import answer
from tui_rnn.insight.training_steps import training_steps
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer

TEXT = "the cat sat on the mat. a dog ran away, oh. " * 60
RARE_Z = ("the cat sat on the mat. a dog ran away, oh. " * 7 + "zoo. ") * 12
H = 6


def trainer(text: str = TEXT, **settings: Any) -> Trainer:
    config = RunConfig(**{"hidden_size": H, "embedding_size": 4, "seq_len": 8, "batch_size": 2, "warmup_steps": 2, **settings})
    return Trainer(config, in_tokens(corpus_from_text(text), "char"))


def planted(change: dict[str, Any], **settings: Any) -> Subject:
    """An untrained network in which some parameters are others; a column of a block: {"b0": (block, unit, value)}."""
    found = trainer(**settings)
    parameters = found.learner.network.parameters
    for name, value in change.items():
        if isinstance(value, tuple):
            block, unit, number = value
            parameters[name][..., block * H + unit] = number
        else:
            parameters[name] = value.astype(np.float32)
    found.learner.network.set_parameters(parameters)
    return subject_of(found)


def gate(found: Healthy, name: str) -> Any:
    return next(one for one in found.gates if one.name == name)


def said(found: Healthy, about: str) -> str:
    return next(one.told for one in found.findings if one.about.startswith(about))


@pytest.mark.parametrize("cell", CELLS)
def test_the_shares_are_those_of_the_signals_themselves(cell: str) -> None:
    asked = planted(
        {"U0": np.random.default_rng(1).normal(0, 3, trainer(cell=cell).learner.network.parameters["U0"].shape)}, cell=cell
    )
    found = answer(asked, Health(tokens=150))
    signals = asked.network.trace(asked.part[:150]).signals  # type: ignore[index]
    for one in found.gates:
        values = signals[one.name][:, 0]
        np.testing.assert_allclose(one.shut, (values < 0.1).mean(axis=0), atol=1e-9)
        np.testing.assert_allclose(one.open, (values > 0.9).mean(axis=0), atol=1e-9)
        np.testing.assert_allclose(one.mean, values.mean(axis=0), rtol=1e-5)
    assert [one.name for one in found.gates] == list(CELLS[cell].gates)
    for state in found.states:
        assert state.largest == pytest.approx(float(np.abs(signals[state.name]).max()), rel=1e-6)


def test_a_state_without_a_limit_is_told_by_its_largest_value_and_memory_without_u_by_the_gate_alone() -> None:
    asked = planted({"W0": np.zeros((4, 2 * H)), "b0": np.array([[5.0] * H + [2.0] * H])}, cell="mingru")
    found = answer(asked, Health())
    assert "|h| is 5.0 at most" in said(found, "h")
    z = 1 / (1 + math.exp(-2))
    steps = f"{-1 / math.log(z):.1f} steps"
    assert f"minGRU has no U: a state goes through gate z alone, which keeps 1/e of it for {steps}" in said(found, "memory")
    assert not found.spectra


def test_a_unit_that_nothing_reaches_is_dead_and_one_that_is_nearly_always_at_its_limit_is_stuck() -> None:
    asked = planted({"W0": (0, 3, 0.0), "U0": (0, 3, 0.0)}, text=RARE_Z, cell="elman", embedding_size=0)
    parameters = asked.network.parameters
    parameters["b0"][..., 3], parameters["b0"][..., 5] = 0.1, 5.0
    parameters["W0"][:, 5] = parameters["U0"][:, 5] = 0
    parameters["W0"][asked.symbols.vocabulary.encode("z")[0][0], 5] = -5.0  # there it is 0
    asked.network.set_parameters(parameters)
    found = answer(asked, Health())
    assert (found.states[0].dead.tolist(), found.states[0].stuck.tolist()) == ([3], [5])
    assert "1 of 6 units are dead: they move less than 0.01 (3); 1 are stuck at −1 or 1 (5)" in said(found, "h")


def test_a_forget_gate_that_is_held_open_is_stuck_and_keeps_for_as_long_as_its_value_says() -> None:
    asked = planted({})
    parameters = asked.network.parameters
    parameters["W0"][:, H : 2 * H] = 0
    parameters["U0"][:, H : 2 * H] = 0
    parameters["b0"][..., H : 2 * H] = [4, 0, -4, 1, 2, 3]
    asked.network.set_parameters(parameters)
    found = gate(answer(asked, Health()), "f")
    f = 1 / (1 + np.exp(-np.array([4.0, 0, -4, 1, 2, 3])))
    np.testing.assert_allclose(found.keeps_for, -1 / np.log(f), rtol=1e-4)
    assert found.stuck.tolist() == [0, 2, 5]


def test_the_spectrum_of_a_known_matrix_is_its_own() -> None:
    angle = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    U = np.zeros((H, H))
    U[:2, :2], U[2, 2], U[3, 4] = 0.5 * angle, -0.8, 7.0  # the last is no eigenvalue
    (found,) = answer(planted({"U0": U}, cell="elman"), Health()).spectra
    assert found.name == "U"
    np.testing.assert_allclose(found.moduli, [0.8, 0.5, 0.5, 0, 0, 0], atol=1e-6)
    assert found.steps_to_1_e == pytest.approx(-1 / math.log(0.8))


def test_a_small_change_fades_in_a_network_without_slope_as_u_says() -> None:
    """With weights so small that tanh is a line, the factor is the spectral radius."""
    U = np.diag([0.9, 0.5, 0.1, 0, 0, 0.3])
    zero = np.zeros_like(planted({}, cell="elman").network.parameters["W0"])
    found = answer(planted({"U0": U, "W0": zero}, cell="elman"), Health())
    assert found.fading[0].factor == pytest.approx(0.9, rel=1e-6)
    assert "1/e after 9.5 steps" in said(found, "memory")


def test_the_factor_says_over_how_many_steps_it_is_a_mean() -> None:
    found = answer(planted({}, cell="elman"), Health(tokens=100))
    assert found.read.startswith("100 of ")
    assert found.fading[0].steps == 50  # the other 50 turn the change to the direction in which it grows most


def test_the_update_is_what_the_latest_step_moved() -> None:
    run = trainer(learning_rate=0.01)
    while run.step < 30:
        run.advance(30 - run.step)
    before = run.learner.network.parameters
    while run.step < 31:
        run.advance(1)
    after = run.learner.network.parameters
    found = training_steps(subject_of(run))
    for name, value in after.items():
        moved = np.linalg.norm(value.astype(float) - before[name]) / np.linalg.norm(value)
        assert found.updates[name] == pytest.approx(moved, rel=0.02)
    flat = [np.concatenate([one.ravel() for one in given.values()]).astype(float) for given in (before, after)]
    assert found.update == pytest.approx(np.linalg.norm(flat[1] - flat[0]) / np.linalg.norm(flat[1]), rel=0.02)


@pytest.mark.parametrize(("limit", "share"), [(1e-6, 1.0), (1e6, 0.0)])
def test_clipped_steps_are_counted(limit: float, share: float) -> None:
    run = trainer(clip_norm=limit)
    while run.step < 12:
        run.advance(5)
    found = training_steps(subject_of(run))
    assert (found.clipped, found.counted) == (share, run.step)
    assert found.grad_norm > 0


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_by_a_state_is_its_finite_difference(cell: str) -> None:
    asked = planted({}, cell=cell, seq_len=5)
    parameters = {name: array.astype(np.float64) for name, array in asked.network.parameters.items()}
    tokens = np.asarray(asked.part[:6])[:, None]  # type: ignore[index]
    norms = state_gradients(parameters, cell, tokens)[0, :, 0]
    seen = reference.forward(parameters, cell, tokens[:-1], reference.zero_state(parameters, cell, 1))
    for t in range(5):

        def loss(h: np.ndarray, t: int = t) -> float:
            """Of what depends on h_t: the prediction from it, and all that comes after."""
            logits = h @ parameters["V"].T + parameters["b_out"]
            total = -float(reference.log_softmax(logits)[0, tokens[t + 1, 0]])
            if t < 4:
                now = {name: seen.moments[0][t + 1][name] for name in reference.CELLS[cell].carried}
                after = reference.forward(parameters, cell, tokens[t + 1 : -1], [now | {"h": h}])
                total += reference.cross_entropy(after.logits, tokens[t + 2 :])[0] * (4 - t)
            return total / 5

        h = seen.moments[0][t + 1]["h"]
        steps = np.eye(H) * 1e-5
        slope = [(loss(h + step) - loss(h - step)) / 2e-5 for step in steps]
        assert norms[t] == pytest.approx(np.linalg.norm(slope), rel=1e-5)


def test_without_a_text_what_needs_none_is_told() -> None:
    found = answer(replace(planted({}), open_part=refuse("the text is gone")), Health())
    assert found.not_read == "the text is gone"
    assert (found.gates, found.states) == ((), ())
    assert len(found.spectra) == 4
    assert "not known: gates, units and gradients: the text is gone" in list(found.lines())


@pytest.mark.parametrize("task", ["items", "tag", "classify", "seq2seq"])
def test_every_task_has_its_health(subjects: dict[str, Subject], task: str) -> None:
    found = answer(subjects[task], Health())
    assert found.gates
    assert found.spectra
    assert len(found.steps.updates) > 3
    assert "examples have no time in common" in said(found, "gradient")
    assert all(one.told for one in found.findings)
