"""What a confusion matrix draws: shares of the true class, counts, and heads that find their columns."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tui.task_examples import (
    a_run,
    confusion,
    matrix,
    seen,
    told,
    words_of,
)
from tui_rnn.kinds import LABELLED, TAGGED
from tui_rnn.tui.views.confusion import confusion_matrix
from tui_rnn.tui.widgets.pieces import fit


def test_the_rows_of_the_confusion_matrix_are_shares_of_the_true_class() -> None:
    run = a_run(table=confusion(["N", "V"], [[9, 1], [5, 15]]))
    picture = matrix(confusion_matrix(TAGGED).scene(seen(run))).picture

    # the most frequent class, V, comes first; values are (said, truth)
    assert [label.strip() for label in picture.labels] == ["V", "N"]
    assert picture.values == pytest.approx(np.array([[0.75, 0.1], [0.25, 0.9]]))
    assert words_of(picture).tolist() == [[" 75", " 10"], [" 25", " 90"]]


def test_the_heads_of_the_confusion_matrix_are_whole_where_there_is_room() -> None:
    run = a_run(table=confusion(["complaint", "praise"], [[9, 1], [5, 15]]))
    picture = matrix(confusion_matrix(LABELLED).scene(seen(run, width=75))).picture

    assert [head.strip() for head in picture.letters.shown] == ["praise", "complaint"]


def test_the_confusion_matrix_says_that_its_numbers_are_percent() -> None:
    scene = confusion_matrix(LABELLED).scene(seen(a_run(table=confusion(["N", "V"], [[9, 1], [5, 15]]))))

    assert told(scene.legend).startswith("0 ")
    assert " 100 · % of the row" in told(scene.legend)


def test_a_cell_of_the_confusion_matrix_tells_its_count() -> None:
    run = a_run(table=confusion(["N", "V"], [[9, 1], [5, 15]]))
    scene = confusion_matrix(TAGGED).scene(seen(run))

    assert told(matrix(scene).tell(1, 0)) == "25.0% · truth · V · said N · 5 of 20 words · F1 of V .83"
    assert matrix(scene).start == (1, 0)  # the most frequent mistake


def test_in_a_narrow_pane_a_cell_of_the_confusion_matrix_tells_its_share_whole() -> None:
    run = a_run(table=confusion(["complaint", "praise"], [[200, 253], [187, 266]]))
    parts = matrix(confusion_matrix(LABELLED).scene(seen(run))).tell(1, 0)

    assert fit(parts, 37).plain == "41.3% · truth praise, said complaint"
    assert fit(parts, 28).plain == "41.3% praise, said complaint"


def test_an_f1_that_is_not_perfect_never_looks_so() -> None:
    scene = confusion_matrix(TAGGED).scene(seen(a_run(table=confusion(["N", "V"], [[999, 1], [0, 1000]]))))

    assert "F1 of V >.99" in told(matrix(scene).tell(0, 0)) + told(matrix(scene).tell(1, 1))


def test_one_of_anything_is_not_many() -> None:
    scene = confusion_matrix(TAGGED).scene(seen(a_run(table=confusion(["N", "V"], [[0, 1], [0, 3]]))))

    assert "1 of 1 word " in told(matrix(scene).tell(0, 1))


def test_many_classes_are_numbered_so_that_columns_find_their_rows() -> None:
    labels = [f"class {k}" for k in range(18)]
    picture = matrix(
        confusion_matrix(TAGGED).scene(seen(a_run(table=confusion(labels, np.eye(18, dtype=int).tolist()))))
    ).picture

    heads = [head.strip() for head in picture.letters.shown]
    assert heads == [str(k + 1) for k in range(18)]
    assert [label.split()[0] for label in picture.labels] == heads


def test_few_classes_are_named_in_their_columns() -> None:
    picture = matrix(confusion_matrix(TAGGED).scene(seen(a_run(table=confusion(["spam", "ham"], [[3, 1], [0, 2]]))))).picture

    assert [head.strip() for head in picture.letters.shown] == ["spam", "ham"]


def test_classes_that_never_came_nor_were_said_are_left_out() -> None:
    picture = matrix(
        confusion_matrix(TAGGED).scene(seen(a_run(table=confusion("NVX", [[1, 0, 0], [0, 1, 0], [0, 0, 0]]))))
    ).picture

    assert [label.strip() for label in picture.labels] == ["N", "V"]


def test_a_gap_stands_between_the_columns_names() -> None:
    labels = ["NOUN", "VERB", "DET", "PRON", "ADP"]
    scene = confusion_matrix(TAGGED).scene(seen(a_run(table=confusion(labels, np.eye(5, dtype=int).tolist())), width=34))
    picture = matrix(scene).picture

    assert "".join(picture.letters.shown).split() == ["NOU", "VER", "DET", "PRO", "ADP"]


def test_in_a_confusion_none_and_hardly_any_differ_and_the_numbers_stand_in_line() -> None:
    run = a_run(table=confusion(["N", "V", "X"], [[996, 4, 0], [50, 940, 10], [0, 0, 30]]))
    scene = confusion_matrix(TAGGED).scene(seen(run))

    assert words_of(matrix(scene).picture).T.tolist() == [[" 99", "  ·", ""], ["  5", " 94", "  1"], ["", "", "100"]]
    assert "dot: below 0.5" in told(scene.legend)


def test_a_confusion_without_hardly_any_does_not_explain_the_dot() -> None:
    run = a_run(table=confusion(["N", "V"], [[9, 1], [5, 15]]))

    assert "below" not in told(confusion_matrix(TAGGED).scene(seen(run)).legend)
