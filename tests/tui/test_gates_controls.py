"""The gates pane under keys, the mouse and what a person types."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tui.pane_examples import (
    GATES_KEYS,
    TEXT,
    TRUE_COLOUR,
    PaneApp,
    by_index,
    captions,
    cells_of,
    colour_of,
    halves,
    map_line,
    screen_text,
    traced,
)
from tui_rnn.tui.colours import LEVELS
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.views.over_text import OverText
from tui_rnn.tui.views.view import Selected
from tui_rnn.tui.widgets.heatmap import HeatMap
from tui_rnn.tui.widgets.heatmap_lines import GUTTER


@pytest.fixture(autouse=True)
def true_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "truecolor")


# ---------------------------------------------------------------- cursor


async def test_arrows_move_the_cursor_and_its_numbers() -> None:
    pane, trace = by_index(), traced("x" * 60, units=40)
    pane.focus_on.put(0, 0)
    app = PaneApp(pane)
    async with app.opened(100, 20) as pilot:
        pane.show(1, "LSTM 40", trace)
        await pilot.press("right", "right", "down", "down", "down")
        await pilot.pause()
        assert "unit 3:" in screen_text(app)
        assert f"p(x) = {trace.expected.next_prob[1]:.2f}".replace("0.", ".") in screen_text(app)
        pink = TRUE_COLOUR.colours("sequential")[LEVELS + 1]
        marked = [(y, at) for y in range(1, 17) for at, cell in enumerate(map_line(pane, y)) if pink in cell[1:]]
        assert marked == [(2, 1), (2, 3)]  # on both sides of the cell
        shown = trace.readings[0].signals["f"][2, 0, 3].item()
        assert halves(map_line(pane, 2)[2])[1] == colour_of(shown, 0, 1)  # which keeps its own colour


async def test_home_and_end_go_to_the_ends_of_the_text_and_the_columns_follow() -> None:
    text = "".join(chr(ord("a") + k % 26) for k in range(200))
    pane = by_index()
    async with PaneApp(pane).opened(60) as pilot:
        pane.show(1, "LSTM 8", traced(text))
        await pilot.press("end")
        await pilot.pause()
        width = pane.query_one(HeatMap).columns
        assert "".join(c for c, _, _ in map_line(pane, 0)) == text[-width:]
        await pilot.press("home")
        await pilot.pause()
        assert "".join(c for c, _, _ in map_line(pane, 0)) == text[:width]


async def test_page_down_the_wheel_and_the_title_agree_about_the_rows() -> None:
    pane = by_index()
    pane.focus_on.put(0, 0)
    app = PaneApp(pane)
    async with app.opened(100, 20) as pilot:
        pane.show(1, "LSTM 128", traced(units=128))
        await pilot.pause()
        rows = len(pane.query_one(HeatMap).rows_in_view)
        assert f"rows 1–{rows} of 128" in captions(pane)
        await pilot.press("pagedown")
        await pilot.pause()
        assert f"rows 2–{rows + 1} of 128" in captions(pane)
        pane.query_one(HeatMap).scroll_rows(1000)
        await pilot.pause()
        assert f"rows {128 - rows + 1}–128 of 128" in captions(pane)


async def test_the_mouse_reads_without_moving_the_cursor_and_a_click_moves_it() -> None:
    pane = by_index()
    pane.focus_on.put(0, 0)
    app = PaneApp(pane)
    async with app.opened(100, 20) as pilot:
        pane.show(1, "LSTM 40", traced("x" * 60, units=40))
        await pilot.pause()
        before = screen_text(app)
        await pilot.hover(HeatMap, offset=(GUTTER + 9, 4))
        assert "unit 0:" in screen_text(app)  # the mouse moves no unit
        assert screen_text(app) != before  # but reads another character
        await pilot.hover(GatesPane, offset=(3, 0))
        assert "unit 0:" in screen_text(app)
        await pilot.click(HeatMap, offset=(GUTTER + 9, 4))
        assert pane.focus_on.pinned == (9, 6)


async def test_a_second_click_reaches_the_other_unit_of_the_line() -> None:
    pane = by_index()
    pane.focus_on.put(0, 0)
    async with PaneApp(pane).opened(100, 20) as pilot:
        pane.show(1, "LSTM 40", traced("x" * 60, units=40))
        await pilot.pause()
        reached = []
        for _ in range(3):
            await pilot.click(HeatMap, offset=(GUTTER + 9, 4))
            reached.append(pane.focus_on.pinned)
        assert reached == [(9, 6), (9, 7), (9, 6)]


async def test_a_view_beside_it_is_told_that_something_else_is_selected_and_follows_the_selection() -> None:
    pane = by_index()
    beside = GatesPane(pane.focus_on)
    app = PaneApp(pane)
    async with app.opened() as pilot:
        await app.mount(beside)
        pane.show(1, "LSTM 8", traced())
        beside.show(1, "LSTM 8", traced())
        await pilot.press("right", "right")
        await pilot.pause()
        assert [event.view for event in app.heard(Selected)] == [pane, pane]
        beside.select_again()
        await pilot.pause()
        assert beside.focus_on.pinned[0] == 2
        assert len(app.heard(Selected)) == 2


# ---------------------------------------------------------------- keys that the screen forwards


async def test_the_keys_step_through_signals_layers_and_orders() -> None:
    pane = by_index()
    async with PaneApp(pane, keys=GATES_KEYS).opened(120) as pilot:
        pane.show(1, "LSTM 8", traced(layers=2))
        await pilot.press("g", "l")
        assert "layer 2 of 2 · g candidate" in captions(pane)
        await pilot.press("G", "L", "o")
        assert "layer 1 of 2 · f forget gate · 8 units by mean of f at step 100" in captions(pane)


async def test_keys_before_the_first_trace_do_no_harm() -> None:
    pane = GatesPane()
    async with PaneApp(pane, keys=GATES_KEYS).opened() as pilot:
        await pilot.press("g", "l", "o", "O", "T", "left", "end", "pagedown", "enter")
        assert pane.focus_on.trace is None


# ---------------------------------------------------------------- over the text


async def test_over_the_text_each_character_has_the_ground_of_the_units_value() -> None:
    pane, trace = by_index(), traced(units=8)
    pane.focus_on.put(len(TEXT) - 1, 3)
    async with PaneApp(pane, keys=GATES_KEYS).opened(60, 9) as pilot:
        pane.show(1, "LSTM 8", trace)
        await pilot.press("T")
        await pilot.pause()
        first = cells_of(pane.query_one(OverText).render_line(0))
        start = "".join(text for text, _ in first).index("The cat")
        for at, ch in enumerate(TEXT[:12]):
            text, style = first[start + at]
            assert text == ch
            assert style.bgcolor == colour_of(trace.readings[0].signals["f"][at, 0, 3].item(), 0, 1)
        assert "over the text" in captions(pane)


async def test_over_the_text_a_quiet_unit_has_limits_of_its_own_beside_a_loud_one() -> None:
    """A unit at −2 to 2 would be blank on the scale of one at −80 to 80."""
    pane = by_index()
    values = np.stack([np.linspace(-80, 80, len(TEXT)), np.linspace(-1.9, 1.9, len(TEXT))], axis=1)
    pane.focus_on.put(0, 0)
    pane.focus_on.choose_signal("c")
    async with PaneApp(pane, keys=GATES_KEYS).opened(60, 16) as pilot:
        pane.show(1, "LSTM 2", traced(units=2, c=values))
        await pilot.press("enter")
        await pilot.pause()
        view = pane.query_one(OverText)
        lines = [cells_of(view.render_line(y)) for y in range(view.size.height)]
        shown = ["".join(text for text, _ in line) for line in lines]
        for unit, limit in ((0, "±100"), (1, "±2")):
            y = next(k for k, line in enumerate(shown) if line.split()[:2] == [str(unit), limit])
            start = shown[y].index(TEXT[:12])
            for at in range(1, 12):
                value = float(np.float32(values[at, unit]))
                assert lines[y][start + at][1].bgcolor == colour_of(value, -float(limit[1:]), float(limit[1:]), "diverging")
        assert "× the ± of each unit" in captions(pane)


async def test_over_a_short_text_the_next_units_stand_below() -> None:
    pane = by_index()
    pane.focus_on.put(0, 2)
    app = PaneApp(pane, keys=GATES_KEYS)
    async with app.opened(60, 16) as pilot:
        pane.show(1, "LSTM 8", traced("short"))
        await pilot.press("enter")
        await pilot.pause()
        labels = [line[1:10] for line in screen_text(app).splitlines() if line[1:].startswith("unit") and "short" in line]
        assert labels == [f"unit{n:>5}" for n in (2, 3, 4, 5, 6, 7)] or labels == [f"unit{n:>5}" for n in (2, 3, 4, 5, 6)]


async def test_over_the_text_the_arrows_go_to_the_unit_of_the_next_row() -> None:
    pane = by_index()
    pane.focus_on.put(0, 2)
    app = PaneApp(pane, keys=GATES_KEYS)
    async with app.opened(100, 9) as pilot:
        pane.show(1, "LSTM 8", traced("line\n" * 6))
        await pilot.press("T", "down")
        await pilot.pause()
        assert "unit 3 over the text" in captions(pane)
        assert "unit 3:" in screen_text(app)


async def test_a_click_on_a_letter_puts_the_cursor_there() -> None:
    pane = by_index()
    pane.focus_on.put(0, 2)
    async with PaneApp(pane, keys=GATES_KEYS).opened(60, 9) as pilot:
        pane.show(1, "LSTM 8", traced())
        await pilot.press("T")
        await pilot.pause()
        await pilot.click(OverText, offset=(pane.query_one(OverText).gutter_cells + 4, 1))
        assert pane.focus_on.pinned == (TEXT.index("\n") + 1 + 4, 2)


# ---------------------------------------------------------------- the text to read


async def test_a_typed_text_is_asked_for_and_an_empty_one_means_the_validation_text() -> None:
    pane = GatesPane()
    app = PaneApp(pane, keys=GATES_KEYS)
    async with app.opened() as pilot:
        await pilot.press("x", *"g", "backslash", *"nl", "enter")
        await pilot.press("x", "backspace", "backspace", "backspace", "backspace", "enter")
        await pilot.pause()
        assert [event.text for event in app.heard(GatesPane.ProbeChanged)] == ["g\nl", None]
        assert app.focused is pane


async def test_a_pane_beside_it_knows_the_text_that_was_typed() -> None:
    one, other = GatesPane(), GatesPane()
    app = PaneApp(one, keys=GATES_KEYS)
    async with app.opened() as pilot:
        await app.mount(other)
        await pilot.press("x", "h", "i", "enter")
        await pilot.pause()
        assert other.probe == "hi"


async def test_escape_leaves_the_text_as_it_was() -> None:
    pane = GatesPane()
    app = PaneApp(pane, keys=GATES_KEYS)
    async with app.opened() as pilot:
        await pilot.press("x", "a", "escape")
        await pilot.pause()
        assert app.heard(GatesPane.ProbeChanged) == []
        assert app.focused is pane
        assert not pane.has_class("typing")


async def test_the_pane_tells_how_many_characters_it_has_room_for() -> None:
    pane = GatesPane()
    app = PaneApp(pane)
    async with app.opened(100) as pilot:
        pane.show(1, "LSTM 8", traced())
        await pilot.pause()
        await pilot.resize_terminal(60, 16)
        await pilot.pause()
        assert [event.characters for event in app.heard(GatesPane.RoomChanged)] == [100 - 2 - GUTTER, 60 - 2 - GUTTER]


# ---------------------------------------------------------------- size


async def test_what_is_on_the_screen_has_the_columns_of_the_new_width() -> None:
    """Of a text that fits at both widths, only the cells of its columns change."""
    pane = by_index()
    async with PaneApp(pane).opened(100, 20) as pilot:
        pane.show(1, "LSTM 8", traced("abcdefghijklmnop"))
        await pilot.pause()
        heatmap = pane.query_one(HeatMap)
        heatmap.render_lines(heatmap.size.region)  # as the screen has them, kept until they are refreshed
        await pilot.resize_terminal(58, 20)
        await pilot.pause()
        shown = heatmap.render_lines(heatmap.size.region)
        assert [strip.text for strip in shown] == [heatmap.render_line(y).text for y in range(heatmap.size.height)]
        letters = shown[0].text[GUTTER:]
        assert letters.index("b") - letters.index("a") == 3
