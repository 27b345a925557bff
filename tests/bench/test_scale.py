"""Texts of growing size: written to the byte, measured in processes of their own, shown as numbers and bars."""

import io
import json

import pytest
from rich.console import Console

from tui_rnn.bench import scale
from tui_rnn.bench.scale import ScalePoint
from tui_rnn.errors import InputError

POINTS = [ScalePoint(1_000_000, 0.4, 0.7, 3000.0, 177_000_000), ScalePoint(1_000_000_000, 5.5, 5.84, 1500.0, None)]


def printed(renderable):
    out = io.StringIO()
    Console(file=out, width=80).print(renderable)
    return out.getvalue()


@pytest.mark.parametrize("byte_count", [10, 999_999, 1_000_000, 2_500_000])
def test_a_text_has_exactly_so_many_bytes(tmp_path, byte_count):
    path = tmp_path / "text"
    scale.write_text(path, byte_count)
    assert path.stat().st_size == byte_count
    assert path.read_text(encoding="ascii").split()


def test_each_size_is_opened_and_trained_on(monkeypatch):
    monkeypatch.setattr(scale, "MEGABYTE", 10_000)
    monkeypatch.setattr(scale, "SIZES_MB", (3, 10))
    (point,) = scale.measure_scale(3, training_s=0.05)
    assert point.bytes == 30_000
    assert 0 < point.open_s < point.first_step_s
    assert point.ns_per_char > 0


def test_only_sizes_up_to_the_limit_are_measured():
    assert scale.sizes_up_to(99) == [1, 10]
    with pytest.raises(InputError, match="--max-mb is 0, expected at least 1"):
        scale.sizes_up_to(0)


def test_a_full_disk_is_refused_before_anything_is_written(monkeypatch):
    monkeypatch.setattr(scale, "DISK_FACTOR", 1e12)
    with pytest.raises(InputError, match="lower --max-mb"):
        next(scale.measure_scale(1))


def test_bars_compare_the_time_per_character():
    lengths = [line.count("█") for line in printed(scale.bars(POINTS)).splitlines() if "█" in line]
    assert lengths == [40, 20]


def test_the_table_is_the_same_on_a_terminal_and_in_a_page():
    row = ["1,000", "5.50", "5.84", "1,500"]
    assert "| " + " | ".join(row) in scale.markdown(POINTS)
    assert row == printed(scale.table(POINTS)).splitlines()[-2].split()


def test_a_line_of_json_has_everything():
    record = json.loads(json.dumps(scale.record(POINTS[1])))
    assert record.pop("event") == "point"
    assert ScalePoint(**record) == POINTS[1]
