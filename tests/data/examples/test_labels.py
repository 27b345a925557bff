"""Labels and target tokens have ids; what training lacks is told apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data.examples.labels import Labels, Tokens
from tui_rnn.errors import InputError


class TestLabels:
    def test_ids_are_places_in_the_sorted_names(self) -> None:
        assert Labels.of(["b", "a", "b"]).encode(["a", "b"])[0].tolist() == [0, 1]

    def test_an_unknown_label_is_minus_one_and_its_place_is_given(self) -> None:
        ids, unknown = Labels.of("ab").encode(["b", "z", "a"])
        assert (ids.tolist(), unknown) == ([1, -1, 0], (1,))

    def test_ids_give_the_names_back(self) -> None:
        assert Labels.of("ab").decode(np.array([1, 0])) == ("b", "a")

    @pytest.mark.parametrize("names", [(), ("b", "a"), ("a", "a"), ("",)])
    def test_names_that_are_not_sorted_distinct_and_filled_are_refused(self, names: tuple[str, ...]) -> None:
        with pytest.raises(InputError):
            Labels(names)


class TestTokens:
    def test_the_unknown_one_comes_after_the_names(self) -> None:
        tokens = Tokens(("a", "b"))
        assert (tokens.unknown_id, len(tokens), tokens.texts) == (2, 3, ("a", "b", "<unk>"))

    def test_of_characters_each_is_a_token(self) -> None:
        assert Tokens.from_texts(["ba", "c b"], "characters").names == (" ", "a", "b", "c")

    def test_with_a_space_tokens_stand_between_spaces(self) -> None:
        assert Tokens.from_texts(["B AH", "AH  T "], "tokens").names == ("AH", "B", "T")

    def test_the_most_frequent_are_kept(self) -> None:
        assert Tokens.from_texts(["c c b b a"], "tokens", limit=2).names == ("b", "c")

    def test_an_unknown_token_reads_as_unk(self) -> None:
        ids, counts = Tokens(("a", "b")).encode_all(["azb", "", "b"])
        assert (ids.tolist(), counts) == ([0, 2, 1, 1], [3, 0, 1])

    @given(st.lists(st.text("abc", min_size=1), min_size=1, max_size=5), st.sampled_from(["characters", "tokens", "words"]))
    def test_known_targets_come_back(self, words: list[str], units: str) -> None:
        text = " ".join(words)
        tokens = Tokens.from_texts([text], units)
        ids, (count,) = tokens.encode_all([text])
        assert tokens.join(tokens.texts[i] for i in ids) == text
        assert count == len(ids)

    @given(st.text("ab,.' !é-", min_size=1))
    def test_words_and_marks_can_be_put_together_again(self, text: str) -> None:
        tokens = Tokens.from_texts([f"a {text}"], "words")
        assert tokens.join(tokens.split(text)) == text.strip()

    def test_of_words_those_that_come_too_seldom_are_left_out(self) -> None:
        assert Tokens.from_texts(["a b, a", "b c"], "words", least=2).names == (" a", " b")

    def test_where_no_word_comes_so_often_all_are_kept(self) -> None:
        assert Tokens.from_texts(["a b"], "words", least=2).names == (" a", " b")

    def test_other_units_are_refused(self) -> None:
        with pytest.raises(InputError, match="expected one of characters, tokens, words"):
            Tokens(("a",), "syllables")
