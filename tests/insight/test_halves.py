"""What each half has of x_t: against the reference, with each half read by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.training.tasks import PROBLEMS
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.insight.halves import Halves
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer
from tui_rnn.lessons.oracles.inside import ORACLES
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer


def tagger(folder: Path, overlap: bool) -> Subject:
    config = RunConfig("tag", hidden_size=8, num_layers=1, overlap=overlap, bidirectional=True, embedding_size=6)
    trainer = Trainer(config, PROBLEMS["tag"].open(folder))
    while trainer.step < 60:
        trainer.advance(20)
    return subject_of(trainer)


@pytest.mark.parametrize("overlap", [True, False])
def test_gradients_and_accuracies_are_the_references(overlap: bool, tmp_path: Path) -> None:
    asked = tagger(tmp_path, overlap)
    for question in (Halves(length=400, word=1), Halves("ka xo lle", word=0, length=200)):
        found, expected = answer(asked, question), ORACLES["halves"](asked, question)
        for name in ("accuracy", "without_forward", "without_backward", "without_both", "of", "chance", "overlaps", "at"):
            assert getattr(found, name) == pytest.approx(expected[name]), name
        assert found.tag == expected["tag"]
        for name in ("forward", "backward"):
            np.testing.assert_allclose(getattr(found, name), expected[name], atol=1e-9)
        before = found.symbols[: found.at]
        assert (found.forward[len(before) + 1 :] == 0).all(), "h_t^f has not read what follows"
        assert (found.backward[: len(before)] == 0).all(), "h_t^b has not read what stands before"
        assert bool(found.backward[found.at] > 0) is overlap
    if not overlap:
        assert found.without_backward == found.accuracy


def test_a_network_without_two_halves_is_told(subjects: dict[str, Subject], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="halves can't be asked of"):
        answer(subjects["classify"], Halves())
    with pytest.raises(InputError, match="word is 9, the sentence has words 0 to 2"):
        answer(tagger(tmp_path, True), Halves("ka xo lle", word=9))
