"""Keys that would change nothing now say why."""

from __future__ import annotations

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import (
    COLDER,
    DIRECTION,
    HOLD,
    HOTTER,
    LAYER,
    LONGER,
    NEXT_VIEW,
    ORDER,
    PREVIOUS_VIEW,
    SHORTER,
    SORT,
    Act,
    Driver,
    playground,
)
from tui_rnn.tui.views.gates import GatesPane


async def begin_again(lab: Driver) -> None:
    """The runs are known, and nothing has been said by them yet."""
    for run in lab.app.lab.state.runs.values():
        run.sample = run.trace = run.answered = run.asked = None
    lab.app.lab.panes.show(lab.app.lab.state)
    await lab.pilot.pause()


async def test_before_the_first_trace_the_keys_of_the_gates_say_so() -> None:
    async with playground() as lab:
        for size in ((120, 40), (80, 24)):
            await lab.pilot.resize_terminal(*size)
            await begin_again(lab)
            for key in ("g", LAYER, DIRECTION, ORDER, SORT):
                lab.forget_notices()
                await lab.press(key)

                assert ["there are no gates to look at yet" in said for said in lab.notices] == [True], (size, key)


async def test_a_network_without_what_a_key_goes_through_says_so() -> None:
    cases: list[tuple[str, str | Act, str]] = [
        ("2", DIRECTION, "reads in one direction only"),
        ("2", LAYER, "has one layer only"),
        ("1", "g", "has no gates, only its state"),
    ]
    async with playground() as lab:
        for run, key, said in cases:
            await lab.press(run)
            await lab.train(1)
            await lab.press(key)

            assert said in lab.notices[-1]


async def test_a_key_that_one_of_two_compared_networks_has_a_use_for_is_no_trouble() -> None:
    async with playground(size=(200, 50)) as lab:
        await lab.press("c")
        await lab.train(4)
        await lab.press("g")
        signals = {pane.focus_on.signal.name for pane in lab.app.screen.query(GatesPane)}

        assert not any("has no gates" in notice for notice in lab.notices)
        assert signals == {"h", "g"}


async def test_there_is_nothing_to_hold_before_the_first_sample_wherever_the_focus_is() -> None:
    async with playground() as lab:
        for _ in range(3):
            await lab.press("tab")
            await begin_again(lab)
            lab.forget_notices()
            await lab.press(HOLD)
            await lab.pilot.pause()

            assert "there is no sample to hold yet" in lab.notices[-1]

        await lab.press("7")
        assert lab.notices[-1] == "there is no run 7"


async def test_there_are_no_examples_to_go_through_before_the_first_answers() -> None:
    async with playground(FakeEngine("tag")) as lab:
        await begin_again(lab)
        await lab.pilot.press("right_square_bracket")
        await lab.pilot.pause()

        assert "there are no examples yet" in lab.notices[-1]


@pytest.mark.parametrize(("kind", "key"), [("tag", NEXT_VIEW), ("seq2seq", PREVIOUS_VIEW)])
async def test_the_next_example_is_shown_where_examples_can_be_seen(kind: str, key: Act) -> None:
    async with playground(FakeEngine(kind)) as lab:
        await lab.press(key)
        first = lab.app.lab.panes.views.task_panes[0]
        showed_examples = first.view.of_examples
        assert not showed_examples
        await lab.press("right_square_bracket")

        assert first.view.of_examples
        assert first.choice.example == 1


@pytest.mark.parametrize(
    ("kind", "before", "keys"),
    [
        ("lm", "tab", {COLDER: "the temperature goes no lower than 0", LONGER: "the length goes no higher than 1600"}),
        ("items", "shift+tab", {HOTTER: "the temperature goes no higher than 2", SHORTER: "the length goes no lower than 100"}),
    ],
)
async def test_at_the_end_of_their_range_temperature_and_length_say_so(kind: str, before: str, keys: dict[Act, str]) -> None:
    async with playground(FakeEngine(kind)) as lab:
        await lab.press(before)
        for key, said in keys.items():
            await lab.press(*[key] * 7)
            assert said in (lab.notices or [""])[-1]
