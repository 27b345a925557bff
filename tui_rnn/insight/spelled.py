"""The inputs of a network that reads words with their letters, as a table of rows: x = [E x ; s], s from the speller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.data.spelled import Spelled, SpelledRagged, letters_of
from tui_rnn.insight.interventions import batches, padded, pooled
from tui_rnn.insight.stepping import Ids, Numbers, Stack
from tui_rnn.reference.spelling import PREFIX


def stack_over(
    parameters: Mapping[str, Numbers], config: RunConfig, sequences: Sequence[Any], dtype: Any = np.float32
) -> tuple[Stack, list[Ids]]:
    """A network's layers, and each sequence as they read it: its ids or, for words with their letters, rows of a table that has
    one row for each distinct word of all these sequences."""
    if not any(isinstance(one, Spelled) for one in sequences):
        return Stack(parameters, config, dtype=dtype), [np.asarray(one, np.int64) for one in sequences]
    numbers, letters = letters_of(sequences)
    ids, forms = np.concatenate([one.ids for one in sequences]), np.concatenate(numbers)
    _, first, rows = np.unique(forms * (ids.max() + np.int64(1)) + ids, return_index=True, return_inverse=True)
    E = np.asarray(parameters["E"], dtype)
    table = np.concatenate([E[ids[first]], what_letters_say(parameters, config, letters, dtype)[forms[first]]], axis=1)
    ends = np.cumsum([len(one) for one in sequences])[:-1]
    return Stack(parameters, config, dtype=dtype, inputs=table), np.split(rows.astype(np.int64), ends)


def with_average_letters(stack: Stack, embedding_size: int) -> int:
    """Let a stack also read each of its rows with average letters: row k so is row k plus the number that is returned."""
    rows, other = len(stack.inputs), stack.inputs.copy()
    other[:, embedding_size:] = stack.average[embedding_size:]
    stack.inputs = np.concatenate([stack.inputs, other])
    stack.read_average_as(stack.average)
    return rows


def what_letters_say(parameters: Mapping[str, Numbers], config: RunConfig, words: Sequence[Ids], dtype: Any) -> Numbers:
    """s = [h_n^f ; h_1^b] of each word's letters, (words, 2 · embedding size)."""
    reader = Stack(parameters, config.of_letters, PREFIX, dtype)
    H = reader.hidden_size
    found = np.empty((len(words), 2 * H), dtype)
    for some in batches(words, 4 * H):
        ids, lengths = padded([words[k] for k in some])
        found[some] = pooled(reader.read(ids, lengths=lengths).top, lengths, "final", H)
    return found


def average_of(parameters: Mapping[str, Numbers], config: RunConfig, part: SpelledRagged, most: int, dtype: Any) -> Numbers:
    """The mean input over the first `most` words of a part."""
    E = np.asarray(parameters["E"], dtype)
    of_words = np.bincount(part.values[:most], minlength=len(E))
    of_forms = np.bincount(part.forms[:most])
    seen = np.flatnonzero(of_forms)
    says = what_letters_say(parameters, config, [part.letters[form] for form in seen.tolist()], dtype)
    return np.asarray(np.concatenate([of_words @ E, of_forms[seen] @ says]) / of_words.sum())
