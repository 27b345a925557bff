"""The map of symbols, against planted rows and plain definitions."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.errors import InputError
from tui_rnn.insight.embedding import Embedding
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer


def with_rows(subject: Subject, name: str, rows: np.ndarray) -> None:
    subject.network.set_parameters(subject.network.parameters | {name: rows.astype(np.float32)})


@pytest.fixture
def planted(reader: Subject):
    """Vowels lie in one direction, all else anywhere: put back afterwards."""
    before = reader.network.parameters
    rows = np.random.default_rng(3).normal(0, 1, before["E"].shape)
    symbols = list(reader.symbols.vocabulary.characters)
    for vowel in "aeo":
        rows[symbols.index(vowel)] = 0.3 * rows[symbols.index(vowel)] + np.eye(rows.shape[1])[0] * 4
    with_rows(reader, "E", rows)
    yield reader, rows, symbols
    reader.network.set_parameters(before)


def test_a_class_that_was_planted_stands_apart_and_one_that_was_not_does_not(planted) -> None:
    reader, _, _ = planted
    found = {one.name: one for one in answer(reader, Embedding()).separations}
    vowels, marks = found["vowels among small letters"], found["punctuation marks"]
    assert (vowels.members, vowels.p < 0.02, vowels.gap > vowels.chance) == (3, True, True)
    assert marks.p > 0.02


def test_the_gap_is_by_its_definition(planted) -> None:
    reader, rows, symbols = planted
    rows = rows - rows.mean(axis=0)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    small = [k for k, symbol in enumerate(symbols) if symbol.isascii() and symbol.islower()]
    vowels = [k for k in small if symbols[k] in "aeiou"]
    inside = np.mean([unit[a] @ unit[b] for a in vowels for b in vowels if a != b])
    across = np.mean([unit[a] @ unit[b] for a in vowels for b in small if b not in vowels])
    found = answer(reader, Embedding()).separations[0]
    assert (found.inside, found.across) == pytest.approx((inside, across), abs=1e-6)


def test_the_two_directions_show_the_variance_that_the_covariance_has(planted) -> None:
    reader, rows, _ = planted
    found = answer(reader, Embedding())
    values, vectors = np.linalg.eigh(np.cov(rows.T))
    np.testing.assert_allclose(found.variance, values[::-1][:2] / values.sum(), rtol=1e-5)
    projected = (rows - rows.mean(axis=0)) @ vectors[:, ::-1][:, :2]
    np.testing.assert_allclose(np.abs(found.places), np.abs(projected), atol=1e-4)


def test_neighbours_are_those_of_the_largest_cosine(planted) -> None:
    reader, rows, symbols = planted
    found = answer(reader, Embedding(of="a", neighbours=3))
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = unit @ unit[symbols.index("a")]
    order = [k for k in np.argsort(-cosines) if symbols[k] != "a"][:3]
    assert [found.symbols[k] for k in found.near[found.of]] == [symbols[k] for k in order]
    assert any(line.startswith("nearest to 'a'") for line in found.lines())
    assert 0 < found.by_chance < 1


def test_a_symbol_that_is_not_there_is_named(reader: Subject) -> None:
    with pytest.raises(InputError, match="'ξ' is none of the"):
        answer(reader, Embedding(of="ξ"))


@pytest.mark.parametrize("task", ["items", "tag", "classify", "seq2seq"])
@pytest.mark.parametrize("matrix", ["e", "v"])
def test_every_task_has_a_map_with_a_row_for_each_symbol(subjects: dict[str, Subject], task: str, matrix: str) -> None:
    found = answer(subjects[task], Embedding(matrix=matrix))
    assert len(found.symbols) == len(found.places) == len(subjects[task].network.parameters[found.matrix])


def test_words_have_neighbours_too(words: Subject) -> None:
    found = answer(words, Embedding(of="cat"))
    assert found.symbols[found.of] == " cat"
