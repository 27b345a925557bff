"""The words around the view of a task pane: its run and step, and the choices."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.views.view import View
from tui_rnn.tui.widgets.page import cut
from tui_rnn.tui.widgets.pieces import Piece
from tui_rnn.tui.widgets.scene import Scene


def title(view: View, run: RunState | None, run_name: str, scene: Scene, width: int) -> list[Piece]:
    """The view, the name of its run (None: every run) in the cells that the view leaves, the title of the scene, and the step
    of the answers."""
    parts = [Piece(0, Content.styled(view.name, "bold"))]
    if run is not None:
        parts.append(Piece(0, Content(cut(run_name, width - len(view.name) - len(" · ")))))
    parts += scene.title
    if run is not None and run.answered is not None and view.of_examples:
        parts.append(Piece(9, Content(f"answers of step {run.answered.step:,}")))
    return parts


def settings(views: Sequence[View], view_at: int, chosen: int, count: int, beam: int | None, width: int) -> list[Piece]:
    """The views with a mark on the current one, the chosen one of `count` examples (0: there are none), and the width of the
    beam (None: the task writes no answers), each with its key."""
    words = "greedy" if beam == 1 else f"beam {beam}"
    beams = [] if beam is None else [Piece(2, Content.assemble((words, "$foreground")), "  ")]
    number = min(chosen, count - 1) + 1
    told = ((" example ", f"{number} of {count}"), (" ", f"{number}/{count}")) if count else ()
    examples = [[Piece(3, Content.assemble(("[ ]", "$accent"), key, (which, "$foreground")), "  ")] for key, which in told]
    tabs = _all_tabs(views, view_at), _one_tab(views, view_at)
    ways = [[*row, *example, *beams] for row in tabs for example in examples or [[]]]
    return next((way for way in ways if _cells(way) <= width), [*tabs[-1], *beams])


def _cells(parts: Sequence[Piece]) -> int:
    return sum(part.content.cell_length + len(part.joint) for part in parts) - len(parts[0].joint)


def _all_tabs(views: Sequence[View], view_at: int) -> list[Piece]:
    """All views side by side."""
    names = [(f" {view.name} ", "bold reverse" if at == view_at else "") for at, view in enumerate(views)]
    return [Piece(0, Content.assemble((", .", "$accent"), *(part for name in names for part in (" ", name))))]


def _one_tab(views: Sequence[View], view_at: int) -> list[Piece]:
    """The current view, and how many there are."""
    name = Content.assemble((", .", "$accent"), " ", (f" {views[view_at].name} ", "bold reverse"))
    return [Piece(0, name), Piece(1, Content(f"{view_at + 1} of {len(views)}"), " ")]
