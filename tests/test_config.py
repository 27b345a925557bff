"""The settings' limits, as a person would write them."""

from __future__ import annotations

import pytest

from tui_rnn.config import SEQUENCE_SETTINGS, bounds_text, check_setting
from tui_rnn.errors import InputError


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
    assert bounds_text(setting) == words


@pytest.mark.parametrize(
    ("setting", "words"),
    [("learning_rate", "more than 0"), ("clip_norm", "more than 0"), ("steps", "at least 1"), ("warmup_steps", "at least 0")],
)
def test_a_limit_that_nobody_comes_near_is_not_told(setting: str, words: str) -> None:
    assert bounds_text(setting) == words


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [("learning_rate", 1e10, "more than 0, at most 1,000,000,000"), ("warmup_steps", 2_000_000, "0 to 1,000,000")],
)
def test_who_passes_it_is_told(setting: str, value: float, words: str) -> None:
    with pytest.raises(InputError, match=f"^{setting} is .*, expected {words}$"):
        check_setting(setting, value)


def test_no_limit_is_written_as_a_computer_would() -> None:
    for name in SEQUENCE_SETTINGS:
        assert ".0" not in bounds_text(name, everything=True)
        assert "e+" not in bounds_text(name, everything=True)
