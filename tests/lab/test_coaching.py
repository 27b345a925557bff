"""The engine looks at its runs after their evaluations, and sends what there is to say of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.lab.bench import Bench
from tui_rnn.config import RunConfig
from tui_rnn.lab.messages import Coached


def test_a_text_that_repeats_itself_is_told_while_its_network_trains(
    bench: Bench, tmp_path: Path, text: str, elman: RunConfig
) -> None:
    path = tmp_path / "again.txt"
    path.write_text(text[:1500] * 12, encoding="utf-8", newline="\n")
    bench.open(str(path), elman)
    told = bench.wait(Coached)
    assert told.run_id == 1
    assert told.remarks[0].name == "copied"


def test_a_rate_that_ruins_the_run_is_told_when_it_has_diverged(bench: Bench, source: str, elman: RunConfig) -> None:
    wild = replace(elman, learning_rate=100.0, clip_norm=1e9, warmup_steps=0)
    bench.open(source, wild)
    bench.wait_run(1, lambda run: run.status == "diverged")
    assert bench.wait(Coached, lambda one: any(said.name == "diverged" for said in one.remarks))
