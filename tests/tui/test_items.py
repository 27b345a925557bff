"""The stream of items: those that a person began, told apart from those that begin freely."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style

from tests.tui.task_examples import TRUE_COLOUR, a_run, items, lines, page, seen, told
from tui_rnn.config import RunConfig
from tui_rnn.insight.items import Items
from tui_rnn.lab.messages import Answered, RunAdded
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.items import STREAM


def test_items_say_what_began_them_and_show_it_apart() -> None:
    scene = STREAM.scene(seen(a_run(drawn=[items("Annabel", prompt="Anna")]), width=50))

    assert 'begun by "Anna"' in page(scene)[0]
    assert lines(scene)[1][1:] == (Segment("Anna", TRUE_COLOUR.prompt), Segment("bel   ", Style()))
    assert 'begun by "Anna"' in told(scene.title)


def test_only_the_newest_items_which_stand_on_top_are_counted() -> None:
    begun = items("xa", "xb", prompt="x", found={"xa": "training"})
    scene = STREAM.scene(seen(a_run(drawn=[begun, items("new", "newer", "newest")])))

    assert "1 of 2 new" in told(scene.title)
    assert "1 copied at step" in told(scene.title)


def test_a_beginning_that_the_vocabulary_lacks_is_said_above_the_items() -> None:
    scene = STREAM.scene(seen(a_run(drawn=[items("ßa", prompt="ß", unknown=(0,))]), width=80))

    assert "1 character of the prompt is not in the vocabulary" in page(scene)[0]


def test_an_unknown_word_counts_as_one_however_long_it_is() -> None:
    scene = STREAM.scene(seen(a_run(drawn=[items("the <unk>", prompt="the <unk>", unknown=range(3, 9), words=1)]), width=90))

    assert "1 word of the prompt is not in the vocabulary: the model read <unk> instead" in page(scene)[0]


@pytest.mark.parametrize(
    ("width", "words"), [(60, "1 character of the prompt is not in the vocabulary"), (30, "1 unknown character")]
)
def test_it_is_said_in_whole_words_where_there_is_less_room(width: int, words: str) -> None:
    scene = STREAM.scene(seen(a_run(drawn=[items("ßa", prompt="ß", unknown=(0,))]), width=width))

    assert page(scene)[0].rstrip() == words


def streamed(*drawn: tuple[str, int]) -> list[tuple[str, int]]:
    """(prompt, step) of what stays in the stream after items were drawn like this, the newest first."""
    state = LabState()
    state.apply(RunAdded(1, "LSTM 8", RunConfig(), 100))
    for prompt, step in drawn:
        state.apply(Answered(1, Items(prompt), items(f"{prompt}a", step=step, prompt=prompt)))
    return [(batch.prompt, batch.step) for batch in state.runs[1].items]


def test_another_beginning_takes_the_last_one_s_place_above_the_free_items() -> None:
    assert streamed(("", 100), ("a", 200), ("ab", 200), ("ab", 300)) == [("ab", 300), ("ab", 200), ("", 100)]


def test_without_a_beginning_only_free_items_stay() -> None:
    assert streamed(("", 100), ("a", 200), ("", 300)) == [("", 300), ("", 100)]


def test_the_same_items_drawn_again_stand_there_once() -> None:
    assert streamed(("", 100), ("a", 100), ("", 100)) == [("", 100)]
