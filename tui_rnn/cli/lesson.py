"""`tui-rnn lesson`: goes through a lesson without a screen and checks everything that it says."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from tui_rnn.cli.learn import open_playground_of
from tui_rnn.cli.options import FLAG
from tui_rnn.cli.output import Json, Progress, print_json
from tui_rnn.display import visible
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.lessons.checking import Checked

Name = Annotated[str, Parameter(help="A lesson's name or number (see tui-rnn learn), or a file of your own.")]
Check = Annotated[bool, FLAG, Parameter(help="Train its runs here, and check every number and condition.")]


def run(lesson: Name, /, *, check: Check = False, json: Json = False) -> int:
    """Open a lesson, also one of your own: docs/lessons.md says how to write one.

    --check opens no screen: it trains the lesson's runs with their seeds from the start. The condition that each page waits
    for must be reached within the budget, and every number is also computed in a second way. Exit code 1: a check failed.
    """
    from tui_rnn.lessons import reading, shelf

    found = reading.read(shelf.find(lesson))
    if json and not check:
        raise InputError("--json tells what --check finds: give both")
    if not check:
        return open_playground_of(found)
    from tui_rnn.lessons import checking

    return _checked(checking.check(found), json)


def _checked(found: Iterable[Checked], json: bool) -> int:
    """Print each finding as it comes. Returns the exit code, from the last one, which is about the whole lesson."""
    line, fine = Progress(sys.stderr), False
    for one in found:
        line.clear()
        fine = one.ok
        if json:
            print_json(one.record())
        else:
            print(visible(_told(one)), flush=True)
        line.hint(f"page {one.page} …")
    line.clear()
    return 0 if fine else 1


def _told(one: Checked) -> str:
    """A line about one thing that was checked."""
    mark = "✓" if one.ok else "✗"
    steps = ", ".join(f"{name} at step {step:,}" for name, step in (one.steps or {}).items())
    why = f": {one.why}" if one.why else ""
    if one.what == "end":
        return f"{mark} {one.told}: {one.seconds:.1f} s of training, {steps}{why}"
    if one.what == "until":
        return f"{mark} page {one.page}, until {one.told} ({steps}){why}"
    ways = f" = {_short(one.value)}, again {_short(one.again)}" if one.recomputed else f" = {_short(one.value)}"
    return f"{mark} page {one.page}, {one.told}{ways}{why}"


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else f"{value!s:.60}"
