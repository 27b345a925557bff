"""The language model as an object: its arrays, evaluation, traces and generation, held against the reference."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.random_networks import (
    TOLERANCE,
    assert_same_bits,
    cases,
    in_float64,
    reference_cell,
)
from tui_rnn import reference
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.tasks.language_model import LanguageModel

# ------------------------------------------------------------------- arrays


@settings(max_examples=20, derandomize=True)
@given(cases(max_steps=2))
def test_array_shapes_are_those_of_the_arrays(case):
    arrays = case.model().arrays()
    assert LanguageModel.array_shapes(case.config, case.vocab_size) == {name: a.shape for name, a in arrays.items()}
    assert all(a.flags.c_contiguous and a.dtype == np.float32 for a in arrays.values())


@settings(max_examples=20, derandomize=True)
@given(cases(max_steps=2, dropout_rates=(0.0, 0.3)))
def test_a_model_made_from_another_ones_arrays_goes_on_with_the_same_bits(case):
    rates = np.full(len(case.tokens), 0.01)
    first = case.model()
    first.train(case.tokens, case.fresh, rates, 0)
    second = LanguageModel(case.config, case.vocab_size)
    second.load_arrays(first.arrays())
    for model in (first, second):
        model.train(case.tokens, ~case.fresh, rates, len(rates))
    assert_same_bits(second.arrays(), first.arrays())


def test_arrays_are_copies():
    model = LanguageModel(RunConfig(hidden_size=16), 5)
    before = model.arrays()
    for values in model.arrays().values():
        values += 1
    assert_same_bits(model.arrays(), before)


@pytest.mark.parametrize("damage", ["missing", "shape"])
def test_arrays_that_do_not_fit_are_refused_and_nothing_changes(damage):
    model = LanguageModel(RunConfig(hidden_size=16), 5)
    before, arrays = model.arrays(), model.arrays()
    if damage == "missing":
        del arrays["b0"]
    else:
        arrays["b0"] = arrays["b0"][:-1]
    arrays["W0"] += 1
    with pytest.raises(InputError, match="b0"):
        model.load_arrays(arrays)
    assert_same_bits(model.arrays(), before)


def test_the_same_seed_gives_the_same_weights_and_another_one_others():
    config = RunConfig(hidden_size=16)
    first = LanguageModel(config, 5).parameters
    assert_same_bits(LanguageModel(config, 5).parameters, first)
    assert not np.array_equal(LanguageModel(replace(config, seed=2), 5).parameters["W0"], first["W0"])


def test_parameter_count_counts_every_number_once():
    model = LanguageModel(RunConfig(cell="lstm", hidden_size=7, num_layers=2, embedding_size=3), 10)
    by_hand = 10 * 3 + (3 + 7 + 1) * 28 + (7 + 7 + 1) * 28 + 10 * 7 + 10
    assert model.parameter_count == by_hand
    tied = LanguageModel(RunConfig(cell="elman", hidden_size=7, embedding_size=7, tie_weights=True, bias=False), 10)
    assert tied.parameter_count == 10 * 7 + 7 * 7 + 7 * 7


# -------------------------------------------------------------- evaluation


def reference_nats(model, ids):
    """Summed loss of one stream read from the zero state."""
    cell, parameters = reference_cell(model.config), in_float64(model.parameters)
    seen = reference.forward(parameters, cell, ids[:-1, None], reference.zero_state(parameters, cell, 1))
    loss, _ = reference.cross_entropy(seen.logits, ids[1:, None])
    return loss * (len(ids) - 1)


@settings(max_examples=15, derandomize=True)
@given(cases(dropout_rates=(0.0, 0.4)), st.sampled_from([2, 3, 64, 65, 66, 200]), st.integers(1, 3))
def test_evaluation_of_a_short_text_equals_the_references(case, length, threads):
    model = case.model()
    ids = np.random.default_rng(length).integers(0, case.vocab_size, length)
    nats, scored = model.evaluate(ids, threads)
    assert scored == length - 1
    assert nats == pytest.approx(reference_nats(model, ids), rel=TOLERANCE, abs=1e-5)


@pytest.mark.parametrize("length", [1023, 1024, 4095, 4096, 5001, 8192])
@pytest.mark.parametrize("cell", CELLS)
def test_a_long_text_is_scored_to_the_last_character_as_one_reader_would(cell, length):
    """Whatever its length: how many readers there are is not to be seen in the number."""
    model = LanguageModel(RunConfig(cell=cell, hidden_size=9), 7)
    ids = np.random.default_rng(1).integers(0, 7, length).astype(np.uint8)
    nats, scored = model.evaluate(ids)
    assert scored == length - 1
    assert nats == pytest.approx(reference_nats(model, ids), rel=1e-6)


@pytest.mark.parametrize("length", [10, 5001])
def test_evaluation_does_not_depend_on_threads(length):
    model = LanguageModel(RunConfig(cell="lstm", hidden_size=24), 7)
    ids = np.random.default_rng(1).integers(0, 7, length)
    assert model.evaluate(ids, threads=1) == model.evaluate(ids, threads=2) == model.evaluate(ids, threads=3)


@pytest.mark.parametrize("length", [0, 1])
def test_a_text_without_a_character_to_predict_scores_nothing(length):
    assert LanguageModel(RunConfig(hidden_size=16), 7).evaluate(np.zeros(length, np.int32)) == (0.0, 0)


def test_a_cancelled_evaluation_returns_what_it_scored():
    model = LanguageModel(RunConfig(hidden_size=16), 7)
    ids = np.random.default_rng(1).integers(0, 7, 30_000)
    answers = iter([False, False, True])  # before the warm-up, the first blocks, and the next
    nats, scored = model.evaluate(ids, cancelled=lambda: next(answers))
    assert 0 < scored < len(ids) - 1
    assert 0 < nats / scored < 2 * np.log(7)


@settings(max_examples=12, derandomize=True)
@given(cases(max_steps=2, dropout_rates=(0.0, 0.4)))
def test_evaluating_tracing_and_generating_leave_training_as_it_was(case):
    rates = np.full(len(case.tokens), 0.01)
    watched, alone = case.model(), case.model()
    ids = np.arange(70) % case.vocab_size
    for model in (watched, alone):
        model.train(case.tokens, case.fresh, rates, 0)
        if model is watched:
            model.evaluate(ids, threads=2)
            model.trace(ids)
            model.generate(ids[:3], 5, temperature=1.0, top_k=0, top_p=1.0, seed=1)
        model.train(case.tokens, ~case.fresh, rates, len(rates))
    assert_same_bits(watched.arrays(), alone.arrays())


# -------------------------------------------------------------------- traces


@settings(max_examples=20, derandomize=True)
@given(cases(dropout_rates=(0.0, 0.4)), st.sampled_from([1, 2, 30]))
def test_a_trace_holds_the_references_gates_states_and_predictions(case, length):
    model = case.model()
    ids = np.random.default_rng(length).integers(0, case.vocab_size, length)
    trace = model.trace(ids)

    cell, parameters = reference_cell(case.config), in_float64(model.parameters)
    seen = reference.forward(parameters, cell, ids[:, None], reference.zero_state(parameters, cell, 1))
    assert list(trace.signals) == [signal.name for signal in CELLS[case.config.cell].signals]
    for name, values in trace.signals.items():
        expected = seen.signal(name)[:, :, 0]
        assert values.shape == (length, case.config.num_layers, case.config.hidden_size)
        assert values.dtype == np.float32
        np.testing.assert_allclose(values, expected, atol=TOLERANCE * max(1, np.abs(expected).max()), err_msg=name)
    assert trace.log_probs.dtype == np.float32
    np.testing.assert_allclose(trace.log_probs, reference.log_softmax(seen.logits)[:, 0], rtol=1e-5, atol=1e-5)


# ---------------------------------------------------------------- generation


def reference_surprise(model, ids):
    """-log p of each character but the first, given those before it."""
    cell, parameters = reference_cell(model.config), in_float64(model.parameters)
    seen = reference.forward(parameters, cell, ids[:-1, None], reference.zero_state(parameters, cell, 1))
    return -reference.log_softmax(seen.logits)[np.arange(len(ids) - 1), 0, ids[1:]]


def generate(model, prompt, length, temperature=1.0, top_k=0, top_p=1.0, seed=1, **how):
    how |= {"temperature": temperature, "top_k": top_k, "top_p": top_p, "seed": seed}
    return model.generate(np.asarray(prompt, np.int32), length, **how)


@settings(max_examples=25, derandomize=True)
@given(cases(dropout_rates=(0.0, 0.4)), st.integers(1, 4), st.sampled_from([0.0, 0.7, 1.5]))
def test_surprise_is_minus_log_p_under_the_model_itself(case, prompt_length, temperature):
    model = case.model()
    prompt = np.random.default_rng(0).integers(0, case.vocab_size, prompt_length)
    ids, surprise, prompt_surprise = generate(model, prompt, 12, temperature)
    assert ids.shape == surprise.shape == (12,)
    assert ((ids >= 0) & (ids < case.vocab_size)).all()
    expected = reference_surprise(model, np.concatenate([prompt, ids]))
    assert np.isnan(prompt_surprise[0])
    found = np.concatenate([prompt_surprise[1:], surprise])
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@settings(max_examples=15, derandomize=True)
@given(cases(), st.sampled_from([{"temperature": 0.0}, {"top_k": 1}, {"top_p": 1e-9}, {"min_p": 1.0}]))
def test_temperature_0_top_k_1_min_p_1_and_a_tiny_top_p_take_the_likeliest(case, options):
    model = case.model()
    ids, _, _ = generate(model, [0], 10, **options)
    cell, parameters = reference_cell(case.config), in_float64(model.parameters)
    text = np.concatenate([[0], ids])
    seen = reference.forward(parameters, cell, text[:-1, None], reference.zero_state(parameters, cell, 1))
    logits = seen.logits[:, 0]
    # what was taken is the likeliest, up to float32's rounding
    assert (logits[np.arange(10), ids] >= logits.max(axis=1) - 1e-4).all()


def test_the_seed_decides_what_is_drawn():
    model = LanguageModel(RunConfig(hidden_size=16), 65)
    first, again, other = (generate(model, [1], 40, seed=seed)[0] for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_characters_come_up_as_often_as_the_model_says():
    """After one character, over many seeds: within five standard deviations of the reference's probabilities."""
    model = LanguageModel(RunConfig(hidden_size=16, seed=3), 6)
    arrays = model.arrays()
    arrays["b_out"] = np.array([0, 1, 0.5, -1, -2, 0.2], np.float32)
    model.load_arrays(arrays)
    n = 3000
    drawn = [generate(model, [2], 1, temperature=0.8, top_k=4, seed=seed)[0][0] for seed in range(n)]
    parameters = in_float64(model.parameters)
    seen = reference.forward(parameters, "lstm", np.array([[2]]), reference.zero_state(parameters, "lstm", 1))
    p = reference.sampling_probabilities(seen.logits[0, 0], temperature=0.8, top_k=4)
    found = np.bincount(drawn, minlength=6) / n
    assert (np.abs(found - p) <= 5 * np.sqrt(p * (1 - p) / n)).all()


