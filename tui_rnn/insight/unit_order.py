"""The order in which to show a layer's units, so that similar ones are together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ORDERS = ("index", "mean", "variation", "similarity")

_CHARACTERS_COMPARED = 256  # for similarity: so many are enough, and cheap


def order_units(values: NDArray[np.floating[Any]], by: str) -> NDArray[np.intp]:
    """The permutation that sorts the units of one signal; ties stay in index order, so equal input gives equal output.

    values: (T, H), one signal of one layer over T characters. by, one of ORDERS: 'index'; 'mean' or 'variation'
    (standard deviation) over the text, largest first; 'similarity', where neighbours rise and fall together.
    Returns (H,): the unit to show in each row. Raises ValueError for another order.
    """
    finite = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if by == "index" or len(finite) == 0:
        return np.arange(finite.shape[1])
    if by == "mean":
        return np.argsort(-finite.mean(axis=0), kind="stable")
    if by == "variation":
        return np.argsort(-finite.std(axis=0), kind="stable")
    if by == "similarity":
        return _by_similarity(finite)
    raise ValueError(f"order is {by!r}, expected one of {', '.join(ORDERS)}")


def _by_similarity(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """A chain through the units (T, H) → (H,): from the one that varies most, always to the most correlated one left. Units
    that never change come last."""
    step = max(1, -(-len(values) // _CHARACTERS_COMPARED))
    shapes = (values - values.mean(axis=0))[::step].T.astype(np.float32)
    norms = np.linalg.norm(shapes, axis=1)
    moving = norms > 1e-6
    movers, still = np.flatnonzero(moving), np.flatnonzero(~moving)
    if len(movers) == 0:
        return still
    shapes = shapes[movers] / norms[movers, None]
    likeness = shapes @ shapes.T
    here = int(norms[movers].argmax())
    chain = [here]
    for _ in range(len(movers) - 1):
        likeness[:, here] = -2.0  # below every correlation: visited
        here = int(likeness[here].argmax())
        chain.append(here)
    return np.concatenate([movers[chain], still])
