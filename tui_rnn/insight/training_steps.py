"""The steps of training: how many gradients were clipped, how far the latest step moved the weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_rnn.insight.question import Subject
from tui_rnn.reference.learning import BETA1, BETA2, EPSILON

LATEST = 16  # points of the curve


@dataclass(frozen=True, eq=False)
class TrainingSteps:
    """clipped, clipped_lately: the share of all counted steps, and of the latest ones, whose gradient was clipped; NaN if they
    were not counted. counted, counted_lately: how many steps these are. grad_norm: the mean norm of the latest gradients before
    clipping. updates: for each parameter, the norm of the latest step divided by the norm of the parameter; {} if Adam's means
    are not known. update: the same for all parameters together. rate, peak_rate: the learning rate, now and at its highest."""

    clipped: float
    clipped_lately: float
    counted: int
    counted_lately: int
    grad_norm: float
    updates: dict[str, float]
    update: float
    rate: float
    peak_rate: float


def training_steps(subject: Subject) -> TrainingSteps:
    """From what training recorded; NaN if it recorded nothing."""
    record = subject.record() if subject.record is not None else None
    nan = float("nan")
    if record is None or not len(record.curves["clipped"]):
        return TrainingSteps(nan, nan, 0, 0, nan, {}, nan, nan, nan)
    clipped, per_point = record.curves["clipped"], record.steps_per_point
    known = clipped[~np.isnan(clipped)]
    lately = known[-LATEST:]
    rate, steps = float(record.curves["learning_rate"][-1]), subject.step
    sizes: dict[str, tuple[float, float]] = {}
    for name, weights in subject.network.parameters.items():
        if name in record.adam_m:
            mean = record.adam_m[name].astype(np.float64) / (1 - BETA1**steps)
            square = record.adam_v[name].astype(np.float64) / (1 - BETA2**steps)
            by_gradient = rate * mean / (np.sqrt(square) + EPSILON)
            decay = subject.config.weight_decay * rate
            moved = by_gradient + decay / max(1 - decay, 1e-6) * (weights + by_gradient)  # weight decay came first
            sizes[name] = float(np.linalg.norm(moved)), float(np.linalg.norm(weights))
    together = [float(np.linalg.norm(column)) for column in zip(*sizes.values(), strict=True)]
    return TrainingSteps(
        clipped=float(known.mean()) if len(known) else nan,
        clipped_lately=float(lately.mean()) if len(known) else nan,
        counted=len(known) * per_point,
        counted_lately=len(lately) * per_point,
        grad_norm=float(record.curves["grad_norm"][-LATEST:].mean()),
        updates={name: moved / size for name, (moved, size) in sizes.items() if size},
        update=together[0] / together[1] if together and together[1] else nan,
        rate=rate,
        peak_rate=float(record.curves["learning_rate"].max()),
    )