def test_a_penalised_text_is_the_one_that_plain_numpy_writes():
    """Greedily, so that chance has no part in it: each step by the reference's logits and penalty."""
    model = LanguageModel(RunConfig(hidden_size=16, seed=2), 9)
    parameters, text = in_float64(model.parameters), [8, 1, 4]
    for _ in range(25):
        seen = reference.forward(parameters, "lstm", np.array(text)[:, None], reference.zero_state(parameters, "lstm", 1))
        logits = reference.penalised(seen.logits[-1, 0], np.array(text[1:])[-5:], 1.4)
        text.append(int(logits.argmax()))
    how = {"temperature": 0.0, "repetition_penalty": 1.4, "penalty_window": 5, "uncounted": 1}
    assert generate(model, text[:3], 25, **how)[0].tolist() == text[3:]
    assert generate(model, text[:3], 25, temperature=0.0)[0].tolist() != text[3:]


def test_neighbouring_seeds_draw_independently():
    """Where every character is as likely, each comes up as often at any place, over all places and where place = seed."""
    vocab_size, seeds, length = 16, 400, 64
    model = LanguageModel(RunConfig(hidden_size=16), vocab_size)
    model.load_arrays({name: np.zeros_like(array) for name, array in model.arrays().items()})
    drawn = np.array([generate(model, [2], length, seed=seed)[0] for seed in range(seeds)])
    place = np.arange(length)
    for found in (drawn, drawn[:64], drawn[place, place], drawn[place[1:], place[:-1]]):
        share = np.bincount(found.ravel(), minlength=vocab_size) / found.size
        assert (np.abs(share - 1 / vocab_size) <= 5 * np.sqrt(1 / vocab_size / found.size)).all()


