"""Words with their letters: x_t = [E x_t ; s_t], where s_t = [h_n^f ; h_1^b] are the final states of the speller, a small
bidirectional layer that reads the letters of the word. Its parameters' names begin with "speller."."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tui_rnn.reference.cells import Array, Ids, Parameters
from tui_rnn.reference.sequences import Reading, add, final_state, final_state_backward, read, read_backward

PREFIX = "speller."


class Spelling(NamedTuple):
    """Inputs (T, 3 D) of a sentence, and how each word's letters were read."""

    inputs: Array
    words: list[Reading]


def speller_of(parameters: Parameters) -> Parameters:
    """The speller's parameters, named as those of a network."""
    return {name.removeprefix(PREFIX): value for name, value in parameters.items() if name.startswith(PREFIX)}


def spell(parameters: Parameters, cell: str, ids: Ids, letters: Sequence[Ids]) -> Spelling:
    """The inputs for the words ids (T,) and the letters of each."""
    own = speller_of(parameters)
    words = [read(own, cell, word) for word in letters]
    finals = np.array([final_state(word.states, own) for word in words])
    return Spelling(np.concatenate([parameters["E"][ids], finals], axis=1), words)


def spell_backward(
    parameters: Parameters, cell: str, ids: Ids, letters: Sequence[Ids], spelled: Spelling, dx: Array
) -> Parameters:
    """From the derivative by the inputs (T, 3 D) to the gradients of E and of the speller."""
    own, size = speller_of(parameters), parameters["E"].shape[1]
    dE = np.zeros_like(parameters["E"])
    np.add.at(dE, ids, dx[:, :size])
    gradients: Parameters = {}
    for word, seen, dfinal in zip(letters, spelled.words, dx[:, size:], strict=True):
        dy = final_state_backward(seen.states, own, dfinal)
        gradients = add(gradients, read_backward(own, cell, word, seen, dy))
    return {"E": dE} | {PREFIX + name: value for name, value in gradients.items()}
