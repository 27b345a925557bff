"""The table of settings: each has a group, limits that read well, and the defaults that runs really get."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_rnn.config import GOALS, GROUPS, SETTINGS, RunConfig, default_configs, settings_for
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS, Kind
from tui_rnn.training.api import load, train
from tui_rnn.training.trainer import Trainer

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())


# ----------------------------------------------------------------- the table


def test_every_setting_has_a_group_and_every_group_a_title() -> None:
    assert {setting.group for setting in SETTINGS.values()} == set(GROUPS)
    assert all(group.title for group in GROUPS)
    assert len({group.title for group in GROUPS}) == len(GROUPS)


def test_every_field_of_a_run_but_its_kind_is_a_setting() -> None:
    assert [field.name for field in dataclasses.fields(RunConfig)] == ["kind", *SETTINGS]


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS.keys())
def test_every_default_is_within_the_limits_of_its_setting(setting) -> None:
    for kind in KINDS:
        value = setting.default_for(kind)
        assert setting.checked(value) == value
        assert type(setting.checked(value)) is type(value)  # no default is a whole number where fractions are computed with


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS.keys())
def test_a_default_can_be_typed_and_read_again(setting) -> None:
    for kind in setting.kinds:
        value = setting.default_for(kind)
        text = "" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        assert setting.parse(text) == value


def test_no_name_means_two_settings() -> None:
    names = [*SETTINGS, *(name for s in SETTINGS.values() for name in (*s.aliases, *s.units))]
    assert len(set(names)) == len(names)


def test_the_kinds_of_a_setting_are_kinds_and_those_with_another_default_are_among_them() -> None:
    for setting in SETTINGS.values():
        assert set(setting.kinds) <= set(KINDS)
        assert set(setting.defaults) <= set(setting.kinds)


# ----------------------------------------------------------------- limits in words


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("hidden_size", "1 to 4096"),
        ("dropout", "at least 0, less than 1"),
        ("teacher_forcing", "0 to 1"),
        ("weight_decay", "0 to 100"),
        ("cell", ""),
    ],
)
def test_limits_are_whole_numbers_where_they_are_whole(setting: str, words: str) -> None:
    assert SETTINGS[setting].bounds() == words


@pytest.mark.parametrize(
    ("setting", "words"),
    [("learning_rate", "more than 0"), ("clip_norm", "more than 0"), ("steps", "at least 1"), ("warmup_steps", "at least 0")],
)
def test_a_limit_that_nobody_comes_near_is_not_told(setting: str, words: str) -> None:
    assert SETTINGS[setting].bounds() == words


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [("learning_rate", 1e10, "more than 0, at most 1,000,000,000"), ("warmup_steps", 2_000_000, "0 to 1,000,000")],
)
def test_a_value_beyond_it_is_told_the_limit(setting: str, value: Any, words: str) -> None:
    with pytest.raises(InputError, match=f"^{setting} is .*, expected {words}$"):
        RunConfig(**{setting: value})


def test_no_limit_is_written_as_a_computer_would() -> None:
    for setting in SETTINGS.values():
        assert ".0" not in setting.bounds(everything=True)
        assert "e+" not in setting.bounds(everything=True)


# ----------------------------------------------------------------- values


@pytest.mark.parametrize("whole", [1, np.int64(1), np.float32(1), Fraction(1), True])
def test_a_whole_number_does_where_a_fraction_is_expected(whole: Any) -> None:
    if whole is True:
        with pytest.raises(InputError, match="clip_norm is True, expected a finite number"):
            RunConfig(clip_norm=whole)
        return
    config = RunConfig(clip_norm=whole, dropout=0, epochs=2)
    assert [type(value) for value in (config.clip_norm, config.dropout, config.epochs)] == [float, float, float]
    assert (config.clip_norm, config.dropout, config.epochs) == (1.0, 0.0, 2.0)


def test_a_numpy_integer_does_where_a_whole_number_is_expected_and_a_fraction_does_not() -> None:
    seven: Any = np.int32(7)
    assert type(RunConfig(hidden_size=seven).hidden_size) is int
    wrong: Any
    for wrong in (64.0, "64", None, True):
        with pytest.raises(InputError, match=f"hidden_size is {wrong!r}, expected a whole number"):
            RunConfig(hidden_size=wrong)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**400])
def test_a_number_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(InputError, match="expected a finite number"):
        RunConfig(clip_norm=value)


def test_a_network_learns_with_whole_numbers_for_fractions_by_the_api_and_from_a_file(tmp_path: Path) -> None:
    source, saved = tmp_path / "a.txt", tmp_path / "a.safetensors"
    whole: dict[str, Any] = {"clip_norm": 1, "dropout": 0, "weight_decay": 0}
    source.write_text("one two three four five six seven\n" * 60, encoding="utf-8")
    train(source, hidden_size=8, batch_size=2, seq_len=8, steps=2, learning_rate=1, **whole).save(saved)
    _write_whole_numbers(saved, whole)
    run = load(saved)
    assert {name: type(getattr(run.config, name)) for name in whole} == dict.fromkeys(whole, float)
    assert np.isfinite(run.evaluate("one two").loss_nats)


def _write_whole_numbers(path: Path, values: dict[str, int]) -> None:
    """Change the settings in a run's file."""
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    (name, facts), *_ = [(k, json.loads(v)) for k, v in header["__metadata__"].items() if "clip_norm" in v]
    facts["config"] |= values
    header["__metadata__"][name] = json.dumps(facts)
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    path.write_bytes(len(encoded).to_bytes(8, "little") + encoded + content[8 + size :])


