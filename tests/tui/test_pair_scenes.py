"""What the views of pairs draw: outputs beside their targets, attention, and matches by length."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.task_examples import (
    NO_COLOUR,
    a_run,
    by_length,
    lines,
    matrix,
    page,
    seen,
    told,
    words_of,
    written,
)
from tui_rnn.tui.views.alignment import aligned
from tui_rnn.tui.views.lengths import BY_LENGTH, grouped
from tui_rnn.tui.views.writing import ATTENTION, OUTPUTS
from tui_rnn.tui.widgets.scene import Curves, Nothing, Scene


def fewest_edits(a: str, b: str) -> int:
    """Edit distance by trying every way to keep a common subsequence."""
    best = max(len(a), len(b)) + 1
    for kept in range(min(len(a), len(b)) + 1):
        for left in {tuple(sorted(p)) for p in permutations(range(len(a)), kept)}:
            for right in {tuple(sorted(p)) for p in permutations(range(len(b)), kept)}:
                cost, i, j = 0, 0, 0
                for x, y in zip((*left, len(a)), (*right, len(b)), strict=True):
                    cost += max(x - i, y - j)
                    i, j = x + 1, y + 1
                cost += sum(a[x] != b[y] for x, y in zip(left, right, strict=True))
                best = min(best, cost)
    return best


@given(st.text("ab", max_size=4), st.text("ab", max_size=4))
def test_an_alignment_is_complete_and_as_short_as_can_be(a: str, b: str) -> None:
    pairs = aligned(a, b)

    assert "".join(here or "" for here, _ in pairs) == a
    assert "".join(there or "" for _, there in pairs) == b
    assert sum(here != there for here, there in pairs) == fewest_edits(a, b)


def reversed_in(scene: Scene) -> list[str]:
    return [segment.text for line in lines(scene) for segment in line if segment.style and segment.style.reverse]


def test_a_right_output_is_ticked() -> None:
    assert page(OUTPUTS.scene(seen(a_run(written("two", "2", "2")), chosen=1))) == ["  ✓ two → 2"]


def test_wrong_symbols_are_marked_and_the_truth_stands_beside() -> None:
    scene = OUTPUTS.scene(seen(a_run(written("May 1 1999", "1998-05-01", "1999-05-01")), paint=NO_COLOUR))

    assert page(scene) == ["› ✗ May 1 1999 → 1998-05-01  1999-05-01"]
    assert reversed_in(scene) == ["8"]


def test_a_missing_symbol_leaves_a_mark() -> None:
    assert page(OUTPUTS.scene(seen(a_run(written("ten", "0", "10")))))[0] == "› ✗ ten → ∅0  10"


def test_tokens_are_compared_as_tokens() -> None:
    scene = OUTPUTS.scene(seen(a_run(written("hi", ("HH", "EH1"), "HH AY1", joint=" "))))

    assert reversed_in(scene) == ["EH1"]


def test_where_there_is_no_room_the_truth_stands_below() -> None:
    lines = page(OUTPUTS.scene(seen(a_run(written("abcdefghij", "x" * 20, "y" * 20)), width=40)))

    assert len(lines) == 2
    assert lines[1].endswith("✓ " + "y" * 20)
    assert max(map(cell_len, lines)) <= 40


@pytest.mark.parametrize("width", [37, 57, 77, 117])
def test_a_source_is_shown_as_far_as_its_target_leaves_room(width: int) -> None:
    source, right, wrong = "the twenty-sixth of November, 1824", "1824-11-26", "1824-12-26"
    lines = page(OUTPUTS.scene(seen(a_run(written(source, wrong, right)), width=width)))

    shown = lines[0].removeprefix("› ✗ ").partition(" → ")[0].rstrip("… ")
    assert source.startswith(shown)
    assert len(shown) >= 18
    assert wrong in lines[0]
    assert right in lines[-1]
    assert max(map(cell_len, lines)) <= width


def test_attention_has_a_row_for_each_symbol_and_one_for_the_end() -> None:
    scene = ATTENTION.scene(seen(a_run(written("two", "2", "2"))))

    assert [label.strip() for label in matrix(scene).picture.labels] == ["2", "</s>"]
    assert matrix(scene).picture.letters.shown == ("t", "w", "o")
    assert words_of(matrix(scene).picture).tolist() == [["100", ""], ["", "100"], ["", ""]]
    assert told(matrix(scene).tell(0, 0)).startswith("to write '2' it looked at  · 't' (1) 1.00")


def test_without_attention_it_is_said_what_the_decoder_knows() -> None:
    body = ATTENTION.scene(seen(a_run(written("two", "2", attention=False)))).body

    assert isinstance(body, Nothing)
    assert "attention: dot" in body.why


def test_matches_by_length_are_shown_for_every_run_that_has_them() -> None:
    first = a_run(lengths=by_length((5, 20, 1.0), (10, 20, 0.5)), name="with")
    second = a_run(lengths=by_length((5, 20, 0.8)), name="without", run_id=2)
    body = BY_LENGTH.scene(seen(first, second, a_run(run_id=3))).body

    assert isinstance(body, Curves)
    assert body.runs == [(1, "with", [5, 10], [100, 50]), (2, "without", [5], [80])]


def test_lengths_of_few_examples_are_taken_together() -> None:
    lengths, shares = grouped(by_length((3, 4, 1.0), (4, 8, 0.25), (7, 10, 0.5), (9, 1, 0.0)))

    assert lengths == pytest.approx([(3 * 4 + 4 * 8) / 12, (7 * 10 + 9) / 11])
    assert shares == pytest.approx([100 * (4 + 2) / 12, 100 * 5 / 11])


def test_of_a_translation_bleu_is_told_before_what_is_exactly_right() -> None:
    run = a_run(written("two", "2", "2"), metrics={"exact_match": 0.01, "token_error_rate": 0.4, "bleu": 0.42})

    title = told(OUTPUTS.scene(seen(run)).title)
    assert title == "42.0 BLEU · at step 1,200 · over 2,510 · 1.0% exactly right · 40.0% of symbols wrong"


def test_of_long_sentences_a_third_of_the_room_is_for_the_source() -> None:
    source, target = "a man in a red shirt stands on a rock", "un homme en chemise rouge se tient sur un rocher au soleil"
    (line, truth) = page(OUTPUTS.scene(seen(a_run(written(source, "un homme", target)), chosen=1, width=60)))

    assert line.startswith("  ✗ a man in a red s… → ")
    assert truth.strip().startswith("✓ un homme en chemise")
