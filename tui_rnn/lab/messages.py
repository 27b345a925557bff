"""What the engine process and the screen say to each other: frozen dataclasses, nothing else.

Commands go down (client to host), events come up. Large numbers travel as NumPy arrays. A `Snapshot` is the latest
state of everything that changes all the time; it may be skipped. An event is never skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.insight.answers import Answer, Confusion, DrawnItem, MatchByLength

Floats = NDArray[np.float32]
Status = Literal["waiting", "training", "paused", "finished", "diverged", "failed"]


# ---------------------------------------------------------------- commands


@dataclass(frozen=True)
class OpenCorpus:
    """Open a text and start the given runs on it; what trained before is saved first and then let go."""

    source: str
    configs: tuple[RunConfig, ...] = ()
    encoding: str | None = None


@dataclass(frozen=True)
class AddRun:
    config: RunConfig


@dataclass(frozen=True)
class RemoveRun:
    run_id: int


@dataclass(frozen=True)
class Pause:
    """Pause one run, or all of them."""

    run_id: int | None = None


@dataclass(frozen=True)
class Resume:
    run_id: int | None = None


@dataclass(frozen=True)
class StepOnce:
    """One training step; a run that trains is paused first."""

    run_id: int


@dataclass(frozen=True)
class SetLearningRate:
    """A new peak learning rate from the next step on; the schedule goes on from it."""

    run_id: int
    learning_rate: float


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
    """Load a saved run into the lab. When no corpus is open, the run's own corpus is opened."""

    path: str


@dataclass(frozen=True)
class Sampling:
    """How to draw characters: temperature 0 is greedy; top_k 0 and top_p 1 keep everything."""

    temperature: float = 0.8
    top_k: int = 0
    top_p: float = 1.0
    length: int = 400


@dataclass(frozen=True)
class Watch:
    """What the screen shows now: fresh samples and traces are made for these runs only (empty: none).

    probe: the text to trace; None takes `probe_length` characters from the start of the validation part.
    """

    run_ids: tuple[int, ...] = ()
    sampling: Sampling = Sampling()
    sample_interval_s: float = 3.0
    probe: str | None = None
    probe_length: int = 120
    trace_interval_s: float = 0.4


@dataclass(frozen=True)
class Generate:
    """The model goes on from a prompt, once; answered by a SampleDrawn with the same request_id."""

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
    OpenCorpus
    | AddRun
    | RemoveRun
    | Pause
    | Resume
    | StepOnce
    | SetLearningRate
    | ResetRun
    | SaveRuns
    | LoadRun
    | Watch
    | Generate
    | Ask
    | Shutdown
)


# ------------------------------------------------------------------ events


@dataclass(frozen=True)
class Working:
    """Something slow is under way: 'compiling the kernels', 3 of 11, 'lstm backward'. done == total: finished."""

    what: str
    done: int
    total: int
    detail: str = ""


@dataclass(frozen=True)
class Landmark:
    """A baseline for the loss chart, scored on the validation text that the runs are scored on."""

    name: str
    loss_nats: float


@dataclass(frozen=True)
class CorpusOpened:
    name: str
    source: str
    byte_count: int
    char_count: int
    vocabulary: str
    train_chars: int
    val_chars: int
    scored_val_chars: int
    notices: tuple[str, ...] = ()
    entropy_rate_nats: float | None = None
    what_to_look_for: str = ""


@dataclass(frozen=True)
class LandmarksReady:
    landmarks: tuple[Landmark, ...]


@dataclass(frozen=True)
class RunAdded:
    run_id: int
    name: str
    config: RunConfig
    parameter_count: int


@dataclass(frozen=True)
class RunRemoved:
    run_id: int


@dataclass(frozen=True)
class SampleDrawn:
    """Text from the current weights. surprise_nats[i] = -log p(text[i]); NaN for the prompt's first character.

    unknown: positions of prompt characters that the vocabulary lacks (they were read as its fallback).
    """

    run_id: int
    step: int
    prompt: str
    text: str
    surprise_nats: Floats
    sampling: Sampling
    request_id: int | None = None
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True)
class Traced:
    """Everything inside a run while it reads `text`: what the gates pane shows.

    signals: name → (T, layers, units). LSTM: i f g o c h; GRU: z r n h; Elman: h.
    top_chars[t] are the likeliest next characters after text[t], top_probs (T, K) their probabilities.
    next_prob[t], next_rank[t] (1 = likeliest): of the character that really follows, text[t + 1]; last one NaN and 0.
    """

    run_id: int
    step: int
    text: str
    unknown: tuple[int, ...]
    signals: dict[str, Floats]
    top_chars: tuple[str, ...]
    top_probs: Floats
    next_prob: Floats
    next_rank: NDArray[np.int32]


@dataclass(frozen=True)
class Answered:
    """What a run says to a text that was asked about, or to the validation examples that the screen watches: then
    request_id is None, and each look brings all of them."""

    run_id: int
    step: int
    answers: tuple[Answer, ...]
    request_id: int | None = None


@dataclass(frozen=True)
class Scored:
    """An evaluation in full: the task's metrics by their keys, and what belongs to them where the task has it."""

    run_id: int
    step: int
    metrics: dict[str, float]
    confusion: Confusion | None = None
    by_length: MatchByLength | None = None


@dataclass(frozen=True)
class ItemsDrawn:
    """Fresh items from the current weights, the newest first."""

    run_id: int
    step: int
    items: tuple[DrawnItem, ...]
    sampling: Sampling


@dataclass(frozen=True)
class Saved:
    run_id: int
    path: str
    step: int


@dataclass(frozen=True)
class Notice:
    """One line for the person: severity 'information', 'warning' or 'error'. The lab goes on."""

    text: str
    severity: Literal["information", "warning", "error"] = "information"


@dataclass(frozen=True)
class Fault:
    """The engine or one run can't go on. `last_checkpoint` is what remains."""

    text: str
    run_id: int | None = None
    last_checkpoint: str | None = None


# ---------------------------------------------------------------- snapshot


@dataclass(frozen=True)
class Curve:
    """A bounded loss history. Each training point is the mean of `steps_per_point` steps (nothing else is smoothed)."""

    steps_per_point: int
    train_chars: NDArray[np.float64]
    train_elapsed_s: NDArray[np.float64]
    train_loss_nats: NDArray[np.float64]
    val_chars: NDArray[np.float64]
    val_elapsed_s: NDArray[np.float64]
    val_loss_nats: NDArray[np.float64]
    learning_rate: NDArray[np.float64]
    grad_norm: NDArray[np.float64]


@dataclass(frozen=True)
class RunSnapshot:
    run_id: int
    status: Status
    step: int
    chars: int
    epoch: float
    elapsed_s: float
    chars_per_s: float
    train_loss_nats: float
    val_loss_nats: float
    best_val_loss_nats: float
    grad_norm: float
    learning_rate: float
    saved_step: int
    path: str | None
    curve: Curve
    message: str = ""


@dataclass(frozen=True)
class Snapshot:
    runs: tuple[RunSnapshot, ...] = ()


Event = (
    Working
    | CorpusOpened
    | LandmarksReady
    | RunAdded
    | RunRemoved
    | SampleDrawn
    | Traced
    | Answered
    | Scored
    | ItemsDrawn
    | Saved
    | Notice
    | Fault
)
