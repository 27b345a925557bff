"""The options of `train` are the settings of a run, all of them, under the same names and with the same limits."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from tui_rnn.cli.options import given, with_settings
from tui_rnn.config import SETTINGS
from tui_rnn.errors import InputError


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
        ("cell", "transformer", "--cell is 'transformer', expected one of elman, lstm, gru"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_option(name: str, value: str, expected: str) -> None:
    with pytest.raises(InputError) as error:
        command("a.txt", **{name: value})

    assert str(error.value) == expected