@pytest.mark.parametrize(
    ("setting", "said", "meant"),
    [
        ("cell", "LSTM", "lstm"),
        ("cell", "Elman", "elman"),
        ("cell", "rnn", "elman"),
        ("cell", "RNN", "elman"),
        ("schedule", "Cosine", "cosine"),
    ],
)
def test_the_case_of_a_choice_does_not_matter_and_usual_names_work(setting: str, said: Any, meant: str) -> None:
    assert getattr(RunConfig(**{setting: said}), setting) == meant
    assert SETTINGS[setting].parse(f" {said} ") == meant


@pytest.mark.parametrize("wrong", ["transformer", "", 3, None, ["lstm"]])
def test_what_is_no_choice_is_refused_with_the_choices(wrong: Any) -> None:
    with pytest.raises(InputError, match=r"cell is .*, expected one of elman, lstm, gru, mgru, mingru, minlstm$"):
        RunConfig(cell=wrong)


# ----------------------------------------------------------------- kinds


@every_kind
def test_a_kind_gets_its_own_defaults(kind: Kind) -> None:
    config = RunConfig(kind.name)
    assert {name: getattr(config, name) for name in SETTINGS} == {n: s.default_for(kind.name) for n, s in SETTINGS.items()}
    expected = (32, 0.004, True) if kind.answers else (16, 0.01, False)
    assert (config.batch_size, config.learning_rate, config.bidirectional) == expected


@every_kind
def test_a_setting_of_another_kind_is_refused(kind: Kind) -> None:
    others: dict[str, Any] = {"pool": "mean", "attention": "none", "seq_len": 32, "bidirectional": True, "tie_weights": True}
    for name, value in others.items():
        if not SETTINGS[name].is_for(kind.name):
            with pytest.raises(InputError, match=f"^{name} is for .*, this is {kind.said_as}: leave it out$"):
                RunConfig(kind.name, **{name: value})
            with pytest.raises(InputError, match=f"there is no setting '{name}' for {kind.name}: it is for "):
                RunConfig.to_goal(kind.name, **{name: value, "steps": 1})


@pytest.mark.parametrize(("kind", "whole"), [("classify", "text"), ("seq2seq", "source")])
def test_without_overlap_is_for_tagging_alone_and_the_others_are_told_why(kind: str, whole: str) -> None:
    reason = f"where each half has read the whole {whole} before they are joined"
    with pytest.raises(InputError, match=f"^overlap is for tag, this is {kind}, {reason}: leave it out$"):
        RunConfig(kind, overlap=False)
    with pytest.raises(InputError, match=f"there is no setting 'overlap' for {kind}, {reason}: it is for tag"):
        RunConfig.to_goal(kind, overlap=False)


def test_without_overlap_needs_one_layer_that_reads_both_ways() -> None:
    assert RunConfig("tag", overlap=False).name == "BiLSTM 128 no overlap"
    with pytest.raises(InputError, match="overlap no needs a network that reads both ways: set bidirectional to yes"):
        RunConfig("tag", overlap=False, bidirectional=False)
    with pytest.raises(InputError, match="overlap no needs num_layers 1, found 2: a second layer reads states"):
        RunConfig("tag", overlap=False, num_layers=2)


@every_kind
def test_the_settings_of_a_kind_make_the_same_run_again(kind: Kind) -> None:
    for config in default_configs(kind.name):
        assert config.kind == kind.name
        assert RunConfig(kind.name, **config.settings) == config
        assert list(config.settings) == list(settings_for(kind.name))


def test_a_kind_that_there_is_not_is_refused() -> None:
    with pytest.raises(InputError, match="kind is 'image', expected one of lm, items, tag, classify, seq2seq"):
        RunConfig("image")


def test_settings_of_another_kind_than_the_data_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("some text to learn from\n" * 100, encoding="utf-8")
    data = open_data(DataRequest(SourceFiles(str(tmp_path / "a.txt")), "lm"))
    with pytest.raises(InputError, match="BiLSTM 128 has settings for tag, the data are for lm"):
        Trainer(RunConfig("tag"), data)


# ----------------------------------------------------------------- goals


def test_a_run_has_one_goal() -> None:
    assert GOALS == ("steps", "epochs", "seconds")
    assert RunConfig(epochs=2).goal == {"epochs": 2.0}
    assert RunConfig().goal == {}
    with pytest.raises(
        InputError, match="a run has one goal, found steps and seconds: give only one of steps, epochs, seconds"
    ):
        RunConfig(steps=1, seconds=1)


def test_the_rate_of_a_run_with_a_goal_falls_unless_it_is_told_not_to() -> None:
    assert RunConfig().schedule == "constant"
    assert RunConfig.to_goal("lm", steps=10).schedule == "cosine"
    assert RunConfig.to_goal("lm", steps=10, schedule="constant").schedule == "constant"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lr", "there is no setting 'lr': it is called learning_rate"),
        ("max_iters", "there is no setting 'max_iters': it is called steps"),
        ("kind", "there is no setting 'kind' for lm, expected one of cell, hidden_size, "),
        ("momentum", "there is no setting 'momentum' for lm, expected one of cell, hidden_size, "),
    ],
)
def test_a_setting_by_another_name_is_told_its_own(name: str, words: str) -> None:
    with pytest.raises(InputError, match=f"^{words}"):
        RunConfig.to_goal("lm", **{name: 1})
