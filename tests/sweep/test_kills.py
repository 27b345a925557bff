"""Workers die at random: no trial is lost, none counts twice."""

from __future__ import annotations

import os
import random
import signal
import sys

import pytest

pytest.importorskip("optuna")
pytest.importorskip("distributed")

import distributed
import psutil

from tests.sweep.watching import Remembers
from tui_rnn.sweep.cluster import own_cluster
from tui_rnn.sweep.conduct import Conductor
from tui_rnn.sweep.folder import SweepFolder
from tui_rnn.sweep.plan import Plan
from tui_rnn.sweep.space import Listed
from tui_rnn.sweep.study import Study
from tui_rnn.training.run_facts import read_facts

TRIALS, KILLS = 12, 2


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.timeout(600)  # two processes start, and those that are killed start again, beside all other tests
def test_no_trial_is_lost_and_none_counts_twice_however_often_workers_are_killed(data, tmp_path):
    fixed = {"steps": 4, "hidden_size": 4, "embedding_size": 0, "seq_len": 16, "batch_size": 4}
    plan = Plan({"cell": Listed(("elman", "lstm"))}, fixed, tuple(range(1, TRIALS // 2 + 1)))
    folder = SweepFolder(tmp_path / "sweep")
    folder.make()
    study, killed = Study(folder.journal, plan, lower_is_better=True), list[int]()
    fatal = sorted(random.Random(7).sample(range(2, TRIALS - 6), KILLS))

    with own_cluster(2) as client:
        ours = [psutil.Process(), *psutil.Process().children(recursive=True)]
        open_to = {one.laddr.ip for process in ours for one in process.net_connections() if one.status == psutil.CONN_LISTEN}
        reached, scheduler = set(client.nthreads()), client.scheduler.address
        with pytest.raises((OSError, TimeoutError, ValueError, TypeError, RuntimeError)):  # without the key
            distributed.Client(scheduler, timeout="2s", set_as_default=False)

        def kill(running):
            """Any worker that lives, each time that the trials have come to the next fatal number."""
            pids = client.run(os.getpid, on_error="ignore") if fatal and running.trial.number >= fatal[0] else {}
            if pids:  # none while both start again
                fatal.pop(0)
                pid = random.Random(len(killed)).choice(sorted(pids.values()))
                killed.append(pid)
                os.kill(pid, signal.SIGKILL)

        watcher = Remembers(on_begun=kill)
        Conductor(client, plan, study, folder, data, watcher, ours=True).run(lambda: False, lambda: None)

    assert open_to == {"127.0.0.1"}
    assert all(address.startswith("tls://127.0.0.1:") for address in (scheduler, *reached))
    assert killed
    assert sorted(record.number for record in watcher.records) == list(range(TRIALS))
    assert {record.status for record in watcher.records} == {"finished"}
    assert len({record.key for record in watcher.records}) == TRIALS
    files = sorted(folder.path.glob("*.safetensors"))
    assert sorted(file.name for file in files) == sorted(record.file for record in watcher.records)
    assert {read_facts(file).step for file in files} == {4}
    again = Study(folder.journal, plan, lower_is_better=True)
    assert len(again.records) == TRIALS
    assert again.next() is None
