"""Pictures of a trace: any reader can open them, colours follow the values, and no text escapes into the page."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ElementTree
import zlib
from html.parser import HTMLParser

import numpy as np
import pytest

from tui_rnn.cli import heatmap
from tui_rnn.cli.heatmap import Panel


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
    return Panel.of(name, 0, np.array(values, np.float32)[:, None], "a" * len(values))


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


def test_rows_are_units_and_columns_are_characters() -> None:
    values = np.zeros((7, 3), np.float32)

    assert Panel.of("f", 0, values, "abcdefg").pixels().shape == (3, 7, 3)


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
    panels = [Panel.of("f", 0, np.zeros((3, 2), np.float32), "abc")]
    page = heatmap.html_page("abc", panels, "t", [""] * 3, np.array([np.nan, 1.0, 1e-9], np.float32))

    assert [page.count(f"rgba(220,70,50,{share})") for share in ("0.00", "1.00")] == [2, 1]


@pytest.mark.parametrize("layers", [1, 3])
def test_one_png_shows_all_panels(layers: int) -> None:
    panels = [Panel.of("h", layer, np.zeros((5, 8), np.float32), "abcde") for layer in range(layers)]
    rows, columns, _ = read_png(heatmap.png_page(panels)).shape

    assert columns == 5 * heatmap.CELL_WIDTH
    assert rows == (8 * layers + 2 * (layers - 1)) * heatmap.UNIT_HEIGHT


def test_a_png_of_unlike_panels_is_as_wide_as_the_widest() -> None:
    wide = Panel.of("h", 0, np.ones((5, 8), np.float32), "abcde")
    narrow = Panel.shares("attention", np.ones((2, 3), np.float32), "ab", ["x", "y", "</s>"])
    image = read_png(heatmap.png_page([wide, narrow]))

    assert image.shape[1] == 5 * heatmap.CELL_WIDTH
    assert image.shape[0] == (8 + 2) * heatmap.UNIT_HEIGHT + 3 * heatmap.ROW_HEIGHT
    assert image[-1, 0].any()
    assert not image[-1, -1].any()


def test_named_rows_and_long_symbols_get_the_room_they_need() -> None:
    panel = Panel.shares("attention", np.ones((2, 2), np.float32), ["a", "AH0 AH1 AH2"], ["first", "second"])
    root = ElementTree.fromstring(heatmap.svg_page([panel], "t"))

    assert [e.text for e in root.iter() if e.get("class") == "r"] == ["first", "second"]
    assert [e.text for e in root.iter() if e.get("class") == "c"] == ["a", "AH0 AH1 AH2"]
    assert panel.cell_width >= len("AH0 AH1 AH2") * heatmap.LETTER_WIDTH
