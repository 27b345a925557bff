"""The header and the runs' table: what matters most is kept where there is little room."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from textual.content import Content

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import playground
from tui_rnn.config import RunConfig
from tui_rnn.glossary import BY_HEADING
from tui_rnn.lab.messages import Landmark, Working
from tui_rnn.tui.bars.header import HeaderBar
from tui_rnn.tui.bars.run_bar import RunBar
from tui_rnn.tui.bars.run_table import landmarks_line, layout
from tui_rnn.tui.run_state import STATUS_GLYPHS


async def test_a_narrow_header_keeps_the_name_and_the_speed() -> None:
    async with playground(size=(60, 12)) as lab:
        assert "tale.txt" in lab.top
        assert "char/s" in lab.top
        assert "62 characters" not in lab.top


async def test_a_long_name_is_cut_with_an_ellipsis() -> None:
    async with playground(source="/texts/" + "x" * 300 + ".txt") as lab:
        assert "xx…" in lab.top
        assert "LSTM 128" in lab.top


async def test_the_table_has_a_row_a_run_with_its_number_key_and_room_for_every_column_at_120_cells() -> None:
    async with playground() as lab:
        rows = lab.text.splitlines()[-5:-1]
        bar = lab.app.screen.query_one(RunBar)
        for head in ("val", "gradient"):  # the mouse over a column says what its numbers mean
            await lab.pilot.hover(RunBar, offset=(rows[0].index(head) + 1, 0))
            assert bar.tooltip == BY_HEADING[head].short
        await lab.pilot.hover(RunBar, offset=(1, 1))
        assert bar.tooltip is None
        await lab.train(5)
        heads, elman = lab.text.splitlines()[-5:-3]

    assert heads.split()[-1] == "weights"
    assert re.search(r" \d\d,\d{3} ", elman)

    assert rows[0].split()[:4] == ["bits/char", "train", "val", "measured"]
    assert rows[1].startswith(" 1 Elman 128")
    assert rows[2].startswith(" 2 LSTM 128")
    assert rows[3].startswith(
        "   without a network: 5-gram 2.51 · trigram 2.91 · bigram 3.55 · unigram 4.79 · uniform 5.95 bits/char"
    )


async def test_the_step_of_live_weights_is_named_only_beside_gates_which_are_of_it() -> None:
    async with playground(size=(120, 40)) as lab:
        await lab.train(20)
        assert "live, step" in lab.text.splitlines()[1]
        await lab.press("I", "C")
        await lab.train(20)
        assert "│ live │" in lab.text.splitlines()[1]


async def test_a_table_says_what_guessing_gets_in_a_task() -> None:
    async with playground(FakeEngine("classify")) as lab:
        assert "   without a network: counting alone 50.0% · the most frequent 25.0%" in lab.text.splitlines()[-2]


async def test_of_a_translation_the_table_says_bleu_beside_exact_match_and_without_a_network() -> None:
    async with playground(FakeEngine("seq2seq")) as lab:
        state = lab.app.lab.state
        marks = (("nearest source", 0.242, "bleu"), ("word for word", 0.079, "bleu"), ("nearest source", 0.01, "exact_match"))
        state.landmarks = tuple(Landmark(*mark) for mark in marks)
        for run in state.runs.values():
            assert run.snapshot is not None
            run.snapshot = replace(run.snapshot, metrics={"exact_match": 0.05, "bleu": 0.42})
        runs = list(state.runs.values())
        shown = {column.head: column.text(runs[0], "bits") for column in layout(runs, state, 120)[1]}

        bar = lab.app.screen.query_one(RunBar)
        bar.show(state, "bits", compact=True)
        chips = rendered(bar).plain

    assert "BLEU 42.0" in chips
    assert (shown["exact"], shown["BLEU"]) == ("5.0%", "42.0")
    assert landmarks_line(state, "bits", 120) == "   without a network: nearest source BLEU 24.2 · word for word BLEU 7.9"


def rendered(bar: RunBar) -> Content:
    content = bar.render()
    assert isinstance(content, Content)
    return content


async def test_a_validation_loss_says_how_old_it_is_and_stands_back_when_it_is_old() -> None:
    async with playground() as lab:
        (run, _) = lab.app.lab.state.runs.values()
        bar = lab.app.screen.query_one(RunBar)

        def shown(val_step: int) -> tuple[str, bool]:
            assert run.snapshot is not None
            run.snapshot = replace(run.snapshot, step=1000, val_step=val_step, val_loss_nats=math.log(4))
            bar.show(lab.app.lab.state, "bits", compact=False)
            lines = rendered(bar).split("\n")
            spans = [span for span in lines[1].spans if lines[1].plain[span.start : span.end].strip() == "2.00"]
            return lines[1].plain, any("text-muted" in str(span.style) for span in spans)

        assert re.search(r" 2\.00 +now ", shown(1000)[0])
        line, quiet = shown(900)
        assert " 2.00  100 steps ago" in line
        assert not quiet
        line, quiet = shown(300)
        assert " 2.00  700 steps ago" in line
        assert quiet


async def test_in_little_room_the_runs_are_one_line_in_which_a_loss_says_what_it_is_of_and_when_it_is_old() -> None:
    async with playground() as lab:
        await lab.pilot.resize_terminal(80, 24)
        await lab.look()
        await lab.look()
        (run, _) = lab.app.lab.state.runs.values()
        bar = lab.app.screen.query_one(RunBar)
        assert bar.size.height == 1
        assert "1 Elman 128 ▶" in lab.text.splitlines()[-2]
        assert "2 LSTM 128 ▶" in lab.text.splitlines()[-2]
        for step, val_step, told in (
            (1000, -1, " 1 Elman 128 ▶ train "),
            (1000, 1000, "▶ val 2.00  2"),
            (1000, 300, "▶ val 2.00, 700 steps old "),
            (2, 1, "▶ val 2.00, 1 step old "),
        ):
            assert run.snapshot is not None
            run.snapshot = replace(run.snapshot, step=step, val_step=val_step, val_loss_nats=math.log(4))
            bar.show(lab.app.lab.state, "bits", compact=True)
            assert told in rendered(bar).plain
        assert "bits/char" in lab.text.splitlines()[-2]


async def test_runs_that_have_no_room_in_one_line_leave_out_the_ages_and_then_the_names() -> None:
    async with playground(size=(80, 24)) as lab:
        bar = lab.app.screen.query_one(RunBar)
        for run in lab.app.lab.state.runs.values():
            assert run.snapshot is not None
            run.snapshot = replace(run.snapshot, step=1000, val_step=300, val_loss_nats=math.log(4))
        said = []
        for width in (80, 56, 40):
            await lab.pilot.resize_terminal(width, 24)
            bar.show(lab.app.lab.state, "bits", compact=True)
            said.append(rendered(bar).plain.partition("bits/char")[0].rstrip())

    assert said == [
        " 1 Elman 128 ▶ val 2.00, 700 steps old  2 LSTM 128 ▶ val 2.00, 700 steps old",
        " 1 Elman 128 ▶ val 2.00  2 LSTM 128 ▶ val 2.00",
        " 1 ▶ val 2.00  2 ▶ val 2.00",
    ]


async def test_the_speed_is_counted_in_what_the_text_is_cut_into_and_every_state_of_a_run_has_its_sign() -> None:
    async with playground() as lab:
        for status, glyph in STATUS_GLYPHS.items():
            lab.engine.runs[2].status = status
            await lab.look()
            assert f"LSTM 128 {glyph}" in lab.top, status

        state = lab.app.lab.state
        for tokens in ("word", "word+char"):
            assert state.corpus is not None
            state.corpus = replace(state.corpus, tokens=tokens)
            await lab.look()

            assert "word/s" in lab.text.splitlines()[-5], tokens
            assert "char/s" not in lab.text, tokens


async def test_more_runs_than_number_keys_are_counted() -> None:
    async with playground(configs=[RunConfig(hidden_size=size) for size in range(1, 12)]) as lab:
        assert "11 runs" in lab.text


async def test_while_it_compiles_the_time_left_runs_down(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    for module in ("state", "waiting"):
        monkeypatch.setattr(f"tui_rnn.tui.{module}.time", SimpleNamespace(monotonic=lambda: now))
    async with playground() as lab:
        lab.engine.emit(Working("compiling the kernels", 9, 33, "matmul", left_s=62.0))
        await lab.look()
        assert re.search(r"compiling the kernels  ─+╌+  9 of 33 · about 60 s left · matmul", lab.line(2))

        now += 50
        await lab.look()
        assert "about 12 s left" in lab.line(2)
        now += 50
        await lab.look()
        assert "a moment left" in lab.line(2)


async def test_an_empty_chart_says_what_it_waits_for_and_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground() as lab:
        for run in lab.app.lab.state.runs.values():
            assert run.snapshot is not None
            run.snapshot = replace(run.snapshot, step=0)
        monkeypatch.setattr(lab.engine, "latest", lambda: None)
        lab.engine.emit(Working("compiling the kernels", 9, 33, "matmul", left_s=62.0))
        for size in ((120, 40), (80, 24)):
            await lab.pilot.resize_terminal(*size)
            lab.app.lab.panes.bring("loss")
            await lab.look()

            assert "The curves begin with the first training steps." in lab.text, size
            assert "Now: compiling the kernels, about 60 s left" in lab.text, size


async def test_nothing_is_painted_when_nothing_reads_differently(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground() as lab:
        painted = []
        monkeypatch.setattr(HeaderBar, "update", lambda *_, **__: painted.append(1))
        lab.app.lab.beat()
        lab.app.lab.beat()

        assert painted == []
