"""What a frame of a recording holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Recorded:
    """news: a snapshot or an event. kept: of a snapshot's runs, how many points of each array of the run's last curve come
    before those in the snapshot, in the order of Curve's fields."""

    news: Any
    kept: tuple[tuple[int, ...], ...] = ()
