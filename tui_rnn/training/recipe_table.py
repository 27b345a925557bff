"""What `train` chooses from: networks by the time they need, and what goes with the passes and the training part's size.
docs/learning.md has the measurements that the tables come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class RecipeRow:
    """A network and its settings. least_chars: the row is taken where the network reads at least so many characters in the
    time. chars_per_s: characters that it read a second, with REFERENCE_OUTPUTS outputs, on the machine of the measurements.
    least_batch: the smallest batch that is taken where the time holds few steps. only_asked: for those who ask for its cell."""

    least_chars: float
    chars_per_s: float
    settings: Settings
    measured: str
    least_batch: int = 2
    only_asked: bool = False


REFERENCE_OUTPUTS = 65


def _lm(cell: str, hidden_size: int, learning_rate: float, **more: Any) -> Settings:
    return {"cell": cell, "hidden_size": hidden_size, "learning_rate": learning_rate, **more}


def _examples(hidden_size: int, learning_rate: float, batch_size: int = 32, cell: str = "lstm", **more: Any) -> Settings:
    return _lm(cell, hidden_size, learning_rate, batch_size=batch_size, **more)


_OF_TEXT = (
    RecipeRow(0, 697_000, _lm("mgru", 96, 0.02), "as a GRU, 3 s: 1.691; 128 units 1.702"),
    RecipeRow(1.8e6, 459_000, _lm("mgru", 128, 0.02), "as a GRU, 10 s: 1.576 nats/char on tinyshakespeare"),
    RecipeRow(2.5e6, 321_000, _lm("mgru", 160, 0.016), "2,500 steps: 1.537, a GRU 1.568; as a GRU, 10 s: 1.563"),
    RecipeRow(3.6e6, 236_000, _lm("mgru", 192, 0.014), "as a GRU, 30 s, dropout 0.05: 1.506; 60 s: 1.511"),
    RecipeRow(4.5e6, 141_000, _lm("mgru", 256, 0.014, reset_every=64), "60 s: 1.434; a GRU 1.463"),
    RecipeRow(
        10.0e6,
        93_400,
        _lm("mgru", 320, 0.012, embedding_size=64, reset_every=256),
        "180 s, 19 passes: 1.395; embedding 32, reset_every 64: 1.399; 16 passes: 1.403, dropout 0.15: 1.410, a GRU 1.421",
    ),
)
"""For characters of a running text. A GRU takes the same rates, and is about 3% faster."""

ROWS: dict[str, tuple[RecipeRow, ...]] = {
    RUNNING_TEXT.name: (
        *_OF_TEXT,
        *(replace(row, settings={**row.settings, "cell": "gru"}, only_asked=True) for row in _OF_TEXT),
        RecipeRow(0, 378_000, _lm("lstm", 128, 0.02), "10 s: 1.620", only_asked=True),
        RecipeRow(
            4.5e6,
            107_000,
            _lm("lstm", 256, 0.018, reset_every=64),
            "60 s: 1.495; reset_every 64 was worth 0.007",
            only_asked=True,
        ),
        RecipeRow(0, 1_040_000, _lm("elman", 128, 0.006), "not tuned", only_asked=True),
        RecipeRow(
            0,
            249_000,
            _lm("mingru", 128, 0.01, num_layers=3),
            "15 s, one thread: 1.596; two layers 1.641, four 1.607",
            only_asked=True,
        ),
        RecipeRow(
            0,
            283_000,
            _lm("minlstm", 128, 0.01, num_layers=2),
            "15 s, one thread: 1.649; three layers 1.687",
            only_asked=True,
        ),
    ),
    ITEMS.name: (
        RecipeRow(
            0,
            145_000,
            _examples(128, 0.01, batch_size=16, weight_decay=0.05),
            "8.5 passes over names: 1.949, 26 passes 1.939; in the same time batch 64, dropout 0.3, decay 0.1: 1.977, 1.952",
        ),
        RecipeRow(
            0,
            170_000,
            _examples(128, 0.01, batch_size=16, cell="gru", weight_decay=0.05),
            "speed measured on names",
            only_asked=True,
        ),
    ),
    TAGGED.name: (
        RecipeRow(
            0,
            37_900,
            _examples(
                128,
                0.004,
                batch_size=8,
                num_layers=2,
                embedding_size=64,
                dropout=0.2,
                input_noise=0.03,
                label_smoothing=0.1,
                weight_decay=0.02,
            ),
            "9 passes over en_ewt: 94.5% of words; dropout 0.3 94.4, 0.4 94.1",
        ),
    ),
    LABELLED.name: (
        RecipeRow(
            0,
            112_000,
            _examples(128, 0.004, schedule="average", pool="mean", dropout=0.5, input_noise=0.05),
            "30 passes over names: 87.3%, 0.444 nats; final state 86.8%, 0.461",
        ),
    ),
    PAIRS.name: (RecipeRow(0, 94_700, _examples(128, 0.004, weight_decay=0.02), "24,000 steps of cmudict: 68.5% exact"),),
}
"""By the kind of data (kinds.KINDS): the networks, those of a cell in the order of least_chars."""

LEAST_WORDS = {LABELLED.name: 500, PAIRS.name: 500}
"""By the kind of data: distinct words from which on the rows for words hold; fewer are learnt like characters. messages, of 137
words: 0.121 nats as words, 0.0004 as characters; translation, of 80, in 10 s: 76 and 99.8% exact."""

MANY_WORDS = 2_000
"""Distinct words of a running text from which on it is learnt by a sampled softmax."""

WORD_ROWS: dict[str, tuple[RecipeRow, ...]] = {
    RUNNING_TEXT.name: (
        RecipeRow(
            0,
            84_000,
            _lm("gru", 128, 0.01, embedding_size=64, batch_size=32, seq_len=32, sampled_softmax=256),
            "20 s on sqlite_2mb.c, one core: 1.947 nats/word; 512 words drawn 1.988, GRU 192 2.200, full softmax 3.442",
        ),
    ),
    TAGGED.name: (
        RecipeRow(
            0,
            75_000,
            _examples(128, 0.008, batch_size=16, embedding_size=32, dropout=0.2, input_noise=0.05, weight_decay=0.05),
            "3.8 passes over en_ewt: 94.4% of words, at the rate 0.004 93.4; embeddings of 64 in 2.2 passes: 93.9",
            least_batch=16,
        ),
        RecipeRow(
            1.2e6,
            50_000,
            _examples(128, 0.004, batch_size=16, embedding_size=64, dropout=0.4, input_noise=0.1, weight_decay=0.05),
            "6 passes over en_ewt: 94.5% of words, 11 passes: 95.0; dropout 0.5, noise 0.2, smoothing 0.1, 10 passes: 94.6",
            least_batch=16,
        ),
    ),
    LABELLED.name: (
        RecipeRow(
            0,
            300_000,
            _examples(
                64,
                0.004,
                schedule="average",
                embedding_size=64,
                pool="mean",
                dropout=0.5,
                input_noise=0.3,
                weight_decay=2.0,
            ),
            "40 passes over subjectivity: 93.2, 93.5%, 0.174 nats; by a cosine 93.1, 92.9%, 0.212",
            least_batch=16,
        ),
    ),
    PAIRS.name: (
        RecipeRow(
            0,
            25_000,
            _examples(128, 0.008, batch_size=16, embedding_size=64, weight_decay=0.02, cell="gru", readout="state"),
            "0.3 passes over captions, English to French: 3.37 nats/token, an LSTM 4.63",
            least_batch=16,
        ),
        RecipeRow(
            5e5,
            25_000,
            _examples(128, 0.006, batch_size=16, embedding_size=64, weight_decay=0.02, cell="gru", readout="state"),
            "1 pass over captions: 2.53 nats/token; 0.008 2.94, reading out c, too, 5.45; an LSTM 3.20, with c 2.83",
            least_batch=16,
        ),
        RecipeRow(
            0,
            25_000,
            _examples(128, 0.004, embedding_size=64, weight_decay=0.02, readout="context"),
            "1.2 passes over captions: 2.83 nats/token, BLEU 15.4; at 0.008 in batches of 16, dropout 0.1: 5.46",
            least_batch=16,
            only_asked=True,
        ),
        RecipeRow(
            1.5e6,
            25_000,
            _examples(128, 0.004, embedding_size=64, weight_decay=0.02),
            "2.1 and 3.4 passes over captions: 2.06, 1.55 nats/token, BLEU 29, 42; a GRU 2.62 after 2, 1.89 after 3.8",
            least_batch=16,
        ),
    ),
}
"""The same for what reads words, and at least LEAST_WORDS different ones."""

DROPOUT = {
    RUNNING_TEXT.name: ((0, 0.0), (6, 0.1), (25, 0.2)),
    ITEMS.name: ((0, 0.0), (40, 0.1)),
    PAIRS.name: ((0, 0.1), (12, 0.2)),
}
"""By the kind of data: (passes through the training part, dropout from so many on), unless the row has its own."""

LABEL_SMOOTHING = {PAIRS.name: ((0, 0.0), (20, 0.1))}
"""The same for label smoothing: on Hebrew it gained 0.5 and 0.7 points in 24 and 40 passes; on CMUdict it cost 0.9 in 7."""

READOUT = {PAIRS.name: ((0, "context"), (40, "state"))}
"""The same for the readout. A network that reads out c learns sooner (CMUdict in 7 passes: 68.5% against 65.9%), and overfits
sooner, too (Hebrew in 48 passes: 53.8 and 54.0% against 54.3 and 55.0%)."""

WORD_BY_PASSES: Mapping[str, Mapping[str, tuple[tuple[float, Any], ...]]] = {
    "dropout": {PAIRS.name: ((0, 0.0), (1.5, 0.1), (12, 0.2)), RUNNING_TEXT.name: ((0, 0.0), (3, 0.2), (8, 0.4))},
}
"""Where words are read, in place of those below."""

BY_PASSES: Mapping[str, Mapping[str, tuple[tuple[float, Any], ...]]] = {
    "dropout": DROPOUT,
    "label_smoothing": LABEL_SMOOTHING,
    "readout": READOUT,
}


@dataclass(frozen=True)
class Limit:
    """For training parts of at least `least_chars` characters: the weight decay, how many passes help, and the most units."""

    least_chars: float
    weight_decay: float
    most_passes: float
    most_units: int
    measured: str


LIMITS = (
    Limit(0, 0.3, 28, 128, "10,000 characters of tinyshakespeare: 2.20 nats/char after 20 passes, 2.32 after 30 at 0.05"),
    Limit(25e3, 0.25, 33, 128, "30,000: 1.82 after 33 passes"),
    Limit(60e3, 0.15, 45, 160, "100,000: 1.620 after 30 passes, 1.638 at 0.05"),
    Limit(200e3, 0.1, 80, 192, "300,000: 1.603 after 13 passes, 1.611 at 0.05; logs in 60 s: 0.455, 256 units 0.472"),
    Limit(400e3, 0.1, 80, 320, "tui_rnn/insight in 60 s: 0.898, 256 units 0.889"),
    Limit(800e3, 0.1, 200, 320, "1,000,000: 1.562 after 3 passes, 1.563 at 0.05"),
    Limit(5e6, 0.05, 200, 320, ""),
)
"""Of a running text. Elsewhere the rows say it."""
