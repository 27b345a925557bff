"""What `train` chooses where only the time is given: the network, its learning rate, its regularisation.

Two questions decide. How many characters can a network read in that time on this machine? A task's rows stand in the order of
their size; the last row whose network reads enough is taken, since a larger one would stop before it has settled. How
often does it then read the same training part? The more often, the more it overfits, and the more is dropped. On a small text a
network overfits so soon that training ends early. Where examples are so long that there would be few steps, a step takes fewer
of them.
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
from tui_rnn.display import TOKEN_NAMES
from tui_rnn.kinds import Kind
from tui_rnn.training.learners import learner_for
from tui_rnn.training.recipe_table import (
    BY_PASSES,
    LIMITS,
    REFERENCE_OUTPUTS,
    ROWS,
    WORD_BY_PASSES,
    WORD_ROWS,
    Limit,
    RecipeRow,
    Settings,
)

LEAST_STEPS = 3_000  # a batch of examples is halved until the time holds so many: 300 characters each, 20 s, 1.75 to 1.38 nats

TOO_MANY = 2  # times most_passes: with so many in the time, the goal is most_passes instead

LONGEST_MEASURING = 0.1  # share of the time that counts as spent, however long the machine stood still meanwhile

_UNCHOSEN = (*GOALS, "seed")  # settings that no recipe chooses


@dataclass(frozen=True)
class Material:
    """What decides of the data. chars: in the training part, targets included; outputs: among so many a prediction chooses;
    examples: in the training part, 1 of a running text; tokens: what is read."""

    kind: Kind
    chars: int
    outputs: int
    examples: int = 1
    tokens: str = "char"


@dataclass(frozen=True)
class Recipe:
    """What to train by, and a line that says why. spent_s: what is gone of the time before the first step."""

    config: RunConfig
    why: str
    spent_s: float = 0.0


def recipe_on(data: Data, given: Settings, threads: int) -> Recipe:
    """The recipe for given["seconds"] on this machine, whose speed is measured first. given: the settings that are not
    to be chosen, by name. Raises InputError for one out of range."""
    start = time.perf_counter()
    seconds, material = given["seconds"], material_of(data)
    speed = measured_speed(data, given, threads)
    recipe = recipe_for(material, given, speed)
    measuring_s = min(LONGEST_MEASURING * seconds, time.perf_counter() - start)
    return replace(recipe, spent_s=measuring_s)


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
        chosen["batch_size"] = _batch_size(chosen["batch_size"], row.least_batch, material, rate * seconds)
    for name, table in BY_PASSES.items():
        rows = _for_words(material, WORD_BY_PASSES.get(name, {})) or table.get(material.kind.name, ())
        if rows:
            chosen[name] = next(value for least, value in reversed(rows) if passes >= least)
    config = RunConfig.to_goal(material.kind.name, **{**chosen, **given, **goal})
    return Recipe(config, _why(config, material, given, rate, passes))


def material_of(data: Data) -> Material:
    """What decides of these data."""
    examples = 1 if data.kind.is_stream else len(data.train)
    return Material(data.kind, _length(data, data.train), data.symbols.outputs, examples, data.vocabulary.kind)


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
    rows = _for_words(material, WORD_ROWS) or ROWS[material.kind.name]
    cell = given.get("cell", rows[0].settings["cell"])
    return tuple(row for row in rows if row.settings["cell"] == cell) or rows[:1]


def _for_words(material: Material, table: Mapping[str, tuple[Any, ...]]) -> tuple[Any, ...]:
    """What a table says of such data where words are read; () where it says nothing, or something else is read."""
    return table.get(material.kind.name, ()) if material.tokens.startswith("word") else ()


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


def _batch_size(largest: int, least: int, material: Material, chars: float) -> int:
    """Of largest, its half and so on down to `least`, the first that makes LEAST_STEPS of so many characters."""
    size, examples_read = largest, chars * material.examples / max(1, material.chars)
    while size > least and examples_read < LEAST_STEPS * size:
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
    unit = material.tokens.partition("+")[0]
    reads = f"{_short(rate)} {unit}/s here, {_passes(passes)} through {_short(material.chars)} {TOKEN_NAMES[unit]}s"
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
