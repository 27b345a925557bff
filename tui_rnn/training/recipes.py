"""What `train` chooses where only the time is given: the network, its learning rate, its regularisation.

Two questions decide. How many characters can a network read in that time on this machine? A task's rows stand in the order of
their size; the last row whose network reads enough is taken, since a larger one would stop before it has settled. How
often does it then read the same training part? The more often, the more it overfits, and the more is dropped. On a small text a
network overfits so soon that training ends early. Where examples are so long that there would be few steps, a step takes fewer
of them. docs/learning.md has the measurements that the tables come from.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.config import GOALS, RunConfig
from tui_rnn.data.opening import Data
from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED, Kind
from tui_rnn.training.learners import learner_for

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class RecipeRow:
    """A network and its settings. least_chars: the row is taken where the network reads at least so many characters in the
    time. chars_per_s: characters that it read a second, with REFERENCE_OUTPUTS outputs, on the machine of the measurements."""

    least_chars: float
    chars_per_s: float
    settings: Settings
    measured: str


REFERENCE_OUTPUTS = 65


def _lm(cell: str, hidden_size: int, learning_rate: float, **more: Any) -> Settings:
    return {"cell": cell, "hidden_size": hidden_size, "learning_rate": learning_rate, **more}


def _examples(hidden_size: int, learning_rate: float, batch_size: int = 32, **more: Any) -> Settings:
    return {"cell": "lstm", "hidden_size": hidden_size, "learning_rate": learning_rate, "batch_size": batch_size, **more}


ROWS: dict[str, tuple[RecipeRow, ...]] = {
    RUNNING_TEXT.name: (
        RecipeRow(0, 717_000, _lm("gru", 96, 0.02), "3 s: 1.691; 128 units 1.702"),
        RecipeRow(1.8e6, 472_000, _lm("gru", 128, 0.02), "10 s: 1.576 nats/char on tinyshakespeare"),
        RecipeRow(2.5e6, 330_000, _lm("gru", 160, 0.016), "10 s: 1.563; 128 units 1.576, 192 1.579"),
        RecipeRow(3.6e6, 243_000, _lm("gru", 192, 0.014), "30 s, dropout 0.05: 1.506; 60 s: 1.511"),
        RecipeRow(4.5e6, 145_000, _lm("gru", 256, 0.014, reset_every=64), "60 s: 1.463; 5.2M characters: 1.484"),
        RecipeRow(10.0e6, 96_000, _lm("gru", 320, 0.012, reset_every=64), "180 s, dropout 0.1: 1.437; 0.2: 1.447"),
        RecipeRow(0, 378_000, _lm("lstm", 128, 0.02), "10 s: 1.620"),
        RecipeRow(4.5e6, 107_000, _lm("lstm", 256, 0.018, reset_every=64), "60 s: 1.495; reset_every 64 was worth 0.007"),
        RecipeRow(0, 1_040_000, _lm("elman", 128, 0.006), "not tuned"),
    ),
    ITEMS.name: (
        RecipeRow(0, 238_000, _examples(128, 0.01, batch_size=64, dropout=0.3, weight_decay=0.1), "60 s on names: 1.947"),
        RecipeRow(
            0,
            287_000,
            {**_examples(128, 0.01, batch_size=64, dropout=0.3, weight_decay=0.1), "cell": "gru"},
            "speed measured on names",
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
        RecipeRow(0, 112_000, _examples(128, 0.004, dropout=0.5, input_noise=0.05), "42 passes over names: 87.5%, mean 87.7%"),
    ),
    PAIRS.name: (RecipeRow(0, 94_700, _examples(128, 0.004, weight_decay=0.02), "24,000 steps of cmudict: 68.5% exact"),),
}
"""By the kind of data (kinds.KINDS): the networks of the cell that is taken unasked, in the order of their size,
then those of other cells."""

DROPOUT = {
    RUNNING_TEXT.name: ((0, 0.0), (4, 0.1), (25, 0.2)),
    PAIRS.name: ((0, 0.1), (12, 0.2)),
}
"""By the kind of data: (passes through the training part, dropout from so many on). Other rows have their own."""

LABEL_SMOOTHING = {PAIRS.name: ((0, 0.0), (20, 0.1))}
"""The same for label smoothing: on Hebrew it gained 0.5 and 0.7 points in 24 and 40 passes; on CMUdict it cost 0.9 in 7."""

READOUT = {PAIRS.name: ((0, "context"), (40, "state"))}
"""The same for the readout. A network that reads out c learns sooner (CMUdict in 7 passes: 68.5% against 65.9%), and overfits
sooner, too (Hebrew in 48 passes: 53.8 and 54.0% against 54.3 and 55.0%)."""

BY_PASSES: Mapping[str, Mapping[str, tuple[tuple[float, Any], ...]]] = {
    "dropout": DROPOUT,
    "label_smoothing": LABEL_SMOOTHING,
    "readout": READOUT,
}


@dataclass(frozen=True)
class Limit:
    """For training parts of at least `least_chars` characters: the weight decay, and how many passes help."""

    least_chars: float
    weight_decay: float
    most_passes: float
    measured: str


LIMITS = (
    Limit(0, 0.3, 28, "10,000 characters of tinyshakespeare: 2.20 nats/char after 20 passes, 2.32 after 30 at 0.05"),
    Limit(25e3, 0.25, 33, "30,000: 1.82 after 33 passes"),
    Limit(60e3, 0.15, 45, "100,000: 1.620 after 30 passes, 1.638 at 0.05"),
    Limit(200e3, 0.1, 80, "300,000: 1.603 after 13 passes, 1.611 at 0.05"),
    Limit(800e3, 0.1, 200, "1,000,000: 1.562 after 3 passes, 1.563 at 0.05"),
    Limit(5e6, 0.05, 200, ""),
)
"""Of a running text. Elsewhere the rows say it."""
LEAST_STEPS = 3_000  # a batch of examples is halved until the time holds so many: 300 characters each, 20 s, 1.75 to 1.38 nats
SMALLEST_BATCH = 2

TOO_MANY = 2  # times most_passes: with so many in the time, the goal is most_passes instead

SCORED_PER_TRAINED = 3  # so many characters are scored in the time that one is trained on
LONGEST_MEASURING = 0.1  # share of the time that counts as spent, however long the machine stood still meanwhile
LONGEST_SCORING = 0.05  # share of the time: a longer scoring of the validation part comes after it

_UNCHOSEN = (*GOALS, "seed")  # settings that no recipe chooses


@dataclass(frozen=True)
class Material:
    """What decides of the data. chars: in the training part, targets included; outputs: among so many a prediction chooses;
    examples: in the training part, 1 of a running text."""

    kind: Kind
    chars: int
    outputs: int
    examples: int = 1


@dataclass(frozen=True)
class Recipe:
    """What to train by, and a line that says why. spent_s: what is gone of the time before the first step, and must be
    left for after the last."""

    config: RunConfig
    why: str
    spent_s: float = 0.0


def recipe_on(data: Data, given: Settings, threads: int) -> Recipe:
    """The recipe for given["seconds"] on this machine, whose speed is measured first; at the end, the whole validation
    part is to be scored. given: the settings that are not to be chosen, by name. Raises InputError for one out of range.
    """
    start = time.perf_counter()
    seconds, material = given["seconds"], material_of(data)
    speed = measured_speed(data, given, threads)
    row = _row(material, given, speed)
    scored_per_s = SCORED_PER_TRAINED * _chars_per_s(row, material, given, speed)
    scoring_s = min(LONGEST_SCORING * seconds, _length(data, data.validation) / scored_per_s)
    recipe = recipe_for(material, given, speed)
    measuring_s = min(LONGEST_MEASURING * seconds, time.perf_counter() - start)
    return replace(recipe, spent_s=measuring_s + scoring_s)


def recipe_for(material: Material, given: Settings, speed: float) -> Recipe:
    """The recipe for given["seconds"] of training on a machine of that speed (see `measured_speed`)."""
    seconds, row = given["seconds"], _row(material, given, speed)
    rate = _chars_per_s(row, material, given, speed)
    passes = rate * seconds / max(1, material.chars)
    chosen = dict(row.settings)
    goal = {"seconds": seconds}
    if material.kind.is_stream:
        limit = _limit(material)
        if passes > TOO_MANY * limit.most_passes:
            goal, passes = {"seconds": None, "epochs": limit.most_passes}, limit.most_passes
        chosen["weight_decay"] = limit.weight_decay
    else:
        chosen["batch_size"] = _batch_size(chosen["batch_size"], material, rate * seconds)
    for name, table in BY_PASSES.items():
        if material.kind.name in table:
            chosen[name] = next(value for least, value in reversed(table[material.kind.name]) if passes >= least)
    config = RunConfig.to_goal(material.kind.name, **{**chosen, **given, **goal})
    return Recipe(config, _why(config, material, given, rate, passes))


def material_of(data: Data) -> Material:
    """What decides of these data."""
    examples = 1 if data.kind.is_stream else len(data.train)
    return Material(data.kind, _length(data, data.train), data.symbols.outputs, examples)


def measured_speed(data: Data, given: Settings, threads: int) -> float:
    """How fast this machine is, as a multiple of the one that the rows were measured on: by steps of a small network that
    learns nothing, the fastest counts, since whatever else runs can only slow one down. Takes some 2% of the time, a tenth
    of a second at least and half a second at most."""
    material = material_of(data)
    row = _rows(material, given)[0]
    learner = learner_for(RunConfig(data.kind.name, **{**row.settings, **given}), data)
    no_rates = np.zeros(4)
    learner.train(no_rates, 0, threads)  # the first call starts threads and fills caches
    fastest, start = 0.0, time.perf_counter()
    until = start + min(0.5, max(0.1, 0.02 * given["seconds"]))
    while not fastest or start < until:
        chars = learner.train(no_rates, 0, threads).chars.sum()
        now = time.perf_counter()
        fastest, start = max(fastest, chars / (now - start)), now
    return float(fastest / _chars_per_s(row, material, given, 1.0))


def _rows(material: Material, given: Settings) -> tuple[RecipeRow, ...]:
    """Those of the cell that was given, or of the first."""
    rows = ROWS[material.kind.name]
    cell = given.get("cell", rows[0].settings["cell"])
    return tuple(row for row in rows if row.settings["cell"] == cell) or rows[:1]


def _limit(material: Material) -> Limit:
    return next(limit for limit in reversed(LIMITS) if material.chars >= limit.least_chars)


def _row(material: Material, given: Settings, speed: float) -> RecipeRow:
    """The last row that reads enough; where a size is given, the row of the nearest size."""
    rows = _rows(material, given)
    if "hidden_size" in given:
        return min(rows, key=lambda row: abs(math.log(row.settings["hidden_size"] / given["hidden_size"])))
    most = _limit(material).most_passes * material.chars if material.kind.is_stream else math.inf
    reads = [min(most, given["seconds"] * _chars_per_s(row, material, given, speed)) for row in rows]
    enough = [row for row, chars in zip(rows, reads, strict=True) if chars >= row.least_chars]
    return enough[-1] if enough else rows[0]


def _batch_size(largest: int, material: Material, chars: float) -> int:
    """Of largest, its half and so on, the first that makes LEAST_STEPS of so many characters."""
    size, examples_read = largest, chars * material.examples / max(1, material.chars)
    while size > SMALLEST_BATCH and examples_read < LEAST_STEPS * size:
        size //= 2
    return size


def _chars_per_s(row: RecipeRow, material: Material, given: Settings, speed: float) -> float:
    """What the row's network reads a second here, with what was given in place of its own settings."""
    own = _work(row.settings, REFERENCE_OUTPUTS)
    return row.chars_per_s * speed * own / _work({**row.settings, **given}, material.outputs)


