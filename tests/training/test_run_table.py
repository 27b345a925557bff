"""The table of runs: what its columns hold, in which order rows stand, which are wanted, and runs taken together."""

from __future__ import annotations

import math
import os
import statistics
from dataclasses import replace
from pathlib import Path

import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS
from tui_rnn.training import runs
from tui_rnn.training.resuming import save_run
from tui_rnn.training.run_filter import conditions_of, filtered
from tui_rnn.training.run_groups import ALIKE, grouped, settings_apart
from tui_rnn.training.run_table import COLUMNS, RunRow, column, lines, ordered
from tui_rnn.training.runs import list_runs
from tui_rnn.training.trainer import Trainer


def row(loss: float = 1.0, data: str = "prose", kind: str = "lm", metric: float = math.nan, **settings) -> RunRow:
    return RunRow(
        kind=KINDS[kind],
        config=RunConfig(kind, **settings),
        data_name=data,
        data_key=(kind, data),
        loss_unit="nats/char",
        weights_step=100,
        chars=1_000_000,
        elapsed_s=50.0,
        val_loss_nats=loss,
        best_val_loss_nats=loss - 0.1,
        metric=metric,
        parameters=90_000,
        flops=4e11,
        saved_at=1e9,
        path=Path("x.safetensors"),
    )


def train(trainer: Trainer, to_step: int) -> None:
    while trainer.step < to_step:
        trainer.advance(to_step - trainer.step)


def test_a_saved_run_becomes_a_row(home: Path, corpus: Corpus, small: RunConfig) -> None:
    trainer = Trainer(small, corpus)
    train(trainer, 20)
    save_run(trainer, home / "a.safetensors")
    (found,) = (RunRow.of(one) for one in list_runs(home))
    assert found is not None
    assert found.config == small
    assert found.parameters == trainer.learner.network.parameter_count
    assert (found.weights_step, found.chars) == (20, trainer.chars)
    assert found.chars_per_s == trainer.chars / trainer.elapsed_s
    assert found.flops > 0
    shown = {one.key: one.shown(found, "nats") for one in COLUMNS}
    assert shown["corpus"] == corpus.name
    assert shown["parameters"] == f"{found.parameters:,}"


def test_only_new_and_changed_files_are_read_again(home: Path, corpus: Corpus, small: RunConfig, monkeypatch) -> None:
    trainer = Trainer(small, corpus)
    for name in ("a", "b"):
        save_run(trainer, home / f"{name}.safetensors")
    first = list_runs(home)
    read, whole = [], runs._from_header

    def noted(path, status):
        read.append(path.name)
        return whole(path, status)

    monkeypatch.setattr(runs, "_from_header", noted)
    assert list_runs(home) == first
    assert read == []
    train(trainer, 1)
    save_run(trainer, home / "b.safetensors")
    steps = {one.path.stem: one.facts.step for one in list_runs(home) if one.facts}
    assert steps == {"a": 0, "b": 1}
    assert read == ["b.safetensors"]
    os.unlink(home / "a.safetensors")
    assert [one.path.stem for one in list_runs(home)] == ["b"]


def test_rows_are_sorted_by_columns_and_settings_with_those_without_a_value_last() -> None:
    rows = [row(2.0, hidden_size=8), row(math.nan, hidden_size=4), row(1.0, hidden_size=16)]
    assert [one.val_loss_nats for one in ordered(rows, "loss", "bits")[:2]] == [1.0, 2.0]
    assert [one.val_loss_nats for one in ordered(rows, "-loss", "bits")[:2]] == [2.0, 1.0]
    assert math.isnan(ordered(rows, "-loss", "bits")[2].val_loss_nats)
    assert [one.config.hidden_size for one in ordered(rows, "-hidden-size", "bits")] == [16, 8, 4]
    with pytest.raises(InputError, match=r"'los' is not a column of runs, expected one of run, data"):
        ordered(rows, "los", "bits")


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("hidden_size>=16", [16, 32]),
        ("hidden=8", [8]),
        ("hidden_size!=8", [16, 32]),
        ("cell=ELMAN", [8]),
        ("loss<2.3", [16]),  # in bits, as it is shown: 1.5 nats are 2.16
        ("val_loss_nats<2.3", [8, 16]),
        ("parameters>89k", [8, 16, 32]),
        ("chars>=1M", [8, 16, 32]),
        ("chars>1M", []),
        ("data~ROS", [8, 16]),
        ("verse", [32]),
        ("Elman 8", [8]),
        ("dropout=0", [8, 16, 32]),
        ("saved>2001-01", [8, 16, 32]),
        ("saved<2001", []),
        ("seconds>1", []),
        ("tie_weights=no", [8, 16, 32]),
    ],
)
def test_conditions_choose_rows(condition: str, kept: list[int]) -> None:
    rows = [
        row(2.0, hidden_size=8, cell="elman"),
        row(1.5, hidden_size=16),
        row(3.0, data="verse", hidden_size=32),
    ]
    assert [one.config.hidden_size for one in filtered(rows, [condition], "bits")] == kept


