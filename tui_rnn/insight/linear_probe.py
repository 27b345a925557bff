"""A linear probe: whether all units together know what no single unit tells.

Ridge regression of the labels on the units, fitted on one half of the text and tested on the other; the strength of the ridge
is chosen within the first half. With yes and no as 1 and 0, it finds the same direction as Fisher's linear discriminant. So it
orders the characters as a linear classifier does, and AUC depends only on the order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_rnn.insight.rank_scores import Labels, Ranked, ranks

Floats = NDArray[np.float32]
Effects = NDArray[np.float64]

RIDGES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)  # as shares of the number of examples
FIT = 0.75  # of the first half is fitted on when the ridge is chosen
FURTHEST = 6.0  # deviations: a state without limits must not decide alone


class Probe:
    """Fitted on features a (n, units) and labels, to be tested on others. Each labelling has its own weights."""

    def __init__(self, a: Floats, labels: Labels):
        self._mean, deviation = a.mean(axis=0), a.std(axis=0)
        self._scale = np.where(deviation > 1e-6, deviation, np.inf).astype(np.float32)
        self._x = self._standardised(a)
        self._amount = labels.amount
        self._gram = _eigen(self._x)
        self._ridge = self._chosen_ridge(labels)

    def _standardised(self, features: Floats) -> Floats:
        return np.asarray(np.clip((features - self._mean) / self._scale, -FURTHEST, FURTHEST))

    def _targets(self, labellings: Effects) -> Effects:
        """The values to fit, (labellings, n): yes and no unchanged, amounts as ranks; both without their mean."""
        targets = ranks(labellings).astype(np.float64) if self._amount else labellings
        return np.asarray(targets - targets.mean(axis=1, keepdims=True))

    def _chosen_ridge(self, labels: Labels) -> float:
        n = int(len(labels) * FIT)
        rest = labels.part(slice(n, None))
        if not rest.varies or not labels.part(slice(0, n)).varies:
            return RIDGES[2]
        gram, x = _eigen(self._x[:n]), self._x[:n]
        targets = self._targets(labels.values[None, :n])
        found = []
        for ridge in RIDGES:
            said = self._x[n:] @ _weights(gram, x, targets, ridge)
            found.append(float(Ranked(said.T, labels.amount).effects(rest.weights[None])[0, 0]))
        return RIDGES[int(np.argmax(found))]

    def says(self, features: Floats, labellings: Effects) -> Floats:
        """The predictions for features (m, units) of the fit to each of labellings (labellings, n): (m, labellings)."""
        weights = _weights(self._gram, self._x, self._targets(labellings), self._ridge)
        return np.asarray(self._standardised(features) @ weights)


def _eigen(x: Floats) -> tuple[Effects, Effects]:
    values, vectors = np.linalg.eigh((x.T @ x).astype(np.float64))
    return np.maximum(values, 0), vectors


def _weights(gram: tuple[Effects, Effects], x: Floats, targets: Effects, ridge: float) -> Floats:
    """(units, labellings)."""
    values, vectors = gram
    seen = vectors.T @ (x.T.astype(np.float64) @ targets.T)
    return np.asarray(vectors @ (seen / (values + ridge * len(x))[:, None]), np.float32)
