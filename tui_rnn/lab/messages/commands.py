"""What the screen asks the engine process for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest
from tui_rnn.insight.question import Question


@dataclass(frozen=True)
class OpenData:
    """Open data and start runs on them; the present runs are saved and ended first.

    configs: the runs to start, perhaps none; None: the default runs for the data's task. paused: they begin paused.
    """

    request: DataRequest
    configs: tuple[RunConfig, ...] | None = None
    paused: bool = False


@dataclass(frozen=True)
class AddRun:
    config: RunConfig


@dataclass(frozen=True)
class BeginFrom:
    """Open other data and begin a run on them with the weights of another run: of the lab (run_id), or a saved one (path). New
    symbols get rows of their own. The present runs are saved and ended first. learning_rate: None: the other run's.
    keep_optimizer: whether Adam's moments stay; else they start at zero."""

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
    """Pause one run, or all runs. If there is none yet, the runs that are being opened begin paused."""

    run_id: int | None = None


@dataclass(frozen=True)
class Resume:
    """Let one run train on, or all runs that are paused. A named run also goes on past its goal, or from its last good weights
    if it diverged, and a notice says so."""

    run_id: int | None = None


@dataclass(frozen=True)
class StepOnce:
    """Do one training step; a run that trains is paused first. It goes past the goal like Resume."""

    run_id: int


@dataclass(frozen=True)
class ScaleLearningRate:
    """Multiply the peak learning rate from the next step on; the schedule goes on from it."""

    run_id: int
    factor: float


@dataclass(frozen=True)
class ResetRun:
    """Go back to the initial weights, with the same configuration and seed."""

    run_id: int


@dataclass(frozen=True)
class SaveRuns:
    """Save one run, or all. `path` names the file (one run only); without it, the run's own file."""

    run_id: int | None = None
    path: str | None = None


@dataclass(frozen=True)
class LoadRun:
    """Load a saved run into the lab. If the lab has no runs, the run's own data are opened."""

    path: str


@dataclass(frozen=True)
class Watched:
    """A question whose answer is kept fresh for these runs: it is asked again when the weights have changed and the interval is
    over, and at once when the question has changed."""

    question: Question[Any]
    run_ids: tuple[int, ...]
    interval_s: float


@dataclass(frozen=True)
class Watch:
    """Everything that the screen shows now. It replaces the last Watch. Each answer is an Answered without a request_id."""

    questions: tuple[Watched, ...] = ()


@dataclass(frozen=True)
class Ask:
    """Ask a run a question, once. The outcome has the same request_id: an Answered or an Unanswered, and AskProgress before
    that for a slow question. at_step: the step of the weights, None: the present ones. The nearest kept moment (see
    RunSnapshot.moments), or the held copy, answers, and the answer says which."""

    run_id: int
    request_id: int
    question: Question[Any]
    at_step: int | None = None


NO_RUN = 0
"""The number of a run for saved runs that are not in the lab."""


@dataclass(frozen=True)
class AskFile:
    """Ask a saved run a question, once, without loading it into the lab. The outcome is as for Ask, with the run NO_RUN."""

    path: str
    request_id: int
    question: Question[Any]


@dataclass(frozen=True)
class CancelAsk:
    """Nobody waits for the answer any more. The outcome is an Unanswered without a reason, unless the answer was already sent.
    run_id: NO_RUN for a saved run."""

    run_id: int
    request_id: int


@dataclass(frozen=True)
class HoldWeights:
    """Hold a copy of a run's present weights, or of the kept moment that is nearest to a step, until another one is held: so
    questions can be asked about exactly these weights while it trains on. WeightsHeld says their step."""

    run_id: int
    at_step: int | None = None


@dataclass(frozen=True)
class Hello:
    """The first message of a screen that attaches to a training. steers: whether it will do more than look and ask. version: of
    tui-rnn."""

    steers: bool
    version: str


@dataclass(frozen=True)
class Shutdown:
    """Save everything and end. Saved events answer it, then the pipe closes."""

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
