"""What the view of tagged sentences draws: the tag beneath each word, mistakes marked without colour too."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.task_examples import (
    NO_COLOUR,
    a_run,
    lines,
    page,
    seen,
    tagged,
    told,
)
from tui_rnn.tui.views.tagging import SENTENCES

SAW = tagged("She saw her duck", "PRON VERB PRON NOUN", "PRON VERB PRON VERB")


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
