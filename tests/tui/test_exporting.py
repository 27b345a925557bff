"""What a view shows, in files that other programs open."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.tui.lab_driver import playground
from tests.tui.page_answers import surprised
from tui_rnn.errors import InputError
from tui_rnn.insight.surprise import Surprise
from tui_rnn.tui.exporting import Shown, write

STRIPS = [Strip([Segment("a <b> & ", Style(color="red")), Segment('"c"', Style(bgcolor="#123456"))]), Strip([Segment("ü")])]
FOUND = surprised(7, Surprise("a cat"))


def test_the_picture_is_well_formed_and_markup_in_the_text_stays_text(tmp_path: Path) -> None:
    tree = ElementTree.fromstring(write(str(tmp_path / "a.svg"), Shown("x <y>", STRIPS, FOUND)).read_text("utf-8"))
    assert "a\xa0<b>\xa0&\xa0" in "".join(tree.itertext())


def test_the_page_escapes_what_the_text_holds(tmp_path: Path) -> None:
    page = write(str(tmp_path / "a.html"), Shown("x", STRIPS, FOUND)).read_text("utf-8")
    assert "a &lt;b&gt; &amp; " in page
    assert "<b>" not in page.split("<body>")[1]
    assert "ü" in page


def test_the_numbers_come_back_as_they_were(tmp_path: Path) -> None:
    with np.load(write(str(tmp_path / "a.npz"), Shown("x", STRIPS, FOUND)), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["nats"], FOUND.nats)
        assert arrays["symbols"].tolist() == list("a cat")
        assert arrays["words.1.text"] == "cat"
        assert arrays["step"] == 7
    told = json.loads(write(str(tmp_path / "a.json"), Shown("x", STRIPS, FOUND)).read_text("utf-8"))
    assert told["nats"][0] is None
    assert told["words"][1]["text"] == "cat"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.png", "a view can't be written as PNG"),
        ("a", "a has no ending that says its form: name it with one of .svg, .html, .txt, .json, .npz"),
        ("b.npz", "x has no numbers to write yet"),
    ],
)
def test_a_file_that_can_not_be_written_is_refused_in_one_line(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        write(str(tmp_path / name), Shown("x", STRIPS, None))
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text("mine")
    with pytest.raises(FileExistsError):
        write(str(tmp_path / "a.svg"), Shown("x", STRIPS, FOUND))
    assert (tmp_path / "a.svg").read_text() == "mine"


async def test_every_view_is_exported_by_a_key_and_one_line_says_where(tmp_path: Path) -> None:
    async with playground() as lab:
        for workspace, views in (("T", 3), ("I", 2)):
            await lab.press(workspace)
            for number in range(views):
                for ending in ("svg", "json", "npz"):
                    path = tmp_path / f"{workspace}{number}.{ending}"
                    lab.app.lab.navigation.export(str(path))
                    assert path.stat().st_size > 100
                await lab.press("tab")
        assert any(notice == f"wrote {tmp_path / 'I1.npz'}" for notice in lab.notices)
        await lab.press("E")
        assert "export: " in lab.text
        await lab.press("escape", "y")
        assert any("copied" in notice for notice in lab.notices)
