"""How far the network writes on, and what is a loop."""

from __future__ import annotations

import pytest

from tui_rnn.tui.views.desk.run_on import CHUNK, RunOn, loop_at_end


@pytest.mark.parametrize(
    ("drawn", "kept"),
    [
        ("and then", "and"),
        (" and then", " and"),
        ("\n and", "\n and"),
        ("long", "long"),
        (("the", " cat", " sat"), ("the",)),
        ((" the", " cat"), (" the",)),
    ],
)
def test_a_word_ends_before_the_space_after_it(drawn: str, kept: str) -> None:
    assert RunOn("word").take(tuple(drawn), False)[0] == tuple(kept)


def test_a_word_or_line_that_has_not_ended_goes_on() -> None:
    assert RunOn("word").take(tuple("unend"), False)[1] == RunOn("word")
    assert RunOn("word").take(tuple("end "), False)[1] is None
    assert RunOn("line").take(tuple("no end"), False)[1] == RunOn("line")
    assert RunOn("line").take(tuple("an end\nand more"), False) == (tuple("an end\n"), None)


def test_so_many_tokens_are_drawn_in_pieces_and_no_more() -> None:
    run: RunOn | None = RunOn("tokens", 2 * CHUNK + 3)
    written = 0
    while run is not None:
        kept, run = run.take(("x",) * run.chunk, False)
        written += len(kept)
    assert written == 2 * CHUNK + 3


@pytest.mark.parametrize("until", ["word", "line", "tokens", "stopped"])
def test_an_item_that_has_ended_goes_no_further(until: str) -> None:
    assert RunOn(until, 100).take(tuple("ab"), True) == (tuple("ab"), None)  # type: ignore[arg-type]


def test_until_it_is_stopped_it_writes_on() -> None:
    assert RunOn("stopped").take(tuple("a\nb c"), False) == (tuple("a\nb c"), RunOn("stopped"))


def test_a_loop_is_the_shortest_stretch_that_the_text_ends_in_again_and_again() -> None:
    loop = loop_at_end("he said: " + "the mill " * 5)
    assert loop is not None
    assert (loop.text, loop.period, loop.times) == ("the mill ", 9, 5)
    assert loop_at_end("aaaaaaaaaa") is not None
    assert loop_at_end("the mill the mill, once more") is None
    assert loop_at_end("so, so, so") is None  # too short to speak of


def test_until_a_string_comes_it_writes_on_even_where_a_piece_ends_within_it() -> None:
    run = RunOn("string", string="end")
    kept, run_after = run.take(tuple("an e"), False)
    assert kept == tuple("an e")
    assert run_after is not None
    assert run_after.take(tuple("nd and more"), False) == (tuple("nd"), None)
    assert run.take(("the", " end.", " More"), False) == (("the", " end."), None)
    assert run.take(tuple("no"), True)[1] is None
