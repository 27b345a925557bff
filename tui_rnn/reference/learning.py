"""From gradients to new parameters: clipping by the global norm, and Adam."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tui_rnn.reference.cells import Parameters

BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-8


def clip_by_global_norm(gradients: Parameters, limit: float) -> tuple[Parameters, float]:
    """Shrink all gradients together so that their joint norm is at most `limit`. Also returns the norm before that."""
    norm = float(np.sqrt(sum((g**2).sum() for g in gradients.values())))
    return {name: g * min(1.0, limit / norm) if norm else g for name, g in gradients.items()}, norm


class Adam(NamedTuple):
    """Adam's running means of each gradient (m) and of its square (v), and the number of steps taken."""

    m: Parameters = {}  # noqa: RUF012 - never changed in place
    v: Parameters = {}  # noqa: RUF012
    steps: int = 0


def adam_step(
    parameters: Parameters, gradients: Parameters, adam: Adam, learning_rate: float, weight_decay: float = 0.0
) -> tuple[Parameters, Adam]:
    """New parameters: first shrunk by 1 - weight_decay · learning_rate, then moved along m / √v, both unbiased."""
    steps = adam.steps + 1
    m = {k: BETA1 * adam.m.get(k, 0.0) + (1 - BETA1) * g for k, g in gradients.items()}
    v = {k: BETA2 * adam.v.get(k, 0.0) + (1 - BETA2) * g**2 for k, g in gradients.items()}
    moved = {}
    for k, value in parameters.items():
        mean, square = m[k] / (1 - BETA1**steps), v[k] / (1 - BETA2**steps)
        moved[k] = value * (1 - weight_decay * learning_rate) - learning_rate * mean / (np.sqrt(square) + EPSILON)
    return moved, Adam(m, v, steps)
