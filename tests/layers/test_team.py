"""Threads that enter a kernel together."""

import threading
from functools import partial

import numpy as np
import pytest

from tui_rnn.kernels.equations.embedding import embed_backward, embed_forward
from tui_rnn.layers.team import TAPE_SIZE, Team, cores


def test_there_is_at_least_one_core():
    assert cores() >= 1


def rows_looked_up(team, threads, rows=37):
    """Each thread looks up its share of the rows: all are there only if all threads took part."""
    E = np.arange(10 * 16, dtype=np.float32).reshape(10, 16)
    ids = (np.arange(rows) % 10).astype(np.int32)
    x = np.full((rows, 16), -1, np.float32)
    team.run(threads, [lambda program: embed_forward(E, ids, x, rows, program)])
    return (x == E[ids]).all()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_thread_of_a_team_does_its_share_of_a_kernel(threads):
    assert rows_looked_up(Team(), threads)


def test_a_team_is_as_large_as_each_call_says():
    team = Team()
    assert all(rows_looked_up(team, threads) for threads in (2, 1, 4, 2))


def test_a_team_can_be_led_by_a_thread_that_is_not_the_main_one():
    found = []
    thread = threading.Thread(target=lambda: found.append(rows_looked_up(Team(), 2)))
    thread.start()
    thread.join(30)
    assert found == [True]


@pytest.mark.parametrize("threads", [1, 2, 3, 4])
def test_the_programs_of_a_phase_are_divided_among_teams_and_all_run_once(threads):
    counts = np.zeros((2, 5 * 16, 16), np.float32)
    places = np.arange(5 * 16, dtype=np.int32)

    ones = np.ones_like(counts)  # what is noted must live until it ran

    def count(number, program):
        for _ in range(3):
            embed_backward(counts[number], places, ones[number], len(places), program)

    programs = [partial(count, 0), partial(count, 1)]
    Team().run(threads, programs)
    assert (counts == 3).all()


def test_a_phase_begins_when_all_of_the_one_before_is_done():
    rows = np.zeros((4, 16 * 64, 16), np.float32)
    rows[0] = np.random.default_rng(0).random(rows[0].shape)
    backwards = np.arange(rows.shape[1], dtype=np.int32)[::-1].copy()

    def turned(k):
        return [lambda program: embed_forward(rows[k], backwards, rows[k + 1], rows.shape[1], program)]

    team = Team()
    for _ in range(50):
        rows[1:] = 0
        team.run(2, turned(0), turned(1), turned(2))
        np.testing.assert_array_equal(rows[3], rows[0][::-1])


def test_after_an_error_between_two_notes_the_team_works_on():
    team = Team()

    def fail(program):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        team.run(2, [fail])
    assert rows_looked_up(team, 2)


def test_more_than_the_tape_holds_is_refused_before_anything_runs():
    team, x = Team(), np.zeros((1, 16), np.float32)
    E, ids = np.ones((1, 16), np.float32), np.zeros(1, np.int32)

    def too_much(program):
        for _ in range(TAPE_SIZE // 20):
            embed_forward(E, ids, x, 1, program)

    with pytest.raises(RuntimeError, match="words of the tape"):
        team.run(1, [too_much])
    assert not x.any()
    assert rows_looked_up(team, 2)
