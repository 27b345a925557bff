"""Questions to networks that read words with their letters, against the reference, the kernels and finite differences."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from tests.tasks.random_networks import in_float64
from tests.training.tasks import sentences, texts
from tui_rnn import reference
from tui_rnn.config import RunConfig
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.spelled import Spelled
from tui_rnn.insight.ablate import Ablate
from tui_rnn.insight.arithmetic import Arithmetic
from tui_rnn.insight.effects import MOST
from tui_rnn.insight.examples import chosen_rows, example_at
from tui_rnn.insight.halves import Halves
from tui_rnn.insight.question import Subject, silent
from tui_rnn.insight.registry import answer
from tui_rnn.insight.why import Why
from tui_rnn.reference import classification, spelling, tagging
from tui_rnn.reference.sequences import read, read_out
from tui_rnn.training.subjects import subject_of, with_weights
from tui_rnn.training.trainer import Trainer

STEP = 1e-5
SENTENCE = "kla xo nie kla"
D = 4
"""Numbers of an embedding; what the letters come to has twice as many."""


def subject(folder: Path, kind: str, **settings: Any) -> Subject:
    """With weights that neither vanish nor saturate, and biases that are not zero."""
    path = folder / "examples.tsv"
    spaced = "".join(" ".join(line.partition("\t")[0]) + line[line.index("\t") :] + "\n" for line in texts().splitlines())
    path.write_text(sentences() if kind == "tag" else spaced, encoding="utf-8")
    data = open_data(DataRequest(SourceFiles(str(path)), task=kind, tokens="word+char"))
    config = RunConfig(kind, hidden_size=6, embedding_size=D, batch_size=4, **settings)
    trainer = Trainer(config, data)
    rng, network = np.random.default_rng(8), trainer.learner.network
    network.set_parameters({name: rng.normal(0, 0.5, a.shape).astype(np.float32) for name, a in network.parameters.items()})
    return subject_of(trainer)


@pytest.fixture(params=["tag", "tag, two layers", "tag, no overlap", "final", "mean", "gru"])
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> Subject:
    return {
        "tag": lambda: subject(tmp_path, "tag"),
        "tag, two layers": lambda: subject(tmp_path, "tag", num_layers=2),
        "tag, no overlap": lambda: subject(tmp_path, "tag", overlap=False),
        "final": lambda: subject(tmp_path, "classify"),
        "mean": lambda: subject(tmp_path, "classify", pool="mean"),
        "gru": lambda: subject(tmp_path, "classify", cell="gru", bidirectional=False),
    }[request.param]()


def spelled(subject: Subject, words: list[str]) -> Spelled:
    vocabulary: Any = subject.symbols.vocabulary
    return cast(Spelled, vocabulary.spelled([words])[0])


def spelled_by_reference(subject: Subject, words: list[str]) -> np.ndarray:
    """What is read of words, (T, 3 D), each spelled by itself."""
    one = spelled(subject, words)
    letters = [one.letters[form] for form in one.forms]
    parameters = in_float64(subject.network.parameters)
    return np.asarray(spelling.spell(parameters, subject.config.cell, one.ids, letters).inputs)


def logits_of(subject: Subject, inputs: np.ndarray) -> np.ndarray:
    """Of a tagger, those of the last word."""
    config, parameters = subject.config, in_float64(subject.network.parameters)
    states = read(parameters, config.cell, np.zeros(len(inputs), int), inputs=inputs).states
    if config.kind == "classify":
        return np.asarray(read_out(parameters, classification.pooled(states, parameters, config.pool))[0])
    return np.asarray(read_out(parameters, states if config.overlap else tagging.apart(states))[-1])


def test_the_share_of_a_word_is_what_the_reference_loses_with_the_average_word_in_its_place(asked: Subject) -> None:
    words = SENTENCE.split()
    found, x = answer(asked, Why(SENTENCE)), spelled_by_reference(asked, words)
    logits = logits_of(asked, x)
    best, second = (int(k) for k in np.argsort(-logits)[:2])
    train: Any = asked.data.train
    read_in_training = [
        word for row in range(len(train)) for word in (train.shown(row).words or train.shown(row).text.split(" "))
    ]
    average = spelled_by_reference(asked, read_in_training).mean(axis=0)

    def log_odds(inputs: np.ndarray) -> float:
        logits = logits_of(asked, inputs)
        return float(logits[best] - logits[second])

    assert found.symbols == tuple(words)
    assert found.average_over == "the training part"
    assert found.log_odds == pytest.approx(log_odds(x), abs=1e-6)
    assert found.prob == pytest.approx(float(np.exp(reference.log_softmax(logits)[best])), abs=1e-6)
    for t in range(len(words)):
        occluded = x.copy()
        occluded[t] = average
        assert found.occlusion[t] == pytest.approx(log_odds(x) - log_odds(occluded), abs=1e-5)
        assert found.letters is not None
        occluded[t, :D] = x[t, :D]
        assert found.letters[t] == pytest.approx(log_odds(x) - log_odds(occluded), abs=1e-5)
        moved = [x + sign * STEP * np.eye(len(x))[t][:, None] * x[t] for sign in (1, -1)]
        assert found.gradient_times_input[t] == pytest.approx((log_odds(moved[0]) - log_odds(moved[1])) / (2 * STEP), abs=1e-5)


def test_of_a_long_training_part_the_first_words_are_averaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = subject(tmp_path, "tag")
    words = [word for row in range(8) for word in asked.data.train.shown(row).words][:30]  # type: ignore[union-attr]
    monkeypatch.setattr("tui_rnn.insight.attribution.MOST_SPELLED", 30)
    found, x = answer(asked, Why(SENTENCE)), spelled_by_reference(asked, SENTENCE.split())
    logits = logits_of(asked, x)
    best, second = (int(k) for k in np.argsort(-logits)[:2])
    x[0] = spelled_by_reference(asked, words).mean(axis=0)
    occluded = logits_of(asked, x)

    assert found.average_over == "the first 30 words of the training part"
    assert found.occlusion[0] == pytest.approx(logits[best] - logits[second] - occluded[best] + occluded[second], abs=1e-5)


def test_the_loss_is_what_scoring_says_and_removing_a_unit_costs_what_cutting_its_weights_does(asked: Subject) -> None:
    found, scored = answer(asked, Ablate(unit=(2,), layer=1, length=MOST)), asked.score(asked.part, silent)
    assert found.of == scored.count
    assert found.loss_nats == pytest.approx(scored.loss_nats, abs=1e-5)
    for one in found.units:
        weights = asked.network.parameters
        direction = ("forward", "backward").index(one.direction)
        weights[f"U0{('', '_reverse')[direction]}"][2] = 0
        read_as = direction * asked.config.hidden_size + 2
        if asked.config.num_layers > 1:
            weights["W1"][read_as] = weights["W1_reverse"][read_as] = 0
        else:
            weights["V"][:, read_as] = 0
        other = with_weights(asked, weights, asked.step)
        assert one.added_nats == pytest.approx(other.score(other.part, silent).loss_nats - scored.loss_nats, abs=2e-5)


@pytest.mark.parametrize("overlap", [True, False])
def test_a_half_that_reads_the_average_word_is_the_references(overlap: bool, tmp_path: Path) -> None:
    asked = subject(tmp_path, "tag", overlap=overlap)
    found, H = answer(asked, Halves(SENTENCE, word=1, length=150)), asked.config.hidden_size
    parameters = in_float64(asked.network.parameters)
    part: Any = asked.part
    rows = chosen_rows(part.inputs.lengths, 150)
    shown = [list(part.shown(row).words) for row in rows]
    distinct = {word: None for words in (SENTENCE.split(), *shown) for word in words}
    average = spelled_by_reference(asked, list(distinct)).mean(axis=0)

    def states(inputs: np.ndarray) -> np.ndarray:
        joined = read(parameters, "lstm", np.zeros(len(inputs), int), inputs=inputs).states
        return joined if overlap else tagging.apart(joined)

    right: list[list[bool]] = []
    for row, words in zip(rows, shown, strict=True):
        x = spelled_by_reference(asked, words)
        whole = states(x)
        for t, truth in enumerate(part.tag_ids[row].tolist()):
            lacking = x.copy()
            lacking[t] = average
            less = states(lacking)
            picked = [
                np.concatenate([(less if f else whole)[t, :H], (less if b else whole)[t, H:]])
                for f, b in ((0, 0), (1, 0), (0, 1), (1, 1))
            ]
            right.append([int(logits.argmax()) == truth for logits in read_out(parameters, np.array(picked))])
    shares = np.mean(right, axis=0)
    assert (found.of, found.symbols) == (len(right), tuple(SENTENCE.split()))
    assert [found.accuracy, found.without_forward, found.without_backward, found.without_both] == pytest.approx(list(shares))
    assert (found.forward[2:] == 0).all()
    assert (found.backward[:1] == 0).all()
    assert bool(found.backward[1] > 0) is overlap


def test_the_arithmetic_has_the_kernels_loss_and_gradient(asked: Subject) -> None:
    worked = answer(asked, Arithmetic(example=0, unit=1))
    example, labels = example_at(asked, 0), asked.symbols.labels
    assert labels is not None
    words = list(example.words or example.text.split(" "))
    given = [spelled(asked, words)]
    if asked.config.kind == "tag":
        last = len(words) - 1
        truth = labels.names.index(example.truth[last])
        loss, gradients = asked.network.loss_and_gradients(given, [np.array([last])], [np.array([truth])])
    else:
        loss, gradients = asked.network.loss_and_gradients(given, np.array([labels.names.index(example.truth)]))
    own = [
        array.reshape(-1, array.shape[-1])[:, 1 :: asked.config.hidden_size]
        for name, array in gradients.items()
        if name in ("W0", "U0", "b0")
    ]
    assert worked.symbol == words[-1]
    assert worked.loss_nats == pytest.approx(loss, abs=1e-5)
    assert abs(worked.gradient) == pytest.approx(max(float(np.abs(array).max()) for array in own), abs=1e-5)
    assert worked.difference == pytest.approx(worked.gradient, abs=1e-6)
    assert worked.float32_error < 2e-6


def test_the_arithmetic_says_of_what_x_is_made(tmp_path: Path) -> None:
    worked = answer(subject(tmp_path, "tag"), Arithmetic(SENTENCE, terms=100))
    assert "x is [e ; s]: the embedding of 'kla', 4 numbers, then the states after its letters" in worked.inputs
    assert any(line.name.endswith(f"· x[{3 * D - 1}]") for line in worked.steps)
