"""Whether two runs are the same, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np

from tui_rnn.training.resuming import checkpoint_of
from tui_rnn.training.trainer import Trainer


def state(trainer: Trainer) -> dict[str, np.ndarray[Any, Any]]:
    """All that makes the run's future, times left out."""
    checkpoint = checkpoint_of(trainer)
    arrays = dict(checkpoint.network) | {f"feed {name}": array for name, array in checkpoint.feed.items()}
    curves = trainer.history.curves()
    return arrays | {name: curve for name, curve in curves.items() if "elapsed" not in name}


def assert_same(one: Trainer, other: Trainer) -> None:
    assert (one.step, one.chars, one.epoch) == (other.step, other.chars, other.epoch)
    others = state(other)
    for name, array in state(one).items():
        assert array.tobytes() == others[name].tobytes(), name
