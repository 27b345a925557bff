"""Two networks on the same predictions: the paired standard error is what a bootstrap over the blocks finds."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.errors import InputError
from tui_rnn.insight.blocks import BLOCK, mean_over_blocks
from tui_rnn.insight.costs import Costs, CostsFound
from tui_rnn.insight.paired import blocks_of, paired
from tui_rnn.insight.registry import answer
from tui_rnn.training.subjects import with_weights

TEXT = 'He said "come here" and went.\nIt was 1999, he said.\n\n' * 100
NONE = np.zeros(0, np.int64)


def of_text(nats: np.ndarray, text: str = TEXT) -> CostsFound:
    counts = (np.arange(len(text)) > 0).astype(np.int64)
    return CostsFound(1, "lm", "char", tuple(text), nats.astype(np.float32), counts, NONE, NONE, len(text))


def of_examples(nats: np.ndarray, right: np.ndarray, asked: np.ndarray, kind: str = "tag") -> CostsFound:
    texts = tuple(f"example {k}" for k in range(len(nats)))
    return CostsFound(1, kind, "word", texts, nats.astype(np.float32), asked, right, asked, len(texts))


def bootstrap(sums: np.ndarray, counts: np.ndarray, blocks: np.ndarray, draws: int = 4000) -> float:
    """The standard deviation of the mean over blocks that are drawn anew, with replacement."""
    rng = np.random.default_rng(7)
    s, n = np.bincount(blocks, weights=sums), np.bincount(blocks, weights=counts)
    chosen = rng.integers(0, len(s), (draws, len(s)))
    return float(np.std(s[chosen].sum(axis=1) / n[chosen].sum(axis=1)))


def neighbours_alike(rng: np.random.Generator, count: int) -> np.ndarray:
    """Noise in which each value is much like the one before."""
    return np.convolve(rng.normal(0, 1, count + 63), np.ones(64) / 8, "valid")


def test_the_standard_error_on_a_text_is_the_bootstraps_over_its_blocks() -> None:
    rng = np.random.default_rng(1)
    first = rng.gamma(1, 1, len(TEXT))
    other = first + 0.05 + 0.3 * neighbours_alike(rng, len(TEXT))
    found = paired(of_text(first), of_text(other)).loss
    expected = bootstrap((other - first)[1:], np.ones(len(TEXT) - 1), np.arange(1, len(TEXT)) // BLOCK)
    assert found.standard_error == pytest.approx(expected, rel=0.1)
    assert (found.count, found.blocks) == (len(TEXT) - 1, -(-len(TEXT) // BLOCK))
    token_by_token = np.std((other - first)[1:]) / np.sqrt(len(TEXT) - 1)
    assert found.standard_error > 2 * token_by_token  # which would take neighbours for independent


def test_pairing_is_what_makes_the_error_small() -> None:
    rng = np.random.default_rng(2)
    hard = rng.gamma(1, 2, len(TEXT))
    other = hard + 0.02 + rng.normal(0, 0.05, len(TEXT))
    found = paired(of_text(hard), of_text(other)).loss
    apart = [mean_over_blocks(one[1:], np.ones(len(TEXT) - 1), np.arange(1, len(TEXT)) // BLOCK) for one in (hard, other)]
    assert found.beyond_chance
    assert np.hypot(apart[0].standard_error, apart[1].standard_error) > 5 * found.standard_error


def test_the_standard_error_over_examples_of_unequal_size_is_the_bootstraps() -> None:
    rng = np.random.default_rng(3)
    asked = rng.integers(1, 20, 400)
    first, other = rng.binomial(asked, 0.8), rng.binomial(asked, 0.83)
    nats = rng.gamma(2, 1, 400)
    found = paired(of_examples(nats, first, asked), of_examples(nats + 0.1, other, asked))
    assert found.metric is not None
    assert found.metric.mean == pytest.approx((other.sum() - first.sum()) / asked.sum())
    assert found.metric.standard_error == pytest.approx(bootstrap(other - first, asked, np.arange(400)), rel=0.1)
    assert found.loss.blocks == 400


def test_equals_differ_beyond_two_standard_errors_in_one_comparison_of_twenty() -> None:
    rng, beyond = np.random.default_rng(4), 0
    for _ in range(100):
        first, other = (neighbours_alike(rng, 4096) for _ in range(2))
        beyond += paired(of_text(first, "ab" * 2048), of_text(other, "ab" * 2048)).loss.beyond_chance
    assert 1 <= beyond <= 15  # 5 are expected, some more with 16 blocks


def test_where_one_is_ahead_is_found_by_kind_of_place_and_place_by_place() -> None:
    rng = np.random.default_rng(5)
    first = rng.gamma(1, 1, len(TEXT))
    other = first + rng.normal(0, 0.05, len(TEXT))
    digits = np.array([one.isdigit() for one in TEXT])
    other[digits] += 1.0
    other[40] += 20
    found = paired(of_text(first), of_text(other))
    assert found.where[0].name == "digit"
    assert found.where[0].beyond_chance
    assert found.where[0].count == digits.sum()
    assert (found.first_ahead[0].place, found.first_ahead[0].text) == (40, TEXT[40])
    assert found.first_ahead[0].before == TEXT[28:40]
    assert found.first_ahead[0].nats == pytest.approx(20, abs=1)


def test_two_of_one_network_differ_by_nothing(subjects, trainers) -> None:
    for kind, subject in subjects.items():
        first = answer(subject, Costs())
        same = paired(first, answer(with_weights(subject, subject.network.parameters, subject.step), Costs()))
        assert abs(same.loss.mean) < 1e-6
        assert same.loss.standard_error < 1e-6
        assert len(same.where) == 0
        untrained = {name: np.zeros_like(array) for name, array in subject.network.parameters.items()}
        other = answer(with_weights(subject, untrained, 0), Costs())
        found = paired(first, other)
        assert found.loss.mean > 0, kind
        assert found.loss.beyond_chance, kind
        assert np.unique(blocks_of(first)).size == len(first.nats)


def test_what_is_not_the_same_is_refused_and_a_single_block_has_no_error() -> None:
    nats = np.ones(len(TEXT))
    with pytest.raises(InputError, match="have not predicted the same"):
        paired(of_text(nats), of_text(nats[:-1], TEXT[:-1]))
    short = paired(of_text(nats[:100], TEXT[:100]), of_text(nats[:100] + 1, TEXT[:100])).loss
    assert short.mean == 1
    assert np.isnan(short.standard_error)
    assert not short.beyond_chance
