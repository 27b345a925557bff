"""A language model of many words learns by a sampled softmax: its gradient, held against the reference and PyTorch, and
the bits that nothing else may change."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.random_networks import (
    TOLERANCE,
    assert_close,
    assert_same_bits,
    cases,
    in_float64,
    reference_cell,
    reference_masks,
)
from tui_rnn import reference
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.layers import seldom
from tui_rnn.layers.drawn_words import DrawnWords
from tui_rnn.tasks.language_model import LanguageModel

WORDS, COUNTS = 3_000, (3_000 / np.arange(1, 3_001)).astype(np.int64)


@st.composite
def sampled_cases(draw: Any) -> Any:
    """A network that samples, and how often its words occur."""
    case = draw(cases(dropout_rates=(0.0, 0.3)).filter(lambda case: case.vocab_size > 1))
    count = draw(st.integers(1, case.vocab_size - 1))
    config = replace(case.config, tie_weights=False, sampled_softmax=count)
    return case._replace(config=config), np.random.default_rng(count).integers(0, 50, case.vocab_size)


def learning(case: Any, counts: np.ndarray) -> LanguageModel:
    model: LanguageModel = case.model()
    model.drawn.weigh(counts)
    return model


def drawn_in(config: RunConfig, counts: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
    """The words of a step, and the chance of each word to be among them."""
    words = DrawnWords(config.sampled_softmax, len(counts), config.seed)
    words.weigh(counts)
    return words.of(step), np.exp(-words.corrections.astype(float))


@settings(max_examples=40, derandomize=True)
@given(sampled_cases(), st.integers(1, 3))
def test_the_gradient_is_that_of_the_references_sampled_loss(sampled: Any, threads: int) -> None:
    case, counts = sampled
    model = learning(case, counts)
    loss, gradients = model.loss_and_gradients(case.tokens[0], case.fresh[0], threads)
    config, parameters, cell = case.config, in_float64(model.parameters), reference_cell(case.config)
    drawn, chances = drawn_in(config, counts, 0)
    start, masks = reference.zero_state(parameters, cell, config.batch_size), reference_masks(model, 0)
    score = partial(reference.sampled_cross_entropy, drawn=drawn, chances=chances)
    _, expected, _ = reference.loss_and_gradients(parameters, cell, case.tokens[0], start, masks, score)
    for name, gradient in gradients.items():
        assert_close(gradient, expected[name], name)
    logits = reference.forward(parameters, cell, case.tokens[0, :-1], start, masks).logits
    estimate = reference.estimated_cross_entropy(logits, case.tokens[0, 1:], drawn, chances)
    assert loss == pytest.approx(estimate, rel=TOLERANCE, abs=1e-5), "it tells what the full softmax's loss would be"


def test_the_gradient_is_pytorchs() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: the comparison with it is left out")
    from tui_rnn.bench.peer import Peer

    config = RunConfig(hidden_size=12, embedding_size=9, seq_len=5, batch_size=17, sampled_softmax=40)
    model, tokens = LanguageModel(config, 200), np.random.default_rng(0).integers(0, 200, (6, 17)).astype(np.int32)
    counts = np.arange(200)
    model.drawn.weigh(counts)
    _, gradients = model.loss_and_gradients(tokens, np.ones(17, np.bool_))
    drawn, chances = drawn_in(config, counts, 0)
    peer = Peer(config, 200, dtype=torch.float64)
    peer.load(model.parameters)
    targets = torch.as_tensor(tokens[1:].astype(np.int64).ravel())
    logits = peer.logits(torch.as_tensor(tokens[:-1].astype(np.int64)))[0].reshape(-1, 200) - torch.log(
        torch.as_tensor(chances)
    )
    others = logits[:, drawn].masked_fill(torch.as_tensor(drawn.astype(np.int64))[None] == targets[:, None], -torch.inf)
    compared = torch.cat([logits.gather(1, targets[:, None]), others], dim=1)
    torch.nn.functional.cross_entropy(compared, torch.zeros_like(targets)).backward()
    assert_close(gradients["V"], peer.readout.weight.grad.numpy(), "V")
    assert_close(gradients["b_out"], peer.readout.bias.grad.numpy(), "b_out")
    assert_close(gradients["E"], peer.embedding.weight.grad.numpy(), "E")


# -------------------------------------------------------------------- many words


def many_words(**more: Any) -> LanguageModel:
    """A network of so many words that the rows of E and V are updated only where a step touches them."""
    settings = {
        "hidden_size": 24,
        "embedding_size": 16,
        "seq_len": 4,
        "batch_size": 16,
        "sampled_softmax": 50,
        "weight_decay": 0.3,
    }
    model = LanguageModel(RunConfig(**settings | {"clip_norm": 1e9} | more), WORDS)
    model.drawn.weigh(COUNTS)
    return model


def trained(model: LanguageModel, steps: range = range(30), threads: int = 1, at_once: int = 30) -> LanguageModel:
    rng = np.random.default_rng(0)
    tokens = np.minimum(rng.zipf(1.3, (100, 5, 16)), WORDS).astype(np.int32) - 1
    for start in range(steps.start, steps.stop, at_once):
        part = slice(start, min(steps.stop, start + at_once))
        n = part.stop - part.start
        model.train(tokens[part], np.zeros((n, 16), np.bool_), 0.01 / (1 + np.arange(part.start, part.stop)), start, threads)
    return model


def test_the_weights_and_adams_state_are_bit_for_bit_those_of_updating_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    few = trained(many_words())
    assert few._seldom.rows == 2 * WORDS
    monkeypatch.setattr(seldom, "SELDOM_FROM", 1 << 30)
    every = trained(many_words())
    assert every._seldom.rows == 0
    assert_same_bits(few.arrays(), every.arrays())


@pytest.mark.parametrize("sampled_softmax", [0, 50])
def test_neither_threads_nor_the_grouping_of_steps_change_a_bit(sampled_softmax: int) -> None:
    whole = trained(many_words(sampled_softmax=sampled_softmax)).arrays()
    for threads, at_once in ((2, 30), (3, 7), (1, 1)):
        assert_same_bits(whole, trained(many_words(sampled_softmax=sampled_softmax), threads=threads, at_once=at_once).arrays())


def test_another_network_goes_on_from_its_arrays_with_the_same_bits() -> None:
    first, second = trained(many_words(), range(20)), many_words()
    second.load_arrays(first.arrays())
    for network in (first, second):
        trained(network, range(20, 40))
    assert_same_bits(first.arrays(), second.arrays())


def test_more_steps_in_a_call_than_rows_may_miss_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = trained(many_words())
    monkeypatch.setattr(seldom, "MOST_MISSED", 8)
    assert_same_bits(trained(trained(many_words(), range(5)), range(5, 30)).arrays(), whole.arrays())


def test_scores_and_logits_are_those_of_the_full_softmax() -> None:
    sampled, full = trained(many_words()), many_words(sampled_softmax=0)
    full.set_parameters(sampled.parameters)
    ids = np.arange(0, WORDS, 7)
    assert sampled.evaluate(ids) == full.evaluate(ids)
    np.testing.assert_array_equal(sampled.logits(ids), full.logits(ids))


@pytest.mark.parametrize("look", ["evaluate", "logits", "generate"])
def test_what_is_read_is_read_with_the_steps_that_were_missed(look: str) -> None:
    def looked(model: LanguageModel) -> Any:
        if look == "generate":
            return model.generate(np.arange(5), 20, seed=1)[1]
        return getattr(model, look)(np.arange(0, WORDS, 7))

    learnt, caught_up = trained(many_words()), trained(many_words())
    caught_up.set_parameters(caught_up.parameters)
    np.testing.assert_array_equal(looked(learnt), looked(caught_up))


# ----------------------------------------------------------------- what is drawn


def test_the_words_of_a_step_differ_and_ascend() -> None:
    for step in range(50):
        drawn, _ = drawn_in(RunConfig(sampled_softmax=500), COUNTS, step)
        assert len(drawn) == 500
        assert (np.diff(drawn) > 0).all()


def test_each_word_is_drawn_as_often_as_its_chance_says() -> None:
    steps, config = 4_000, RunConfig(sampled_softmax=20)
    counts = np.array([1000, 500, *range(100), 0, 0])
    _, chances = drawn_in(config, counts, 0)
    found = np.bincount(np.concatenate([drawn_in(config, counts, step)[0] for step in range(steps)]), minlength=len(counts))
    assert chances.sum() == pytest.approx(20, rel=1e-6)
    assert chances.max() == 1
    assert chances.min() > 0
    np.testing.assert_allclose(found / steps, chances, atol=4 * np.sqrt(0.25 / steps))


def test_below_1_the_chances_are_as_the_counts_to_the_power_of_three_quarters() -> None:
    _, chances = drawn_in(RunConfig(sampled_softmax=3), np.array([16, 1, 81, 16, 1, 1, 16, 81, 81, 1]), 0)
    np.testing.assert_allclose(chances / chances[1], [8, 1, 27, 8, 1, 1, 8, 27, 27, 1], rtol=1e-6)


@pytest.mark.parametrize("count", [200, 1_000])
def test_as_many_as_the_vocabulary_are_refused(count: int) -> None:
    with pytest.raises(InputError, match=f"sampled_softmax is {count:,}, expected fewer than the vocabulary's 200"):
        LanguageModel(RunConfig(sampled_softmax=count), 200)


def test_tied_weights_are_refused() -> None:
    with pytest.raises(InputError, match="sampled_softmax is 8, which needs a V of its own: set tie_weights to no"):
        RunConfig(hidden_size=16, embedding_size=16, tie_weights=True, sampled_softmax=8)
