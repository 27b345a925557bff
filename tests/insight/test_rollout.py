"""Fed the truth and fed itself: both against the reference, which goes symbol by symbol."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_rnn.errors import InputError
from tui_rnn.insight.question import Cancelled, Subject
from tui_rnn.insight.registry import answer
from tui_rnn.insight.rollout import Rollout
from tui_rnn.lessons.oracles.feeding import ORACLES


@pytest.fixture(scope="session")
def asked(subjects: dict[str, Subject], reader: Subject) -> dict[str, Subject]:
    return {**subjects, "lm": reader}


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("lm", Rollout(steps=9, count=12)),
        ("lm", Rollout(steps=5, count=7, context=3)),
        ("items", Rollout(steps=6, count=30)),
        ("seq2seq", Rollout(steps=3, count=40)),
    ],
)
def test_losses_and_accuracies_by_position_are_the_references(asked: dict[str, Subject], kind: str, question: Rollout) -> None:
    found, expected = answer(asked[kind], question), ORACLES["rollout"](asked[kind], question)
    for name, value in expected.items():
        np.testing.assert_allclose(getattr(found, name), value, atol=2e-4, err_msg=name)
    assert found.free_nats[0] == pytest.approx(found.forced_nats[0], abs=1e-6)
    assert found.standard_error[0] == 0
    assert (found.free_accuracy[1:] <= found.forced_accuracy[1:] + 3 * found.standard_error[1:] + 1e-9).all()
    assert found.examples is (kind != "lm")
    assert list(found.lines())[-1].startswith("chance, by how frequent each symbol is: accuracy 0.")


def test_a_decoder_is_fed_what_it_writes_when_nobody_corrects_it(asked: dict[str, Subject]) -> None:
    subject = asked["seq2seq"]
    part: Any = subject.part
    sources, targets = [part.inputs[k] for k in range(9)], [part.target_ids[k] for k in range(9)]
    written = subject.network.greedy(sources)
    found = subject.network.predicted(sources, targets, feeds_itself=True, threads=2)
    for output, (logs, likeliest) in zip(written, found, strict=True):
        n = min(len(output.ids), len(likeliest))
        np.testing.assert_array_equal(likeliest[:n], output.ids[:n])
        assert logs.shape == likeliest.shape


def test_who_answers_and_what_is_too_short_is_told(asked: dict[str, Subject]) -> None:
    with pytest.raises(
        InputError, match=r"rollout can't be asked of .*: a tagger or classifier is not fed its own predictions"
    ):
        answer(asked["tag"], Rollout())
    short = asked["lm"].part[:50]  # type: ignore[index]
    with pytest.raises(InputError, match="50 tokens validate, expected at least 94: ask for fewer steps or less context"):
        answer(replace(asked["lm"], open_part=lambda: short), Rollout())
    enough = asked["lm"].part[:94]  # type: ignore[index]
    assert answer(replace(asked["lm"], open_part=lambda: enough), Rollout()).of.tolist() == [1] * 30
    with pytest.raises(InputError, match="no item that validates has 500 tokens: read less context"):
        answer(asked["items"], Rollout(context=500))


def test_who_does_not_wait_ends_it(asked: dict[str, Subject]) -> None:
    def leave(done: int, total: int) -> None:
        if done > 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        answer(asked["lm"], Rollout(), leave)
