"""The header and the runs' table: what matters most is kept where there is little room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.lab_driver import playground
from tui_rnn.config import RunConfig
from tui_rnn.tui.bars.header import STATUS_GLYPHS, HeaderBar


async def test_a_narrow_header_keeps_the_name_and_the_speed() -> None:
    async with playground(size=(60, 12)) as lab:
        assert "tale.txt" in lab.line(0)
        assert "char/s" in lab.line(0)
        assert "62 characters" not in lab.line(0)


async def test_a_long_name_is_cut_with_an_ellipsis() -> None:
    async with playground(source="/texts/" + "x" * 300 + ".txt") as lab:
        assert "xx…" in lab.line(0)
        assert "LSTM 128" in lab.line(0)


async def test_the_table_has_a_row_a_run_with_its_number_key() -> None:
    async with playground() as lab:
        rows = lab.text.splitlines()[-4:-1]

    assert rows[0].split()[:3] == ["bits/char", "train", "val"]
    assert rows[1].startswith(" 1 Elman 128")
    assert rows[2].startswith(" 2 LSTM 128")


async def test_the_speed_is_counted_in_what_the_text_is_cut_into() -> None:
    async with playground() as lab:
        state = lab.app.lab.state
        assert state.corpus is not None
        state.corpus = replace(state.corpus, tokens="word")
        await lab.look()

        assert "word/s" in lab.text.splitlines()[-4]
        assert "char/s" not in lab.text


async def test_in_little_room_the_runs_are_one_line() -> None:
    async with playground(size=(80, 24)) as lab:
        runs = lab.text.splitlines()[-2]

    assert "1 Elman 128 ▶" in runs
    assert "2 LSTM 128 ▶" in runs


async def test_more_runs_than_number_keys_are_counted() -> None:
    async with playground(configs=[RunConfig(hidden_size=size) for size in range(1, 12)]) as lab:
        assert "11 runs" in lab.text


@pytest.mark.parametrize(("status", "glyph"), STATUS_GLYPHS.items())
async def test_every_state_of_a_run_has_a_sign_of_its_own(status: str, glyph: str) -> None:
    async with playground() as lab:
        lab.engine.runs[2].status = status
        await lab.look()

        assert f"LSTM 128 {glyph}" in lab.line(0)


async def test_nothing_is_painted_when_nothing_reads_differently(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground() as lab:
        painted = []
        monkeypatch.setattr(HeaderBar, "update", lambda *_, **__: painted.append(1))
        lab.app.lab.beat()
        lab.app.lab.beat()

        assert painted == []
