"""What is printed of what was measured."""

import io
import json

import pytest
from rich.console import Console

from tui_rnn.bench import report
from tui_rnn.bench.compare import Point, Variant
from tui_rnn.bench.startup import Startup
from tui_rnn.bench.work import flops_per_char
from tui_rnn.config import RunConfig

LSTM = RunConfig(cell="lstm", hidden_size=128)
PEAK = flops_per_char(LSTM) * 400_000
ALONE = Point(LSTM, 300_000.0, 25_000.0, PEAK)
COMPARED = Point(LSTM, 300_000.0, 25_000.0, PEAK, {Variant(16, 1): 100_000.0, Variant(128, 2): 80_000.0})
TWICE = Point(LSTM, 1_200_000.0, 25_000.0, PEAK, {Variant(16, 1): 100_000.0})


def printed(renderable, width=80):
    out = io.StringIO()
    Console(file=out, width=width).print(renderable)
    return out.getvalue()


def test_the_table_has_speed_share_and_sampling():
    text = printed(report.table([ALONE]))
    for cell in ("LSTM 128", "16", "300,000", "75%", "25,000"):
        assert cell in text
    assert "PyTorch" not in text


def test_the_table_of_a_comparison_fits_80_columns_with_pytorchs_fastest_and_the_ratio():
    text = printed(report.table([COMPARED]))
    for cell in ("300,000", "75%", "100,000", "3.00", "16 × 1"):
        assert cell in text
    assert "80,000" not in text
    assert "…" not in text


def test_the_table_can_be_put_into_a_page():
    heading, rule, row = report.markdown([COMPARED]).splitlines()
    assert row == "| LSTM 128 | 16 | 300,000 | 75% | 100,000 | 3.00 | 16 × 1 |"
    assert heading.count("|") == rule.count("|") == row.count("|")


def test_large_numbers_fit_80_columns_too():
    large = Point(RunConfig(cell="elman", hidden_size=512), 12_345_678.0, 1_234_567.0, PEAK, {Variant(512, 16): 9_876_543.0})
    for renderable in (report.table([large]), report.bars([large])):
        text = printed(renderable)
        assert "…" not in text
        assert max(map(len, text.splitlines())) <= 80
    assert len(printed(report.bars([large])).splitlines()) == 3


def test_a_bar_is_as_long_as_the_share_of_the_peak():
    lengths = [line.count("█") for line in printed(report.bars([COMPARED])).splitlines() if "█" in line]
    assert lengths == [30, 10]  # of 40: 75% and 25%


def test_the_summary_has_the_geometric_mean():
    assert report.mean_ratio([COMPARED, TWICE]) == pytest.approx(6.0)  # √(3 · 12)
    assert any("6.00 over 2 networks" in line for line in report.summary([COMPARED, TWICE], None))


def test_the_summary_tells_cold_and_warm_starts():
    (line,) = [line for line in report.summary([ALONE], Startup(4.21, 0.612)) if "first training step" in line]
    assert "4.2 s" in line
    assert "0.61 s" in line


def test_the_json_records_hold_everything_and_are_json():
    point, done = report.point_record(COMPARED), report.done_record([COMPARED], Startup(4.0, 0.5))
    assert json.loads(json.dumps(point))["torch"] == [
        {"embedding_size": 16, "threads": 1, "chars_per_s": 100_000.0},
        {"embedding_size": 128, "threads": 2, "chars_per_s": 80_000.0},
    ]
    assert (point["event"], point["cell"], point["hidden_size"], point["ratio"]) == ("point", "lstm", 128, 3.0)
    assert point["share_of_sgemm"] == pytest.approx(0.75)
    assert done["startup"] == {"cold_s": 4.0, "warm_s": 0.5}
    assert done["geometric_mean_ratio"] == pytest.approx(3.0)


def test_without_a_comparison_the_records_say_nothing_of_one():
    assert not {"torch", "ratio"} & report.point_record(ALONE).keys()
    assert "geometric_mean_ratio" not in report.done_record([ALONE], None)
