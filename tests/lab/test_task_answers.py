"""Questions to runs of each task in the lab: answered by the weights of now, again and again where they are watched."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.lab.bench import Bench, asked_as, start, watching
from tests.lab.examples import EXAMPLE_TASKS, EXAMPLES, TASKS, UNITS, as_found, mean_pooling
from tui_rnn.insight.answers import ClassifiedText, TaggedText, WrittenText
from tui_rnn.insight.predict import Predict, Predictions
from tui_rnn.insight.question import Question
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.trace import Trace, Traced
from tui_rnn.lab.messages import (
    Ask,
    Pause,
    Saved,
    SaveRuns,
    Unanswered,
)
from tui_rnn.training.api import load

Write = Callable[[str], str]
READINGS = {
    "tag": ["forward", "backward"],
    "classify": ["forward", "backward"],
    "seq2seq": ["encoder forward", "encoder backward", "decoder"],
    "items": ["forward"],
    "lm": ["forward"],
}


@pytest.mark.parametrize("task", EXAMPLE_TASKS)
def test_a_question_is_answered_by_the_weights_of_now(bench: Bench, write: Write, tmp_path: Path, task: str) -> None:
    start(bench, task, write(task))
    bench.wait_steps(1, 20)
    path = tmp_path / "asked.safetensors"
    bench.do(Pause(1), SaveRuns(1, str(path)), Ask(1, 7, Predict(("the karas sings",))))
    answered = bench.wait_answer(Predictions)
    assert (answered.run_id, answered.request_id) == (1, 7)
    saved = bench.wait(Saved, lambda saved: saved.path == str(path))
    assert saved.step == answered.step
    run, (answer,) = load(path), answered.answer.said
    expected = run.predict("the karas sings")
    match answer:
        case TaggedText():
            assert isinstance(expected, TaggedText)
            assert (answer.words, answer.tags) == (("the", "karas", "sings"), expected.tags)
            assert answer.unseen == (False, "karas" not in str(EXAMPLES["tag"]), False)
        case ClassifiedText():
            beginning = run.predict("the k")
            assert isinstance(expected, ClassifiedText)
            assert isinstance(beginning, ClassifiedText)
            assert answer.probs == pytest.approx(expected.probs, abs=1e-6)
            assert answer.after_each[-1] == pytest.approx(answer.probs, abs=1e-6)
            assert answer.after_each[4] == pytest.approx(beginning.probs, abs=1e-6)
        case WrittenText():
            assert isinstance(expected, WrittenText)
            assert answer.outputs[0].text == expected.outputs[0].text
            assert answer.outputs[0].attention.sum(axis=1) == pytest.approx(1, abs=1e-4)


def test_a_beam_gives_several_outputs_the_likeliest_first(bench: Bench, write: Write) -> None:
    start(bench, "seq2seq", write("seq2seq"))
    bench.do(Ask(1, 1, Predict(("karas",), beam=3)))
    (answer,) = bench.wait_answer(Predictions).answer.said
    assert isinstance(answer, WrittenText)
    assert len(answer.outputs) == 3
    assert all(one.log_prob >= other.log_prob for one, other in pairwise(answer.outputs))


@pytest.mark.parametrize(
    ("task", "question", "reason"),
    [
        ("tag", Predict((" \n ",)), "no words to tag"),
        ("tag", Predict(("",)), "has 0 characters"),
        ("classify", Predict(("a" * 100_000,)), "has 100,000 characters, expected 1 to"),
        ("classify", Sample("kara"), "only a language model"),
        ("items", Predict(("kara",)), "answers no texts"),
    ],
)
def test_a_question_that_has_no_answer_is_refused_and_training_goes_on(
    bench: Bench, write: Write, task: str, question: Question[Any], reason: str
) -> None:
    start(bench, task, write(task))
    bench.do(Ask(1, 4, question))
    refused = bench.wait(Unanswered)
    assert (refused.run_id, refused.request_id, refused.question) == (1, 4, question)
    assert reason in refused.reason
    bench.wait_steps(1, 5)


def test_a_run_that_is_gone_answers_nothing_and_says_so(bench: Bench, write: Write) -> None:
    start(bench, "tag", write("tag"))
    bench.do(Ask(2, 4, Predict(("kara",))))
    assert "gone" in bench.wait(Unanswered).reason


@pytest.mark.parametrize("task", EXAMPLE_TASKS)
def test_watched_examples_are_answered_again_and_again_with_what_is_right(bench: Bench, write: Write, task: str) -> None:
    start(bench, task, write(task))
    bench.do(watching(Predict(examples=5)))
    first = bench.wait_answer(Predictions, lambda answered: len(answered.answer.said) == 5)
    later = bench.wait_answer(Predictions, lambda answered: answered.step > first.step)
    assert first.request_id is later.request_id is None
    right = [as_found(answer) for answer in first.answer.said]
    assert [as_found(answer) for answer in later.answer.said] == right
    assert set(right) <= set(EXAMPLES[task])
    assert not bench.answers(Traced)


def classified(predictions: Predictions) -> list[ClassifiedText]:
    """The answers, which must all be a text and its class."""
    answers = [answer for answer in predictions.said if isinstance(answer, ClassifiedText)]
    assert len(answers) == len(predictions.said)
    return answers


def test_only_the_chosen_text_is_classified_after_each_character(bench: Bench, write: Write) -> None:
    start(bench, "classify", write("classify"), mean_pooling())
    bench.do(watching(Predict(examples=4, chosen=2)))
    answers = classified(bench.wait_answer(Predictions).answer)
    assert [len(answer.after_each) > 0 for answer in answers] == [False, False, True, False]
    assert answers[2].contributions is not None
    assert answers[2].contributions.shape == (len(answers[2].text), 2)


def test_of_very_many_classes_only_the_final_answer_is_told(
    bench: Bench, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_rnn.insight.predict.MAX_CLASS_CELLS", 5 * 2)
    start(bench, "classify", write("classify"), mean_pooling())
    for number, text in enumerate(("the k", "the ka")):
        bench.do(Ask(1, number, Predict((text,))))
    both = [bench.wait_answer(Predictions, asked_as(number)) for number in (0, 1)]
    answers = [classified(told.answer)[0] for told in both]
    assert [len(answer.after_each) for answer in answers] == [5, 0]
    assert [answer.contributions is None for answer in answers] == [False, True]
    assert answers[1].probs.sum() == pytest.approx(1)


@pytest.mark.parametrize("task", TASKS)
def test_each_direction_of_each_part_is_read_out(bench: Bench, write: Write, task: str) -> None:
    start(bench, task, write(task))
    bench.do(watching(Trace("the kara")))
    traced = bench.wait_answer(Traced).answer
    assert [reading.name for reading in traced.readings] == READINGS[task]
    for reading in traced.readings:
        assert {name: values.shape for name, values in reading.signals.items()} == {
            name: (len(reading.symbols), 1, UNITS) for name in "ifgoch"
        }
    assert traced.readings[0].symbols == (("<s>", *"the kara") if task == "items" else tuple("the kara"))
    if task == "seq2seq":
        assert isinstance(traced.said, WrittenText)
        assert traced.readings[-1].symbols[:-1] == traced.said.outputs[0].tokens
        assert traced.said.outputs[0].attention.shape[1] == len("the kara")
    if task in ("lm", "items"):
        assert len(traced.expected.next_prob) == len(traced.expected.top_symbols) == len(traced.readings[0].symbols)
        assert traced.said is None
