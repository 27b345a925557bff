"""Metrics are what their definitions, written out here one case at a time, say."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.insight.metrics import (
    accuracy,
    accuracy_unseen,
    confusion_matrix,
    edit_distances,
    exact_match,
    macro_f1,
    matches,
    per_class_f1,
    share_by_length,
    token_error_rate,
    unseen,
)

CLASSES = 4
LABELLED = st.lists(st.tuples(st.integers(-1, CLASSES - 1), st.integers(0, CLASSES - 1)), min_size=1, max_size=40)
SEQUENCES = st.lists(st.integers(0, 3), max_size=7)


def distance(a: list[int], b: list[int]) -> int:
    """The fewest insertions, deletions and replacements, by trying each at the front."""
    if not a or not b:
        return len(a) + len(b)
    if a[0] == b[0]:
        return distance(a[1:], b[1:])
    return 1 + min(distance(a[1:], b), distance(a, b[1:]), distance(a[1:], b[1:]))


class TestAccuracy:
    def test_is_the_share_of_equal_labels(self) -> None:
        assert accuracy([0, 1, 2, 2], [0, 1, 2, 0]) == 0.75

    def test_a_label_that_training_lacks_is_wrong(self) -> None:
        assert accuracy([0, -1], [0, -1]) == 0.5

    def test_of_nothing_is_no_number(self) -> None:
        assert math.isnan(accuracy([], []))

    def test_of_labels_that_do_not_pair_up_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="expected one dimension, alike"):
            accuracy([0, 1], [0])


class TestUnseenWords:
    def test_are_those_that_training_lacks_as_they_are_written(self) -> None:
        assert unseen(["the", "The", "cat"], ["the", "dog"]).tolist() == [False, True, True]

    def test_have_an_accuracy_of_their_own(self) -> None:
        assert accuracy_unseen([0, 1, 2], [1, 1, 0], np.array([False, True, True])) == 0.5

    def test_where_there_are_none_there_is_no_number(self) -> None:
        assert math.isnan(accuracy_unseen([0], [0], np.array([False])))


class TestConfusion:
    def test_rows_are_gold_and_columns_predicted(self) -> None:
        assert confusion_matrix([0, 0, 1, 2], [0, 1, 1, 0], 3).tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]

    @given(LABELLED)
    def test_counts_every_known_label(self, labelled: list[tuple[int, int]]) -> None:
        gold, predicted = zip(*labelled, strict=True)
        expected = [[sum((g, p) == (row, column) for g, p in labelled) for column in range(CLASSES)] for row in range(CLASSES)]
        assert confusion_matrix(gold, predicted, CLASSES).tolist() == expected


class TestF1:
    def test_is_the_harmonic_mean_of_precision_and_recall(self) -> None:
        # Class 0: 2 of 3 predictions right, 2 of 4 found. Class 1: 1 of 3 right, 1 of 2 found.
        f1 = per_class_f1([0, 0, 0, 0, 1, 1], [0, 0, 1, 1, 0, 1], 2)
        assert f1 == pytest.approx([2 * (2 / 3) * (1 / 2) / (2 / 3 + 1 / 2), 2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2)])

    def test_of_a_class_never_found_is_zero_and_of_one_that_is_nowhere_no_number(self) -> None:
        f1 = per_class_f1([0, 1], [0, 0], 3)
        assert f1[1] == 0
        assert math.isnan(f1[2])

    def test_a_guess_that_is_none_of_the_classes_finds_nothing_and_is_nobodys_false_positive(self) -> None:
        assert per_class_f1([0, 1, 1], [0, -1, 1], 2).tolist() == [1.0, pytest.approx(2 / 3)]
        assert confusion_matrix([0, 1, 1], [0, -1, 1], 2).tolist() == [[1, 0], [0, 1]]

    def test_macro_counts_each_class_that_occurs_alike(self) -> None:
        assert macro_f1([0] * 98 + [1, 1], [0] * 98 + [0, 1], 3) == pytest.approx((2 * 98 / (98 + 99) + 2 / 3) / 2)

    @given(LABELLED)
    def test_follows_from_true_and_false_positives_and_negatives(self, labelled: list[tuple[int, int]]) -> None:
        gold, predicted = zip(*labelled, strict=True)
        f1 = per_class_f1(gold, predicted, CLASSES)
        for c in range(CLASSES):
            right = sum(g == p == c for g, p in labelled)
            false_positives = sum(p == c != g for g, p in labelled)
            false_negatives = sum(g == c != p for g, p in labelled)
            if right + false_positives + false_negatives:
                assert f1[c] == pytest.approx(2 * right / (2 * right + false_positives + false_negatives))
            else:
                assert math.isnan(f1[c])


class TestEditDistance:
    @pytest.mark.parametrize(
        ("gold", "predicted", "distance"),
        [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "acb", 2), ("ab", "xaby", 2)],
    )
    def test_counts_insertions_deletions_and_replacements(self, gold: str, predicted: str, distance: int) -> None:
        assert edit_distances([[ord(c) for c in gold]], [[ord(c) for c in predicted]]).tolist() == [distance]

    @given(st.lists(st.tuples(SEQUENCES, SEQUENCES), max_size=6))
    def test_of_many_pairs_is_that_of_each(self, pairs: list[tuple[list[int], list[int]]]) -> None:
        found = edit_distances([a for a, _ in pairs], [b for _, b in pairs])
        assert found.tolist() == [distance(a, b) for a, b in pairs]

    def test_of_sequences_that_do_not_pair_up_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="2 gold sequences and 1 predicted"):
            edit_distances([[1], [2]], [[1]])


class TestTokenErrorRate:
    def test_is_all_edits_over_all_gold_tokens(self) -> None:
        assert token_error_rate([[1, 2, 3], [4]], [[1, 3], [5]]) == pytest.approx(2 / 4)

    def test_counts_no_more_errors_than_there_are_gold_tokens(self) -> None:
        assert token_error_rate([[1]], [[2, 3, 4]]) == 1
        assert token_error_rate([[1], [2, 3]], [[9] * 40, [2, 3]]) == pytest.approx(1 / 3)

    def test_of_nothing_is_no_number(self) -> None:
        assert math.isnan(token_error_rate([], []))


class TestExactMatch:
    def test_needs_every_token_in_its_place(self) -> None:
        assert matches([[1, 2], [1, 2], [1], []], [[1, 2], [2, 1], [1, 1], []]).tolist() == [True, False, False, True]

    def test_an_unknown_token_is_never_right(self) -> None:
        gold, predicted = [[1, 7], [7], [2, 1]], [[1, 7], [1], [2, 1]]
        assert matches(gold, predicted, unknown=7).tolist() == [False, False, True]
        assert edit_distances(gold, predicted, unknown=7).tolist() == [1, 1, 0]
        assert exact_match(gold, predicted, unknown=7) == pytest.approx(1 / 3)
        assert token_error_rate(gold, predicted, unknown=7) == pytest.approx(2 / 5)

    def test_is_the_share_of_matches(self) -> None:
        assert exact_match([[1], [2], [3], [4]], [[1], [2], [3], [5]]) == 0.75

    def test_of_nothing_is_no_number(self) -> None:
        assert math.isnan(exact_match([], []))

    def test_by_length_tells_how_many_there_are_and_which_share_is_right(self) -> None:
        lengths, counts, shares = share_by_length([3, 5, 3, 3], [True, False, True, False])
        assert (lengths.tolist(), counts.tolist()) == ([3, 5], [3, 1])
        assert shares == pytest.approx([2 / 3, 0])
