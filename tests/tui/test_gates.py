"""The gates pane: every cell, number and word on it says what the trace says, on every kind of terminal."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.tui.pane_examples import (
    GATES_KEYS,
    TEXT,
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
from tui_rnn.tui.colours import Kind, Paint
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.widgets.heatmap import HeatMap
from tui_rnn.tui.widgets.heatmap_lines import GUTTER


@pytest.fixture(autouse=True)
def true_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "truecolor")


# ---------------------------------------------------------------- the map


@pytest.mark.parametrize("name", list("ifgoch"))
async def test_each_half_of_a_cell_has_the_colour_of_its_units_value(name: str) -> None:
    text = "x" * 60
    pane, trace = by_index(), traced(text, units=40)
    pane.focus_on.choose_signal(name)
    async with PaneApp(pane).opened(70, 20) as pilot:
        pane.show(1, "LSTM 40", trace)
        await pilot.pause()
        limit = 2.0 if name == "c" else 1.0
        low = 0.0 if name in "ifo" else -limit
        kind: Kind = "sequential" if name in "ifo" else "diverging"
        for y in (1, 5, 12):
            line = map_line(pane, y)
            for at in range(len(text)):
                upper, lower = trace.readings[0].signals[name][at, 0, 2 * (y - 1) : 2 * y].tolist()
                assert halves(line[at]) == (colour_of(upper, low, limit, kind), colour_of(lower, low, limit, kind))


async def test_the_characters_stand_above_their_columns() -> None:
    text = "ab 中文\nz" + "." * 60
    values = np.zeros((len(text), 40), np.float32)
    values[3] = 1.0  # 中
    pane = by_index()
    async with PaneApp(pane).opened(78, 20) as pilot:
        pane.show(1, "LSTM 40", traced(text, units=40, f=values))
        await pilot.pause()
        above = "".join(text for text, _, _ in map_line(pane, 0))
        assert above.startswith("ab·中文↵z..")
        bright = colour_of(1.0, 0, 1)
        cells = [at for at, cell in enumerate(map_line(pane, 3)) if halves(cell) == (bright, bright)]
        assert cells == [3, 4]


async def test_the_column_of_a_wider_symbol_is_no_wider_where_there_is_room() -> None:
    pane, trace = by_index(), traced("sab", units=2, f=np.array([[0, 0], [1, 1], [0, 0]]))
    trace = replace(trace, readings=(replace(trace.readings[0], symbols=("<s>", "a", "b")),))
    async with PaneApp(pane).opened(80, 17) as pilot:
        pane.show(1, "LSTM 2", trace)
        await pilot.pause()
        dark, bright = colour_of(0, 0, 1), colour_of(1, 0, 1)
        cells = [halves(cell) for cell in map_line(pane, 2)[:30]]
        assert cells == [(dark, dark)] * 10 + [(bright, bright)] * 10 + [(dark, dark)] * 10


async def test_a_small_layer_and_a_short_text_fill_the_room() -> None:
    pane = by_index()
    async with PaneApp(pane).opened(80, 17) as pilot:
        pane.show(1, "LSTM 2", traced("abc", units=2, f=np.array([[0, 1], [1, 0], [0, 1]])))
        await pilot.pause()
        dark, bright = colour_of(0, 0, 1), colour_of(1, 0, 1)
        first_unit = [[halves(cell) for cell in map_line(pane, y)[:30]] for y in (1, 2, 3)]
        assert first_unit == [[(dark, dark)] * 10 + [(bright, bright)] * 10 + [(dark, dark)] * 10] * 3


async def test_an_odd_number_of_units_ends_with_half_a_line() -> None:
    pane = by_index()
    async with PaneApp(pane).opened(60, 20) as pilot:
        pane.show(1, "LSTM 25", traced("x" * 40, units=25, f=np.ones((40, 25))))
        await pilot.pause()
        assert map_line(pane, 13)[3] == ("▀", colour_of(1.0, 0, 1), None)


async def test_values_beyond_the_limit_of_c_are_counted_in_the_legend() -> None:
    values = np.zeros((len(TEXT), 8))
    values[0, :6] = 2.5  # 6 of 192 values: fewer than make the limit grow
    pane = by_index()
    pane.focus_on.choose_signal("c")
    async with PaneApp(pane).opened(100) as pilot:
        pane.show(1, "LSTM 8", traced(c=values))
        await pilot.pause()
        assert "−2 " in captions(pane)
        assert f"{6 / (len(TEXT) * 8):.1%} beyond" in captions(pane)


async def test_only_the_lines_whose_values_changed_are_painted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pane, trace = by_index(), traced("x" * 60, units=40)
    later = replace(trace, step=200, readings=deepcopy(trace.readings))
    later.readings[0].signals["f"][7, 0, 5] = 1 - later.readings[0].signals["f"][7, 0, 5].round()
    async with PaneApp(pane).opened(70, 20) as pilot:
        pane.show(1, "LSTM 40", trace)
        await pilot.pause()
        heatmap, painted = pane.query_one(HeatMap), list[Any]()
        monkeypatch.setattr(heatmap, "refresh", lambda *regions: painted.extend(regions or ["everything"]))
        pane.show(1, "LSTM 40", later)
        assert [region.y for region in painted] == [1 + 5 // 2]


async def test_nothing_is_painted_when_the_same_trace_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pane, trace = by_index(), traced()
    async with PaneApp(pane).opened() as pilot:
        pane.show(1, "LSTM 8", trace)
        await pilot.pause()
        monkeypatch.setattr(pane, "look", lambda: pytest.fail("drawn again"))
        pane.show(1, "LSTM 8", trace)


# ---------------------------------------------------------------- words


async def test_title_and_legend_name_run_layer_signal_limits_and_meaning() -> None:
    pane = by_index()
    async with PaneApp(pane).opened(110) as pilot:
        pane.show(1, "LSTM 128", traced(units=128, layers=2))
        await pilot.pause()
        said = captions(pane)
        assert "gates · LSTM 128 · layer 1 of 2 · f forget gate · rows 1–20 of 128 by index" in said
        assert "0 " in said
        assert "0 erases the cell, 1 keeps it" in said


async def test_an_elman_network_is_said_to_have_no_gates() -> None:
    pane = by_index()
    async with PaneApp(pane).opened(60) as pilot:
        pane.show(2, "Elman 8", traced(cell="elman"))
        await pilot.pause()
        assert "states · Elman 8 · layer 1 · h hidden state · no gates" in captions(pane)


async def test_unknown_words_are_counted_as_words() -> None:
    pane = by_index()
    trace = traced("abc", unknown=(1, 2))
    words = replace(trace.readings[0], symbols=("The", " <unk>", " <unk>"))
    async with PaneApp(pane).opened(90) as pilot:
        pane.show(1, "LSTM 8", replace(trace, readings=(words,)))
        await pilot.pause()
        assert "2 unknown words" in captions(pane)


async def test_unknown_characters_are_marked_and_counted() -> None:
    pane = by_index()
    async with PaneApp(pane).opened(90) as pilot:
        pane.show(1, "LSTM 8", traced("a€bc" + "." * 70, unknown=(1,)))
        await pilot.pause()
        assert "1 unknown character" in captions(pane)
        above = cells_of(pane.query_one(HeatMap).render_line(0))[GUTTER:]
        assert [at for at, (_, style) in enumerate(above) if style.underline] == [1]


async def test_before_the_first_trace_a_line_explains_what_will_come() -> None:
    pane = GatesPane()
    app = PaneApp(pane)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 128", None)
        await pilot.pause()
        assert "Each column is a symbol, each row a unit" in screen_text(app)


async def test_a_hostile_text_and_name_show_as_glyphs() -> None:
    pane = by_index()
    app = PaneApp(pane, keys=GATES_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "[/bold]\x1b[31m", traced("\x1b]0;x\x07[/red]\u202e\x9b"))
        await pilot.pause()
        for _ in range(4):
            await pilot.press("right")
            assert not any(ord(ch) < 32 or 127 <= ord(ch) < 160 or ch == "\u202e" for ch in screen_text(app).replace("\n", ""))
        assert "[/bold]" in screen_text(app)
        await pilot.press("T")
        await pilot.pause()
        assert "[/red]" in screen_text(app)


# ---------------------------------------------------------------- other terminals


async def test_without_colour_plus_and_minus_differ_in_glyphs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    pane = by_index()
    pane.focus_on.choose_signal("h")
    values = np.tile([-1.0, 1.0, 0.0, 0.5], (60, 1))
    app = PaneApp(pane, keys=GATES_KEYS)
    async with app.opened(70, 9) as pilot:
        pane.show(1, "LSTM 4", traced("x" * 60, h=values, units=4))
        await pilot.pause()
        rows = [cells_of(pane.query_one(HeatMap).render_line(y))[GUTTER + 5] for y in (1, 2, 3, 4)]
        drawn = [(text, bool(style.reverse)) for text, style in rows]
        assert drawn == [("-", True), ("█", False), (" ", False), ("▒", False)]
        await pilot.press("T")
        await pilot.pause()
        assert "▒▒▒▒▒" in screen_text(app)


async def test_a_light_theme_repaints_map_and_legend() -> None:
    pane = by_index()
    app = PaneApp(pane)
    async with app.opened(70, 20) as pilot:
        pane.show(1, "LSTM 40", traced("x" * 60, units=40, f=np.zeros((60, 40))))
        await pilot.pause()
        app.theme = "tui-rnn-light"
        await pilot.pause()
        zero = Paint("true", False).colours("sequential")[0]
        assert halves(map_line(pane, 4)[8]) == (zero, zero)
        assert zero.triplet is not None
        in_legend = [str(span.style) for span in pane._border_subtitle.spans]  # type: ignore[union-attr]
        assert zero.triplet.rgb in in_legend


@pytest.mark.parametrize("size", [(120, 40), (36, 9), (20, 5), (8, 3), (3, 2)])
@pytest.mark.parametrize("view", ["map", "text"])
async def test_any_size_can_be_had_and_left_again(size: tuple[int, int], view: str) -> None:
    pane = GatesPane()
    app = PaneApp(pane, keys=GATES_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 8", traced("中文 text\n" * 20))
        if view == "text":
            await pilot.press("T")
        await pilot.resize_terminal(*size)
        await pilot.press("right", "down", "end", "pagedown", "g")
        await pilot.pause()
        await pilot.resize_terminal(80, 16)
        await pilot.pause()
        assert f"unit {pane.focus_on.pinned[1]}:" in screen_text(app)
