"""`tui-rnn learn`: the lessons in the chapter's order, with your progress; or one of them, opened in the playground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tui_rnn.cli.output import Json, print_json
from tui_rnn.display import visible
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.lessons.lesson import Lesson

Name = Annotated[str | None, Parameter(help="The name or number of the lesson to open. Without, all are listed.")]


def run(lesson: Name = None, /, *, json: Json = False) -> int:
    """List the lessons of the chapter, with your progress, or open one: its networks train while you read.

    You leave a lesson with q, and it goes on where you left it.
    """
    from tui_rnn.lessons import progress, reading, shelf

    if lesson is not None:
        if json:
            raise InputError("--json lists the lessons: leave the name out")
        return open_playground_of(reading.read(shelf.find(lesson)))
    known = progress.load()
    for one in shelf.lessons():
        now = known.get(one.name, progress.Progress())
        if json:
            print_json(
                {
                    "event": "lesson", "number": one.number, "name": one.name, "title": one.title, "pages": len(one.pages),
                    "afterwards": list(one.afterwards), "page": now.page + 1 if now.seen else None, "done": now.done(one),
                }
            )  # fmt: skip
        else:
            mark = "✓" if now.done(one) else " "
            told = f"  ({now.told(one)})" if now.seen else ""
            print(visible(f"{mark} {one.number:>2}  {one.name:<16} {one.title}{told}"))
    if not json:
        print("tui-rnn learn NAME opens one")
    return 0


def open_playground_of(lesson: Lesson) -> int:
    """Open the playground with a lesson, and say afterwards where the runs are."""
    from tui_rnn.cli.playground import check_terminal, left

    check_terminal("check a lesson without a screen with tui-rnn lesson NAME --check")
    from tui_rnn.tui.launch import open_playground

    return left(open_playground(lesson=lesson))
