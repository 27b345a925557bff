"""What `train` chooses if only the time is given: the network, its learning rate, its regularisation.

Two questions decide. How many characters can a network read in that time on this machine? A task's rows are in order of their
size, and the last row whose network reads enough is taken: a larger network would stop before it has settled. How often does
it then read the same training part? The more often, the more it overfits, and the more dropout it gets. On a small text a
network overfits so soon that training ends early. If examples are so long that there would be few steps, a step takes fewer of
them.
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
from tui_rnn.formats import count
from tui_rnn.kinds import Kind
from tui_rnn.training.learners import learner_for
from tui_rnn.training.recipe_table import (
    BY_PASSES,
    LEAST_WORDS,
    LIMITS,
    MANY_WORDS,
    REFERENCE_OUTPUTS,
    ROWS,
    WORD_BY_PASSES,
    WORD_ROWS,
    Limit,
    RecipeRow,
    Settings,
)

LEAST_STEPS = 3_000  # a batch of examples is halved until the time holds so many: 300 characters each, 20 s, 1.75 to 1.38 nats

TOO_MANY = 2  # times most_passes: if the time holds so many passes, the goal is most_passes instead

LONGEST_MEASURING = 0.1  # at most this share of the time counts as spent, even if the machine stood still meanwhile

_UNCHOSEN = (*GOALS, "seed")  # settings that no recipe chooses


@dataclass(frozen=True)
class Material:
    """The facts about the data that decide. chars: in the training part, targets included; outputs: how many symbols a
    prediction chooses among; examples: in the training part, 1 for a running text; tokens: what is read; distinct: how many
    different ones."""

    kind: Kind
    chars: int
    outputs: int
    examples: int = 1
    tokens: str = "char"
    distinct: int = 20_000


@dataclass(frozen=True)
class Recipe:
    """The settings to train with, and a line that says why. spent_s: how much time is gone before the first step."""

    config: RunConfig
    why: str
    spent_s: float = 0.0


def recipe_on(data: Data, given: Settings, threads: int) -> Recipe:
    """The recipe for given["seconds"] on this machine; its speed is measured first. given: the settings that the person has
    chosen, by name. Raises InputError for one out of range.

    The smallest network's speed says which one to take. That one is measured, too: if it is slower than it should be, a
    smaller one may be right.
    """
    start = time.perf_counter()
    seconds, material = given["seconds"], material_of(data)
    row = _rows(material, given)[0]
    speed = measured_speed(data, given, row, threads)
    while (chosen := _row(material, given, speed)) is not row:
        row = chosen
        speed = min(speed, measured_speed(data, given, row, threads))
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
        if rows and name not in row.settings:
            chosen[name] = next(value for least, value in reversed(rows) if passes >= least)
    config = RunConfig.to_goal(material.kind.name, **{**chosen, **given, **goal})
    return Recipe(config, _why(config, material, given, rate, passes))


def material_of(data: Data) -> Material:
    """What decides of these data."""
    examples, read = 1 if data.kind.is_stream else len(data.train), data.vocabulary
    return Material(data.kind, _length(data, data.train), data.symbols.outputs, examples, read.kind, len(read))


def measured_speed(data: Data, given: Settings, row: RecipeRow, threads: int) -> float:
    """How fast this machine is, as a multiple of the speed of the machine that the rows were measured on. It times steps of the
    row's network, which learns nothing meanwhile, and the median counts. Takes about 2% of the time, at least a tenth and at
    most half of a second."""
    learner = learner_for(RunConfig(data.kind.name, **{**row.settings, **given}), data)
    no_rates = np.zeros(4)
    learner.train(no_rates, 0, threads)  # the first call starts threads and fills caches
    speeds, start = list[float](), time.perf_counter()
    until = start + min(0.5, max(0.1, 0.02 * given["seconds"]))
    while not speeds or start < until:
        chars = learner.train(no_rates, 0, threads).chars.sum()
        now = time.perf_counter()
        speeds.append(chars / (now - start))
        start = now
    return float(np.median(speeds)) / _chars_per_s(row, material_of(data), given, 1.0)


def _rows(material: Material, given: Settings) -> tuple[RecipeRow, ...]:
    """The rows of the cell that was given, or those that are taken unasked."""
    rows = ROWS[material.kind.name]
    if not material.kind.is_stream or (material.outputs >= MANY_WORDS and not given.get("tie_weights")):
        rows = _for_words(material, WORD_ROWS) or rows
    unasked = tuple(row for row in rows if not row.only_asked)
    if "cell" not in given:
        return unasked
    return tuple(row for row in rows if row.settings["cell"] == given["cell"]) or unasked[:1]


def _for_words(material: Material, table: Mapping[str, tuple[Any, ...]]) -> tuple[Any, ...]:
    """What a table says about such data if they are of enough different words; () if it says nothing, or they are not."""
    many = material.distinct >= LEAST_WORDS.get(material.kind.name, 0)
    return table.get(material.kind.name, ()) if many and material.tokens.startswith("word") else ()


def _limit(material: Material) -> Limit:
    return next(limit for limit in reversed(LIMITS) if material.chars >= limit.least_chars)


def _row(material: Material, given: Settings, speed: float) -> RecipeRow:
    """The last row that reads enough; if a size is given, the row of the nearest size."""
    rows = _rows(material, given)
    if "hidden_size" in given:
        return min(rows, key=lambda row: abs(math.log(row.settings["hidden_size"] / given["hidden_size"])))
    most = math.inf
    if material.kind.is_stream:
        limit = _limit(material)
        most = limit.most_passes * material.chars
        rows = tuple(row for row in rows if row.settings["hidden_size"] <= limit.most_units) or rows[:1]
    reads = [min(most, given["seconds"] * _chars_per_s(row, material, given, speed)) for row in rows]
    enough = [row for row, chars in zip(rows, reads, strict=True) if chars >= row.least_chars]
    return enough[-1] if enough else rows[0]


def _batch_size(largest: int, least: int, material: Material, chars: float) -> int:
    """The first of `largest`, its half and so on, down to `least`, with which so many characters make LEAST_STEPS."""
    size, examples_read = largest, chars * material.examples / max(1, material.chars)
    while size > least and examples_read < LEAST_STEPS * size:
        size //= 2
    return size


def _chars_per_s(row: RecipeRow, material: Material, given: Settings, speed: float) -> float:
    """How much the row's network reads a second here, with the given settings in place of its own."""
    own = _work(row.settings, REFERENCE_OUTPUTS)
    return row.chars_per_s * speed * own / _work({**row.settings, **given}, material.outputs)


