"""Runs that would not fit are refused by their settings alone."""

from __future__ import annotations

import itertools

import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.data.opening import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.train.memory import check_memory, training_bytes
from tui_rnn.train.trainer import Trainer

LETTERS = Symbols(Vocabulary("".join(map(chr, range(65, 130)))))


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
@pytest.mark.parametrize("size", [{}, {"num_layers": 3, "embedding_size": 48}, {"batch_size": 200, "hidden_size": 32}])
def test_the_estimate_covers_what_a_model_holds(cell: str, size: dict[str, int]) -> None:
    config = RunConfig(cell=cell, **size)
    model = LanguageModel(config, 65)
    held = sum(array.nbytes for array in (model._store.flat, *model._packed, *itertools.chain(*model._work)))
    needed = training_bytes("lm", config, LETTERS, config.batch_size * config.seq_len)
    assert held < 1.1 * needed < 4.4 * held


def test_settings_that_ask_for_too_much_together_are_refused(corpus: Corpus) -> None:
    with pytest.raises(InputError, match=r"seq_len 4096 on 65 characters needs about \d+ GiB of memory"):
        check_memory("lm", RunConfig(batch_size=1024, seq_len=4096), LETTERS, 1024 * 4096)
    with pytest.raises(InputError, match="GiB of memory"):
        Trainer(RunConfig(hidden_size=4096, num_layers=8, seq_len=8), corpus)
