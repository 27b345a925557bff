"""The lab: what each command does to the runs, and that nobody's trouble is another's."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.numpy

from tests.lab.bench import Bench, answers_in, opening, trains, until, watching
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import open_corpus
from tui_rnn.data.opening import Data, open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.landmarks import ngram_landmarks
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.sample import Sample, Sampled
from tui_rnn.insight.trace import Trace, Traced
from tui_rnn.lab import run_thread
from tui_rnn.lab.data_summary import summary_of
from tui_rnn.lab.lab import Lab
from tui_rnn.lab.messages import (
    AddRun,
    Answered,
    Ask,
    DataOpened,
    Event,
    Fault,
    LandmarksReady,
    Notice,
    OpenData,
    Pause,
    ResetRun,
    Resume,
    RunAdded,
    RunRemoved,
    Saved,
    Working,
)
from tui_rnn.lab.open_telling import Cancelled
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.training.trainer import Trainer


def test_a_text_to_validate_on_is_scored_instead_of_the_end_of_the_source(
    bench: Bench, source: str, text: str, tmp_path: Path, elman: RunConfig
) -> None:
    held_out = tmp_path / "held_out.txt"
    held_out.write_text(text[:500], encoding="utf-8", newline="\n")
    bench.do(OpenData(DataRequest(SourceFiles(source, validation=str(held_out)), "lm"), (elman,)))
    opened = until(lambda: bench.heard(DataOpened))[0]
    assert (opened.train_chars, opened.val_chars) == (len(text), 500)
    assert opened.request is not None
    assert opened.request.files.validation == str(held_out)
    bench.wait_run(1, trains)


def test_its_end_leaves_no_thread(source: str, elman: RunConfig) -> None:
    before = set(threading.enumerate())
    bench = Bench()
    bench.open(source, elman)
    bench.wait_run(1, trains)
    bench.lab.shut_down(save=False)
    until(lambda: set(threading.enumerate()) <= before, "the end of every thread")


def test_opening_a_text_tells_what_it_is_and_starts_the_runs(
    bench: Bench, source: str, text: str, elman: RunConfig, lstm: RunConfig
) -> None:
    bench.open(source, elman, lstm)
    opened = bench.heard(DataOpened)[0]
    assert (opened.name, opened.char_count) == ("animals.txt", len(text))
    assert opened.vocabulary == "".join(sorted(set(text)))
    assert opened.train_chars + opened.val_chars == len(text)
    added = bench.heard(RunAdded)
    assert [(run.run_id, run.name, run.config) for run in added] == [(1, "Elman 16", elman), (2, "LSTM 16", lstm)]
    assert added[1].parameter_count == LanguageModel(lstm, len(opened.vocabulary)).parameter_count
    for run_id in (1, 2):
        bench.wait_run(run_id, trains)


def test_a_lab_that_ends_while_it_opens_a_text_begins_no_run(
    bench: Bench, source: str, elman: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def summary(data: Data) -> DataOpened:
        bench.lab.shut_down(save=False)
        return summary_of(data)

    monkeypatch.setattr("tui_rnn.lab.lab.summary_of", summary)
    with pytest.raises(Cancelled):
        bench.lab._open(opening(source, elman), threading.Event())
    assert not bench.lab.snapshot().runs


def test_what_is_said_to_a_run_as_soon_as_it_is_announced_reaches_it(source: str, elman: RunConfig) -> None:
    heard: list[Event] = []

    def hear(event: Event) -> None:
        heard.append(event)
        if isinstance(event, RunAdded):
            lab.handle(watching(Trace("the cat"), runs=(event.run_id,)))
            lab.handle(Pause(event.run_id))

    lab = Lab(hear)
    try:
        lab.handle(opening(source, elman))
        until(lambda: any(run.status == "paused" for run in lab.snapshot().runs), "pausing")
        traced = until(lambda: next(iter(answers_in(heard, Traced)), None), "a trace")
        assert traced.answer.text == "the cat"
    finally:
        lab.shut_down(save=False)


def test_the_curve_shows_what_was_trained(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, replace(elman, steps=50))
    run = bench.wait_run(1, lambda run: run.status == "finished")
    assert run.curve.train_chars.tolist() == [64.0 * (step + 1) for step in range(50)]
    assert run.curve.val_loss_nats[0] == pytest.approx(math.log(len(bench.heard(DataOpened)[0].vocabulary)), rel=0.1)
    assert run.curve.val_loss_nats[-1] == run.val_loss_nats < run.curve.val_loss_nats[0]
    assert run.curve.learning_rate[-1] == elman.learning_rate
    assert len(run.curve.grad_norm) == len(run.curve.train_loss_nats) == 50


def test_a_run_in_the_lab_learns_the_same_as_one_alone(bench: Bench, source: str, lstm: RunConfig, elman: RunConfig) -> None:
    config = replace(lstm, steps=300, dropout=0.2)
    bench.do(watching(Sample(sampling=Sampling(length=30)), Trace("the cat"), runs=(1, 2)))
    bench.open(source, config, elman)
    bench.do(Ask(1, 1, Sample("a dog", Sampling(length=20))), Pause(1), Resume(1))
    path = bench.wait(Saved, lambda saved: saved.run_id == 1).path
    alone = Trainer(config, open_corpus(source))
    while not alone.finished:
        alone.advance(100)
    in_the_lab = safetensors.numpy.load_file(path)
    for name, array in alone.learner.network.arrays().items():
        assert in_the_lab[name].tobytes() == array.tobytes(), name


def test_a_state_that_has_not_changed_is_not_published_again(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    bench.do(Pause(1))
    bench.wait_run(1, lambda run: run.status == "paused")
    short = Sample("a", Sampling(length=1))
    bench.do(Ask(1, 1, short), Ask(1, 2, short))
    bench.wait_answer(Sampled, lambda drawn: drawn.request_id == 1)
    before = bench.run(1)
    bench.wait_answer(Sampled, lambda drawn: drawn.request_id == 2)
    bench.do(Ask(1, 3, short))
    time.sleep(3 * run_thread.IDLE_S)
    assert bench.run(1) is before


def test_an_error_in_one_run_is_told_and_the_others_go_on(
    bench: Bench, source: str, elman: RunConfig, lstm: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = LanguageModel.train

    def breaking(model: LanguageModel, *arguments: Any) -> Any:
        if model.config.cell == "elman":
            raise ZeroDivisionError("something odd")
        return train(model, *arguments)

    monkeypatch.setattr(LanguageModel, "train", breaking)
    bench.open(source, elman, lstm)
    fault = bench.wait(Fault)
    assert (fault.run_id, fault.text) == (1, "Elman 16 stopped: ZeroDivisionError: something odd")
    assert bench.wait_run(1, lambda run: run.status == "failed").message == fault.text
    bench.wait_run(2, lambda run: run.step > 20)
    monkeypatch.setattr(LanguageModel, "train", train)
    bench.do(ResetRun(1))
    bench.wait_run(1, trains)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda config: replace(config, seq_len=800, batch_size=1000, hidden_size=4096), "GiB of memory"),
        (lambda config: replace(config, schedule="cosine"), "needs a goal"),
        (lambda config: replace(config, seq_len=4096), "too few for seq_len 4096"),
    ],
)
def test_a_run_that_can_not_be_is_refused_and_the_lab_goes_on(
    make: Callable[[RunConfig], RunConfig], reason: str, bench: Bench, tmp_path: Path, elman: RunConfig
) -> None:
    source = tmp_path / "short.txt"
    source.write_text("to be or not to be, " * 50, encoding="utf-8")
    bench.open(str(source), elman)
    bench.do(AddRun(make(elman)))
    assert reason in bench.wait(Notice, lambda notice: notice.severity == "error").text
    assert len(bench.heard(RunAdded)) == 1
    bench.wait_run(1, trains)


def test_a_text_that_can_not_be_opened_leaves_the_lab_as_it_is(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    bench.do(opening("no such file.txt", elman))
    bench.wait(Notice, lambda notice: "no such file.txt" in notice.text and notice.severity == "error")
    bench.wait_steps(1, 1)
    assert len(bench.heard(DataOpened)) == 1


def test_another_text_takes_the_place_of_the_first_whose_runs_are_saved(
    bench: Bench, source: str, tmp_path: Path, elman: RunConfig, lstm: RunConfig
) -> None:
    bench.open(source, elman)
    bench.wait_run(1, trains)
    other = tmp_path / "other.txt"
    other.write_text("la li lu, " * 1000, encoding="utf-8")
    bench.do(opening(str(other), lstm))
    bench.wait(RunAdded, lambda added: added.run_id == 2)
    kinds = [type(event) for event in bench.events if isinstance(event, (DataOpened, Saved, RunRemoved, RunAdded))]
    assert kinds == [DataOpened, RunAdded, Saved, RunRemoved, DataOpened, RunAdded]
    assert [run.run_id for run in bench.lab.snapshot().runs] == [2]


def test_opening_is_given_up_when_another_text_is_asked_for(
    bench: Bench, source: str, elman: RunConfig, lstm: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = threading.Event()

    def slow(request: DataRequest, progress: Callable[[int, int], None], symbols: Symbols | None) -> Data:
        while request.files.source == "endless":
            reading.set()
            progress(1, 2)
        return open_data(request, progress, symbols)

    monkeypatch.setattr("tui_rnn.lab.open_telling.open_data", slow)
    bench.do(opening("endless", elman))
    assert reading.wait(60)
    bench.wait(Working, lambda working: (working.what, working.done, working.total) == ("opening endless", 1, 2))
    bench.open(source, lstm)
    assert [opened.name for opened in bench.heard(DataOpened)] == ["animals.txt"]
    readings = [working for working in bench.heard(Working) if working.what.startswith("opening")]
    assert readings[-1].done == readings[-1].total


def test_without_a_text_a_run_has_nothing_to_learn_from(bench: Bench, elman: RunConfig) -> None:
    bench.do(AddRun(elman))
    assert "open a text first" in bench.wait(Notice).text


def test_the_landmarks_are_those_of_the_scored_validation_text(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    corpus = open_corpus(source)
    expected = ngram_landmarks(corpus.train, corpus.validation, len(corpus.vocabulary))
    ready = bench.wait(LandmarksReady)
    assert [(landmark.name, landmark.value, landmark.note) for landmark in ready.landmarks] == expected


def test_only_what_is_watched_is_sampled_and_traced(bench: Bench, source: str, elman: RunConfig, lstm: RunConfig) -> None:
    bench.open(source, elman, lstm)
    bench.wait_run(2, trains)
    bench.do(watching(Sample(sampling=Sampling(length=30)), Trace(length=40), runs=(2,), interval_s=0.01))
    until(lambda: len(bench.answers(Sampled)) > 2 and len(bench.answers(Traced)) > 2)
    assert {event.run_id for event in bench.heard(Answered)} == {2}
    assert bench.answers(Traced)[0].answer.text == open_corpus(source).vocabulary.decode(open_corpus(source).validation[:40])


def test_a_paused_run_answers_a_new_probe_at_once_and_then_rests(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    bench.do(Pause(1), watching(Sample(), Trace()))
    bench.wait_answer(Traced)
    bench.wait_run(1, lambda run: run.status == "paused")
    bench.do(watching(Sample(), Trace("a cat")))
    bench.wait_answer(Traced, lambda traced: traced.answer.text == "a cat")
    count = len(bench.heard(Answered))
    bench.do(Ask(1, 1, Sample("the end")))
    bench.wait_answer(Sampled, lambda drawn: drawn.request_id == 1)
    assert len(bench.heard(Answered)) == count + 1


def test_a_prompt_is_answered_once_with_its_number(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    asked = Sample("the dogξ", Sampling(length=25), seed=3)
    bench.do(Ask(1, 77, asked))
    answered = bench.wait_answer(Sampled)
    drawn = answered.answer
    assert (answered.run_id, answered.request_id, answered.question) == (1, 77, asked)
    assert (drawn.prompt, drawn.unknown) == ("the dogξ", (7,))
    assert len(drawn.text) == len(drawn.surprise_nats) == 8 + 25


def test_a_watched_question_without_an_answer_is_refused_once(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    bench.do(watching(Predict()))
    assert "a language model answers no texts" in bench.wait(Notice).text
    bench.wait_steps(1, 50)
    assert len(bench.heard(Notice)) == 1