def _work(settings: Settings, outputs: int) -> float:
    """Products for a character: with U, with the W of upper layers, and with V or the rows drawn of it."""
    cell, size, layers = CELLS[settings["cell"]], settings["hidden_size"], settings.get("num_layers", 1)
    outputs = settings.get("sampled_softmax") or outputs
    of_input, of_state = (len(blocks) for blocks in (cell.input_blocks, cell.recurrent_blocks))
    return float(size * ((of_input * (layers - 1) + of_state * layers) * size + outputs))


def _length(data: Data, part: Any) -> int:
    """Characters of a part of the data, targets included."""
    return len(part) if data.kind.is_stream else int(part.sizes.sum())


def _why(config: RunConfig, material: Material, given: Settings, rate: float, passes: float) -> str:
    """One line: what was chosen, and why."""
    chosen = f"{config.name}, batch {config.batch_size}, learning rate {config.learning_rate:g}, dropout {config.dropout:g}"
    if smoothing := getattr(config, "label_smoothing", 0):
        chosen += f", label smoothing {smoothing:g}"
    if config.sampled_softmax:
        chosen += f", softmax over {config.sampled_softmax:,} words drawn"
    unit = material.tokens.partition("+")[0]
    reads = f"{count(rate)} {unit}/s here, {_passes(passes)} through {count(material.chars)} {TOKEN_NAMES[unit]}s"
    if config.epochs is not None:
        takes = passes * material.chars / rate
        reads += (
            f", which take {takes:.1f} s: with more, a network overfits such a short text, so training ends before the "
            f"{given['seconds']:g} s that you gave (--epochs sets the number of passes)"
        )
    kept = [name for name in given if name not in _UNCHOSEN]
    yours = f"; set by you: {', '.join(kept)}" if kept else ""
    return f"recipe for {given['seconds']:g} s: {chosen}; {reads}{yours}"


def _passes(number: float) -> str:
    return f"{number:.1f} passes" if number < 10 else f"{number:,.0f} passes"
