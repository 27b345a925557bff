"""What the engine process and the screen say to each other: frozen dataclasses, nothing else.

Commands go down (client to host), events come up. Large numbers travel as NumPy arrays. A `Snapshot` is the latest
state of everything that changes all the time; it may be skipped. An event is never skipped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest
from tui_rnn.insight.answers import Answer, Confusion, DrawnItem, MatchByLength, Reading

Floats = NDArray[np.float32]
Status = Literal["waiting", "training", "paused", "finished", "diverged", "failed"]


# ---------------------------------------------------------------- commands


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
    its samples. probe: the text to trace, and to answer where the task has answers; None: of a text, `probe_length`
    characters from the start of the validation part; else the validation example `probe_example`, a place among those
    that are answered. examples: how many validation examples are answered again and again, always the same ones; 0: none.
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
    """What counting alone gets on the validation examples that the runs are scored on.

    measure: loss_nats, or the key of a metric (of Scored.metrics); note: how it decides, in a few words.
    """

    name: str
    value: float
    measure: str = "loss_nats"
    note: str = ""


@dataclass(frozen=True)
class Example:
    """A piece of training data to look at: what is read, and what is right for it ('' for a language model). Tags stand
    between spaces."""

    text: str
    truth: str = ""


@dataclass(frozen=True)
class DataOpened:
    """Data that can be learnt from.

    task: lm, items, tag, classify or seq2seq. tokens: char, word or byte; vocabulary: the characters that are read, in
    order, '' where tokens are no characters; vocab_size: how many there are to read. char_count: characters of all of it;
    train_chars and val_chars: what is read of each part, in tokens; scored_val_chars: so much is scored while runs train.
    train_examples, val_examples, scored_examples: 0 for a running text. labels: tags or classes. loss_unit: nats/char,
    nats/word, nats/byte, nats/text or nats/token. main_metric: what is charted beside the loss, None where there is none.
    """

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
    request: DataRequest | None = None
    task: str = "lm"
    tokens: str = "char"
    vocab_size: int = 0
    train_examples: int = 0
    val_examples: int = 0
    scored_examples: int = 0
    labels: tuple[str, ...] = ()
    loss_unit: str = "nats/char"
    main_metric: str | None = None
    sample: tuple[Example, ...] = ()


@dataclass(frozen=True)
class LandmarksReady:
    """Sent once for each opened data."""

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


@dataclass(frozen=True, eq=False)
class SampleDrawn:
    """Text from the current weights. surprise_nats[i] = -log p of text[i], or of the token that it belongs to; NaN for
    the prompt's first token.

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


@dataclass(frozen=True, eq=False)
class Traced:
    """Everything inside a run while it reads `text`: what the gates pane shows.

    readings: of a language model one, forward; of a tagger or classifier forward and backward (where it has it); of an
    encoder-decoder encoder forward, encoder backward and decoder. answer: what it says to the text, with the classes
    after each character or the attention (None for language models). The rest is of language models only, else empty:
    top_symbols[t] are the likeliest tokens after symbols[t] of the reading, top_probs (T, K) their probabilities;
    next_prob[t], next_rank[t] (1 = likeliest): of the token that really follows; last one NaN and 0.
    unknown: places among the symbols that the vocabulary lacks.
    """

    run_id: int
    step: int
    text: str
    unknown: tuple[int, ...]
    readings: tuple[Reading, ...]
    top_symbols: tuple[tuple[str, ...], ...] = ()
    top_probs: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    next_prob: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    next_rank: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    answer: Answer | None = None


@dataclass(frozen=True, eq=False)
class Answered:
    """What a run says to a text that was asked about, or to the validation examples that the screen watches: then
    request_id is None, and each look brings all of them, always in the same order."""

    run_id: int
    step: int
    answers: tuple[Answer, ...]
    request_id: int | None = None


@dataclass(frozen=True, eq=False)
class Scored:
    """An evaluation in full: the task's metrics by their keys, and what belongs to them where the task has it. Of many
    labels the confusion has the most frequent."""

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


@dataclass(frozen=True, eq=False)
class Curve:
    """A bounded loss history. Each training point is the mean of `steps_per_point` steps (nothing else is smoothed).

    val_metric: the data's main metric at each evaluation, NaN where it is not known.
    """

    steps_per_point: int
    train_chars: NDArray[np.float64]
    train_elapsed_s: NDArray[np.float64]
    train_loss_nats: NDArray[np.float64]
    val_chars: NDArray[np.float64]
    val_elapsed_s: NDArray[np.float64]
    val_loss_nats: NDArray[np.float64]
    learning_rate: NDArray[np.float64]
    grad_norm: NDArray[np.float64]
    val_metric: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class RunSnapshot:
    """The state of a run. chars: characters (or other tokens) trained on. metrics: those of the latest evaluation."""

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
    metrics: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    runs: tuple[RunSnapshot, ...] = ()


Event = (
    Working
    | DataOpened
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
