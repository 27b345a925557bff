"""Networks whose weights are set by hand in one unit, so that it is known what that unit tracks; the others are random."""

from __future__ import annotations

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.insight.question import Subject, refuse
from tui_rnn.kinds import RUNNING_TEXT
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.training.subjects import scorer

PLANTED = 11
LARGE = 50.0  # σ and tanh of it are 1
SMALL = 2.0**-14  # so small that tanh is a straight line, and a count is exact


def network_over(text: str, cell: str, seed: int = 3, units: int = 24, size: float = 0.3) -> Subject:
    """A random network that reads one-hot characters, to be asked about the text. size: of its weights."""
    vocabulary = Vocabulary.from_text(text)
    config = RunConfig(cell=cell, hidden_size=units, embedding_size=0, seed=seed, batch_size=1, seq_len=8)
    network = LanguageModel(config, len(vocabulary))
    rng = np.random.default_rng(seed)
    network.set_parameters(
        {name: rng.normal(0, size, array.shape).astype(np.float32) for name, array in network.parameters.items()}
    )
    symbols, ids = Symbols(RUNNING_TEXT, vocabulary), vocabulary.encode(text)[0]
    return Subject(config, symbols, network, 7, refuse("no data"), lambda: ids, scorer(network, symbols, 1))


def plant(subject: Subject, block: str, by_character: dict[str, float], bias: float = 0.0, own: float = 0.0) -> None:
    """Let PLANTED's block of z be what the character says (0 for others), plus a bias, plus `own` times its own state."""
    network, cell, characters = subject.network, CELLS[subject.config.cell], subject.symbols.vocabulary.characters
    H, parameters = subject.config.hidden_size, network.parameters
    if block in cell.input_blocks:
        column = cell.input_blocks.index(block) * H + PLANTED
        parameters["W0"][:, column] = [by_character.get(ch, 0.0) for ch in characters]
    if block in cell.recurrent_blocks:
        column = cell.recurrent_blocks.index(block) * H + PLANTED
        parameters["U0"][:, column] = 0
        parameters["U0"][PLANTED, column] = own
    parameters["b0"][..., cell.blocks.index(block) * H + PLANTED] = bias
    network.set_parameters(parameters)


def plant_counter(subject: Subject) -> None:
    """PLANTED counts: up at ( and down at )."""
    steps = {"(": 1.0, ")": -1.0}
    if subject.config.cell == "lstm":  # c ← c ± 1
        for gate in "ifo":
            plant(subject, gate, {}, bias=LARGE)
        plant(subject, "g", {ch: LARGE * step for ch, step in steps.items()})
        return
    small = {ch: step * SMALL for ch, step in steps.items()}
    if subject.config.cell == "elman":  # h ← tanh(h ± small)
        plant(subject, "h", small, own=1.0)
        return
    plant(subject, "z", {})  # h ← ½ tanh(h ± small) + ½ h
    plant(subject, "r", {}, bias=LARGE)
    plant(subject, "n", small)
    plant(subject, "m", {}, own=1.0)


def plant_detector(subject: Subject, characters: str) -> str:
    """PLANTED is high at some characters and low at all others; which of its signals tells it best."""
    strong = {ch: (3.0 if ch in characters else -3.0) for ch in subject.symbols.vocabulary.characters}
    block = {"lstm": "g", "elman": "h", "gru": "z"}[subject.config.cell]
    plant(subject, block, strong)
    return block
