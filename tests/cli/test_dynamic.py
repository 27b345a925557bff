"""`tui-rnn eval --dynamic`: a score of its own beside the network's."""

from __future__ import annotations

import pytest


def test_it_stands_beside_the_networks_own_score_which_stays_as_it_is(tui_rnn, saved):
    (plain,) = tui_rnn("eval", saved, "--json").records
    (record,) = tui_rnn("eval", saved, "--dynamic", "0.002", "--json").records
    dynamic = record.pop("dynamic")

    assert record == plain
    assert (dynamic["rate"], dynamic["chunk"]) == (0.002, 32)
    assert dynamic["loss_nats"] != plain["loss_nats"]


def test_a_person_reads_it_in_a_line_of_its_own(tui_rnn, saved):
    done = tui_rnn("eval", saved, "--dynamic", 0.002)

    last = done.out.splitlines()[-1]
    assert last.startswith("dynamic evaluation, a step of Adam at 0.002 after each 32 characters: ")
    assert last.endswith((" less", " more"))


@pytest.mark.parametrize(
    ("kind", "rate", "says"),
    [
        ("lm", "0", "--dynamic is 0, expected a rate above 0 and up to 1, such as 0.001"),
        ("tag", "0.1", "--dynamic is for language models of a running text, but this run is for tagging: leave it out"),
    ],
)
def test_what_can_not_be_is_named(tui_rnn, saved, task_runs, kind, rate, says):
    done = tui_rnn("eval", saved if kind == "lm" else task_runs[kind].path, "--dynamic", rate)

    assert done.code == 2
    assert says in done.err
