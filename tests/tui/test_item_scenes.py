"""What the view of drawn items draws: the newest on top, copies marked, ends cut visibly."""

from __future__ import annotations

from tests.tui.task_examples import (
    NO_COLOUR,
    a_run,
    items,
    page,
    seen,
    told,
)
from tui_rnn.tui.views.items import STREAM


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
