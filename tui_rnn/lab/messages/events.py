"""What the engine process tells the screen, each thing once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Generic, Literal

from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest
from tui_rnn.insight.question import Found, Question
from tui_rnn.insight.remark import Remark


@dataclass(frozen=True)
class Working:
    """Something slow is under way: 'compiling the kernels', 3 of 11, 'lstm backward'. done == total: finished. left_s: how
    long it will still take, None if that is not known."""

    what: str
    done: int
    total: int
    detail: str = ""
    left_s: float | None = None


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
    """A piece of training data to look at: what is read, and the right answer ('' for a language model). Tags have spaces
    between."""

    text: str
    truth: str = ""


@dataclass(frozen=True)
class DataOpened:
    """Data to learn from.

    kind: of the data, a name of kinds.KINDS. tokens: char, word, word+char or byte; vocabulary: the characters that are read,
    in order, '' if tokens are not characters; vocab_size: how many symbols can be read. char_count: characters of all the data;
    train_chars and val_chars: how many tokens of each part are read. train_examples, val_examples: 0 for a running text.
    labels: tags or classes. loss_unit: nats/char, nats/word, nats/byte, nats/text or nats/token. main_metric: what is charted
    beside the loss, None if there is none. sha256: of all the data; "" if it was not computed. tracks: the hypothesis
    (insight/hypotheses.py) behind what_to_look_for; "" if there is none.
    """

    name: str
    source: str
    byte_count: int
    char_count: int
    vocabulary: str
    train_chars: int
    val_chars: int
    notices: tuple[str, ...] = ()
    entropy_rate_nats: float | None = None
    what_to_look_for: str = ""
    tracks: str = ""
    request: DataRequest | None = None
    kind: str = "lm"
    tokens: str = "char"
    vocab_size: int = 0
    train_examples: int = 0
    val_examples: int = 0
    labels: tuple[str, ...] = ()
    loss_unit: str = "nats/char"
    main_metric: str | None = None
    sample: tuple[Example, ...] = ()
    sha256: str = ""

    @property
    def token(self) -> str:
        """What a count of tokens counts: char, word or byte."""
        return self.tokens.partition("+")[0]


@dataclass(frozen=True)
class LandmarksReady:
    """All known landmarks of the opened data: at first what guessing gets, then also what counting gets."""

    landmarks: tuple[Landmark, ...]


@dataclass(frozen=True)
class RunAdded:
    """A run is in the lab. paused: it waits before its first step. flops_per_char: of training on one character, see
    training/compute.py; NaN if it is not known. remark: a person's note about it."""

    run_id: int
    name: str
    config: RunConfig
    parameter_count: int
    paused: bool = False
    flops_per_char: float = math.nan
    remark: str = ""


@dataclass(frozen=True)
class RunRemoved:
    run_id: int


@dataclass(frozen=True, eq=False)
class Answered(Generic[Found]):
    """A run's answer to a question: to an Ask with the same request_id, or to a watched question (request_id None)."""

    run_id: int
    question: Question[Found]
    answer: Found
    request_id: int | None = None

    @property
    def step(self) -> int:
        """The step of the weights that the answer is about."""
        return self.answer.step


@dataclass(frozen=True)
class AskProgress:
    """How far a slow question is: done of total parts of the work, as the question counts them."""

    run_id: int
    request_id: int
    done: int
    total: int


@dataclass(frozen=True)
class Unanswered:
    """There is no answer to an Ask. reason: why, in one line; "" if it was cancelled."""

    run_id: int
    request_id: int
    question: Question[Any]
    reason: str = ""


@dataclass(frozen=True)
class WeightsHeld:
    """A copy of a run's weights of this step is held, and can be asked about."""

    run_id: int
    step: int


@dataclass(frozen=True)
class RateChanged:
    """The learning rate that a person has set: of the next step or, at the goal, the rate at which the run would train on."""

    run_id: int
    learning_rate: float


@dataclass(frozen=True)
class Saved:
    run_id: int
    path: str
    step: int


@dataclass(frozen=True)
class NotSaved:
    """A run could not be saved, and goes on. reason: one line for the person, with its name."""

    run_id: int
    reason: str


@dataclass(frozen=True)
class Coached:
    """All that the coach says about a run now, the most urgent first; () if its earlier remarks no longer hold."""

    run_id: int
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class Notice:
    """One line for the person: severity 'information', 'warning' or 'error'. The lab goes on."""

    text: str
    severity: Literal["information", "warning", "error"] = "information"


@dataclass(frozen=True)
class Fault:
    """The engine or one run can't go on. `last_checkpoint` is the file that remains."""

    text: str
    run_id: int | None = None
    last_checkpoint: str | None = None


@dataclass(frozen=True)
class Ended:
    """The training that the screen watched has ended in good order; nothing follows. text: how, in one line. path: where the
    run is saved, None if nothing was saved."""

    text: str
    path: str | None = None


Event = (
    Working
    | DataOpened
    | LandmarksReady
    | RunAdded
    | RunRemoved
    | Answered[Any]
    | AskProgress
    | Unanswered
    | WeightsHeld
    | RateChanged
    | Saved
    | NotSaved
    | Coached
    | Notice
    | Fault
    | Ended
)
