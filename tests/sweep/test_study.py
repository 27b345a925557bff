"""What Optuna proposes: the whole grid once; of a search as many settings as asked, none twice; and how a sweep goes on."""

from __future__ import annotations

import pytest

pytest.importorskip("optuna")

from tui_rnn.sweep.plan import Plan
from tui_rnn.sweep.space import Between, Listed
from tui_rnn.sweep.study import Study
from tui_rnn.sweep.trial import TrialRecord

GRID = Plan({"cell": Listed(("elman", "lstm")), "hidden_size": Listed((4, 8))}, {"steps": 9}, (1, 2))


def ended(proposal, loss=1.0, status="finished"):
    return TrialRecord(proposal.number, f"{proposal.number}", proposal.settings, proposal.seed, status, loss_nats=loss)


def begun(study):
    """The next trial; there must be one."""
    proposal = study.next()
    assert proposal is not None
    return proposal


def through(study, loss=lambda proposal: 1.0):
    """Begin and end every trial; what was proposed."""
    found = []
    while (proposal := study.next()) is not None:
        found.append((tuple(proposal.settings.values()), proposal.seed))
        study.end(ended(proposal, loss(proposal)), loss(proposal))
    return found


def test_a_grid_is_gone_through_once_each_setting_with_each_seed(tmp_path):
    found = through(Study(tmp_path / "j", GRID, True))

    assert found == [((cell, size), seed) for cell in ("elman", "lstm") for size in (4, 8) for seed in (1, 2)]


def test_a_grid_goes_on_with_what_has_not_ended_and_begins_anew_what_was_running(tmp_path):
    study = Study(tmp_path / "j", GRID, True)
    first, second = begun(study), begun(study)
    study.end(ended(first), 1.0)  # the second was running when all ended

    again = Study(tmp_path / "j", GRID, True)
    left = through(again)

    assert [record.number for record in again.records][:1] == [first.number]
    assert (tuple(second.settings.values()), second.seed) in left
    assert len(left) == 7
    assert len({(tuple(record.settings.values()), record.seed) for record in again.records}) == 8


def test_a_journal_whose_last_line_was_cut_by_a_power_cut_is_taken_up(tmp_path):
    study = Study(tmp_path / "j", GRID, True)
    study.end(ended(begun(study)), 1.0)
    with (tmp_path / "j").open("ab") as file:
        file.write(b'{"op_code": 5, "wor')

    assert len(through(Study(tmp_path / "j", GRID, True))) == 7


@pytest.mark.parametrize("search", ["random", "tpe"])
def test_a_search_draws_as_many_settings_as_it_may_none_twice_each_with_all_seeds(search, tmp_path):
    space = {"cell": Listed(("elman", "lstm", "gru")), "hidden_size": Listed((4, 8, 16))}
    found = through(Study(tmp_path / "j", Plan(space, {"steps": 9}, (1, 2), search, 13), True), lambda one: one.seed)

    assert len(found) == len(set(found)) == 12
    assert {seed for _, seed in found} == {1, 2}


def test_a_search_that_may_try_more_than_there_is_ends_when_all_was_tried(tmp_path):
    plan = Plan({"hidden_size": Listed((4, 8, 16))}, {"steps": 9}, (1,), "tpe", 50)

    assert len(through(Study(tmp_path / "j", plan, True))) == 3


def test_a_search_that_goes_on_draws_other_settings_and_ends_at_its_number(tmp_path):
    plan = Plan({"learning_rate": Between(1e-3, 1e-1, False)}, {"steps": 9}, (1,), "random", 6)
    study = Study(tmp_path / "j", plan, True)
    for _ in range(3):
        proposal = begun(study)
        study.end(ended(proposal), 1.0)
    study.next()  # was running when all ended

    again = Study(tmp_path / "j", plan, True)
    through(again)

    assert len(again.records) == 6
    assert len({record.settings["learning_rate"] for record in again.records}) == 6


def test_a_search_that_was_killed_before_its_settings_began_trains_them_with_every_seed(tmp_path):
    space = {"cell": Listed(("elman", "lstm", "gru")), "hidden_size": Listed((4, 8, 16))}
    plan = Plan(space, {"steps": 9}, (1, 2), "random", 2)
    study = Study(tmp_path / "j", plan, True)
    study._study.enqueue_trial({"cell": "gru", "hidden_size": 16}, user_attrs={"seed": 2})

    assert through(Study(tmp_path / "j", plan, True)) == [(("gru", 16), 1), (("gru", 16), 2)]


def test_tpe_finds_what_is_good_more_often_than_chance_does(tmp_path):
    """The loss is the distance of the rate's logarithm from 0.01's."""
    import math

    plan = Plan({"learning_rate": Between(1e-6, 1.0, False)}, {"steps": 9}, (1,), "tpe", 60)
    study = Study(tmp_path / "j", plan, True)
    through(study, lambda one: abs(math.log10(one.settings["learning_rate"]) + 2))

    late = [abs(math.log10(record.settings["learning_rate"]) + 2) for record in study.records[20:]]
    assert sum(distance < 1 for distance in late) / len(late) > 0.6  # a third would be chance


def test_asha_stops_what_is_worse_than_two_thirds_of_those_that_came_so_far(tmp_path):
    plan = Plan({"hidden_size": Listed(tuple(range(1, 10)))}, {"steps": 9}, (1,), stop="asha")
    study = Study(tmp_path / "j", plan, True)
    goes_on = []
    for place in range(9):  # each better than the one before, but the last
        goes_on.append(study.goes_on(begun(study).number, 1 / 9, 5.0 - place if place < 8 else 99.0))

    assert goes_on == [True] * 8 + [False]


def test_importance_is_the_setting_that_decides(tmp_path):
    plan = Plan({"hidden_size": Between(1, 64, True), "dropout": Between(0.0, 0.5, False)}, {"steps": 9}, (1,), "random", 60)
    study = Study(tmp_path / "j", plan, True)
    through(study, lambda one: float(one.settings["hidden_size"]))

    importance = study.importance()
    assert importance["hidden_size"] > 0.8
    assert sum(importance.values()) == pytest.approx(1)
