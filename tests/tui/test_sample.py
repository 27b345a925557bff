"""The sample pane: what the model wrote, how surprised it was, and what a person asked it."""

from __future__ import annotations

import pytest
from rich.style import Style

from tests.tui.pane_examples import SAMPLE_KEYS, TRUE_COLOUR, PaneApp, captions, cells_of, drawn, screen_text
from tui_rnn.insight.drawing import Sampling
from tui_rnn.tui.colours import LEVELS
from tui_rnn.tui.views.sample import SamplePane
from tui_rnn.tui.views.sampling import LENGTHS, TEMPERATURES, TOP_KS, TOP_PS
from tui_rnn.tui.widgets.flow import FlowView


@pytest.fixture(autouse=True)
def true_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "truecolor")


def line(pane: SamplePane, y: int) -> list[tuple[str, Style]]:
    return cells_of(pane.query_one(FlowView).render_line(y))


# ---------------------------------------------------------------- what is written


async def test_before_the_first_sample_a_line_explains_what_will_come() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 128", None)
        await pilot.pause()
        assert "The first sample comes as soon as" in screen_text(app)


async def test_the_title_tells_run_settings_and_step_of_the_sample_on_show() -> None:
    pane = SamplePane()
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened(110) as pilot:
        pane.show(1, "LSTM 128", drawn(step=12300, sampling=Sampling(temperature=0.5, top_k=5, top_p=0.9)))
        pane.set_sampling(Sampling(temperature=1.2))
        await pilot.pause()
        assert "sample · LSTM 128 · temperature 0.5 · top-k 5 · top-p 0.9 · step 12,300" in captions(pane)


async def test_temperature_zero_is_called_greedy() -> None:
    pane = SamplePane()
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened() as pilot:
        pane.show(1, "LSTM 128", drawn(sampling=Sampling(temperature=0.0)))
        await pilot.pause()
        assert "greedy" in captions(pane)


async def test_newlines_break_lines() -> None:
    pane = SamplePane()
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened() as pilot:
        pane.show(1, "LSTM 128", drawn("one\ntwo\n\nfour"))
        await pilot.pause()
        assert ["".join(text for text, _ in line(pane, y)).rstrip() for y in range(4)] == ["one", "two", "", "four"]


