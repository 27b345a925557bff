"""Pictures of a trace: any reader can open them, colours follow the values, and no text escapes into the page."""

from __future__ import annotations

import math
import struct
import xml.etree.ElementTree as ElementTree
import zlib
from html.parser import HTMLParser

import numpy as np
import pytest

from tui_rnn.cells import CELLS
from tui_rnn.cli import heatmap
from tui_rnn.cli.heatmap import Panel

SIGNALS = {signal.name: signal for signal in CELLS["lstm"].signals}


def read_png(data: bytes) -> np.ndarray:
    """A PNG as (rows, columns, 3), read by the specification's rules; filter 0 and RGB only."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    position, chunks = 8, {}
    while position < len(data):
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        body = data[position + 8 : position + 8 + length]
        (checksum,) = struct.unpack(">I", data[position + 8 + length : position + 12 + length])
        assert checksum == zlib.crc32(kind + body)
        chunks[kind] = body
        position += 12 + length
    columns, rows, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert form == [8, 2, 0, 0, 0]
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(rows, 1 + 3 * columns)
    assert not lines[:, 0].any()
    return lines[:, 1:].reshape(rows, columns, 3)


def panel(name: str, *values: float) -> Panel:
    """One unit over as many characters as there are values."""
    return Panel.of(SIGNALS[name], 0, np.array(values, np.float32)[:, None], "a" * len(values))


def test_a_png_holds_the_pixels_it_was_given() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (3, 5, 3), dtype=np.uint8)

    assert np.array_equal(read_png(heatmap.png(pixels)), pixels)


def test_a_png_can_be_drawn_larger() -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    large = read_png(heatmap.png(pixels, scale_x=3, scale_y=2))

    assert large.shape == (4, 6, 3)
    assert np.array_equal(large[::2, ::3], pixels)


def test_gates_run_from_0_to_1_and_everything_else_is_symmetric() -> None:
    assert (panel("f", 0.2, 0.4).low, panel("f", 0.2, 0.4).high) == (0.0, 1.0)
    assert (panel("h", 0.2, -0.4).low, panel("h", 0.2, -0.4).high) == (-1.0, 1.0)
    assert (panel("c", 0.2, -3.4).low, panel("c", 0.2, -3.4).high) == (-4.0, 4.0)


def test_an_mgrus_scale_runs_to_2() -> None:
    drawn = Panel.of(CELLS["mgru"].signal("q"), 0, np.array([[0.5], [2.0]], np.float32), "ab")
    assert (drawn.low, drawn.high) == (0.0, 2.0)


@pytest.mark.parametrize(
    ("largest", "limit"), [(0.0342, 0.04), (0.7, 0.7), (0.0, 1.0), (3.2, 4.0), (12.5, 13.0), (math.nan, 1.0)]
)
def test_amounts_reach_to_the_digit_above_the_largest(largest: float, limit: float) -> None:
    drawn = Panel.amounts("added", np.array([[largest], [-largest / 2]], np.float32), "ab", ["row"])
    assert (drawn.low, drawn.high) == pytest.approx((-limit, limit))


def test_rows_are_units_and_columns_are_characters() -> None:
    values = np.zeros((7, 3), np.float32)

    assert Panel.of(SIGNALS["f"], 0, values, "abcdefg").pixels().shape == (3, 7, 3)


def test_negative_is_blue_positive_is_orange_and_zero_is_dark() -> None:
    negative, zero, positive = (pixel.astype(int) for pixel in panel("h", -1.0, 0.0, 1.0).pixels()[0])

    assert negative[2] > negative[0] + 100
    assert positive[0] > positive[2] + 100
    assert zero.max() < 40


def test_a_higher_gate_is_a_brighter_pixel() -> None:
    luminance = panel("i", 0.0, 0.25, 0.5, 0.75, 1.0).pixels()[0] @ np.array([0.2126, 0.7152, 0.0722])

    assert np.all(np.diff(luminance) > 0)


def test_a_value_that_is_not_a_number_is_grey() -> None:
    assert panel("h", float("nan"), 0.5).pixels()[0, 0].tolist() == [128, 128, 128]


HOSTILE = "<script>alert(1)</script>&\"'\x1b[31m\u202e\x00\n]]>"


def test_svg_is_well_formed_and_shows_hostile_text_as_glyphs() -> None:
    panels = [Panel.shares(HOSTILE, np.zeros((len(HOSTILE), 2), np.float32), HOSTILE, [HOSTILE] * 2)]
    root = ElementTree.fromstring(heatmap.svg_page(panels, title=HOSTILE))

    assert {element.tag.split("}")[1] for element in root.iter()} == {"svg", "style", "rect", "text", "image"}
    characters = [e.text for e in root.iter() if e.get("class") == "c"]
    assert len(characters) == len(HOSTILE)
    assert characters[:3] == ["<", "s", "c"]
    assert characters[HOSTILE.index("\x1b")] == "␛"
    assert characters[HOSTILE.index("\n")] == "↵"


def test_html_shows_hostile_text_as_glyphs() -> None:
    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.seen: set[str] = set()
            self.text = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.seen.add(tag)

        def handle_data(self, data: str) -> None:
            self.text += data

    size = len(HOSTILE)
    panels = [Panel.shares(HOSTILE, np.zeros((size, 2), np.float32), HOSTILE, [HOSTILE] * 2)]
    given = np.full(size, 0.5, np.float32)
    page = heatmap.html_page(HOSTILE, panels, HOSTILE, [HOSTILE] * size, given, [HOSTILE])
    reader = Tags()
    reader.feed(page)

    page_tags = {"html", "meta", "title", "style", "h1", "p", "span", "br", "figure"}
    assert reader.seen == page_tags | {"svg", "rect", "text", "image"}
    assert "<script>alert(1)</script>" in reader.text
    assert not set("\x1b\x00\u202e") & set(page)


def test_html_marks_what_was_not_expected() -> None:
    panels = [Panel.of(SIGNALS["f"], 0, np.zeros((3, 2), np.float32), "abc")]
    page = heatmap.html_page("abc", panels, "t", [""] * 3, np.array([np.nan, 1.0, 1e-9], np.float32))

    assert [page.count(f"rgba(220,70,50,{share})") for share in ("0.00", "1.00")] == [2, 1]


def ones(signal: str, layer: int = 0, chars: int = 30, units: int = 8) -> Panel:
    return Panel.of(SIGNALS[signal], layer, np.ones((chars, units), np.float32), "a" * chars)


def places(panels: list[Panel]) -> list[tuple[float, float]]:
    """Left and top of each heatmap on a page; each has its bar of colours before it."""
    images = [e for e in ElementTree.fromstring(heatmap.svg_page(panels, "t")).iter() if e.tag.endswith("image")]
    return [(float(image.attrib["x"]), float(image.attrib["y"])) for image in images[1::2]]


def test_signals_of_a_layer_stand_side_by_side_and_layers_below_each_other() -> None:
    first, second, third = places([ones("i", 0), ones("f", 0), ones("i", 1)])
    assert first[1] == second[1] < third[1]
    assert first[0] == third[0] < second[0]


def test_a_page_is_no_wider_than_its_limit_unless_one_heatmap_is() -> None:
    for chars, rows in ((10, 1), (40, 3), (500, 6)):
        found = places([ones(signal, chars=chars) for signal in "ifgoch"])
        assert len({y for _, y in found}) == rows
        assert max(x for x, _ in found) + chars * heatmap.CELL_WIDTH <= max(heatmap.PAGE_WIDTH, 500 * heatmap.CELL_WIDTH + 24)


def test_the_bar_above_a_heatmap_has_the_colours_of_its_limits_at_its_ends() -> None:
    for signal, low, high in (("f", 0.0, 1.0), ("h", -1.0, 1.0), ("c", -3.0, 3.0)):
        drawn = panel(signal, low, high)
        assert drawn.bar()[0, [0, -1]].tolist() == drawn.pixels()[0].tolist()


@pytest.mark.parametrize("layers", [1, 3])
def test_a_png_has_a_band_for_each_layer(layers: int) -> None:
    panels = [ones(signal, layer, chars=5) for layer in range(layers) for signal in "if"]
    rows, columns, _ = read_png(heatmap.png_page(panels)).shape

    assert columns == 2 * 5 * heatmap.CELL_WIDTH + heatmap.GAP
    assert rows == layers * 8 * heatmap.UNIT_HEIGHT + (layers - 1) * heatmap.GAP


def test_a_png_of_unlike_panels_is_as_wide_as_the_widest() -> None:
    narrow = Panel.shares("attention", np.ones((2, 3), np.float32), "ab", ["x", "y", "</s>"])
    image = read_png(heatmap.png_page([ones("h", chars=5), narrow]))

    assert image.shape[1] == 5 * heatmap.CELL_WIDTH
    assert image.shape[0] == 8 * heatmap.UNIT_HEIGHT + heatmap.GAP + 3 * heatmap.ROW_HEIGHT
    assert image[-1, 0].any()
    assert not image[-1, -1].any()


def test_named_rows_and_long_symbols_get_the_room_they_need() -> None:
    panel = Panel.shares("attention", np.ones((2, 2), np.float32), ["a", "AH0 AH1 AH2"], ["first", "second"])
    root = ElementTree.fromstring(heatmap.svg_page([panel], "t"))

    assert [e.text for e in root.iter() if e.get("class") == "r"] == ["first", "second"]
    assert [e.text for e in root.iter() if e.get("class") == "c"] == ["a", "AH0 AH1 AH2"]
    assert panel.cell_width >= len("AH0 AH1 AH2") * heatmap.LETTER_WIDTH