def _work(settings: Settings, outputs: int) -> float:
    """Products for a character: with U, with the W of upper layers, and with V."""
    size, layers = settings["hidden_size"], settings.get("num_layers", 1)
    blocks = len(CELLS[settings["cell"]].recurrent_blocks)
    return float(size * (blocks * size * (2 * layers - 1) + outputs))


def _length(data: Data, part: Any) -> int:
    """Characters of a part of the data, targets included."""
    return len(part) if data.kind.is_stream else int(part.sizes.sum())


def _why(config: RunConfig, material: Material, given: Settings, rate: float, passes: float) -> str:
    """One line: what was chosen, and by what."""
    chosen = f"{config.name}, batch {config.batch_size}, learning rate {config.learning_rate:g}, dropout {config.dropout:g}"
    if smoothing := getattr(config, "label_smoothing", 0):
        chosen += f", label smoothing {smoothing:g}"
    reads = f"{_short(rate)} char/s here, {_passes(passes)} through {_short(material.chars)} characters"
    if config.epochs is not None:
        takes = passes * material.chars / rate
        reads += (
            f", which take {takes:.1f} s: with more, a network overfits so short a text, so training ends before the "
            f"{given['seconds']:g} s that you gave (--epochs sets the number of passes)"
        )
    kept = [name for name in given if name not in _UNCHOSEN]
    yours = f"; as you said: {', '.join(kept)}" if kept else ""
    return f"recipe for {given['seconds']:g} s: {chosen}; {reads}{yours}"


def _passes(count: float) -> str:
    return f"{count:.1f} passes" if count < 10 else f"{count:,.0f} passes"


def _short(count: float) -> str:
    for suffix, size in (("M", 1e6), ("k", 1e3)):
        if count >= size:
            return f"{count / size:.3g}{suffix}"
    return f"{count:.0f}"
