"""A page that compares: the other runs are asked one after another, once, and never more once nobody looks."""

from __future__ import annotations

from tests.tui.cause_answers import horizon
from tui_rnn.config import RunConfig
from tui_rnn.insight.horizon import Horizon
from tui_rnn.lab.messages import Answered, Ask, CancelAsk, Command, RunSnapshot, Unanswered
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.pages.others import Others

QUESTION = Horizon(reach=20)


def lab_of(*kinds: str) -> LabState:
    state = LabState()
    for run_id, kind in enumerate(kinds, start=1):
        run = RunState(run_id, f"run {run_id}", RunConfig(kind), 100)
        run.snapshot = RunSnapshot.__new__(RunSnapshot)
        object.__setattr__(run.snapshot, "status", "paused")
        state.runs[run_id] = run
    return state


def test_runs_are_asked_one_after_another_and_their_answers_are_kept() -> None:
    sent: list[Command] = []
    asks, changes = Asks(sent.append), list[int]()
    others, state = Others(asks, lambda: changes.append(1)), lab_of("lm", "lm", "lm")
    assert others.look(QUESTION, state, own=1) == ()
    assert others.look(QUESTION, state, own=1) == ()
    (first,) = sent
    assert isinstance(first, Ask)
    assert (first.run_id, others.under_way) == (2, True)
    asks.take(Answered(2, QUESTION, horizon(7, QUESTION), first.request_id))
    (found,) = others.look(QUESTION, state, own=1)
    assert (found.number, found.name, found.answer.step) == (2, "run 2", 7)
    second = sent[-1]
    assert isinstance(second, Ask)
    asks.take(Unanswered(3, second.request_id, QUESTION, "no data"))
    assert len(others.look(QUESTION, state, own=1)) == 1
    assert (len(sent), len(changes), others.under_way) == (2, 2, False)
    others.ask_again()
    assert others.look(QUESTION, state, own=1) == ()
    assert len(sent) == 3


def test_a_run_that_can_not_be_asked_is_left_out_and_leaving_the_page_cancels() -> None:
    sent: list[Command] = []
    others = Others(Asks(sent.append), lambda: None)
    others.look(QUESTION, lab_of("lm", "tag"), own=1)
    assert not sent
    others.look(QUESTION, lab_of("lm", "lm"), own=1)
    others.stop()
    assert [type(command) for command in sent] == [Ask, CancelAsk]
    assert not others.under_way
