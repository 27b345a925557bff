"""What is on the screen can be read, and runs told apart, by everybody: computed from the themes and from painted screens."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from rich.color import Color, ColorSystem, ColorType
from rich.palette import Palette
from rich.segment import Segment
from rich.style import Style

from tests.tui.colour_vision import EYES, apart, contrast, difference, lab
from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import LOAD, REMOVE, Act, Driver, playground
from tui_rnn.config import RunConfig
from tui_rnn.tui import colour_space
from tui_rnn.tui.colours import LEVELS, NOT_A_NUMBER, Depth, Kind, Paint
from tui_rnn.tui.run_colours import (
    MOST_COLOURS,
    RUNS_DARK,
    RUNS_DARK_16,
    RUNS_LIGHT,
    RUNS_LIGHT_16,
    run_colour,
    training_style,
)
from tui_rnn.tui.themes import DARK, DARK_16, DARK_PLAIN, LIGHT, LIGHT_16, LIGHT_PLAIN

TEXT, GRAPHICS = 4.5, 3.0  # WCAG 2.1, 1.4.3 and 1.4.11
SIXTEEN = Palette(
    [(170 * (k & 1), (85 if k == 3 else 170) * (k >> 1 & 1), 170 * (k >> 2)) for k in range(8)]
    + [(85 + 170 * (k & 1), 85 + 170 * (k >> 1 & 1), 85 + 170 * (k >> 2)) for k in range(8)]
)
"""Of the first VGA adapters, which most terminals follow; the brightest and darkest that a theme of 16 can count on."""

# ------------------------------------------------------------------ the measures themselves


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [  # of the 34 pairs that Sharma, Wu & Dalal publish to check implementations by, those that reach each branch
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_of_colours_is_ciede2000(one: tuple[float, ...], other: tuple[float, ...], expected: float) -> None:
    assert difference(np.array(one), np.array(other)) == pytest.approx(expected, abs=5e-5)


def test_contrast_is_that_of_the_guidelines() -> None:
    """#767676 is the lightest grey that they allow for text on white."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert colour_space.contrast("#767676", "#ffffff") == pytest.approx(contrast("#767676", "#ffffff"))


def test_the_eyes_of_the_colour_blind_take_red_for_green_and_keep_grey() -> None:
    """Red and green of one lightness, which normal eyes tell easily."""
    red, green = "#c05040", "#5f7f2f"
    assert difference(lab(red), lab(green)) > 40
    assert difference(lab(red, "deuteranopia"), lab(green, "deuteranopia")) < 15
    for eyes in EYES:
        assert difference(lab("#808080", eyes), lab("#808080")) < 2


# ------------------------------------------------------------------ runs, right and wrong


@pytest.mark.parametrize("system", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT])
@pytest.mark.parametrize("chosen", [RUNS_DARK, RUNS_LIGHT])
def test_nine_runs_are_told_apart_by_everybody_and_the_first_four_best(chosen: tuple[str, ...], system: ColorSystem) -> None:
    runs = [_hex(Color.parse(colour).downgrade(system)) for colour in chosen]
    assert len(runs) == MOST_COLOURS
    assert min(apart(a, b) for a, b in itertools.combinations(runs, 2)) >= 10
    assert min(apart(a, b) for a, b in itertools.combinations(runs[:4], 2)) >= 15


@pytest.mark.parametrize("runs", [RUNS_DARK_16, RUNS_LIGHT_16])
def test_of_16_colours_the_first_four_runs_have_the_ones_furthest_apart(runs: tuple[str, ...]) -> None:
    assert min(apart(a, b) for a, b in itertools.combinations(runs[:4], 2)) >= 15


@pytest.mark.parametrize("depth", ["true", "16"])
@pytest.mark.parametrize("dark", [True, False])
def test_right_and_wrong_are_told_apart_by_everybody(depth: Depth, dark: bool) -> None:
    paint = Paint(depth, dark)
    assert apart(_hex(paint.right.color), _hex(paint.wrong.color)) >= 20


@pytest.mark.parametrize(("theme", "dark"), [(DARK, True), (LIGHT, False)])
def test_a_training_curve_is_seen_and_stands_back_from_the_validation_curve(theme: object, dark: bool) -> None:
    paint = Paint("true", dark)
    ground = (DARK if dark else LIGHT).background or ""
    for number in range(1, MOST_COLOURS + 1):
        trained, validated = training_style(number, paint), run_colour(number, paint)
        assert GRAPHICS <= contrast(trained, ground) < contrast(validated, ground)


@pytest.mark.parametrize("depth", ["true", "256"])
@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("kind", ["sequential", "diverging", "surprise"])
def test_a_character_is_readable_on_the_ground_of_every_level(kind: Kind, dark: bool, depth: Depth) -> None:
    paint = Paint(depth, dark)
    for level in range(LEVELS + 2):
        style = paint.ground(kind, level)
        wanted = GRAPHICS if level >= NOT_A_NUMBER else TEXT
        assert contrast(_hex(style.color), _hex(style.bgcolor)) >= wanted, (level, style)


