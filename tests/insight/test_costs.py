"""What each place costs: it adds up to what scoring says, and each example costs what it costs alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_rnn.errors import InputError
from tui_rnn.insight.costs import Costs, CostsFound
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer
from tui_rnn.insight.scores import Scores
from tui_rnn.kinds import KINDS

OF_EXAMPLES = ("items", "tag", "classify", "seq2seq")


def costs_of(subject: Subject, **asked: int) -> CostsFound:
    return answer(subject, Costs(**asked))


@pytest.mark.parametrize("kind", OF_EXAMPLES)
def test_places_add_up_to_the_score(subjects: dict[str, Subject], kind: str) -> None:
    found, scored = costs_of(subjects[kind]), answer(subjects[kind], Scores())
    assert found.loss_nats == pytest.approx(scored.loss_nats, rel=1e-5)
    assert found.counts.sum() == scored.predictions
    assert len(found.texts) == len(found.nats) == found.total
    main = KINDS[kind].main_metric
    if main is None:
        assert np.isnan(found.metric)
        assert len(found.asked) == 0
    else:
        assert found.metric == pytest.approx(scored.metrics[main.key])
    assert f"{scored.predictions:,}" in next(found.lines())


@pytest.mark.parametrize("kind", ["items", "seq2seq"])
def test_an_example_costs_what_it_costs_alone(subjects: dict[str, Subject], kind: str) -> None:
    subject = subjects[kind]
    part: Any = subject.part
    found, network = costs_of(subject), subject.network
    for row in range(0, len(found.nats), max(1, len(found.nats) // 7)):
        rows = np.array([row])
        own = network.evaluate(*([part.inputs.views(rows)] if kind == "items" else part.batch(rows)))
        assert (found.nats[row], found.counts[row]) == (pytest.approx(own[0], rel=1e-4), own[1])


def test_tokens_of_a_text_cost_what_evaluating_it_says(reader: Subject, words: Subject) -> None:
    for subject in (reader, words):
        part: Any = subject.part
        part = part[:600]
        found = costs_of(subject, length=600)
        nats, count = subject.network.evaluate(part)
        assert found.nats.sum() == pytest.approx(nats, rel=1e-4)
        assert (found.counts.sum(), found.counts[0], found.nats[0]) == (count, 0, 0.0)
        assert found.total == len(subject.part)
        if found.total > 600:
            assert f"600 of {found.total:,} places were read" in found.lines()


def test_a_slice_of_the_examples_is_the_beginning_of_all(subjects: dict[str, Subject], monkeypatch) -> None:
    whole = costs_of(subjects["classify"])
    monkeypatch.setattr("tui_rnn.insight.costs.AT_A_TIME", 3)
    some = costs_of(subjects["classify"], examples=10)
    assert some.texts == whole.texts[:10]
    np.testing.assert_allclose(some.nats, whole.nats[:10], rtol=1e-5)
    assert some.total == whole.total


def test_labels_that_training_lacks_are_wrong_and_cost_nothing(subjects: dict[str, Subject]) -> None:
    subject = subjects["classify"]
    part: Any = subject.part
    labels = part.label_ids.copy()
    labels[::2] = -1
    changed = replace(subject, open_part=lambda: replace(part, label_ids=labels))
    found = costs_of(changed)
    assert (found.counts[::2] == 0).all()
    assert (found.nats[::2] == 0).all()
    assert (found.right[::2] == 0).all()
    assert found.metric == pytest.approx(answer(changed, Scores()).metrics["accuracy"])


def test_a_text_of_one_token_is_refused(reader: Subject) -> None:
    part: Any = reader.part
    with pytest.raises(InputError, match="nothing to predict"):
        costs_of(replace(reader, open_part=lambda: part[:1]))