async def test_the_ground_of_a_character_tells_the_surprise_in_bits() -> None:
    pane = SamplePane()
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened() as pilot:
        pane.show(1, "LSTM 128", drawn("abcd", bits=[0.0, 3.0, 6.0, 20.0]))
        await pilot.pause()
        colours = TRUE_COLOUR.colours("surprise")
        grounds = [style.bgcolor for _, style in line(pane, 0)[:5]]
        of_the_pane = grounds[4]
        assert grounds[:4] == [of_the_pane, colours[LEVELS // 2], colours[LEVELS - 1], colours[LEVELS - 1]]
        assert "6 bits or more" in captions(pane)


async def test_a_surprising_newline_and_space_are_seen_too() -> None:
    pane = SamplePane()
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened() as pilot:
        pane.show(1, "LSTM 128", drawn("a b\nc", bits=[0, 6, 0, 6, 0]))
        await pilot.pause()
        hottest = TRUE_COLOUR.colours("surprise")[LEVELS - 1]
        assert [at for at, (_, style) in enumerate(line(pane, 0)) if style.bgcolor == hottest] == [1, 3]


async def test_without_colour_the_most_surprising_characters_stand_in_reverse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 128", drawn("abcd", bits=[0.0, 2.0, 4.0, 6.0]))
        await pilot.pause()
        marks = [(style.underline, style.bold, style.reverse) for _, style in line(pane, 0)[:4]]
        assert marks == [(None, None, None), (True, None, None), (True, True, None), (None, None, True)]
        assert "surprise in bits: 0+ 1.5+ 3+ 4.5+" in screen_text(app)


async def test_what_a_terminal_would_obey_shows_as_glyphs() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "[/b]", drawn("\x1b[2J\x07[bold]\u202ex\x9b", prompt="\x1b]0;t", unknown=(0,), request_id=1))
        await pilot.pause()
        shown = screen_text(app).replace("\n", "")
        assert not any(ord(ch) < 32 or 127 <= ord(ch) < 160 or ch == "\u202e" for ch in shown)
        assert "␛[2J" in shown
        assert "[bold]" in shown


async def test_accents_stay_on_their_letters_whatever_their_surprise() -> None:
    pane = SamplePane()
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened() as pilot:
        pane.show(1, "LSTM 128", drawn("e\u0301a", bits=[0.0, 6.0, 0.0]))
        await pilot.pause()
        assert next(iter(pane.query_one(FlowView).render_line(0))).text.startswith("e\u0301a")


async def test_a_new_sample_is_read_from_its_beginning() -> None:
    pane = SamplePane()
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened() as pilot:
        pane.show(1, "LSTM 128", drawn("line\n" * 50))
        await pilot.pause()
        await pilot.press("down", "down", "down")
        assert pane.query_one(FlowView).scroll_offset.y == 3
        pane.show(1, "LSTM 128", drawn("other\n" * 50))
        await pilot.pause()
        assert pane.query_one(FlowView).scroll_offset.y == 0


# ---------------------------------------------------------------- settings


async def test_keys_change_how_samples_are_drawn_and_say_so() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened(100) as pilot:
        pane.show(1, "LSTM 128", drawn())
        await pilot.press("greater_than_sign", "k", "P", "z")
        await pilot.pause()
        expected = Sampling(temperature=0.9, top_k=1, top_p=0.99, length=800)
        assert pane.sampling == expected
        assert app.heard(SamplePane.SamplingChanged)[-1].sampling == expected
        assert "temperature 0.9 · top-k 1 · top-p 0.99 · length 800" in screen_text(app)


@pytest.mark.parametrize(
    ("key", "field", "end"),
    [
        ("less_than_sign", "temperature", TEMPERATURES[0]),
        ("greater_than_sign", "temperature", TEMPERATURES[-1]),
        ("Z", "length", LENGTHS[0]),
    ],
)
async def test_temperature_and_length_end_at_their_ends(key: str, field: str, end: float) -> None:
    pane = SamplePane()
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened() as pilot:
        await pilot.press(*[key] * 20)
        assert getattr(pane.sampling, field) == end


@pytest.mark.parametrize(("key", "field", "values"), [("k", "top_k", TOP_KS), ("K", "top_k", TOP_KS), ("P", "top_p", TOP_PS)])
async def test_top_k_and_top_p_go_around(key: str, field: str, values: tuple[float, ...]) -> None:
    pane = SamplePane()
    seen = set()
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened() as pilot:
        for _ in values:
            await pilot.press(key)
            seen.add(getattr(pane.sampling, field))
    assert seen == set(values)


async def test_a_temperature_between_the_steps_goes_to_the_next_one() -> None:
    pane = SamplePane()
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened() as pilot:
        pane.set_sampling(Sampling(temperature=0.85))
        await pilot.press("greater_than_sign")
        assert pane.sampling.temperature == 0.9


async def test_settings_from_elsewhere_are_shown_and_not_announced() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.set_sampling(Sampling(temperature=0.2))
        await pilot.pause()
        assert "temperature 0.2" in screen_text(app)
        assert app.heard(SamplePane.SamplingChanged) == []


@pytest.mark.parametrize("size", [(120, 40), (20, 5), (6, 3), (2, 2)])
async def test_any_size_can_be_had_and_left_again(size: tuple[int, int]) -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 128", drawn("中文 some text\n" * 9, prompt="Q", request_id=1, unknown=(0,)))
        await pilot.resize_terminal(*size)
        await pilot.press("down", "z", "p")
        await pilot.pause()
        await pilot.resize_terminal(80, 16)
        await pilot.pause()
        assert "some text" in screen_text(app)
