"""Input noise: what a network reads wrongly while it learns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig


def noisy(
    ids: NDArray[np.int32], size: int, config: RunConfig, shard: int, step: int | None, unknown: int | None = None
) -> NDArray[np.int32]:
    """The tokens of a shard of a batch. A share config.input_noise of them is replaced by random ones of the `size`, or by
    `unknown`, the id of <unk>; seed, step and shard decide which. With step None (nothing is learned), none is replaced."""
    if step is not None and config.input_noise > 0:
        rng = np.random.default_rng((config.seed, step, shard))
        wrong = rng.random(len(ids)) < config.input_noise
        ids[wrong] = rng.integers(0, size, int(wrong.sum())) if unknown is None else unknown
    return ids
