"""A trial in a worker, and the run that it brings back: an ordinary one, the same as the command trains."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np

import tui_rnn
from tui_rnn.sweep import worker
from tui_rnn.sweep.folder import SweepFolder
from tui_rnn.sweep.plan import Plan
from tui_rnn.sweep.space import Listed
from tui_rnn.sweep.worker import Job, train
from tui_rnn.training.same_data import same_data


def job(plan, data, rungs=(), **settings):
    trial = plan.trial(3, data, settings or {"cell": "elman"}, 2)
    return Job("sweep", trial, "data", rungs)


def test_its_run_is_the_one_that_these_settings_give_everywhere(small, data, tmp_path):
    asked = job(small, data)
    done = train(asked, data, lambda event: None)
    folder = SweepFolder(tmp_path)
    folder.put_run(asked.trial, done.run)

    swept = tui_rnn.load(tmp_path / done.record.file)
    alone = tui_rnn.train(data, cell="elman", seed=2, threads=1, progress=False, **small.fixed)

    assert same_data(data, swept._checkpoint.facts)
    for name, array in alone.network.arrays().items():
        np.testing.assert_array_equal(array, swept.network.arrays()[name], name)
    assert done.record.loss_nats == alone.score_part(data.validation).loss_nats


def test_its_record_says_how_it_ended_and_is_in_the_runs_file(small, data, tmp_path):
    asked, told = job(small, data), list[dict[str, Any]]()
    done = train(asked, data, told.append)
    folder = SweepFolder(tmp_path)
    folder.put_run(asked.trial, done.run)

    assert (done.record.status, done.record.step, done.record.share, done.record.seed) == ("finished", 6, 1.0, 2)
    assert told[0] == {"event": "begun"}
    assert [one["share"] for one in told[1:]] == sorted(one["share"] for one in told[1:])
    assert folder.record_of(asked.trial) == done.record


def test_the_same_trial_has_the_same_name_and_another_seed_setting_or_text_another(small, data, text, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text(text.read_text("utf-8") + "!", encoding="utf-8")
    from tui_rnn.data.opening import open_data
    from tui_rnn.data.request import DataRequest, SourceFiles

    more = open_data(DataRequest(SourceFiles(str(other)), "lm"))
    one = small.trial(0, data, {"cell": "elman"}, 1)

    assert small.trial(7, data, {"cell": "elman"}, 1).file_name == one.file_name
    others = [
        small.trial(0, data, {"cell": "elman"}, 2),
        small.trial(0, data, {"cell": "lstm"}, 1),
        small.trial(0, more, {"cell": "elman"}, 1),
    ]
    assert len({one.key, *(trial.key for trial in others)}) == 4


def test_a_trial_asks_at_each_rung_and_stops_where_it_is_told_to(small, data):
    asked = job(Plan({"cell": Listed(("elman",))}, {**small.fixed, "steps": 90}, (2,)), data, (1 / 9, 1 / 3))
    rungs = []

    def answer(event):
        if event["event"] == "rung":
            rungs.append(event["rung"])
            threading.Thread(target=worker.hear, args=(asked.trial.key, event["rung"], len(rungs) < 2)).start()

    done = train(asked, data, answer)

    assert rungs == [1 / 9, 1 / 3]
    assert done.record.status == "stopped"
    assert done.record.step == 30
    assert done.run


def test_a_trial_that_can_not_be_trained_fails_alone_and_says_why(small, data):
    too_long = job(Plan(small.space, {**small.fixed, "seq_len": 4096}, (1,)), data)
    short = replace(data, ids=data.ids[:2000])

    done = train(too_long, short, lambda event: None)

    assert (done.record.status, done.run) == ("failed", b"")
    assert "4096" in done.record.problem


def test_a_trial_whose_rate_is_far_too_high_is_said_to_have_diverged(small, data):
    fixed = {**small.fixed, "learning_rate": 1e6, "steps": 60, "warmup_steps": 0, "clip_norm": 1e6}
    done = train(job(Plan(small.space, fixed, (1,)), data), data, lambda event: None)

    assert done.record.status == "diverged"
    assert done.record.problem.startswith("diverged at step")