@pytest.mark.parametrize("theme", [DARK, LIGHT, DARK_16, LIGHT_16])
def test_keys_and_the_focus_have_the_colour_of_no_run(theme) -> None:
    assert theme.accent not in {theme.variables[f"run-{k}"] for k in range(1, 5)}


# ------------------------------------------------------------------ painted screens


SCREENS: dict[str, str | Act] = {
    "the lab": "",
    "compared": "c",
    "its help": "?",
    "a new run": "a",
    "a text": "o",
    "a saved run": LOAD,
    "a question": REMOVE,
}
THREE = [RunConfig(cell="elman"), RunConfig(cell="lstm"), RunConfig(cell="gru")]


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize(("kind", "system"), [("lm", "truecolor"), ("lm", "256"), ("tag", "truecolor")])
async def test_all_that_is_written_can_be_read(kind: str, system: str, theme, monkeypatch: pytest.MonkeyPatch, home) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", system)
    async with _lab(kind, theme.name) as lab:
        async for where in _screens(lab, dialogs=kind == "lm" and system == "truecolor"):
            for text, style in _painted(lab):
                ink, ground = style.color, style.bgcolor
                if system == "256":
                    ink, ground = (one and one.downgrade(ColorSystem.EIGHT_BIT) for one in (ink, ground))
                _check(where, text, ink, ground)


@pytest.mark.parametrize("theme", [DARK_PLAIN, LIGHT_PLAIN])
async def test_all_that_is_written_can_be_read_without_colour(theme, monkeypatch: pytest.MonkeyPatch, home) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with _lab("lm", theme.name) as lab:
        for text, style in _painted(lab):
            if not (style.dim and _is_drawn(text)):  # a training curve
                assert not style.dim, f"{text!r} is dim: how dim depends on the terminal"
                _check("the lab", text, style.color, style.bgcolor)


@pytest.mark.parametrize("theme", [DARK_16, LIGHT_16])
async def test_all_that_is_written_can_be_read_in_16_colours(theme, monkeypatch: pytest.MonkeyPatch, home) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    async with _lab("lm", theme.name) as lab:
        async for where in _screens(lab):
            for text, style in _painted(lab, dark=not theme.dark):  # whatever the terminal's own ground is
                if not (style.dim and _is_drawn(text)):  # a training curve
                    assert not style.dim, f"{where}: {text!r} is dim: how dim depends on the terminal"
                    _check(where, text, style.color, style.bgcolor)


def _lab(kind: str, theme: str):
    engine = FakeEngine(kind)
    return playground(engine, THREE if kind == "lm" else None, theme=theme)


async def _screens(lab: Driver, *, dialogs: bool = True):
    """The name of each screen, while it is open."""
    for name, key in SCREENS.items() if dialogs else [("the lab", "")]:
        if key:
            await lab.press("question_mark" if key == "?" else key)
        yield name
        if key == "c":
            await lab.press("c")
        elif key:
            await lab.press("escape")


def _painted(lab: Driver, *, dark: bool = True) -> Iterator[tuple[str, Style]]:
    """Each piece of the screen, with the colours that it has in the end: of a terminal's own, white on black or the reverse."""
    ink, ground = ("#aaaaaa", "#000000") if dark else ("#000000", "#ffffff")
    screen = lab.app.screen
    box = next(iter(screen.query(".dialog-box")), screen).region  # what lies behind a dialog is out of reach, and faint
    strips = screen._compositor.render_strips()[box.y : box.bottom]
    segments: set[Segment] = {s for strip in strips for s in strip.crop(box.x, box.right) if s.text.strip()}
    for text, style, _ in segments:
        style = style or Style()
        colours = [_resolved(style.color, ink), _resolved(style.bgcolor, ground)]
        upper, lower = reversed(colours) if style.reverse else colours
        yield text, Style(color=upper, bgcolor=lower, dim=style.dim)


def _resolved(colour: Color | None, default: str) -> Color:
    if colour is None or colour.type is ColorType.DEFAULT:
        return Color.parse(default)
    if colour.type is not ColorType.STANDARD:
        return colour
    assert colour.number is not None
    return Color.from_triplet(SIXTEEN[colour.number])


def _is_drawn(text: str) -> bool:
    """Whether it is a frame, a rule or a curve."""
    return all(ch == " " or 0x2500 <= ord(ch) <= 0x257F or 0x2800 <= ord(ch) <= 0x28FF for ch in text)


def _is_block(text: str) -> bool:
    """Whether it is a piece of a picture, whose colours are values, or of a scroll bar."""
    return all(ch == " " or 0x2580 <= ord(ch) <= 0x259F for ch in text)


def _check(where: str, text: str, ink: Color | None, ground: Color | None) -> None:
    if not _is_block(text):
        found = contrast(_hex(ink), _hex(ground))
        least = GRAPHICS if _is_drawn(text) else TEXT
        assert found >= least, f"{where}: {text!r} has a contrast of {found:.2f}: {_hex(ink)} on {_hex(ground)}"


def _hex(colour: Color | None) -> str:
    assert colour is not None
    return colour.get_truecolor().hex
