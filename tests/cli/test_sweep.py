"""`tui-rnn sweep`, called as a person does, on a Dask cluster inside this process."""

from __future__ import annotations

import json
import shlex

import numpy as np
import pytest

pytest.importorskip("optuna")
pytest.importorskip("distributed")

import tui_rnn as package
from tests.sweep.inside import inside
from tui_rnn.cli import sweep
from tui_rnn.cli.sweep_grid import read_grid
from tui_rnn.config import SETTINGS
from tui_rnn.errors import InputError
from tui_rnn.sweep.space import Between, Listed

TINY = ("--steps", "4", "--hidden-size", "4", "--embedding-size", "0", "--batch-size", "4", "--seq-len", "16")


@pytest.fixture(scope="module")
def scheduler():
    """The address of a cluster inside this process."""
    with inside() as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def swept(tui_rnn, scheduler, text, tmp_path):
    def call(*arguments):
        grid = ("--grid", "cell=elman,lstm", "--seeds", "2")
        return tui_rnn("sweep", text, *grid, *TINY, "--scheduler", scheduler, "--out", tmp_path / "s", *arguments)

    return call


def test_it_ranks_the_settings_and_says_what_to_type(swept, tmp_path):
    done = swept()

    assert done.code == 0
    assert "language model, 2 settings × 2 seeds = 4 trials on cat.txt" in done.out
    assert "done: 4 finished of 4 trials, in " in done.out
    assert "bits/char, mean" in done.out
    assert len(list((tmp_path / "s").glob("*.safetensors"))) == 4


def test_the_command_that_it_names_trains_the_best_run_again_to_the_same_weights(swept, tui_rnn, tmp_path):
    found = swept("--json").records[-1]
    best = tmp_path / "s" / found["ranking"][0]["best"]

    words = found["command"][1:]
    assert tui_rnn(*words, "--out", tmp_path / "again.safetensors").code == 0

    old, new = package.load(best).network.arrays(), package.load(tmp_path / "again.safetensors").network.arrays()
    for name, array in old.items():
        np.testing.assert_array_equal(array, new[name], name)


def test_json_has_a_line_for_each_trial_and_the_ranking_at_the_end(swept, tmp_path):
    start, *trials, done = swept("--json").records

    assert (start["event"], start["trials"], start["ranked_by"]) == ("start", 4, "loss_nats")
    assert [one["event"] for one in trials] == ["trial"] * 4
    assert (done["event"], done["status"], done["counts"]) == ("done", "finished", {"finished": 4})
    assert [one["runs"] for one in done["ranking"]] == [2, 2]
    assert done["ranking"][0]["mean"] <= done["ranking"][1]["mean"]
    assert json.loads((tmp_path / "s" / "results.json").read_text("utf-8"))["ranking"] == done["ranking"]


def test_a_sweep_that_is_done_is_resumed_in_no_time_and_says_the_same(swept, tui_rnn, tmp_path):
    first = swept().out

    again = tui_rnn("sweep", "--resume", tmp_path / "s")

    assert "4 of them ended before" in again.out
    assert again.out.splitlines()[-6:] == first.splitlines()[-6:]


def test_a_search_goes_on_with_more_trials(tui_rnn, scheduler, text, tmp_path):
    options = ("--grid", "learning_rate=0.001..0.1", "--search", "random", *TINY, "--scheduler", scheduler)
    tui_rnn("sweep", text, *options, "--trials", 2, "--out", tmp_path / "s")

    done = tui_rnn("sweep", "--resume", tmp_path / "s", "--trials", 3, "--scheduler", scheduler, "--json").records

    assert [one["number"] for one in done if one["event"] == "trial"] == [2]
    assert done[-1]["counts"] == {"finished": 3}


def test_a_task_is_ranked_by_its_metric(tui_rnn, scheduler, task_files, tmp_path):
    train, valid = task_files["classify"]
    options = ("--grid", "pool=final,mean", "--steps", 2, "--hidden-size", 4, "--scheduler", scheduler, "--out", tmp_path / "s")

    start, *_, done = tui_rnn("sweep", train, "--valid", valid, *options, "--json").records

    assert (start["ranked_by"], start["lower_is_better"]) == ("accuracy", False)
    assert done["ranking"][0]["mean"] >= done["ranking"][1]["mean"]
    assert "--valid" in done["command"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--grid", "hidden_size"), "--grid is 'hidden_size', expected a setting and its values"),
        (("--grid", "width=1,2"), "--grid 'width' is not a setting, expected one of cell, "),
        (("--grid", "hidden_size=64,many"), "--grid hidden_size is 'many', expected a whole number, 1 to 4096"),
        (("--grid", "hidden_size=64,0"), "--grid hidden_size is 0, expected 1 to 4096"),
        (("--grid", "hidden_size=64,,8"), "--grid hidden_size has an empty value"),
        (("--grid", "hidden_size=64,64"), "--grid hidden_size has 64 twice"),
        (("--grid", "cell=elman,transformer"), "--grid cell is 'transformer', expected one of elman, lstm, gru"),
        (("--grid", "lr=0.1,0.2", "--grid", "learning_rate=0.3"), "--grid has learning_rate twice"),
        (("--grid", "lr=0.001..0.1"), "--grid learning_rate lies between two limits"),
        (("--grid", "lr=0.1..0.01", "--search", "tpe"), "expected the lower limit first"),
        (("--grid", "cell=elman..lstm", "--search", "tpe"), "it is not a number"),
        (("--grid", "cell=elman,lstm", "--cell", "gru"), "cell is varied by --grid, and its option gives one value"),
        (("--grid", "steps=1,2", "--seconds", "3"), "a run has one goal, found steps in --grid and seconds"),
        (("--grid", "pool=final,mean"), "--pool is for classify, this is lm on a running text"),
        (("--grid", "embedding_size=4,8", "--tie-weights", "--hidden-size", "4"), "with embedding_size 8: tie_weights needs"),
        (
            ("--grid", "cell=elman,lstm", "--grid", "seed=1,2", "--seeds", "2"),
            "the seeds are given twice, by --grid seed=… and by an option",
        ),
        (("--grid", "cell=elman,lstm", "--seeds", "0"), "--seeds is 0, expected 1 to 10,000"),
        (("--grid", "cell=elman,lstm", "--seeds", "9", "--trials", "3"), "--trials is 3, expected at least 9"),
        (("--grid", "cell=elman,lstm", "--workers", "2", "--scheduler", "tcp://x:1"), "--workers is for this machine's own"),
        (("--seeds", "2"), "nothing is varied: name a setting and its values with --grid"),
    ],
)
def test_what_can_not_be_is_said_in_one_line_before_anything_is_made(tui_rnn, text, tmp_path, more, told):
    done = tui_rnn("sweep", text, "--out", tmp_path / "s", *more)

    assert (done.code, done.err.count("\n")) == (2, 1)
    assert told in done.err
    assert not (tmp_path / "s").exists()


