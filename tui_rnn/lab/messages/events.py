"""What the engine process tells the screen, once each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest
from tui_rnn.insight.answers import Answer, Confusion, DrawnItem, MatchByLength, Reading
from tui_rnn.lab.messages.commands import Sampling

Floats = NDArray[np.float32]


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
    train_chars and val_chars: what is read of each part, in tokens. train_examples, val_examples: 0 for a running text.
    labels: tags or classes. loss_unit: nats/char, nats/word, nats/byte, nats/text or nats/token. main_metric: what is charted
    beside the loss, None where there is none.
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
    request: DataRequest | None = None
    task: str = "lm"
    tokens: str = "char"
    vocab_size: int = 0
    train_examples: int = 0
    val_examples: int = 0
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
    """paused: it will stand before its first step, as was asked for while it was opened."""

    run_id: int
    name: str
    config: RunConfig
    parameter_count: int
    paused: bool = False


@dataclass(frozen=True)
class RunRemoved:
    run_id: int


@dataclass(frozen=True, eq=False)
class SampleDrawn:
    """Text from the current weights. surprise_nats[i] = -log p of text[i], or of the token that it belongs to; NaN for
    the prompt's first token.

    unknown: positions of prompt characters that the vocabulary lacks (they were read as its fallback); unknown_words: how
    many words these are, where tokens are words, else 0.
    """

    run_id: int
    step: int
    prompt: str
    text: str
    surprise_nats: Floats
    sampling: Sampling
    request_id: int | None = None
    unknown: tuple[int, ...] = ()
    unknown_words: int = 0


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
    labels the confusion has the most frequent. count: of how many the metrics are shares: words of a tagger, else examples."""

    run_id: int
    step: int
    metrics: dict[str, float]
    confusion: Confusion | None = None
    by_length: MatchByLength | None = None
    count: int = 0


@dataclass(frozen=True)
class ItemsDrawn:
    """Fresh items from the current weights, the newest first. prompt: what each of them was given to begin with, as it
    stands in its text; unknown: places in it that the vocabulary lacks (they were read as its fallback); unknown_words: how
    many words these are, where tokens are words, else 0."""

    run_id: int
    step: int
    items: tuple[DrawnItem, ...]
    sampling: Sampling
    prompt: str = ""
    unknown: tuple[int, ...] = ()
    unknown_words: int = 0


@dataclass(frozen=True)
class RateChanged:
    """The learning rate that a person asked for: of the next step, or at the goal that at which the run would train on."""

    run_id: int
    learning_rate: float


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
    | RateChanged
    | Saved
    | Notice
    | Fault
)
