"""The options of `train` are the settings of a run, all of them, under the same names and with the same limits."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from tui_rnn.cli.options import given, option_name, with_settings
from tui_rnn.config import SETTINGS, RunConfig
from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS


@with_settings
def command(source: str, /, **settings: str | bool | None) -> dict[str, Any]:
    """A command that returns the settings it was given."""
    return given(settings)


def test_every_setting_of_a_run_is_an_option() -> None:
    options = [name for name, p in inspect.signature(command).parameters.items() if p.kind is p.KEYWORD_ONLY]

    assert sorted(options) == sorted([*SETTINGS, "minutes"])


def test_help_says_range_and_default() -> None:
    help_texts = {
        name: p.annotation.__metadata__[0].help for name, p in inspect.signature(command).parameters.items() if name != "source"
    }

    assert "1 to 4096; default 128" in help_texts["hidden_size"]
    assert "at least 0, less than 1; default 0" in help_texts["dropout"]
    assert "default yes" in help_texts["bias"]
    for name, setting in SETTINGS.items():
        assert setting.help in help_texts[name]


def test_what_was_not_given_is_left_out() -> None:
    assert command("a.txt", hidden_size="64", bias=False, cell=None) == {"hidden_size": 64, "bias": False}


def test_values_have_the_type_of_the_setting() -> None:
    values = command("a.txt", learning_rate="1e6", steps="10", tie_weights=True, cell="gru")

    assert values == {"learning_rate": 1e6, "steps": 10, "tie_weights": True, "cell": "gru"}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("hidden_size", "0", "--hidden-size is 0, expected 1 to 4096"),
        ("hidden_size", "3.5", "--hidden-size is '3.5', expected a whole number, 1 to 4096"),
        ("learning_rate", "nan", "--learning-rate is nan, expected a finite number"),
        ("cell", "transformer", "--cell is 'transformer', expected one of elman, lstm, gru, mgru, mingru, minlstm"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_option(name: str, value: str, expected: str) -> None:
    with pytest.raises(InputError) as error:
        command("a.txt", **{name: value})

    assert str(error.value) == expected


# ------------------------------------------------------------- as a person meets them


def help_page(tui_rnn: Any) -> dict[str, str]:
    """Each group of `train --help` by its title: its options and their help in one line."""
    page = tui_rnn("train", "--help").out
    groups: dict[str, list[str]] = {}
    for line in page.splitlines():
        if line.startswith("╭─"):
            groups[line.strip("╭─╮ ")] = current = []
        elif line.startswith("│"):
            current.append(line.strip("│ "))
    return {title: " ".join(" ".join(lines).split()) for title, lines in groups.items()}


def test_every_setting_stands_under_the_title_of_its_group(tui_rnn: Any) -> None:
    page = help_page(tui_rnn)
    for name, setting in SETTINGS.items():
        option = option_name(name)
        assert [title for title, text in page.items() if f"{option} " in text] == [setting.group.title]
    assert "--minutes" in page["Goal (one of them)"]


def test_help_shows_the_defaults_that_each_kind_of_data_really_gets(tui_rnn: Any) -> None:
    training = help_page(tui_rnn)["Training"]
    assert "default 0.01; 0.004 for tag, classify and seq2seq" in training
    assert "default 16; 32 for tag, classify and seq2seq" in training
    assert "mean weights (default cosine)" in training
    for kind in KINDS:
        config = RunConfig.to_goal(kind, steps=1)
        expected = (0.004, 32, "cosine") if kind in ("tag", "classify", "seq2seq") else (0.01, 16, "cosine")
        assert (config.learning_rate, config.batch_size, config.schedule) == expected


def test_the_defaults_in_words_are_the_values_of_a_run(tui_rnn: Any) -> None:
    """Every number and word on the help page, read back by kind."""
    for setting in SETTINGS.values():
        told = setting.defaults_in_words(to_goal=True).removeprefix("default ").split("; ")
        values = dict.fromkeys(setting.kinds, told[0])
        for other in told[1:]:
            value, _, kinds = other.partition(" for ")
            values |= dict.fromkeys((kind for kind in setting.kinds if KINDS[kind].said_as in kinds), value)
        for kind, text in values.items():
            found = getattr(RunConfig.to_goal(kind), setting.name)
            assert setting.parse(text) == found


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (("--lr", "0.5"), {"learning_rate": 0.5}),
        (("--batch", "3"), {"batch_size": 3}),
        (("--hidden", "9"), {"hidden_size": 9}),
        (("--layers", "2"), {"num_layers": 2}),
        (("--cell", "rnn"), {"cell": "elman"}),
        (("--cell", "GRU"), {"cell": "gru"}),
        (("--block-size", "8"), {"seq_len": 8}),
        (("--task", "LM"), {}),
    ],
)
def test_usual_names_and_any_case_are_understood(
    tui_rnn: Any, tmp_path: Path, said: tuple[str, str], meant: dict[str, Any]
) -> None:
    (tmp_path / "a.txt").write_text("one two three\n" * 50, encoding="utf-8")
    sizes = () if "hidden_size" in meant else ("--hidden-size", "4")
    result = tui_rnn(
        "train", tmp_path / "a.txt", *said, *sizes, "--max-iters", "1", "--json", "--out", tmp_path / "r.safetensors"
    )
    assert result.code == 0, result.err
    config = json.loads(result.out.splitlines()[0])["config"]
    assert config | meant == config
    assert config["steps"] == 1


def test_an_option_of_another_kind_of_data_names_the_kinds_that_it_is_for(tui_rnn: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one two three\n" * 50, encoding="utf-8")
    for options, words in (
        (("--pool", "mean"), "--pool is for classify, this is lm on a running text: leave it out, or give another --task"),
        (("--split-seed", "3"), "--split-seed is for lm with --items, tag, classify and seq2seq, this is lm on a running text"),
    ):
        result = tui_rnn("train", tmp_path / "a.txt", "--task", "lm", *options)
        assert (result.code, words in result.err) == (2, True), result.err


def test_one_goal_is_asked_for_whatever_unit_it_comes_in(tui_rnn: Any) -> None:
    result = tui_rnn("train", "a.txt", "--steps", "3", "--minutes", "1")
    assert result.code == 2
    assert "a run has one goal, found --steps and --minutes: give only one of them" in result.err
