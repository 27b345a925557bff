"""Rows of a large embedding that a step doesn't read catch up later: the weights are those that every step's update of all rows
would give."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.tasks.random_networks import assert_same_bits
from tui_rnn.config import RunConfig
from tui_rnn.layers import seldom
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger

WORDS, ANSWERS = 3_000, 5


def config(kind: str, **more: Any) -> RunConfig:
    return RunConfig(kind, hidden_size=16, embedding_size=24, weight_decay=0.3, **more)


NETWORKS: dict[str, Callable[..., Any]] = {
    "tag": lambda **more: Tagger(config("tag", **more), WORDS, ANSWERS),
    "classify": lambda **more: Classifier(config("classify", **more), WORDS, ANSWERS),
    "seq2seq": lambda **more: Seq2Seq(config("seq2seq", **more), WORDS, ANSWERS),
    "translation": lambda **more: Seq2Seq(config("seq2seq", **more), WORDS, WORDS),
}


def batch(kind: str, step: int, count: int = 9) -> tuple[Any, ...]:
    """Sentences of few words, some of them often and others once; also the last word, beyond the whole blocks."""
    rng = np.random.default_rng(step)
    ids = np.minimum(rng.zipf(1.4, (count, 6)), WORDS).astype(np.int32) - 1
    ids[0, 0] = WORDS - 1
    sentences = list(ids)
    if kind == "tag":
        return sentences, [np.arange(6)] * count, [rng.integers(0, ANSWERS, 6) for _ in sentences]
    if kind == "classify":
        return sentences, rng.integers(0, ANSWERS, count)
    if kind == "translation":
        return sentences, [sentence[::-1].copy() for sentence in sentences]
    return sentences, [rng.integers(0, ANSWERS, 3).astype(np.int32) for _ in sentences]


def trained(network: Any, kind: str, steps: range = range(40), threads: int = 1) -> Any:
    for step in steps:
        network.train(*batch(kind, step), 0.01 / (1 + step), step, threads)
    return network


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_weights_and_adams_state_are_bit_for_bit_those_of_updating_all_rows(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = trained(NETWORKS[kind](clip_norm=1e9), kind)
    assert few._seldom.rows > 2_000
    monkeypatch.setattr(seldom, "SELDOM_FROM", 1 << 30)
    every = trained(NETWORKS[kind](clip_norm=1e9), kind)
    assert every._seldom.rows == 0
    assert_same_bits(few.arrays(), every.arrays())


def test_clipped_by_a_norm_that_is_summed_in_another_order_they_are_nearly(monkeypatch: pytest.MonkeyPatch) -> None:
    few = trained(NETWORKS["tag"](clip_norm=0.05), "tag").parameters
    monkeypatch.setattr(seldom, "SELDOM_FROM", 1 << 30)
    every = trained(NETWORKS["tag"](clip_norm=0.05), "tag").parameters
    for name, values in every.items():
        np.testing.assert_allclose(few[name], values, atol=2e-5, err_msg=name)


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_number_of_threads_changes_no_bit(kind: str) -> None:
    one, three = (trained(NETWORKS[kind](), kind, threads=threads) for threads in (1, 3))
    assert_same_bits(one.arrays(), three.arrays())


def test_looking_at_the_weights_meanwhile_changes_no_bit() -> None:
    looked_at, left_alone = NETWORKS["tag"](), trained(NETWORKS["tag"](), "tag")
    for step in range(40):
        trained(looked_at, "tag", range(step, step + 1))
        if step % 7 == 0:
            looked_at.log_probs(*batch("tag", 99)[:2])
            looked_at.arrays()
    assert_same_bits(looked_at.arrays(), left_alone.arrays())


def test_another_network_goes_on_from_its_arrays_with_the_same_bits() -> None:
    first, second = trained(NETWORKS["tag"](), "tag", range(20)), NETWORKS["tag"]()
    trained(second, "tag", range(5))
    second.load_arrays(first.arrays())
    for network in (first, second):
        trained(network, "tag", range(20, 40))
    assert_same_bits(first.arrays(), second.arrays())


def test_what_is_read_is_read_with_the_steps_that_were_missed() -> None:
    network = trained(NETWORKS["tag"](), "tag")
    sentence, end = np.arange(0, WORDS, 100, dtype=np.int32), np.arange(30)
    found = network.log_probs([sentence], [end])[0]
    fresh = NETWORKS["tag"]()
    fresh.set_parameters(network.parameters)
    np.testing.assert_array_equal(found, fresh.log_probs([sentence], [end])[0])


def test_after_many_steps_all_rows_catch_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seldom, "MOST_MISSED", 8)
    short = trained(NETWORKS["tag"](), "tag")
    monkeypatch.undo()
    assert_same_bits(short.arrays(), trained(NETWORKS["tag"](), "tag").arrays())


def test_a_step_that_is_not_finite_is_missed_by_no_row() -> None:
    network, left_alone = NETWORKS["tag"](), trained(NETWORKS["tag"](), "tag", range(10))
    trained(network, "tag", range(5))
    good = network.parameters
    network.set_parameters(good | {"b_out": np.full_like(good["b_out"], np.nan)})
    loss, _ = network.train(*batch("tag", 99), 0.01, 5)
    assert np.isnan(loss)
    network.set_parameters(good)
    assert_same_bits(trained(network, "tag", range(5, 10)).arrays(), left_alone.arrays())
