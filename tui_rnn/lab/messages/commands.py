"""What the screen asks the engine process for."""

from __future__ import annotations

from dataclasses import dataclass

from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest


@dataclass(frozen=True)
class OpenData:
    """Open data and start runs on it; what trained before is saved first and then let go.

    configs: the runs to start, perhaps none; None: the default runs of the data's task.
    """

    request: DataRequest
    configs: tuple[RunConfig, ...] | None = None


@dataclass(frozen=True)
class AddRun:
    config: RunConfig


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
class Sampling:
    """How to draw characters: temperature 0 is greedy; top_k 0 and top_p 1 keep everything. length: for items, the most."""

    temperature: float = 0.8
    top_k: int = 0
    top_p: float = 1.0
    length: int = 400


@dataclass(frozen=True)
class Watch:
    """What the screen shows now: fresh samples, traces and answers are made for these runs only (empty: none).

    Texts are sampled only by a language model over a text; items: how many a language model over items draws at each of
    its samples, prompt: what each of these begins with. probe: the text to trace, and to answer where the task has
    answers; None: of a text, `probe_length` characters from the start of the validation part; else the validation example
    `probe_example`, a place among those that are answered. examples: how many validation examples are answered again and
    again, always the same ones; 0: none. An interval that is infinite asks for none of its kind.
    """

    run_ids: tuple[int, ...] = ()
    sampling: Sampling = Sampling()
    sample_interval_s: float = 3.0
    probe: str | None = None
    probe_length: int = 120
    trace_interval_s: float = 0.4
    probe_example: int = 0
    examples: int = 0
    answer_interval_s: float = 1.0
    items: int = 0
    prompt: str = ""


@dataclass(frozen=True)
class Generate:
    """A language model goes on from a prompt, once; answered by a SampleDrawn with the same request_id."""

    run_id: int
    request_id: int
    prompt: str
    sampling: Sampling = Sampling()
    seed: int | None = None


@dataclass(frozen=True)
class Ask:
    """Tag, classify or translate a text, once; answered by an Answered with the same request_id. beam: of seq2seq, the
    number of outputs followed at a time; 1 is greedy."""

    run_id: int
    request_id: int
    text: str
    beam: int = 1


@dataclass(frozen=True)
class Shutdown:
    """Save everything and end. Answered by Saved events, then the pipe closes."""

    save: bool = True


Command = (
    OpenData
    | AddRun
    | RemoveRun
    | Pause
    | Resume
    | StepOnce
    | ScaleLearningRate
    | ResetRun
    | SaveRuns
    | LoadRun
    | Watch
    | Generate
    | Ask
    | Shutdown
)
