"""What each view of a task draws: the answers as they are, mistakes marked without colour too, nothing wider than the pane."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment

from tests.tui.pane_examples import PaneApp, screen_text
from tests.tui.task_examples import (
    NO_COLOUR,
    a_run,
    by_length,
    classified,
    confusion,
    items,
    lines,
    matrix,
    page,
    seen,
    tagged,
    told,
    words_of,
    written,
)
from tui_rnn.kinds import LABELLED, TAGGED
from tui_rnn.tui.views.alignment import aligned
from tui_rnn.tui.views.classifying import AS_READ, CONTRIBUTIONS, TEXTS, round_limit
from tui_rnn.tui.views.confusion import confusion_matrix
from tui_rnn.tui.views.items import STREAM
from tui_rnn.tui.views.lengths import BY_LENGTH, grouped
from tui_rnn.tui.views.registry import VIEWS
from tui_rnn.tui.views.tagging import SENTENCES
from tui_rnn.tui.views.view import View
from tui_rnn.tui.views.writing import ATTENTION, OUTPUTS
from tui_rnn.tui.widgets.pieces import fit
from tui_rnn.tui.widgets.scene import Curves, Lines, Matrix, Nothing, Scene
from tui_rnn.tui.widgets.stage import Stage

SAW = tagged("She saw her duck", "PRON VERB PRON NOUN", "PRON VERB PRON VERB")
FEW = {"Czech": 0.7, "Polish": 0.2, "Dutch": 0.1}

ALL_VIEWS = [pytest.param(view, id=f"{task}: {view.name}") for task, views in VIEWS.items() for view in views]


@pytest.mark.parametrize("view", ALL_VIEWS)
def test_before_the_first_answer_a_view_says_what_will_come(view: View) -> None:
    body = view.scene(seen(a_run())).body

    assert isinstance(body, Nothing)
    assert len(body.why) > 30


@pytest.mark.parametrize("task", VIEWS)
def test_each_view_says_something_of_its_own_before_the_first_answer(task: str) -> None:
    bodies = [view.scene(seen(a_run())).body for view in VIEWS[task]]
    said = [body.why for body in bodies if isinstance(body, Nothing)]

    assert len(set(said)) == len(said) == len(bodies)


# ------------------------------------------------------------------------ tags


def test_each_word_has_its_tag_beneath_it() -> None:
    words, tags = page(SENTENCES.scene(seen(a_run(tagged("Dogs bark .", "NOUN VERB PUNCT", "NOUN VERB PUNCT")))))

    for word, tag in (("Dogs", "NOUN"), ("bark", "VERB"), (".", "PUNCT")):
        assert words.index(word) == tags.index(tag)


def test_a_wrong_tag_is_marked_and_the_right_one_named() -> None:
    words, tags = page(SENTENCES.scene(seen(a_run(SAW), paint=NO_COLOUR)))

    assert tags.split() == ["PRON", "VERB", "PRON", "✗NOUN→VERB"]
    assert words.startswith("›✗ ")


def test_a_sentence_without_mistakes_is_ticked() -> None:
    words, _ = page(SENTENCES.scene(seen(a_run(tagged("Go .", "VERB PUNCT", "VERB PUNCT")))))

    assert words.startswith("›✓ ")


def test_words_that_training_lacked_are_underlined() -> None:
    scene = SENTENCES.scene(seen(a_run(tagged("A zyzzyva", "DET NOUN", "DET NOUN", unseen=[1]))))
    underlined = [segment.text for segment in lines(scene)[0] if segment.style and segment.style.underline]

    assert underlined == ["zyzzyva"]
    assert "underlined: not in training" in told(scene.legend)


def test_a_typed_sentence_comes_first_with_the_probability_of_each_tag() -> None:
    scene = SENTENCES.scene(seen(a_run(SAW), typed=tagged("Sit down", "VERB ADV")))
    words, tags, probs = page(scene)[:3]

    assert words.startswith("›? Sit")
    assert tags.split() == ["VERB", "ADV"]
    assert probs.split() == [".90", ".50"]


@given(
    st.lists(st.text(st.characters(exclude_categories=["Zs", "Cc", "Zl", "Zp"]), min_size=1), min_size=1), st.integers(12, 80)
)
def test_no_line_of_a_sentence_is_wider_than_the_pane(words: list[str], width: int) -> None:
    sentence = tagged("x", "NOUN")
    sentence = type(sentence)(
        tuple(words), ("NOUN",) * len(words), np.ones(len(words), np.float32), (False,) * len(words), ("VERB",) * len(words)
    )

    assert max(map(cell_len, page(SENTENCES.scene(seen(a_run(sentence), width=width))))) <= width


def test_the_title_tells_the_metrics_in_words() -> None:
    run = a_run(SAW, metrics={"accuracy": 0.932, "accuracy_unseen": 0.71})

    assert told(SENTENCES.scene(seen(run)).title) == "93.2% of words right · at step 1,200 · over 2,510 · 71.0% of unseen words"


# ------------------------------------------------------------------- confusion


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


# --------------------------------------------------------------------- classes


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


def test_in_a_confusion_none_and_hardly_any_differ_and_the_numbers_stand_in_line() -> None:
    run = a_run(table=confusion(["N", "V", "X"], [[996, 4, 0], [50, 940, 10], [0, 0, 30]]))
    scene = confusion_matrix(TAGGED).scene(seen(run))

    assert words_of(matrix(scene).picture).T.tolist() == [[" 99", "  ·", ""], ["  5", " 94", "  1"], ["", "", "100"]]
    assert "dot: below 0.5" in told(scene.legend)


def test_a_confusion_without_hardly_any_does_not_explain_the_dot() -> None:
    run = a_run(table=confusion(["N", "V"], [[9, 1], [5, 15]]))

    assert "below" not in told(confusion_matrix(TAGGED).scene(seen(run)).legend)


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


# ----------------------------------------------------------- sequence to sequence


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


# ----------------------------------------------------------------------- items


def test_items_that_the_training_part_has_are_marked() -> None:
    scene = STREAM.scene(seen(a_run(drawn=[items("emma", "jorvik", found={"emma": "training"})]), paint=NO_COLOUR))

    assert page(scene)[1].split() == ["=", "emma", "jorvik"]
    assert "= in the training part" in told(scene.legend)
    assert told(scene.title) == "1 of 2 new · 1 copied at step 100"


def test_items_that_did_not_end_are_cut_visibly() -> None:
    scene = STREAM.scene(seen(a_run(drawn=[items("aaaa", cut=["aaaa"])])))

    assert page(scene)[1].strip() == "aaaa…"
    assert "… cut off before </s>" in told(scene.legend)


def test_an_item_that_is_too_long_for_its_line_and_did_not_end_is_cut_once() -> None:
    scene = STREAM.scene(seen(a_run(drawn=[items("a" * 50, cut=["a" * 50])]), width=30))

    assert page(scene)[1].strip().strip("a") == "…"
    assert "… cut off before" not in told(scene.legend)


def test_an_empty_item_is_seen() -> None:
    assert page(STREAM.scene(seen(a_run(drawn=[items("")]))))[1].strip() == "(empty)"


def test_the_newest_items_are_on_top_under_their_step() -> None:
    lines = page(STREAM.scene(seen(a_run(drawn=[items("new", step=2000), items("old", step=1000)]))))

    assert lines[0].startswith("step 2,000 · temperature 0.8")
    assert lines[2].startswith("step 1,000")


async def test_the_chosen_example_stays_in_view_while_the_lines_above_it_become_fewer() -> None:
    def lines(each: int) -> Scene:
        """40 examples of so many lines, the 25th chosen."""
        spans = [range(at * each, (at + 1) * each) for at in range(40)]
        return Scene(Lines([(Segment(f"example {at // each}"),) for at in range(40 * each)], spans, 25))

    stage = Stage()
    app = PaneApp(stage)
    async with app.opened(30, 10) as pilot:
        stage.show(lines(2))
        await pilot.pause()
        stage.reveal_chosen()
        await pilot.pause()
        stage.show(lines(1))
        await pilot.pause()

        assert "example 25" in screen_text(app)


# ---------------------------------------------------------------------- safety


TABLE = confusion(["\x1b", "b"], [[1, 1], [0, 1]])
HOSTILE = {
    "tag": a_run(tagged("\x1b[2J\u202e", "\x1b[31m", "[b]"), table=TABLE),
    "classify": a_run(classified("\x1b[2J", {"\x1b[31m": 1.0, "\u202e": 0.0}, "\u202e"), table=TABLE),
    "seq2seq": a_run(written("\x1b[2J", ("\x1b", "[b]"), "\u202e")),
    "items": a_run(drawn=[items("\x1b[2J\u202e")]),
}


@pytest.mark.parametrize("kind", VIEWS)
def test_no_view_lets_a_control_character_through(kind: str) -> None:
    for view in VIEWS[kind]:
        scene = view.scene(seen(HOSTILE[kind]))
        shown = told([*scene.title, *scene.legend])
        if isinstance(scene.body, Matrix):
            picture = scene.body.picture
            shown += "".join((*picture.labels, *picture.letters.shown)) + told(scene.body.tell(0, 0))
        elif not isinstance(scene.body, (Nothing, Curves)):
            shown += "".join(page(scene))

        assert not {"\x1b", "\u202e"} & set(shown), view.name
