"""What streams and batches share: the number of steps taken is their whole state."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError

STATE_SHAPES: dict[str, tuple[tuple[int, ...], str]] = {"step": ((1,), "int64")}
"""Name → shape and dtype of a `state()`."""
MAX_STEP = 2**40


class Feed:
    """Gives the data of one training step after another."""

    step = 0  # how many were taken

    def state(self) -> dict[str, NDArray[Any]]:
        """What STATE_SHAPES says. A copy."""
        return {"step": np.array([self.step], dtype=np.int64)}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from a `state()`. Raises InputError if it is not one."""
        step = state.get("step")
        if step is None or step.shape != (1,) or step.dtype != np.int64 or not 0 <= step[0] < MAX_STEP:
            raise InputError("the data's step doesn't fit: expected one whole number, 0 or more")
        self.step = int(step[0])