def test_a_folder_with_a_sweep_or_other_things_is_left_alone(swept, tui_rnn, text, tmp_path):
    swept()
    grid = ("--grid", "cell=elman,lstm", *TINY)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").write_text("mine")

    again, mine = (tui_rnn("sweep", text, *grid, "--out", tmp_path / name) for name in ("s", "mine"))
    changed = tui_rnn("sweep", text, "--resume", tmp_path / "s")
    nothing = tui_rnn("sweep", "--resume", tmp_path / "mine")

    assert "holds a sweep: go on with it with --resume" in again.err
    assert "exists and is not empty" in mine.err
    assert "SOURCE can't be changed by --resume" in changed.err
    assert "holds no sweep" in nothing.err
    assert [one.code for one in (again, mine, changed, nothing)] == [2] * 4


def test_a_sweep_whose_text_has_changed_is_not_gone_on_with(swept, tui_rnn, text, tmp_path):
    swept()
    old = text.read_text("utf-8")
    try:
        text.write_text(old + "more of it\n", encoding="utf-8")
        done = tui_rnn("sweep", "--resume", tmp_path / "s")
    finally:
        text.write_text(old, encoding="utf-8")

    assert done.code == 2
    assert "has changed since the sweep began" in done.err


@pytest.mark.parametrize("damage", ["", "{", '{"format": 1}', '{"format": 7}', "[]", '{"format": 1, "plan": {"space": 3}}'])
def test_a_damaged_plan_is_refused_in_one_line(swept, tui_rnn, tmp_path, damage):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "sweep.json").write_text(damage, encoding="utf-8")

    done = tui_rnn("sweep", "--resume", tmp_path / "s")

    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "is damaged" in done.err


def test_no_scheduler_at_the_address_is_said_in_one_line(tui_rnn, text, tmp_path, monkeypatch):
    monkeypatch.setattr("tui_rnn.sweep.cluster.CONNECT_S", "1s")

    done = tui_rnn(
        "sweep", text, "--grid", "cell=elman,lstm", *TINY, "--scheduler", "tcp://127.0.0.1:9", "--out", tmp_path / "s"
    )

    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "no scheduler of Dask answers at tcp://127.0.0.1:9" in done.err


def test_without_the_extra_one_line_says_what_to_install(tui_rnn, text, tmp_path, monkeypatch):
    monkeypatch.setattr(sweep, "NEEDED", ("optuna", "no_such_package"))

    done = tui_rnn("sweep", text, "--grid", "cell=elman,lstm", "--out", tmp_path / "s")

    assert (done.code, done.err.count("\n")) == (2, 1)
    assert 'sweeps need no_such_package: pip install "tui-rnn[sweep]"' in done.err


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_can_be_varied(name):
    setting = SETTINGS[name]
    number = 0.5 if setting.below == 1 else 1
    text = ",".join(setting.choices) if setting.choices else "yes,no" if setting.is_bool else str(number)

    grid = read_grid([f"{name}={text}"])

    wanted = setting.choices or ((True, False) if setting.is_bool else (number,))
    assert (Listed(wanted) == grid.space.get(name)) or grid.seeds == wanted


def test_a_setting_goes_by_its_other_names_and_units_too():
    grid = read_grid(["lr=0.001..0.1", "Hidden=8,16", "--minutes=1,2", "num-layers=1..3"])

    assert grid.space == {
        "learning_rate": Between(0.001, 0.1, False),
        "hidden_size": Listed((8, 16)),
        "seconds": Listed((60.0, 120.0)),
        "num_layers": Between(1, 3, True),
    }


def test_a_command_with_odd_names_is_quoted(tui_rnn, scheduler, text, tmp_path):
    odd = tmp_path / "a b's.txt"
    odd.write_text(text.read_text("utf-8"), encoding="utf-8")
    options = ("--grid", "cell=elman,lstm", *TINY, "--scheduler", scheduler, "--out", tmp_path / "s")

    out = tui_rnn("sweep", odd, *options).out

    line = next(line for line in out.splitlines() if line.startswith("train it again: "))
    assert str(odd) in shlex.split(line)


def test_an_error_names_the_grid():
    with pytest.raises(InputError, match="--grid minutes is 'x', expected a number"):
        read_grid(["minutes=x"])