def test_several_conditions_stand_in_a_line_and_must_all_be_met() -> None:
    assert conditions_of("data=prose 'a b' name=\"LSTM 8\"") == ["data=prose", "a b", "name=LSTM 8"]
    assert conditions_of("it's open") == ["its", "open"]
    rows = [row(hidden_size=8), row(hidden_size=16), row(data="verse", hidden_size=8)]
    assert len(filtered(rows, conditions_of("data=prose hidden_size=8"), "bits")) == 1


@pytest.mark.parametrize("condition", ["loss<x", "foo=1", "loss=", "hidden_size>=1e999x"])
def test_a_condition_that_can_not_be_read_is_named(condition: str) -> None:
    if condition == "loss=":  # nothing to compare with: words of the row
        assert filtered([row()], [condition], "bits") == []
        return
    with pytest.raises(InputError, match=r"is not a column|expected a number"):
        filtered([row()], [condition], "bits")


def test_groups_have_the_mean_and_the_spread_over_their_seeds() -> None:
    losses = [1.0, 1.2, 1.7]
    rows = [row(loss, seed=k) for k, loss in enumerate(losses)] + [row(5.0, cell="elman")]
    elman, lstm = grouped(rows, ["cell"], "bits")
    assert (lstm.values, lstm.seeds, lstm.differing) == (("lstm",), (0, 1, 2), ())
    assert lstm.val_loss_nats.mean == pytest.approx(statistics.mean(losses))
    assert lstm.val_loss_nats.deviation == pytest.approx(statistics.stdev(losses))
    assert elman.val_loss_nats.count == 1
    assert math.isnan(elman.val_loss_nats.deviation)
    assert lstm.metric.count == 0


def test_a_group_names_the_settings_that_differ_within_it_all_the_same() -> None:
    rows = [row(1.0, seed=1, dropout=0.0), row(1.0, seed=2, dropout=0.5)]
    (one,) = grouped(rows, ["cell"], "bits")
    assert one.differing == ("dropout",)


def test_losses_on_other_data_are_never_averaged() -> None:
    assert len(grouped([row(1.0), row(9.0, data="verse")], ["cell"], "bits")) == 2


def test_runs_that_are_alike_but_for_their_seed_make_a_group() -> None:
    rows = [row(1.0, seed=1), row(2.0, seed=2), row(3.0, seed=1, dropout=0.5)]
    found = grouped(rows, [ALIKE], "bits")
    assert [len(one.rows) for one in found] == [2, 1]
    assert found[0].names == ("name", "dropout")


def test_groups_by_a_number_stand_in_its_order_and_those_without_last() -> None:
    rows = [row(hidden_size=128), row(hidden_size=16), row(hidden_size=64)]
    assert [one.values for one in grouped(rows, ["hidden_size"], "bits")] == [("16",), ("64",), ("128",)]
    rows = [row(seconds=60.0), row(), row(seconds=9.0)]
    assert [one.values for one in grouped(rows, ["seconds"], "bits")] == [("9",), ("60",), ("",)]


def test_the_difference_of_settings_has_the_value_of_each_run() -> None:
    rows = [row(hidden_size=8), row(hidden_size=16, tie_weights=False), row(hidden_size=8, dropout=0.25)]
    assert settings_apart(rows) == {"hidden_size": ("8", "16", "8"), "dropout": ("0", "0", "0.25")}


def test_a_narrow_table_keeps_what_matters_most_and_an_empty_column_is_left_out() -> None:
    rows = [row(1.0), row(2.0)]
    wide, _, cells = lines(rows, "bits")
    assert "metric" not in {one.key for one in wide}
    assert len(cells[0]) == len(wide)
    narrow, _, _ = lines(rows, "bits", width=40)
    assert [one.short for one in narrow][:2] == ["run", "data"]
    assert "loss" in {one.short for one in narrow}
    assert len(narrow) < len(wide)
    least, _, cells = lines(rows, "bits", width=12)
    assert [one.short for one in least] == ["run"]


def test_a_foreign_name_is_made_harmless_and_a_column_is_found_by_each_of_its_names() -> None:
    _, _, cells = lines([replace(row(), data_name="\x1b[31m\u202e")], "bits")
    assert "\x1b" not in "".join(cells[0])
    assert column("Loss") is column("val_loss_nats")
    assert column("hidden").key == column("hidden-size").key == "hidden_size"
