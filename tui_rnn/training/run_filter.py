"""Which runs of a table are wanted: conditions such as `data=prose`, `hidden_size>=128` or `loss<2`, or a word of the row."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tui_rnn.errors import InputError
from tui_rnn.formats import LossUnit
from tui_rnn.training.run_table import COLUMNS, Column, RunRow, column

_CONDITION = re.compile(r"([A-Za-z_][\w-]*)\s*(!=|<=|>=|=|<|>|~)\s*(.+)", re.DOTALL)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SUFFIXES = {"k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "%": 0.01}

Wanted = Callable[[RunRow], bool]


def filtered(rows: Iterable[RunRow], conditions: Sequence[str], unit: LossUnit) -> list[RunRow]:
    """The rows that meet every condition. Raises InputError, which names a condition that can't be read."""
    tests = [condition(one, unit) for one in conditions]
    return [row for row in rows if all(test(row) for test in tests)]


def conditions_of(typed: str) -> list[str]:
    """The conditions in a line, with white space between; '…' or "…" hold together a text with white space. A quote that is not
    closed is ignored."""
    return [one.replace('"', "").replace("'", "") for one in re.findall(r"(?:\"[^\"]*\"|'[^']*'|\S)+", typed)]


def condition(text: str, unit: LossUnit) -> Wanted:
    """COLUMN=VALUE and the like, or a text that any column contains. Losses are in the unit that is shown, val_loss_nats in
    nats; numbers may end in k, M or %. `~` means: contains."""
    found = _CONDITION.fullmatch(text.strip())
    if found is None:
        wanted = text.strip().casefold()
        return lambda row: any(wanted in one.shown(row, unit).casefold() for one in COLUMNS)
    name, sign, value = found[1], found[2], found[3].strip()
    unit = "nats" if name.endswith("_nats") else unit
    of = column(name)
    if sign == "~":
        return lambda row: value.casefold() in of.shown(row, unit).casefold()
    return _text(of, sign, value, unit) if of.is_text else _number(of, sign, value, unit)


def _text(of: Column, sign: str, value: str, unit: LossUnit) -> Wanted:
    wanted, compare = value.casefold(), _COMPARE[sign]
    return lambda row: compare(str(of.of(row, unit)).casefold(), wanted)


def _number(of: Column, sign: str, value: str, unit: LossUnit) -> Wanted:
    scale = _SUFFIXES.get(value[-1:].lower(), 1.0)
    digits = value[:-1] if scale != 1.0 else value
    try:
        wanted = float(digits.replace(",", "").replace("_", "")) * scale
    except ValueError:
        wanted = math.nan
    if math.isnan(wanted):
        raise InputError(f"{of.short}{sign}{value[:40]} compares with {value[:40]!r}, expected a number such as 128 or 1.5M")
    compare, shown_alike = _COMPARE[sign], {"=", "!="}

    def test(row: RunRow) -> bool:
        own = of.of(row, unit)
        if own != own:
            return sign == "!="
        if sign in shown_alike and isinstance(own, float) and math.isclose(own, wanted, rel_tol=1e-9):
            return sign == "="
        return compare(own, wanted)

    return test
