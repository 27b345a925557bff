"""Two networks over one text: planted differences are found where they are, and chance is called chance."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.errors import InputError
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer
from tui_rnn.insight.surprise import BITS, Surprise, Surprised
from tui_rnn.insight.surprise_compared import Category, SurpriseCompared, compared, kinds_of_places

TEXT = 'He said "come here" and went.\nIt was 1999, he said.\n\n' * 60


def said(nats: np.ndarray, text: str = TEXT, step: int = 1) -> Surprised:
    return Surprised(step, tuple(text), nats.astype(np.float32), 0.0, len(text), np.zeros(0, np.int64), (), 0)


def named(found: SurpriseCompared, name: str) -> Category:
    return next(one for one in found.categories if one.name == name)


def masks(text: str) -> dict[str, str]:
    """Of each kind of place, the characters that stand there."""
    return {
        name: "".join(ch for ch, here in zip(text, mask, strict=True) if here) for name, mask in kinds_of_places(tuple(text))
    }


def test_places_are_of_the_kinds_that_their_names_say() -> None:
    found = masks('Ab cdef "gh i" j\nK 12.')
    assert found["after a space"] == 'c"ij1'
    assert found["after a line end"] == "K"
    assert found["first letter of a word"] == "AcgijK"
    assert found["second or third letter"] == "bdeh"
    assert found["later in a word"] == "f"
    assert found["capital"] == "AK"
    assert found["digit"] == "12"
    assert found["punctuation mark"] == '"".'
    assert found["inside quotes"] == "gh i"
    assert found["what ends a word"] == '   "\n .'
    assert found["0 to 9 after a line end"] == 'Ab cdef "gK 12.'
    assert found["all"] == 'Ab cdef "gh i" j\nK 12.'


def test_a_quotation_that_is_left_open_ends_with_its_paragraph() -> None:
    assert masks('"ab\ncd\n\nef')["inside quotes"] == "ab\ncd\n\n"


def test_what_one_network_knows_better_is_found_in_its_category_and_nowhere_else() -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(2, 0.5, len(TEXT))
    second = noise + rng.normal(0, 0.2, len(TEXT))
    quoted = dict(kinds_of_places(tuple(TEXT)))["inside quotes"]
    second[quoted] += 0.5 * BITS
    found = compared([said(noise), said(second)])
    inside = named(found, "inside quotes")
    assert inside.difference_bits == pytest.approx(0.5, abs=3 * inside.standard_error_bits)
    assert inside.beyond_chance
    assert not named(found, "outside quotes").beyond_chance
    assert not named(found, "digit").beyond_chance
    assert inside.count == quoted.sum()


def test_the_standard_error_is_what_repeated_draws_vary_by() -> None:
    rng, means, errors = np.random.default_rng(3), [], []
    for _ in range(60):
        found = named(compared([said(np.zeros(len(TEXT))), said(rng.normal(0, 1, len(TEXT)))]), "all")
        means.append(found.difference_bits)
        errors.append(found.standard_error_bits)
    assert np.mean(errors) == pytest.approx(np.std(means), rel=0.35)


def test_the_places_where_one_is_ahead_most_come_first() -> None:
    first, second = np.ones(len(TEXT)), np.ones(len(TEXT))
    first[7], second[40], second[41] = 9, 5, 7
    found = compared([said(first), said(second)])
    assert found.first_better.tolist() == [41, 40]
    assert found.second_better.tolist() == [7]


def test_networks_that_have_read_different_tokens_are_not_compared() -> None:
    with pytest.raises(InputError, match="different tokens"):
        compared([said(np.ones(3), "abc"), said(np.ones(3), "abd")])


def test_a_network_is_not_ahead_of_itself(reader: Subject) -> None:
    found = answer(reader, Surprise())
    assert found.counted == len(reader.part) - 1
    itself = named(compared([found, found]), "all")
    assert (itself.difference_bits, itself.standard_error_bits) == (0, 0)
    assert not itself.beyond_chance


def test_a_long_text_costs_what_validation_says(reader: Subject) -> None:
    found = answer(reader, Surprise(length=1 << 20))
    nats, count = reader.network.evaluate(reader.part)
    assert found.counted == count
    assert found.mean_nats == pytest.approx(nats / count, rel=1e-4)
