"""A vocabulary numbers characters by code point, and reads what it does not know as something it does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError


def test_characters_are_the_distinct_ones_by_code_point() -> None:
    assert Vocabulary.from_text("banana 🙂é").characters == " abné🙂"


def test_length_is_the_number_of_distinct_characters() -> None:
    assert len(Vocabulary.from_text("banana")) == 3


def test_an_id_is_the_place_among_the_characters() -> None:
    ids, _ = Vocabulary("abn").encode("banana")
    assert ids.tolist() == [1, 0, 2, 0, 2, 0]


def test_ids_are_32_bit() -> None:
    assert Vocabulary("ab").encode("ab")[0].dtype == np.int32


@given(st.text(min_size=1))
def test_decoding_undoes_encoding(text: str) -> None:
    vocabulary = Vocabulary.from_text(text)
    ids, unknown = vocabulary.encode(text)
    assert (vocabulary.decode(ids), unknown) == (text, ())


@given(st.text(alphabet="abcdefg"), st.text(alphabet="bdf", min_size=1))
def test_positions_of_unknown_characters_are_named(text: str, known: str) -> None:
    _, unknown = Vocabulary.from_text(known).encode(text)
    assert unknown == tuple(i for i, ch in enumerate(text) if ch not in known)


def test_an_unknown_character_is_read_as_a_space() -> None:
    vocabulary = Vocabulary("\n ab")
    assert vocabulary.decode(vocabulary.encode("a☃b\udcff")[0]) == "a b "


def test_without_a_space_an_unknown_character_is_read_as_the_first() -> None:
    vocabulary = Vocabulary("ab")
    assert vocabulary.decode(vocabulary.encode("b☃")[0]) == "ba"


def test_an_empty_text_has_no_ids() -> None:
    ids, unknown = Vocabulary("ab").encode("")
    assert (ids.shape, unknown) == ((0,), ())


def test_decodes_ids_of_any_integer_type() -> None:
    assert Vocabulary("abc").decode(np.array([2, 0], dtype=np.uint8)) == "ca"


@pytest.mark.parametrize("characters", ["", "ba", "aab", "a\ud800"], ids=["empty", "unsorted", "repeated", "surrogate"])
def test_characters_that_no_text_gives_are_refused(characters: str) -> None:
    with pytest.raises(InputError, match=r"^the vocabulary "):
        Vocabulary(characters)


def test_vocabularies_with_the_same_characters_are_equal() -> None:
    assert Vocabulary.from_text("abba") == Vocabulary("ab")
