"""Beam search over a small tree of known probabilities."""

import itertools

import numpy as np
import pytest

from tui_rnn.tasks.beam import beam_search

END = 3


def chain(seed):
    """ln p of the next symbol given the last one: (last, next)."""
    logits = np.random.default_rng(seed).normal(0, 1.5, (END + 1, END + 1))
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def search(table, width, limit=4):
    return beam_search(lambda symbols, parents: (table[symbols], np.zeros((len(symbols), 2), np.float32)), END, width, limit)


def every_output(table, limit):
    """All outputs with their ln p: ended, or cut at the limit."""
    found = {}
    for length in range(limit + 1):
        for symbols in itertools.product(range(END), repeat=length):
            path = [END, *symbols] + ([END] if length < limit else [])
            found[symbols] = sum(table[a, b] for a, b in itertools.pairwise(path))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_beam_wide_enough_finds_the_likeliest_outputs_of_all(seed):
    table, limit = chain(seed), 4
    expected = sorted(every_output(table, limit).items(), key=lambda item: -item[1])[:5]
    found = search(table, width=100, limit=limit)[:5]
    assert [h.symbols for h in found] == [symbols for symbols, _ in expected]
    np.testing.assert_allclose([h.log_prob for h in found], [total for _, total in expected])


@pytest.mark.parametrize("seed", range(6))
def test_a_beam_of_one_is_greedy(seed):
    table, symbols = chain(seed), list[int]()
    while len(symbols) < 4 and (best := int(table[symbols[-1] if symbols else END].argmax())) != END:
        symbols.append(best)
    assert search(table, width=1)[0].symbols == tuple(symbols)


@pytest.mark.parametrize("seed", range(6))
def test_a_wider_beam_finds_nothing_less_likely(seed):
    best = [search(chain(seed), width)[0].log_prob for width in (1, 2, 4, 16)]
    assert best == sorted(best)


def test_the_likeliest_comes_first_and_there_are_no_more_than_the_width():
    found = search(chain(0), width=3)
    assert len(found) == 3
    assert [h.log_prob for h in found] == sorted((h.log_prob for h in found), reverse=True)


def test_each_hypothesis_goes_on_from_its_own_parent():
    table, seen = chain(1), list[list[tuple[int, ...]]]()

    def step(symbols, parents):
        before = seen[-1] if seen else [()]
        seen.append([(*before[parent], int(symbol)) for parent, symbol in zip(parents, symbols, strict=True)])
        return table[symbols], np.zeros((len(symbols), 2))

    found = beam_search(step, END, 3, 4)
    for hypothesis in found:
        steps = len(hypothesis.attention)
        assert (END, *hypothesis.symbols[: steps - 1]) in seen[steps - 1]