def test_an_empty_prompt_starts_anywhere():
    model = LanguageModel(RunConfig(hidden_size=16), 65)
    starts = {int(generate(model, [], 3, seed=seed)[0][0]) for seed in range(40)}
    assert len(starts) > 10
    ids, surprise, prompt_surprise = generate(model, [], 3)
    assert len(ids) == len(surprise) == 3
    assert len(prompt_surprise) == 0


def test_nothing_is_generated_when_nothing_is_asked_for():
    ids, surprise, prompt_surprise = generate(LanguageModel(RunConfig(hidden_size=16), 65), [4, 5], 0)
    assert len(ids) == len(surprise) == 0
    assert len(prompt_surprise) == 2


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        ("length", [-1]),
        ("temperature", [-1.0, math.nan, math.inf]),
        ("top_k", [-1]),
        ("top_p", [0.0, 1.5]),
        ("min_p", [-0.1, 1.5]),
        ("repetition_penalty", [0.0, math.inf]),
        ("penalty_window", [-1]),
    ],
)
def test_sampling_settings_out_of_range_are_refused_by_name(setting, values):
    model = LanguageModel(RunConfig(hidden_size=16), 65)
    for value in values:
        with pytest.raises(InputError, match=rf"\A{setting} is {value}, expected [^\n]+\Z"):
            generate(model, [1], **{"length": 3, setting: value})
