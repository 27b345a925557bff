"""What the engine of the screen's tests says to questions about units and training: worked out from small random networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tui_rnn.cells import LSTM
from tui_rnn.config import RunConfig
from tui_rnn.insight.arithmetic import Arithmetic, Worked
from tui_rnn.insight.biography import Biography, BiographyFound
from tui_rnn.insight.by_hand import Place, Text, head_at, of_text
from tui_rnn.insight.embedding import Embedded, Embedding, Separation
from tui_rnn.insight.gradient_flow import GradientFlow
from tui_rnn.insight.health import Health, Healthy
from tui_rnn.insight.health_words import Finding
from tui_rnn.insight.question import Answer
from tui_rnn.insight.saturation import GateUse, StateUse
from tui_rnn.insight.sheet import Sheet
from tui_rnn.insight.spectrum import Spectrum
from tui_rnn.insight.training_steps import TrainingSteps

LETTERS, H, D = "abcdefgh", 8, 4


def worked(step: int, question: Arithmetic) -> Worked:
    """Of an LSTM of one layer with 8 units, which has read four letters; the unit is the one that is asked about, modulo 8."""
    rng, config = np.random.default_rng(4), RunConfig(hidden_size=H, embedding_size=D)
    shapes = {"E": (8, D), "W0": (D, 4 * H), "U0": (H, 4 * H), "b0": (4 * H,), "V": (8, H), "b_out": (8,)}
    parameters = {name: rng.normal(0, 0.7, shape) for name, shape in shapes.items()}
    place, ids = Place(1, "forward", question.unit % H), np.array([3, 1, 4, 1])
    text = Text(ids, tuple(LETTERS[k] for k in ids), 3, question.position or 0)
    head = head_at(3, f"the loss at position {text.position}", "which follows", "the likeliest")
    hand = of_text(config, parameters, text, place, head, 5, tuple(LETTERS), {})
    sheet = Sheet(hand, LSTM, "tanh", place.unit, question.terms, question.outputs, question.digits)
    name, gradient, difference, line = sheet.gradient_line()
    assert hand.readout is not None
    lines = (*sheet.cell_lines(), *sheet.readout_lines(hand.readout), line)
    return Worked(
        step, "LSTM", hand.symbol, text.position, place, hand.about, "e is the embedding of 'b'", lines,
        name, gradient, difference, 4, tuple(sheet.block_gradients()), 1e-7, hand.loss(parameters),
    )  # fmt: skip


def healthy(step: int, question: Health) -> Healthy:
    """A gate that is open in one half of the units and shut in the other, and one dead unit."""
    open_ = np.linspace(0, 1, 128)
    gate = GateUse("f", 1, "forward", 1 - open_, open_, 0.2 + 0.6 * open_, 5 * open_)
    state = StateUse("h", 1, "forward", np.array([7]), np.array([], np.int64), 0.9)
    told = (
        Finding("gate f, layer 1", "below 0.1 50.0% and above 0.9 50.0% of the time", "a smaller learning rate"),
        Finding("h, layer 1", "1 of 128 units are dead: they move less than 0.01 (7)"),
    )
    steps = TrainingSteps(0.25, 0.0, 400, 16, 0.4, {"U0": 0.001}, 0.001, 0.01, 0.01)
    spectrum = Spectrum("U_f", "layer 1", np.array([1.5, 0.7]))
    flow = GradientFlow(np.ones((1, 4)), 16)
    return Healthy(step, "12,000 of 20,000 characters", "", (gate,), (state,), flow, steps, (spectrum,), (), told)


def embedded(step: int, question: Embedding) -> Embedded:
    """Letters on a circle in their order; the nearest are the neighbours in the alphabet."""
    symbols = tuple("\n abcdefghijklmnopqrstuvwxyz")
    angle = np.linspace(0, 2 * np.pi, len(symbols), endpoint=False)
    places = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    near = np.stack([(np.arange(len(symbols)) + 1) % len(symbols), (np.arange(len(symbols)) - 1) % len(symbols)], axis=1)
    apart = Separation("vowels among small letters", 5, 26, 0.3, -0.1, 0.4, 0.1, 0.001)
    cosines = np.full(near.shape, 0.9, np.float32)
    name = question.matrix.upper()
    return Embedded(step, name, 32, symbols, places, np.array([0.2, 0.1]), near, cosines, 0.4, (apart,), -1)


def lived(step: int, question: Biography) -> BiographyFound:
    """Four moments; the unit learns what is asked by the third."""
    at, means = np.array([0, 10, 100, step]), {name: np.linspace(0.2, 0.8, 4) for name in ("i", "f", "g", "o", "c", "h")}
    score = np.array([0.5, 0.55, 0.8, 0.9]) if question.where else np.zeros(0)
    title, measure = ("vowel", "AUC") if question.where else ("", "")
    texts = ("xqz", "e the", "the mill", "The mill turns")
    return BiographyFound(
        step, question.unit, at, means, np.linspace(6, 2, 4), score, measure, question.signal, title, 0.6, texts, ""
    )


ANSWERS: dict[type, Callable[[int, Any], Answer]] = {Arithmetic: worked, Health: healthy, Embedding: embedded, Biography: lived}
