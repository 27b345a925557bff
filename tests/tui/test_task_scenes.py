"""What each view of a task draws: the answers as they are, mistakes marked without colour too, nothing wider than the pane."""

from __future__ import annotations

import pytest
from rich.segment import Segment

from tests.tui.pane_examples import PaneApp, screen_text
from tests.tui.task_examples import (
    a_run,
    classified,
    confusion,
    items,
    page,
    seen,
    tagged,
    told,
    written,
)
from tui_rnn.tui.views.registry import VIEWS
from tui_rnn.tui.views.view import View
from tui_rnn.tui.widgets.scene import Curves, Lines, Matrix, Nothing, Scene
from tui_rnn.tui.widgets.stage import Stage

ALL_VIEWS = [pytest.param(view, id=f"{task}: {view.name}") for task, views in VIEWS.items() for view in views]


@pytest.mark.parametrize("view", ALL_VIEWS)
def test_before_the_first_answer_a_view_says_what_will_come(view: View) -> None:
    body = view.scene(seen(a_run())).body

    assert isinstance(body, Nothing)
    assert len(body.why) > 30


@pytest.mark.parametrize("task", VIEWS)
def test_each_view_says_something_of_its_own_before_the_first_answer(task: str) -> None:
    bodies = [view.scene(seen(a_run())).body for view in VIEWS[task]]
    said = [body.why for body in bodies if isinstance(body, Nothing)]

    assert len(set(said)) == len(said) == len(bodies)


async def test_the_chosen_example_stays_in_view_while_the_lines_above_it_become_fewer() -> None:
    def lines(each: int) -> Scene:
        """40 examples of so many lines, the 25th chosen."""
        spans = [range(at * each, (at + 1) * each) for at in range(40)]
        return Scene(Lines([(Segment(f"example {at // each}"),) for at in range(40 * each)], spans, 25))

    stage = Stage()
    app = PaneApp(stage)
    async with app.opened(30, 10) as pilot:
        stage.show(lines(2))
        await pilot.pause()
        stage.reveal_chosen()
        await pilot.pause()
        stage.show(lines(1))
        await pilot.pause()

        assert "example 25" in screen_text(app)


TABLE = confusion(["\x1b", "b"], [[1, 1], [0, 1]])
HOSTILE = {
    "tag": a_run(tagged("\x1b[2J\u202e", "\x1b[31m", "[b]"), table=TABLE),
    "classify": a_run(classified("\x1b[2J", {"\x1b[31m": 1.0, "\u202e": 0.0}, "\u202e"), table=TABLE),
    "seq2seq": a_run(written("\x1b[2J", ("\x1b", "[b]"), "\u202e")),
    "items": a_run(drawn=[items("\x1b[2J\u202e")]),
}


@pytest.mark.parametrize("kind", VIEWS)
def test_no_view_lets_a_control_character_through(kind: str) -> None:
    for view in VIEWS[kind]:
        scene = view.scene(seen(HOSTILE[kind]))
        shown = told([*scene.title, *scene.legend])
        if isinstance(scene.body, Matrix):
            picture = scene.body.picture
            shown += "".join((*picture.labels, *picture.letters.shown)) + told(scene.body.tell(0, 0))
        elif not isinstance(scene.body, (Nothing, Curves)):
            shown += "".join(page(scene))

        assert not {"\x1b", "\u202e"} & set(shown), view.name
