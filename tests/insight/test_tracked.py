"""What the built-in corpora promise: each names a hypothesis with its figures. Two are trained and asked here, all of them
by `python tests/soak/tracked.py`."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.builtin import BUILTINS, Builtin
from tui_rnn.data.corpus import open_corpus, train_length
from tui_rnn.insight.hypotheses import hypothesis
from tui_rnn.insight.registry import answer
from tui_rnn.insight.units import DEFAULT_LENGTH, Units
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer
from tui_rnn.tui.views.hint import READ


@pytest.mark.parametrize("builtin", BUILTINS.values(), ids=lambda one: one.name)
def test_every_corpus_names_what_is_tracked_and_its_text_has_it_in_both_halves(builtin: Builtin) -> None:
    text = builtin.text()
    validation = text[train_length(len(text)) :]
    assert builtin.tracked
    for one in builtin.tracked:
        for length in (DEFAULT_LENGTH, READ)[: 1 + (one is builtin.tracked[0])]:  # the screen asks the first, on less
            values = hypothesis(one.where).values(validation[:length])
            told = values[~np.isnan(values)]
            assert len(np.unique(told[: len(told) // 2])) > 1
            assert len(np.unique(told[len(told) // 2 :])) > 1
        assert 0 < one.chance < 1
        assert one.chance < one.probe <= 1
        assert one.chance < one.score <= 1 or "many units" in builtin.what_to_look_for


@pytest.mark.parametrize(("name", "steps"), [("counting", 120), ("brackets", 200)])
def test_after_a_short_run_a_unit_tracks_what_the_corpus_promises(name: str, steps: int) -> None:
    config = RunConfig(hidden_size=32, embedding_size=8, learning_rate=0.02, batch_size=16, seq_len=64, seed=1)
    trainer = Trainer(config, open_corpus(name))
    while trainer.step < steps:
        trainer.advance(50)
    (promise,) = BUILTINS[name].tracked
    found = answer(subject_of(trainer), Units(promise.where, length=4000))
    assert found.units[0].beyond_chance
    assert found.units[0].score > 0.6
    assert found.probe.score > 0.8
