"""What the views of classified texts draw: classes, how sure the network is, and what each character contributes."""

from __future__ import annotations

import numpy as np
import pytest
from rich.cells import cell_len

from tests.tui.task_examples import (
    a_run,
    classified,
    matrix,
    page,
    seen,
    told,
    words_of,
    written,
)
from tui_rnn.tui.views.classifying import AS_READ, CONTRIBUTIONS, TEXTS, round_limit
from tui_rnn.tui.views.writing import ATTENTION
from tui_rnn.tui.widgets.scene import Nothing

FEW = {"Czech": 0.7, "Polish": 0.2, "Dutch": 0.1}


def test_a_text_is_listed_with_its_class_and_how_sure_the_network_is() -> None:
    right, wrong = page(
        TEXTS.scene(seen(a_run(classified("Novák", FEW, "Czech"), classified("Kowal", FEW, "Polish")), chosen=1))
    )

    assert right.split() == ["✓", "Czech", ".70", "Novák"]
    assert wrong.split() == ["›", "✗", "Czech", ".70", "→", "Polish", "Kowal"]


def test_a_text_longer_than_its_line_is_cut_visibly() -> None:
    line = page(TEXTS.scene(seen(a_run(classified("long " * 40, FEW, "Czech")), width=50)))[0]

    assert cell_len(line) <= 50
    assert line.endswith("…")


def test_in_a_narrow_pane_the_text_stays_readable_and_the_right_class_of_the_chosen_one_is_told() -> None:
    run = a_run(classified("the stairs were steep and dark", {"praise": 0.7, "complaint": 0.3}, "complaint"))
    scene = TEXTS.scene(seen(run, width=37))

    assert page(scene) == ["› ✗ praise     .70 the stairs were s…"]
    assert told(scene.legend) == "✗ wrong · › right: complaint"


def test_labels_give_way_before_the_text_does() -> None:
    run = a_run(classified("the stairs were steep and dark", {"unenthusiastic": 0.7, "b": 0.3}, "b"))

    assert page(TEXTS.scene(seen(run, width=37))) == ["› ✗ unenthus…  .70 the stairs were s…"]


@pytest.mark.parametrize(("p", "shown"), [(0.9999, ">.99"), (1.0, "1.00"), (0.004, "<.01")])
def test_a_class_that_is_not_certain_never_looks_so(p: float, shown: str) -> None:
    scene = AS_READ.scene(seen(a_run(classified("Novák", {"Czech": p, "Polish": 1 - p}, "Czech"))))

    assert shown in matrix(scene).picture.labels[0]


def test_attention_that_is_not_all_on_one_character_is_not_100() -> None:
    answer = written("ab", "x", "x")
    answer.outputs[0].attention[0] = 0.997, 0.003
    words = words_of(matrix(ATTENTION.scene(seen(a_run(answer)))).picture)

    assert words[:, 0].tolist() == ["99", ""]


def test_the_classes_are_shown_after_each_character() -> None:
    answer = classified("Novák", FEW, "Polish")
    scene = AS_READ.scene(seen(a_run(answer)))

    assert matrix(scene).picture.values is answer.after_each
    assert [label.split() for label in matrix(scene).picture.labels] == [["Czech", ".70"], ["✓Polish", ".20"], ["Dutch", ".10"]]
    assert told(matrix(scene).tell(4, 0)) == "after 'k' · Czech .70 · Polish .20 · Dutch .10"


def test_a_text_is_read_from_its_first_character_on() -> None:
    scene = AS_READ.scene(seen(a_run(classified("Novák", FEW, "Polish"))))

    assert matrix(scene).start == (0, 0)


def test_contributions_begin_at_the_strongest_and_stay_there_though_another_one_becomes_it() -> None:
    answer = classified("abc", {"Czech": 0.6, "Polish": 0.4}, mean=True)
    assert answer.contributions is not None
    answer.contributions[:] = [[0.1, 0.0], [-0.9, 0.0], [0.2, 3.0]]
    body = matrix(CONTRIBUTIONS.scene(seen(a_run(answer))))

    assert (body.start, body.steady) == ((1, 0), True)


def test_a_small_contribution_is_told_apart_from_none() -> None:
    answer = classified("ab", {"Czech": 0.6, "Polish": 0.4}, mean=True)
    assert answer.contributions is not None
    answer.contributions[:] = [[0.0034, -0.0021], [0.0, 1.5]]
    tell = matrix(CONTRIBUTIONS.scene(seen(a_run(answer)))).tell

    assert told(tell(0, 0)).startswith("'a' adds .003 · to Czech")
    assert told(tell(0, 1)).startswith("'a' takes .002 · from Polish")
    assert told(tell(1, 0)).startswith("'b' adds .00 · to Czech")
    assert told(tell(1, 1)).startswith("'b' adds 1.50 · to Polish")


def test_above_short_labels_stands_what_they_are() -> None:
    for view in (AS_READ, CONTRIBUTIONS):
        picture = matrix(view.scene(seen(a_run(classified("Novák", {"a": 0.6, "b": 0.4}, mean=True))))).picture

        assert picture.corner.split() == ["class", "end"]
        assert len(picture.corner) == cell_len(picture.labels[0])


def test_without_mean_pooling_it_is_said_why_there_are_no_contributions() -> None:
    body = CONTRIBUTIONS.scene(seen(a_run(classified("Novák", FEW)))).body

    assert isinstance(body, Nothing)
    assert "pool: mean" in body.why


def test_a_contribution_is_told_with_its_sign_in_words() -> None:
    scene = CONTRIBUTIONS.scene(seen(a_run(classified("Novák", FEW, mean=True))))

    assert told(matrix(scene).tell(4, 0)) == "'k' adds .18 · to Czech · position 5 of 5"
    assert told(matrix(scene).tell(0, 0)) == "'N' takes .18 · from Czech · position 1 of 5"


@pytest.mark.parametrize(("size", "limit"), [(0.0, 1.0), (0.013, 0.02), (0.2, 0.2), (0.3, 0.5), (7.0, 10.0), (np.nan, 1.0)])
def test_the_limits_of_the_contributions_are_round(size: float, limit: float) -> None:
    assert round_limit(np.full((3, 2), size, np.float32)) == pytest.approx(limit)
