"""What the screen asks the engine process for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest
from tui_rnn.insight.question import Question


@dataclass(frozen=True)
class OpenData:
    """Open data and start runs on it; what trained before is saved first and then let go.

    configs: the runs to start, perhaps none; None: the default runs of the data's task. paused: they begin paused.
    """

    request: DataRequest
    configs: tuple[RunConfig, ...] | None = None
    paused: bool = False


@dataclass(frozen=True)
class AddRun:
    config: RunConfig


@dataclass(frozen=True)
class BeginFrom:
    """Open other data and begin a run there with the weights of another: of the lab (run_id), or a saved one (path). What is
    new to its network gets rows of its own. What trained before is saved first and then let go. learning_rate: None: as the
    other run's. keep_optimizer: Adam's moments stay; else they begin anew."""

    request: DataRequest
    run_id: int | None = None
    path: str | None = None
    learning_rate: float | None = None
    keep_optimizer: bool = False


@dataclass(frozen=True)
class RemoveRun:
    run_id: int


@dataclass(frozen=True)
class Pause:
    """Pause one run, or all of them: where there is none yet, those that are being opened begin paused."""

    run_id: int | None = None


@dataclass(frozen=True)
class Resume:
    """Let one run train on, or all that are paused. One that is named goes on past its goal, or from its last good weights
    where it diverged, and says so."""

    run_id: int | None = None


@dataclass(frozen=True)
class StepOnce:
    """One training step; a run that trains is paused first. Past the goal like Resume."""

    run_id: int


@dataclass(frozen=True)
class ScaleLearningRate:
    """Multiply the peak learning rate from the next step on; the schedule goes on from it."""

    run_id: int
    factor: float


@dataclass(frozen=True)
class ResetRun:
    """Back to the initial weights, with the same configuration and seed."""

    run_id: int


@dataclass(frozen=True)
class SaveRuns:
    """Save one run, or all. `path` names the file (one run only); without it, the run's own file."""

    run_id: int | None = None
    path: str | None = None


@dataclass(frozen=True)
class LoadRun:
    """Load a saved run into the lab. When the lab has no runs, the run's own data is opened."""

    path: str


@dataclass(frozen=True)
class Watched:
    """A question whose answer is kept fresh for these runs: asked again when the weights are others and the interval is over,
    and at once when it is another question."""

    question: Question[Any]
    run_ids: tuple[int, ...]
    interval_s: float


@dataclass(frozen=True)
class Watch:
    """All that the screen shows now, and nothing else. Takes the place of the last Watch. Each answer is an Answered without a
    request_id."""

    questions: tuple[Watched, ...] = ()


@dataclass(frozen=True)
class Ask:
    """Put a question to a run, once. What comes of it has the same request_id: an Answered or an Unanswered, and of a slow
    question AskProgress before that. at_step: of the weights, None: those of now; the nearest moment that is kept (see
    RunSnapshot.moments), or the copy that is held, answers, and the answer says which."""

    run_id: int
    request_id: int
    question: Question[Any]
    at_step: int | None = None


NO_RUN = 0
"""In place of the number of a run, of a saved run that is not in the lab."""


@dataclass(frozen=True)
class AskFile:
    """Put a question to a saved run, once, without bringing it into the lab. What comes of it is as of Ask, of the run
    NO_RUN."""

    path: str
    request_id: int
    question: Question[Any]


@dataclass(frozen=True)
class CancelAsk:
    """Nobody waits for the answer any more. It comes as Unanswered without a reason, unless it is there already. run_id: NO_RUN
    of a saved run."""

    run_id: int
    request_id: int


@dataclass(frozen=True)
class HoldWeights:
    """Hold a copy of a run's weights of now, or of the kept moment that is nearest to a step, until another one is held, so
    that questions can be asked of exactly these while it trains on. WeightsHeld says of which step they are."""

    run_id: int
    at_step: int | None = None


@dataclass(frozen=True)
class Hello:
    """The first thing that a screen says to a training that it came to. steers: whether it will do more than look and ask.
    version: of tui-rnn."""

    steers: bool
    version: str


@dataclass(frozen=True)
class Shutdown:
    """Save everything and end. Answered by Saved events, then the pipe closes."""

    save: bool = True


Command = (
    OpenData
    | AddRun
    | BeginFrom
    | RemoveRun
    | Pause
    | Resume
    | StepOnce
    | ScaleLearningRate
    | ResetRun
    | SaveRuns
    | LoadRun
    | Watch
    | Ask
    | AskFile
    | CancelAsk
    | HoldWeights
    | Hello
    | Shutdown
)
