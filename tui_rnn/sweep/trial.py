"""One trial of a sweep: which run it is, and how it ended."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tui_rnn.config import RunConfig
from tui_rnn.kinds import Kind
from tui_rnn.paths import RUN_SUFFIX

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data

FINISHED, STOPPED, DIVERGED, FAILED = "finished", "stopped", "diverged", "failed"
KEY_CHARS = 12
_FORMAT = 1


@dataclass(frozen=True)
class Trial:
    """A run to train. number: among the trials of the sweep, from 0. settings: those that the sweep varies. key: a name that is
    the same for the same settings, seed and data."""

    number: int
    settings: Mapping[str, Any]
    seed: int
    config: RunConfig
    key: str

    @property
    def file_name(self) -> str:
        """The name of its run's file: 'lstm-128-seed-1-3f9c0a12bd45.safetensors'."""
        name = "".join(c if c.isascii() and c.isalnum() else "-" for c in self.config.name.lower().replace("×", "x"))
        return f"{name}-seed-{self.seed}-{self.key}{RUN_SUFFIX}"


@dataclass(frozen=True)
class TrialRecord:
    """How a trial ended. loss_nats and metrics: on the whole validation part, with the last weights. share: how much of its
    goal it reached. curve: (share of the goal, loss in nats) of its evaluations, thinned. file: the run's, in the sweep's
    folder; "" if there is none, and `problem` says why. worker: the machine and the process that trained it."""

    number: int
    key: str
    settings: dict[str, Any]
    seed: int
    status: str
    file: str = ""
    loss_nats: float = math.nan
    metrics: dict[str, float] = field(default_factory=dict)
    share: float = 0.0
    step: int = 0
    chars: int = 0
    elapsed_s: float = 0.0
    parameter_count: int = 0
    curve: tuple[tuple[float, float], ...] = ()
    worker: str = ""
    problem: str = ""

    def value(self, kind: Kind) -> float:
        """The value that trials are ranked by: the task's main metric, or the loss; NaN if nothing was scored."""
        main = kind.main_metric
        return self.loss_nats if main is None else self.metrics.get(main.key, math.nan)

    def as_json(self) -> dict[str, Any]:
        """For a file; NaN is null."""
        return {name: _finite(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> TrialRecord:
        """The record of such a mapping. Raises KeyError, TypeError or ValueError if it is none."""
        known = dict(record)
        known["curve"] = tuple((float(share), math.nan if loss is None else float(loss)) for share, loss in known["curve"])
        known["metrics"] = {name: math.nan if value is None else float(value) for name, value in known["metrics"].items()}
        known["loss_nats"] = math.nan if known["loss_nats"] is None else float(known["loss_nats"])
        return cls(**known)


def key_of(config: RunConfig, data: Data) -> str:
    """A name made from a run's settings, its data and how they are read."""
    request = asdict(data.request)
    for part in ("source", "validation", "test"):  # not where the files lay: sha256 stands for their content
        request["files"].pop(part)
    told = {"format": _FORMAT, "kind": config.kind, "settings": config.settings, "data": data.sha256, "request": request}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:KEY_CHARS]


def lower_is_better(kind: Kind) -> bool:
    """Whether a lower value is better, of the value that trials are ranked by."""
    return kind.main_metric is None or not kind.main_metric.higher_is_better


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, (list, tuple)) else value
