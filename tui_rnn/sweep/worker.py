"""A worker: it keeps the data that the coordinator sent, trains one trial at a time on one core, and reports its progress. A
trial only returns a result and changes nothing else, so it can be trained again elsewhere when its worker dies.

The coordinator calls the functions at the end in the worker, while a trial trains in another thread.
"""

from __future__ import annotations

import json
import math
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tui_rnn.errors import InputError
from tui_rnn.sweep.trial import DIVERGED, FAILED, FINISHED, STOPPED, Trial, TrialRecord
from tui_rnn.training.checkpoint import packed

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data
    from tui_rnn.training.trainer import Trainer

REMARK = "tui_rnn_sweep"
"""The key of the trial's record in its run's file."""

CALL_S, STEPS_A_CALL = 0.05, 16
TELL_S = 0.5
CURVE_POINTS = 48
VERDICT_S = 60.0  # a trial that gets no answer for so long trains on
Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Job:
    """What is sent to a worker. sweep: the name of the trial's sweep. data_key: the key of the data that the worker keeps.
    rungs: the shares of the goal at which the trial is scored and asks whether to go on."""

    sweep: str
    trial: Trial
    data_key: str
    rungs: tuple[float, ...] = ()


@dataclass(frozen=True)
class Done:
    """What comes back. run: the content of the run's file; empty if the trial failed."""

    record: TrialRecord
    run: bytes = b""


@dataclass
class _Kept:
    """What a worker's process remembers between two calls."""

    data: dict[str, Data] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)  # sweeps
    verdicts: dict[tuple[str, float], bool] = field(default_factory=dict)
    heard: threading.Condition = field(default_factory=threading.Condition)


_KEPT = _Kept()


def train_trial(job: Job) -> Done:
    """Train a trial in a worker of Dask."""
    from distributed import get_worker

    worker, trial = get_worker(), job.trial
    told: dict[str, Any] = {"key": trial.key, "worker": worker.address}
    return train(job, _KEPT.data[job.data_key], lambda event: worker.log_event(job.sweep, event | told))


def train(job: Job, data: Data, tell: Tell) -> Done:
    """Train a trial until it reaches its goal, diverges, is stopped, or its sweep ends. tell: gets reports meanwhile."""
    from tui_rnn.training.networks import compile_kernels
    from tui_rnn.training.resuming import checkpoint_of
    from tui_rnn.training.trainer import Trainer

    trial = job.trial
    record = TrialRecord(trial.number, trial.key, dict(trial.settings), trial.seed, FAILED, worker=_here())
    tell({"event": "begun"})
    compile_kernels(data.kind)
    try:
        trainer = Trainer(trial.config, data)
    except InputError as error:
        return Done(replace(record, problem=str(error)))
    rungs, points, told_at, told_step, status = list(job.rungs), list[tuple[float, float]](), 0.0, -1, FINISHED
    while not (trainer.finished or trainer.diverged or job.sweep in _KEPT.ended):
        _advance(trainer, rungs)
        share, history = share_done(trainer), trainer.history
        scored = history.evaluated_step != told_step and history.evaluated_step >= 0
        if scored:
            told_step = history.evaluated_step
            points.append((share, history.val_loss_nats))
        if scored or time.monotonic() - told_at > TELL_S:
            told_at = time.monotonic()
            tell({"event": "progress", "share": share, "step": trainer.step, "loss_nats": history.val_loss_nats, "new": scored})
        if rungs and rungs[0] <= share < 1:
            rung = rungs.pop(0)
            tell({"event": "rung", "rung": rung, "value": _value(trainer)})
            if not _may_go_on(job, rung):
                status = STOPPED
                break
    if trainer.diverged:
        status = DIVERGED
    score = trainer.evaluate()
    assert score is not None
    record = replace(
        record,
        status=status,
        file=trial.file_name,
        loss_nats=score.loss_nats,
        metrics=dict(score.metrics),
        share=share_done(trainer),
        step=trainer.step,
        chars=trainer.chars,
        elapsed_s=trainer.elapsed_s,
        parameter_count=trainer.learner.network.parameter_count,
        curve=_thinned(points),
        problem=trainer.message if trainer.diverged else "",
    )
    return Done(record, packed(checkpoint_of(trainer), {REMARK: json.dumps(record.as_json(), allow_nan=False)}))


def _advance(trainer: Trainer, rungs: list[float]) -> None:
    """Train a little. If the goal is a number of steps, stop at the next rung, so that all trials are compared there."""
    total = trainer.schedule.total_steps
    to_rung = math.ceil(rungs[0] * total) - trainer.step if rungs and total is not None else 0
    if to_rung > 0:
        trainer.advance(min(to_rung, STEPS_A_CALL))
    else:
        trainer.advance_for(CALL_S)


def share_done(trainer: Trainer) -> float:
    """How much of its goal a run has reached, 0 to 1."""
    if trainer.finished:
        return 1.0
    total_s, total = trainer.schedule.seconds, trainer.schedule.total_steps
    return min(1.0, trainer.used_s / total_s if total_s is not None else trainer.step / (total or 1))


def _value(trainer: Trainer) -> float:
    """The value that trials are compared by, on the share of the validation part that is scored while training."""
    score = trainer.evaluate(trainer.learner.scored)
    assert score is not None
    main = trainer.data.kind.main_metric
    return score.loss_nats if main is None else score.metrics.get(main.key, math.nan)


def _may_go_on(job: Job, rung: float) -> bool:
    """The coordinator's answer."""
    waited = (job.trial.key, rung)
    with _KEPT.heard:
        _KEPT.heard.wait_for(lambda: waited in _KEPT.verdicts or job.sweep in _KEPT.ended, VERDICT_S)
        return _KEPT.verdicts.pop(waited, True)


def _thinned(points: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """At most CURVE_POINTS of them, always with the last one."""
    stride = math.ceil(len(points) / CURVE_POINTS) or 1
    return tuple(points[::-1][::stride][::-1])


def _here() -> str:
    """The machine and the process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def keep(data_key: str, data: Data) -> None:
    """Keep these data and no others: trials on them follow."""
    _KEPT.data.clear()
    _KEPT.data[data_key] = data


def hear(key: str, rung: float, goes_on: bool) -> None:
    """Take the coordinator's answer to a trial that waits."""
    with _KEPT.heard:
        _KEPT.verdicts[key, rung] = goes_on
        _KEPT.heard.notify_all()


def end(sweep: str) -> None:
    """End a sweep: its trials stop at once."""
    with _KEPT.heard:
        _KEPT.ended.add(sweep)
        _KEPT.heard.notify_all()
