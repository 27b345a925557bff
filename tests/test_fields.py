"""Fields with help and limits: what a person types, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tui_rnn.errors import InputError
from tui_rnn.fields import check_all, described, flat, parse


@dataclass(frozen=True)
class Inner:
    top: int = described(3, "how many", low=0, high=9)


@dataclass(frozen=True)
class Outer:
    text: str | None = described(None, "a text")
    units: tuple[int, ...] = described((), "which units", low=0)
    loud: bool = described(False, "whether it shouts")
    inner: Inner = Inner()


SPECS = {path: spec for path, spec in flat(Outer)}


def test_a_dataclass_inside_stands_for_its_own_fields() -> None:
    assert list(SPECS) == [("text",), ("units",), ("loud",), ("inner", "top")]


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        (("text",), " as typed ", " as typed "),
        (("units",), "12", 12),
        (("loud",), "on", True),
        (("inner", "top"), " 4 ", 4),
    ],
)
def test_what_is_typed_becomes_a_value(path: tuple[str, ...], text: str, value: Any) -> None:
    assert parse(SPECS[path], text) == value


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        (("units",), "-1", "units is -1, expected at least 0"),
        (("units",), "x", "units is 'x', expected a whole number, at least 0"),
        (("loud",), "maybe", "loud is 'maybe', expected yes or no"),
        (("inner", "top"), "10", "top is 10, expected 0 to 9"),
    ],
)
def test_what_can_not_be_is_refused_in_one_line(path: tuple[str, ...], text: str, reason: str) -> None:
    with pytest.raises(InputError, match=f"^{reason}$"):
        parse(SPECS[path], text)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (Outer(text=3), "text is 3, expected a text"),  # type: ignore[arg-type]
        (Outer(units=[1]), r"units is \[1\], expected a tuple"),  # type: ignore[arg-type]
        (Outer(units=(1, -2)), "units is -2, expected at least 0"),
        (Outer(inner=None), "inner is None, expected Inner"),  # type: ignore[arg-type]
    ],
)
def test_a_value_of_another_type_is_refused(wrong: Outer, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        check_all(wrong)


def test_what_fits_passes() -> None:
    check_all(Outer("a", (0, 5), True, Inner(9)))
