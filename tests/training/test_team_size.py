"""With how many threads steps are done, on a machine that is quiet and on one that others use, too."""

import pytest

from tui_rnn.training.team_size import LONGEST_S, TeamSize

CALL_S, SECONDS = 0.04, 120.0
QUIET = {1: 1000, 2: 1900}  # characters a second by threads
BUSY = {1: 900, 2: 100}


def train(team: TeamSize, speeds: dict[int, int], seconds: float = SECONDS, most: int = 2) -> list[int]:
    """The threads of each call."""
    chosen = []
    for _ in range(round(seconds / CALL_S)):
        chosen.append(team.threads(most))
        team.took(CALL_S, round(speeds[chosen[-1]] * CALL_S))
    return chosen


def test_on_a_quiet_machine_one_thread_is_tried_for_less_than_a_hundredth_of_the_time() -> None:
    team = TeamSize()
    train(team, QUIET)
    assert 0 < train(team, QUIET).count(1) < 0.01 * SECONDS / CALL_S


def test_where_threads_wait_for_each_other_one_trains_alone() -> None:
    assert train(TeamSize(), BUSY).count(2) < 0.04 * SECONDS / CALL_S


@pytest.mark.parametrize(("before", "after", "threads"), [(QUIET, BUSY, 1), (BUSY, QUIET, 2)])
def test_when_other_programs_come_or_go_it_changes_within_seconds(
    before: dict[int, int], after: dict[int, int], threads: int
) -> None:
    team = TeamSize()
    train(team, before)
    train(team, after, LONGEST_S + 1)
    assert train(team, after, 1.0).count(threads) > 0.8 / CALL_S


@pytest.mark.parametrize("light", [True, False])
def test_an_evaluation_has_the_number_that_trains_faster_and_before_that_is_known_one_if_it_is_light(light: bool) -> None:
    team = TeamSize(light)
    first = 1 if light else 2
    assert team.faster(2) == first
    train(team, QUIET, 0.2)
    assert team.faster(2) == first
    train(team, BUSY)
    assert (team.faster(2), team.faster(4)) == (1, 1 if light else 4)
    train(team, QUIET)
    assert team.faster(2) == 2


def test_no_more_threads_are_used_than_are_given() -> None:
    team = TeamSize()
    assert set(train(team, QUIET, most=1)) == {1}
    assert team.threads(2) == 2
